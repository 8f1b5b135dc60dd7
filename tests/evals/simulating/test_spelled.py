"""The checker's own reading of days, times and numbers."""

from datetime import date, time

import pytest

from evals.simulating.spelled import days_in, numbers_in, times_in

TODAY = date(2026, 11, 21)  # a Saturday


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("tomorrow", 22),
        ("tmrw at 2", 22),
        ("kesho kutwa", 23),
        ("the day after tomorrow", 23),
        ("on Tuesday", 24),
        ("siku ya jumanne", 24),
        ("on the 24th", 24),
        ("24/11", 24),
        ("24/11/2026", 24),
        ("Nov 24th", 24),
        ("tarehe 24 Novemba", 24),
        ("in 3 days", 24),
    ],
)
def test_a_day_is_read_however_it_is_written(text: str, day: int) -> None:
    [found] = days_in(text, TODAY)
    assert min(found) == date(2026, 11, day)


@pytest.mark.parametrize(
    "text",
    [
        *("2pm", "2 p.m.", "14:00", "2.00pm", "at 2", "at two", "2 o'clock", "@2pm"),
        *("saa nane mchana", "saa 8 mchana", "saa nane", "saa 14:00"),
    ],
)
def test_two_in_the_afternoon_is_read_however_it_is_written(text: str) -> None:
    [found] = times_in(text)
    assert time(14) in found
    assert time(15) not in found


def test_half_past_is_read_in_both_languages() -> None:
    assert time(14, 30) in times_in("half past two")[0]
    assert times_in("saa nane na nusu mchana") == [frozenset({time(14, 30)})]


def test_a_phone_number_and_a_price_are_neither_a_day_nor_a_time() -> None:
    assert numbers_in("call 0712 345 678") == ["0712345678"]
    assert times_in("0712 345 678, KES 1,200") == days_in("0712 345 678", TODAY) == []


@pytest.mark.parametrize("text", ["good morning", "habari za asubuhi", "not today", "si leo"])
def test_an_idiom_names_no_time(text: str) -> None:
    assert times_in(text) == days_in(text, TODAY) == []
