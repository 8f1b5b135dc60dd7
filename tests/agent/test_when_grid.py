"""Phrase by anchor day by zone, against an oracle that only counts days and looks at clocks."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent.when import read_when, to_instant

NAMED_ZONES = (
    *("Africa/Nairobi", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"),
    *("Africa/Casablanca", "Asia/Kolkata", "Pacific/Auckland"),
)
ZONES = [pytest.param(ZoneInfo(name), id=name) for name in NAMED_ZONES]
# Both sides of changes of the clocks, of months, of years and of a leap day; every weekday.
ANCHORS = (
    *("2026-03-07", "2026-03-08", "2026-03-28", "2026-03-29", "2026-03-30", "2026-04-04"),
    *("2026-04-05", "2026-10-03", "2026-10-04", "2026-10-24", "2026-10-25", "2026-10-31"),
    *("2026-11-01", "2026-11-21", "2026-12-09", "2026-12-31", "2027-01-01", "2027-02-28"),
    *("2028-02-28", "2028-02-29", "2028-03-01"),
)
CLOCKS = (time(0, 10), time(1, 45), time(9, 0), time(23, 50))
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SIKU = ("Jumatatu", "Jumanne", "Jumatano", "Alhamisi", "Ijumaa", "Jumamosi", "Jumapili")
DAY = timedelta(days=1)

Oracle = Callable[[date], date]


def walk(until: Callable[[date], bool]) -> Oracle:
    """The first day after the anchor that will do."""

    def found(anchor: date) -> date:
        day = anchor + DAY
        while not until(day):
            day += DAY
        return day

    return found


def on(count: int) -> Oracle:
    def found(anchor: date) -> date:
        for _ in range(count):
            anchor += DAY
        return anchor

    return found


def later(weeks: int, first: Oracle) -> Oracle:
    return lambda anchor: on(7 * weeks)(first(anchor))


def weekday(name: str) -> Oracle:
    return walk(lambda day: day.strftime("%A") == name)


def of_next_week(name: str) -> Oracle:
    monday = weekday("Monday")
    return lambda anchor: weekday(name)(monday(anchor) - DAY)


def numbered(number: int) -> Oracle:
    return lambda anchor: walk(lambda day: day.day == number)(anchor - DAY)


def named(month: int, number: int) -> Oracle:
    """The next such day, though one gone by in this very month is meant as it stands."""

    def found(anchor: date) -> date:
        if anchor.month == month and number < anchor.day:
            return anchor.replace(day=number)
        return walk(lambda day: (day.month, day.day) == (month, number))(anchor - DAY)

    return found


def phrases() -> Iterator[tuple[str, Oracle]]:
    yield from (("today", on(0)), ("leo", on(0)), ("tomorrow", on(1)), ("kesho", on(1)))
    yield from (("the day after tomorrow", on(2)), ("kesho kutwa", on(2)), ("tomorrow week", on(8)))
    yield from (("in 3 days", on(3)), ("baada ya siku 3", on(3)), ("two days from tomorrow", on(3)))
    yield from (("in a fortnight", on(14)), ("in two weeks", on(14)), ("ten days from now", on(10)))
    for name, siku in zip(NAMES, SIKU, strict=True):
        yield from ((name, weekday(name)), (f"on {name.lower()}", weekday(name)))
        yield from ((siku, weekday(name)), (f"{name} week", later(1, weekday(name))))
        yield from ((f"next {name}", of_next_week(name)), (f"{siku} ijayo", of_next_week(name)))
        yield from ((f"{name} next week", of_next_week(name)),)
        yield (f"{name} fortnight", later(2, weekday(name)))
    for number in (1, 9, 28, 30, 31):
        ending = {1: "st", 31: "st"}.get(number, "th")
        yield from (
            (f"the {number}{ending}", numbered(number)),
            (f"tarehe {number}", numbered(number)),
        )
    yield from (("9 December", named(12, 9)), ("March 1st", named(3, 1)), ("1/3", named(3, 1)))
    yield ("tarehe 9 Desemba", named(12, 9))


TIMES = {
    "": None,
    " at 2pm": time(14),
    " at half past two": time(14, 30),
    " at quarter to 3": time(14, 45),
    " at 14:05": time(14, 5),
    " at 2:30 am": time(2, 30),
    " saa nane mchana": time(14),
    " saa mbili usiku": time(20),
    " saa tatu na nusu asubuhi": time(9, 30),
}
PHRASES = tuple(phrases())


@pytest.mark.parametrize("zone", ZONES)
def test_every_phrase_means_its_day_on_every_anchor(zone: ZoneInfo) -> None:
    times = list(TIMES.items())
    wrong = []
    for place, anchor in enumerate(map(date.fromisoformat, ANCHORS)):
        for index, (phrase, oracle) in enumerate(PHRASES):
            now = datetime.combine(anchor, CLOCKS[(index + place) % 4], tzinfo=zone)
            said, at = times[(index + place) % len(times)]
            found = read_when(phrase + said, now)
            if (found.date, found.date_to, found.time) != (oracle(anchor), None, at):
                wrong.append((phrase + said, now.isoformat(), found))
    assert not wrong


@pytest.mark.parametrize("zone", ZONES)
def test_hours_ahead_are_hours_that_pass_whatever_the_clocks_do(zone: ZoneInfo) -> None:
    counts = {"in 20 minutes": 20, "in an hour": 60, "in 90 minutes": 90, "in 3 hours": 180}
    for anchor in map(date.fromisoformat, ANCHORS):
        for minute in range(0, 1440, 45):
            now = datetime.combine(anchor, time(minute // 60, minute % 60), tzinfo=zone)
            # A wall-clock time that the clocks jump over is nobody's now.
            now = now.astimezone(UTC).astimezone(zone)
            for phrase, minutes in counts.items():
                then = (now.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(zone)
                found = read_when(phrase, now)
                assert (found.date, found.time) == (then.date(), then.time()), (phrase, now)


@pytest.mark.parametrize("zone", ZONES)
def test_a_wall_clock_time_is_the_first_instant_at_which_a_clock_shows_it(zone: ZoneInfo) -> None:
    for anchor in map(date.fromisoformat, ANCHORS):
        midnight = datetime.combine(anchor, time(), tzinfo=UTC) - timedelta(hours=15)
        shown: dict[datetime, datetime] = {}
        for minute in range(0, 54 * 60, 15):
            instant = midnight + timedelta(minutes=minute)
            shown.setdefault(instant.astimezone(zone).replace(tzinfo=None), instant)
        for minute in range(0, 1440, 15):
            at = time(minute // 60, minute % 60)
            assert to_instant(anchor, at, zone) == shown.get(datetime.combine(anchor, at))
