"""When the house opens and closes on a day: as its staff work (X6)."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from jirani.rules.facts import Calendar, Hours
from jirani.rules.schedule import Schedule

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
EARLY, LATE = Hours("m1", 0, time(9), time(12)), Hours("m2", 0, time(11), time(17))
SCHEDULE = Schedule(Calendar((EARLY, LATE)), ZoneInfo("Africa/Nairobi"))


def test_the_house_is_open_from_the_first_who_comes_to_the_last_who_goes() -> None:
    opens, closes = datetime(2026, 11, 23, 6, tzinfo=UTC), datetime(2026, 11, 23, 14, tzinfo=UTC)
    assert SCHEDULE.opening(["m1", "m2"], MONDAY) == (opens, closes)


def test_on_a_day_that_nobody_works_the_house_is_closed() -> None:
    assert SCHEDULE.opening(["m1", "m2"], TUESDAY) is None
