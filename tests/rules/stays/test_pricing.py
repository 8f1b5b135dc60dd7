"""On what terms: fixed prices, nights halves up, no rate no sale (domain §4, O3)."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from jirani.rules.decision import Decision, Reason
from jirani.rules.facts import OfferKind, Terms
from jirani.rules.stays.pricing import Wish, night_price, renewed, service_day, terms_of
from tests.support.stay_facts import (
    AFTER,
    BEFORE,
    CLEANING,
    EARLY,
    LATE,
    SETTINGS,
    local,
    read,
    staying,
)

NOW = local(6, 12, 9)
STAY = read(staying(date(2026, 6, 15), date(2026, 6, 20)), NOW)
LONG = staying(date(2026, 9, 1), date(2026, 9, 15))


def made(kind: OfferKind, **settings: Any) -> Terms:
    found = terms_of(kind, STAY, replace(SETTINGS[kind], **settings), NOW)
    assert isinstance(found, Terms)
    return found


@pytest.mark.parametrize(
    ("rate", "discount", "price"),
    [
        (10000, 10, 9000),
        (10005, 10, 9005),  # 9004.5
        (10004, 10, 9004),  # 9003.6
        (10001, 10, 9001),  # 9000.9
        (5, 50, 3),  # 2.5
        (15, 10, 14),  # 13.5
        (25, 90, 3),  # 2.5
        (1, 99, 0),
        (12345, 0, 12345),
    ],
)
def test_a_night_is_rounded_halves_up(rate: int, discount: int, price: int) -> None:
    assert night_price(rate, discount) == price


def test_each_night_is_rounded_by_itself() -> None:
    around = read(STAY, NOW, rate=10005).around
    stay = replace(STAY, around=around)
    found = terms_of(AFTER, stay, replace(SETTINGS[AFTER], max_nights=2), NOW)
    assert isinstance(found, Terms)
    assert found.price == 2 * 9005
    assert found.nights == (date(2026, 6, 20), date(2026, 6, 21))


def test_fixed_terms_name_the_day_the_time_and_the_standard_one() -> None:
    assert made(EARLY) == Terms(date(2026, 6, 15), 2500, "USD", time(9), time(16))
    assert made(LATE) == Terms(date(2026, 6, 20), 5000, "USD", time(18), time(11))


def test_at_most_so_many_nights_are_offered() -> None:
    assert made(AFTER).nights == (date(2026, 6, 20),)
    assert made(BEFORE).nights == (date(2026, 6, 14),)
    assert made(AFTER, max_nights=3).nights[-1] == date(2026, 6, 22)


def test_nights_that_begin_too_soon_are_left_out_o8() -> None:
    many = replace(SETTINGS[BEFORE], max_nights=5)
    found = terms_of(BEFORE, STAY, many, local(6, 12, 16))
    assert isinstance(found, Terms)
    assert found.nights == (date(2026, 6, 13), date(2026, 6, 14))
    none = terms_of(BEFORE, STAY, many, local(6, 13, 16) + timedelta(seconds=1))
    assert isinstance(none, Decision)
    assert none.reason is Reason.TOO_LATE


@pytest.mark.parametrize(
    ("rate", "discount", "reason"),
    [(None, 10, "no_price"), (0, 10, "no_price"), (-5, 10, "no_price"), (1, 99, "no_price")],
)
def test_a_night_without_a_rate_is_not_sold(rate: int | None, discount: int, reason: str) -> None:
    stay = read(STAY, NOW, rate=rate)
    found = terms_of(AFTER, stay, replace(SETTINGS[AFTER], discount=discount), NOW)
    assert isinstance(found, Decision)
    assert found.reason == reason


def test_a_night_in_another_currency_is_not_sold() -> None:
    stay = replace(STAY, listing=replace(STAY.listing, currency="EUR"))
    found = terms_of(AFTER, stay, SETTINGS[AFTER], NOW)
    assert isinstance(found, Decision)
    assert found.reason is Reason.OTHER_CURRENCY


def test_nothing_is_priced_where_nobody_says_in_which_currency() -> None:
    around = STAY.around
    assert around
    bare = replace(around, nights=tuple(replace(n, currency=None) for n in around.nights or ()))
    stay = replace(STAY, listing=replace(STAY.listing, currency=None), around=bare)
    for kind, reason in ((AFTER, Reason.OTHER_CURRENCY), (EARLY, Reason.NO_PRICE)):
        found = terms_of(kind, stay, SETTINGS[kind], NOW)
        assert isinstance(found, Decision)
        assert found.reason is reason


def test_nothing_is_priced_without_a_calendar_a_price_or_a_currency() -> None:
    found = terms_of(AFTER, replace(STAY, around=None), SETTINGS[AFTER], NOW)
    assert isinstance(found, Decision)
    assert found.reason is Reason.CALENDAR_UNREADABLE
    found = terms_of(EARLY, STAY, replace(SETTINGS[EARLY], price=None), NOW)
    assert isinstance(found, Decision)
    assert found.reason is Reason.NO_PRICE


def test_a_cleaning_is_done_the_day_after_it_is_offered() -> None:
    assert service_day(LONG, local(9, 6, 10)) == date(2026, 9, 7)
    assert service_day(LONG, local(9, 8, 23)) == date(2026, 9, 9)
    assert service_day(LONG, local(9, 1, 17)) == date(2026, 9, 2)


def test_who_asks_before_the_stay_gets_the_day_it_would_have_been() -> None:
    assert service_day(LONG, local(8, 20, 10)) == date(2026, 9, 7)
    assert service_day(staying(date(2026, 9, 1), date(2026, 9, 5)), NOW) == date(2026, 9, 4)


def test_asked_once_more_the_terms_are_the_same_but_for_a_cleanings_day() -> None:
    terms = Terms(date(2026, 9, 7), 7500, "USD")
    again = renewed(CLEANING, terms, LONG, local(9, 8, 10))
    assert again == replace(terms, day=date(2026, 9, 9))
    assert renewed(LATE, terms, LONG, local(9, 8, 10)) == terms


def test_a_wish_is_taken_as_it_is() -> None:
    found = terms_of(LATE, STAY, SETTINGS[LATE], NOW, wish=Wish(wall=time(14)))
    assert isinstance(found, Terms)
    assert (found.wall, found.price) == (time(14), 5000)
    short = terms_of(
        AFTER,
        read(STAY, NOW, taken=[date(2026, 6, 21)]),
        replace(SETTINGS[AFTER], max_nights=3),
        NOW,
        wish=Wish(nights=2),
    )
    assert isinstance(short, Decision)
    assert short.reason is Reason.NIGHT_NOT_FREE
