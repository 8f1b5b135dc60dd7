"""The grid of possible starts: every fifth minute a local clock shows (domain §3)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jirani.rules.facts import Service

GRID = timedelta(minutes=5)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def at_wall(day: date, wall: time, zone: ZoneInfo) -> datetime | None:
    """Return the UTC instant at which clocks show a time of day.

    The first of the two in a doubled hour; None in the gap of spring, which no clock shows.
    """
    local = datetime.combine(day, wall.replace(fold=0), zone)
    instant = local.astimezone(UTC)
    shown = instant.astimezone(zone)
    return instant if shown.replace(tzinfo=None) == local.replace(tzinfo=None) else None


def on_grid(start: datetime, zone: ZoneInfo) -> bool:
    """Tell whether something may start then: on a fifth minute, told apart by the clock alone.

    The second pass of a doubled hour is not: "half past one" always means the first.
    """
    wall = start.astimezone(zone)
    shown = at_wall(wall.date(), wall.time(), zone)
    return shown == start.astimezone(UTC) == round_up(start)


def round_up(instant: datetime) -> datetime:
    """Return the first grid instant from `instant` on, in UTC.

    The grid of UTC serves every zone: all are whole quarters of an hour away from it.
    """
    instant = instant.astimezone(UTC)
    return instant + (-(instant - _EPOCH)) % GRID


def span(service: Service, start: datetime) -> tuple[datetime, datetime]:
    """Return when the work ends and until when its staff member is busy, in UTC.

    Both round up to the grid; minutes are minutes that pass, whatever the clocks do meanwhile.
    """
    ends_at = round_up(start.astimezone(UTC) + timedelta(minutes=service.minutes))
    return ends_at, round_up(ends_at + timedelta(minutes=service.buffer))


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """Return the date clocks show in a zone."""
    return instant.astimezone(zone).date()


def local_starts(day: date, zone: ZoneInfo, step: timedelta = GRID) -> list[datetime]:
    """Return every start of a local day, in UTC; `step` keeps those on its multiples."""
    cells = (_EPOCH + GRID * cell for cell in range(timedelta(days=1) // GRID))
    walls = (cell.time() for cell in cells if not (cell - _EPOCH) % step)
    return [start for wall in walls if (start := at_wall(day, wall, zone))]
