"""Starts on the grid, ends rounded up to it (X5, X6, §3)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jirani.rules.facts import Service
from jirani.rules.grid import GRID, at_wall, local_day, local_starts, on_grid, round_up, span

NAIROBI, LISBON = ZoneInfo("Africa/Nairobi"), ZoneInfo("Europe/Lisbon")
NEW_YORK, KATHMANDU = ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu")
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)  # in New York, at two in the morning
ZONES = [NAIROBI, LISBON, NEW_YORK, KATHMANDU, ZoneInfo("Australia/Lord_Howe")]


def test_a_clock_time_becomes_an_instant_of_its_zone() -> None:
    assert at_wall(date(2026, 11, 21), time(14), NAIROBI) == datetime(2026, 11, 21, 11, tzinfo=UTC)


def test_no_clock_shows_a_time_in_the_gap_of_spring() -> None:
    assert at_wall(SPRING, time(2, 30), NEW_YORK) is None
    assert at_wall(SPRING, time(3), NEW_YORK) == datetime(2026, 3, 8, 7, tzinfo=UTC)


def test_a_time_in_a_doubled_hour_is_the_first_of_the_two() -> None:
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert at_wall(AUTUMN, time(1, 30), NEW_YORK) == first
    assert at_wall(AUTUMN, time(1, 30, fold=1), NEW_YORK) == first


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (datetime(2026, 11, 21, 9, 5, tzinfo=UTC), True),
        (datetime(2026, 11, 21, 9, 3, tzinfo=UTC), False),
        (datetime(2026, 11, 21, 9, 5, 1, tzinfo=UTC), False),
        (datetime(2026, 11, 21, 9, 5, 0, 1, tzinfo=UTC), False),
        (datetime(2026, 3, 8, 2, 30, tzinfo=NEW_YORK), False),
        (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), True),
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), False),
        (datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK), True),
        (datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK, fold=1), False),
        (datetime(2026, 11, 1, 7, 0, tzinfo=UTC), True),
    ],
)
def test_a_start_is_on_the_grid_if_the_clock_alone_can_name_it(
    start: datetime, expected: bool
) -> None:
    assert on_grid(start, NEW_YORK) is expected


@pytest.mark.parametrize(
    ("day", "hours"), [(SPRING, 23), (AUTUMN, 24), (date(2026, 6, 1), 24)], ids=str
)
def test_a_day_has_a_start_for_every_fifth_minute_its_clock_shows(day: date, hours: int) -> None:
    starts = local_starts(day, NEW_YORK)
    assert len(set(starts)) == len(starts) == hours * 12
    assert starts == sorted(starts)
    assert {local_day(start, NEW_YORK) for start in starts} == {day}


def test_a_step_keeps_its_multiples_on_the_local_clock() -> None:
    starts = local_starts(date(2026, 11, 21), KATHMANDU, timedelta(minutes=30))
    walls = [start.astimezone(KATHMANDU).time() for start in starts[:3]]
    assert walls == [time(0), time(0, 30), time(1)]


def test_ends_and_buffers_round_up_to_the_grid() -> None:
    start = datetime(2026, 11, 21, 9, tzinfo=UTC)
    ends_at, busy_until = span(Service("s", "Trim", 22, 7, 0), start)
    assert ends_at == start + timedelta(minutes=25)
    assert busy_until == start + timedelta(minutes=35)


def test_an_hour_of_work_is_an_hour_though_the_clocks_change() -> None:
    start = datetime(2026, 3, 8, 1, 30, tzinfo=NEW_YORK)
    ends_at, busy_until = span(Service("s", "Trim", 60, 0, 0), start)
    assert ends_at == busy_until == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)


def test_the_day_is_that_of_the_zone() -> None:
    late = datetime(2026, 11, 21, 22, tzinfo=UTC)
    assert local_day(late, NAIROBI) == date(2026, 11, 22)
    assert local_day(late, NEW_YORK) == date(2026, 11, 21)


@given(st.integers(0, 20 * 365 * 86400), st.sampled_from(ZONES))
def test_rounding_up_reaches_the_next_fifth_minute_of_every_clock(
    seconds: int, zone: ZoneInfo
) -> None:
    instant = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    rounded = round_up(instant)
    wall = rounded.astimezone(zone)
    assert timedelta() <= rounded - instant < GRID
    assert (wall.minute % 5, wall.second, wall.microsecond) == (0, 0, 0)
    assert round_up(rounded) == rounded


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.sampled_from(ZONES))
def test_every_start_of_a_day_is_on_the_grid(day: date, zone: ZoneInfo) -> None:
    assert all(on_grid(start, zone) for start in local_starts(day, zone))
