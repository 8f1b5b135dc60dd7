from contextlib import suppress
from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jirani.services.onboarding.hours import Shift, day_hours, weekly_hours
from jirani.services.onboarding.names import Wrong


def week(text: str) -> dict[int, list[str]]:
    days: dict[int, list[str]] = {}
    for shift in weekly_hours(text):
        days.setdefault(shift.weekday, []).append(f"{shift.opens:%H:%M}-{shift.closes:%H:%M}")
    return days


def test_a_week_with_a_shorter_saturday() -> None:
    assert week("mon-fri 09:00-17:00; sat 10:00-14:00") == {
        **{day: ["09:00-17:00"] for day in range(5)},
        5: ["10:00-14:00"],
    }


@pytest.mark.parametrize("text", ["daily 08:00-20:00", "Every day 8am to 8pm", "kila siku 8-20"])
def test_the_same_hours_every_day(text: str) -> None:
    assert week(text) == {day: ["08:00-20:00"] for day in range(7)}


def test_several_spans_and_a_range_over_the_weekend() -> None:
    assert week("Sat - Mon 9:00 - 12:00, 13:00 \u2013 17:00") == {
        day: ["09:00-12:00", "13:00-17:00"] for day in (0, 5, 6)
    }


def test_days_can_be_listed_and_a_day_can_be_off() -> None:
    assert week("mon, wed, ijumaa 12am-1pm; sun off") == {day: ["00:00-13:00"] for day in (0, 2, 4)}
    assert week("off") == {}


def test_spans_that_touch_become_one() -> None:
    assert week("tue 09:00-12:00; tue 12:00-15:00") == {1: ["09:00-15:00"]}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is missing"),
        ("mon-fri", "is not understood"),
        ("09:00-17:00", "is not understood"),
        ("funday 09:00-17:00", "is no weekday"),
        ("mon-friday-sat 09:00-17:00", "is no weekday"),
        ("mon 9", "is not from when to when"),
        ("mon 17:00-09:00", "ends before it begins"),
        ("mon 09:00-09:00", "ends before it begins"),
        ("mon 09:00-24:00", "is no time of day"),
        ("mon 09:60-10:00", "is no time of day"),
        ("mon 13pm-2pm", "is no time of day"),
        ("mon 09:00-12:00, 11:00-13:00", "overlap"),
        ("daily 08:00-20:00; sat 10:00-14:00", "overlap"),
    ],
)
def test_doubtful_hours_are_refused(text: str, reason: str) -> None:
    with pytest.raises(Wrong, match=reason):
        weekly_hours(text)


def test_one_day_is_off_or_has_one_span() -> None:
    assert day_hours("Off") == (None, None)
    assert day_hours("10:00-14:00") == (time(10), time(14))
    with pytest.raises(Wrong, match="is missing"):
        day_hours(" ")


pieces = st.sampled_from(
    ["mon", "fri", "-", " ", ";", ",", "daily", "09:00", "9", "17:00", "off", "am", "and"]
)


@settings(deadline=None)  # the machine may be busy
@given(st.lists(pieces, max_size=12).map("".join) | st.text())
def test_any_text_is_a_week_without_overlap_or_refused(text: str) -> None:
    shifts: tuple[Shift, ...] = ()
    with suppress(Wrong):
        shifts = weekly_hours(text)
    assert list(shifts) == sorted(shifts)
    assert all(shift.opens < shift.closes for shift in shifts)
    assert not any(_overlap(one, other) for one in shifts for other in shifts if one is not other)


def _overlap(one: Shift, other: Shift) -> bool:
    return one.weekday == other.weekday and one.opens < other.closes and other.opens < one.closes
