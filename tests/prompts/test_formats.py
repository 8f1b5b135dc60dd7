from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prompts.formats import clock, day, listing, minutes, money, months, seconds, when

SUNDAY = date(2026, 11, 22)
AT_TWO = datetime(2026, 11, 22, 14, 0, tzinfo=ZoneInfo("Africa/Nairobi"))


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (150_000, "KES", "KES 1,500"),
        (150_050, "KES", "KES 1,500.50"),
        (5, "KES", "KES 0.05"),
        (0, "KES", "KES 0"),
        (-150_000, "KES", "KES -1,500"),
        (1_500, "UGX", "UGX 1,500"),
        (1_500, "JPY", "JPY 1,500"),
        (1_250, "BHD", "BHD 1.250"),
        (150_000, "SOS", "SOS 1,500"),
    ],
)
def test_money_is_written_in_the_currencys_own_digits(
    amount: int, currency: str, written: str
) -> None:
    assert money(amount, currency) == written


@given(
    st.integers(-(10**12), 10**12),
    st.sampled_from([("KES", 2), ("UGX", 0), ("BHD", 3), ("USD", 2)]),
)
def test_no_minor_unit_is_lost_in_writing(amount: int, currency: tuple[str, int]) -> None:
    code, digits = currency
    name, number = money(amount, code).split(" ")
    whole, _, part = number.lstrip("-").replace(",", "").partition(".")
    sign = -1 if number.startswith("-") else 1
    assert name == code
    assert len(part) in (0, digits)
    assert sign * int(whole + (part or "0" * digits)) == amount


def test_a_day_has_its_weekday_in_either_language() -> None:
    assert day(SUNDAY, "en") == "Sunday 22 November"
    assert day(SUNDAY, "sw-KE") == "Jumapili 22 Novemba"
    assert day(SUNDAY, "fr") == "Sunday 22 November"


def test_a_day_has_its_year_only_when_it_is_another_year() -> None:
    assert day(SUNDAY, "en", date(2026, 1, 1)) == "Sunday 22 November"
    assert day(SUNDAY, "sw", date(2025, 12, 31)) == "Jumapili 22 Novemba 2026"


def test_a_moment_is_a_day_and_a_time_on_the_24_hour_clock() -> None:
    assert when(AT_TWO, "en") == "Sunday 22 November at 14:00"
    assert when(AT_TWO, "sw", date(2026, 1, 1)) == "Jumapili 22 Novemba saa 14:00"
    assert clock(time(8, 5)) == "08:05"


def test_spans_carry_their_unit() -> None:
    assert (minutes(45, "en"), minutes(45, "sw")) == ("45 min", "dakika 45")
    assert (seconds(40, "en"), seconds(1, "en"), seconds(40, "sw")) == (
        "40 seconds",
        "1 second",
        "sekunde 40",
    )
    assert (months(6, "en"), months(1, "en")) == ("6 months", "1 month")
    assert (months(6, "sw"), months(1, "sw")) == ("miezi 6", "mwezi 1")


@pytest.mark.parametrize(
    ("items", "language", "last", "written"),
    [
        ([], "en", "and", ""),
        (["a"], "en", "or", "a"),
        (["a", "b"], "sw", "and", "a na b"),
        (["a", "b", "c"], "en", "and", "a, b and c"),
        (["a", "b", "c"], "sw", "or", "a, b au c"),
    ],
)
def test_a_listing_reads_as_people_say_it(
    items: list[str], language: str, last: str, written: str
) -> None:
    assert listing(items, language, "or" if last == "or" else "and") == written
