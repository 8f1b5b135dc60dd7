import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jirani.rules.currency import minor_digits
from jirani.services.onboarding.amounts import confidence, minutes, price
from jirani.services.onboarding.names import Wrong
from prompts.formats import money

CURRENCIES = ("KES", "USD", "UGX", "KWD", "EUR")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1,500", "KES", 150000),
        ("1500.50", "KES", 150050),
        ("1500.5", "KES", 150050),
        ("KES 1500", "KES", 150000),
        ("kes1,500.00", "KES", 150000),
        ("1 500", "KES", 150000),
        ("Ksh. 1,500", "KES", 150000),
        ("1,500/=", "KES", 150000),
        ("1500 KES", "KES", 150000),
        ("$15", "USD", 1500),
        ("12 €", "EUR", 1200),
        ("20000", "UGX", 20000),
        ("1.250", "KWD", 1250),
        ("0", "KES", 0),
        ("Free", "KES", 0),
    ],
)
def test_a_price_in_major_units_becomes_minor_units(text: str, currency: str, minor: int) -> None:
    assert price(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "reason"),
    [
        ("", "KES", "is missing"),
        ("   ", "KES", "is missing"),
        ("-", "KES", "is no price"),
        ("tbd", "KES", "is no price"),
        ("-500", "KES", "cannot be negative"),
        ("KES -500", "KES", "cannot be negative"),
        ("1500.505", "KES", "more decimals than KES has"),
        ("1500.5", "UGX", "more decimals than UGX has"),
        ("1.500,00", "KES", "is no price"),
        ("15,00", "KES", "is no price"),
        ("1500-2000", "KES", "is no price"),
        ("USD 15", "KES", "'USD' is not KES"),
        ("$15", "KES", "'$' is not KES"),
        ("15 dollars", "KES", "'dollars' is not KES"),
        ("9" * 5000, "KES", "is too much"),
    ],
)
def test_a_price_that_is_not_certain_is_refused(text: str, currency: str, reason: str) -> None:
    with pytest.raises(Wrong, match=re.escape(reason)):
        price(text, currency)


@settings(deadline=None)  # the machine may be busy
@given(st.integers(0, 1_000_000_000), st.sampled_from(CURRENCIES))
def test_every_amount_we_print_is_read_back(minor: int, currency: str) -> None:
    assert price(money(minor, currency), currency) == minor


@settings(deadline=None)  # the machine may be busy
@given(st.integers(0, 10_000_000), st.sampled_from(CURRENCIES))
def test_one_decimal_more_than_the_currency_has_is_refused(whole: int, currency: str) -> None:
    with pytest.raises(Wrong):
        price(f"{whole}.{'0' * (minor_digits(currency) + 1)}", currency)


@settings(deadline=None)  # the machine may be busy
@given(st.text(), st.sampled_from(CURRENCIES))
def test_any_text_is_an_amount_or_refused(text: str, currency: str) -> None:
    with suppress(Wrong):
        assert price(text, currency) >= 0


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("90", 90),
        ("45 min", 45),
        ("1h 30m", 90),
        ("1 hr 30 mins", 90),
        ("2h", 120),
        ("3 hours", 180),
    ],
)
def test_a_duration_is_read_as_people_write_it(text: str, total: int) -> None:
    assert minutes(text) == total


@pytest.mark.parametrize(
    "text", ["", "4", "721", "13h", "0", "-30", "half an hour", "1.5h", "\u0661\u0665"]
)
def test_a_doubtful_duration_is_refused(text: str) -> None:
    with pytest.raises(Wrong):
        minutes(text)


def test_a_confidence_lies_between_0_and_1() -> None:
    assert [confidence(text) for text in ("0", "1", "0.9", ".5", "0,85", "1.0")] == [
        *(0, 1, 0.9, 0.5, 0.85, 1)
    ]
    for text in ("", "1.1", "-0.1", "nan", "90%", ".", "high", "1e-1"):
        with pytest.raises(Wrong):
            confidence(text)
