"""From a wall-clock day and time to the instant meant."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def to_instant(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """The aware UTC instant of a wall-clock time in `zone`.

    None where clocks jump over it in spring; the first of the two where they repeat it in autumn.
    """
    local = datetime.combine(day, at.replace(fold=0, tzinfo=None), tzinfo=zone)
    try:
        instant = local.astimezone(UTC)
        survives = instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)
    except OverflowError:
        return None
    return instant if survives else None
