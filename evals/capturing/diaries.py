"""What else stood in the staff's diaries: days that differ, and what other people had booked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from evals.capturing.record import Record, made_at
from jirani.rules.facts import Appointment, AppointmentStatus, HoursException

KEPT = frozenset(
    {
        AppointmentStatus.HELD,
        AppointmentStatus.CONFIRMED,
        AppointmentStatus.COMPLETED,
        AppointmentStatus.NO_SHOW,
    }
)
GIVEN_UP = frozenset({AppointmentStatus.CANCELLED, AppointmentStatus.MOVED})


@dataclass(frozen=True, slots=True)
class Taken:
    """An appointment somebody else made while the conversation went on."""

    id: str
    at: datetime
    slot: dict[str, str]


def busy(record: Record) -> list[dict[str, str]]:
    """Return what was booked already when the guest wrote first, by staff, start and end only."""
    return [
        slot(record, each)
        for each in sorted(record.around, key=lambda one: (one.starts_at, one.staff_id))
        if _before(record, each) and _stood(record, each, record.start)
    ]


def taken(record: Record) -> Iterator[Taken]:
    """Return what other people booked in between."""
    for each in record.around:
        at = made_at(each.id)
        if not _before(record, each) and at <= record.end and _stood(record, each, record.end):
            yield Taken(each.id, at, slot(record, each))


def freed(record: Record) -> Iterator[tuple[Appointment, datetime]]:
    """Return what others gave up in between: nothing in a scenario can say that."""
    for each in record.around:
        at = record.given_up.get(each.id)
        if each.status in GIVEN_UP and at and record.start < at <= record.end:
            yield each, at


def days(record: Record) -> list[dict[str, str]]:
    """Return the days that differ, once where they do for everyone."""
    everyone = {each.id for each in record.house.catalogue.staff}
    alike: dict[tuple[str, str], set[str]] = {}
    for each in record.exceptions:
        alike.setdefault((each.day.isoformat(), _hours(each)), set()).add(each.staff_id)
    return [
        day
        for (date, hours), staff in sorted(alike.items())
        for day in (
            [{"date": date, "hours": hours}]
            if staff == everyone
            else [
                {"date": date, "hours": hours, "staff": name}
                for name in sorted(record.names[id] for id in staff)
            ]
        )
    ]


def slot(record: Record, each: Appointment) -> dict[str, Any]:
    """Describe an appointment without whose it is."""
    return {
        "staff": record.names[each.staff_id],
        "start": local(record, each.starts_at),
        "end": local(record, each.busy_until),
    }


def local(record: Record, at: datetime) -> str:
    """Write a moment as scenarios do."""
    return f"{at.astimezone(record.zone):%Y-%m-%dT%H:%M}"


def _before(record: Record, each: Appointment) -> bool:
    """Tell whether it was made before the conversation: ids tell it within one moment, too."""
    first = record.threads[0].id
    return (made_at(each.id), each.id) < (made_at(first), first)


def _stood(record: Record, each: Appointment, at: datetime) -> bool:
    given_up = record.given_up.get(each.id)
    return each.status in KEPT or (
        each.status in GIVEN_UP and given_up is not None and given_up > at
    )


def _hours(day: HoursException) -> str:
    if day.opens is None or day.closes is None:
        return "off"
    return f"{day.opens:%H:%M}-{day.closes:%H:%M}"
