"""Free nights in a row, beside a stay or between two (domain §4)."""

from datetime import date, timedelta

from jirani.rules.facts import NightState
from jirani.rules.stays.runs import free_run, gaps

DAY, FIRST = timedelta(days=1), date(2026, 6, 1)
_STATES = {
    "f": NightState.FREE,
    "b": NightState.BOOKED,
    "x": NightState.BLOCKED,
    "c": NightState.CLOSED,
    "?": NightState.UNKNOWN,
}


def found(calendar: str, longest: int = 3) -> list[tuple[int, int]]:
    """Return where gaps begin and how long they are; a dot is a day the calendar does not have."""
    nights = {
        FIRST + n * DAY: _STATES[letter] for n, letter in enumerate(calendar) if letter != "."
    }
    return [((run[0] - FIRST).days, len(run)) for run in gaps(nights, longest)]


def test_a_gap_lies_between_nights_that_are_taken() -> None:
    assert found("bfbxffcfffb") == [(1, 1), (4, 2), (7, 3)]


def test_a_longer_run_is_no_gap() -> None:
    assert found("bffffb") == []
    assert found("bffffb", longest=4) == [(1, 4)]


def test_what_lies_at_an_end_of_the_calendar_is_no_gap() -> None:
    assert found("ffbff") == []
    assert found("") == []


def test_beside_a_night_nobody_knows_of_there_is_no_gap() -> None:
    assert found("bf?fb") == []
    assert found("bf.fb") == []


def test_a_run_ends_where_a_night_is_not_free_or_at_the_most_that_is_asked_for() -> None:
    taken = FIRST + 3 * DAY
    assert len(free_run(FIRST, DAY, lambda night: night != taken, 9)) == 3
    back = free_run(FIRST, -DAY, lambda night: True, 2)
    assert back == (FIRST, FIRST - DAY)
    assert free_run(taken, DAY, lambda night: night != taken, 9) == ()
