"""What a conversation was about: its days, and the services it may have come to."""

from datetime import date, timedelta

from evals.capturing.record import Record

AHEAD = timedelta(days=21)  # as far as a search for the next free day goes
DAY = timedelta(days=1)
_DATES = ("date", "date_to")


def touched_services(record: Record) -> set[str]:
    """Return the services it was about, and those that go with them."""
    named = {
        *(each.service_id for each in record.appointments),
        *(each.service_id for each in record.offers),
        *(id for message in record.messages for id in (message.wish or {}).get("service_ids", ())),
    }
    return named | {
        end
        for edge in record.house.edges
        if named & {edge.service_a, edge.service_b}
        for end in (edge.service_a, edge.service_b)
    }


def touched_days(record: Record) -> list[date]:
    """Return the days it was about: all from its first to the last near one, and each far one."""
    said = [(message.wish or {}).get("when") or {} for message in record.messages]
    first = record.start.astimezone(record.zone).date()
    moments = [record.end]
    moments += [each.starts_at for each in record.appointments]
    moments += [each.starts_at for each in record.offers]
    touched = {
        first,
        *(at.astimezone(record.zone).date() for at in moments),
        *(date.fromisoformat(when[key]) for when in said for key in _DATES if when.get(key)),
    }
    near = max(day for day in touched if day <= first + AHEAD)
    stretch = {first + DAY * n for n in range((near - first).days + 1)}
    return sorted({day for day in touched if day >= first} | stretch)
