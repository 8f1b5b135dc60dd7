"""Which stays are offered anything, and what is for sale there (U1, O12)."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from jirani.rules.decision import ALLOWED, Reason
from jirani.rules.facts import OfferKind, StayPayment, StayStatus, Terms
from jirani.rules.stays.eligible import eligible, fits, live, present
from jirani.rules.stays.kinds import OFFER_KINDS
from tests.support.stay_facts import (
    AFTER,
    BEFORE,
    CLEANING,
    EARLY,
    FLAT,
    LATE,
    ON_THE_DAY,
    SETTINGS,
    booked,
    local,
)

STAY = booked(date(2026, 6, 15), date(2026, 6, 20))
IN_HOUSE = {LATE, CLEANING, AFTER, ON_THE_DAY}


@pytest.mark.parametrize("kind", OFFER_KINDS)
@pytest.mark.parametrize("status", StayStatus)
def test_a_kind_goes_with_confirmed_and_some_with_checked_in(
    kind: OfferKind, status: StayStatus
) -> None:
    found = live(kind, replace(STAY, status=status))
    good = status == "confirmed" or (status == "checked_in" and kind in IN_HOUSE)
    assert found.allowed is good
    if not good:
        odd = {
            StayStatus.UNKNOWN: Reason.STATUS_UNKNOWN,
            StayStatus.CHECKED_IN: Reason.ALREADY_IN,
        }
        assert found.reason is odd.get(status, Reason.RESERVATION_NOT_LIVE)


def judged(kind: OfferKind = EARLY, **changes: Any) -> Reason:
    """Judge with one fact changed; names say where it stands: stay_, listing_, set_."""
    parts: dict[str, dict[str, Any]] = {"stay": {}, "listing": {}, "set": {}}
    for name, value in changes.items():
        part, _, field = name.partition("_")
        parts[part][field] = value
    return eligible(
        kind,
        replace(STAY, **parts["stay"]),
        replace(FLAT, **parts["listing"]),
        replace(SETTINGS[kind], **parts["set"]),
    ).reason


def test_every_kind_is_for_sale_to_a_paid_confirmed_stay() -> None:
    assert all(judged(kind) is Reason.CLEAR for kind in OFFER_KINDS)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"stay_payment": StayPayment.PARTIAL}, Reason.NOT_PAID),
        ({"stay_payment": StayPayment.UNPAID}, Reason.NOT_PAID),
        ({"stay_payment": StayPayment.UNKNOWN}, Reason.PAYMENT_UNKNOWN),
        ({"stay_departure": date(2026, 6, 15)}, Reason.BAD_DATES),
        ({"stay_departure": date(2026, 6, 14)}, Reason.BAD_DATES),
        ({"stay_currency": "EUR"}, Reason.OTHER_CURRENCY),
        ({"stay_currency": None}, Reason.CLEAR),
        ({"listing_currency": None}, Reason.OTHER_CURRENCY),
        ({"listing_currency": None, "stay_currency": None}, Reason.OTHER_CURRENCY),
        ({"listing_zone": None}, Reason.NO_ZONE),
        ({"listing_zone": "Mars/Olympus"}, Reason.NO_ZONE),
        ({"listing_zone": "../etc/passwd"}, Reason.NO_ZONE),
        ({"listing_check_in": None}, Reason.NO_STANDARD_TIME),
        ({"listing_check_out": None}, Reason.NO_STANDARD_TIME),
        ({"listing_active": False}, Reason.LISTING_OFF),
        ({"set_active": False}, Reason.KIND_OFF),
        ({"set_window": None}, Reason.NO_WINDOW),
        ({"set_price": None}, Reason.NO_PRICE),
        ({"set_price": 0}, Reason.NO_PRICE),
        ({"set_wall": None}, Reason.NO_OFFERED_TIME),
        ({"set_wall": time(16)}, Reason.NOTHING_TO_SELL),
        ({"set_wall": time(17)}, Reason.NOTHING_TO_SELL),
        ({"set_wall": time(15, 59)}, Reason.CLEAR),
        ({"listing_check_in": time(9)}, Reason.NOTHING_TO_SELL),
        ({"listing_check_in": time(8)}, Reason.NOTHING_TO_SELL),
    ],
)
def test_one_thing_missing_is_enough(changes: dict[str, Any], reason: Reason) -> None:
    assert judged(**changes) is reason


@pytest.mark.parametrize(("at", "reason"), [(11, "nothing_to_sell"), (12, "clear")])
def test_a_late_check_out_must_be_later_than_the_standard_one(at: int, reason: str) -> None:
    assert judged(LATE, set_wall=time(at)) == reason


@pytest.mark.parametrize(("nights", "reason"), [(3, "stay_too_short"), (4, "clear")])
def test_only_stays_of_more_than_three_nights_are_cleaned(nights: int, reason: str) -> None:
    assert judged(CLEANING, stay_departure=date(2026, 6, 15 + nights)) == reason


@pytest.mark.parametrize("kind", [EARLY, LATE, BEFORE, AFTER])
def test_kinds_offered_days_before_need_a_window(kind: OfferKind) -> None:
    assert judged(kind, set_window=None) is Reason.NO_WINDOW


@pytest.mark.parametrize("kind", [EARLY, LATE, CLEANING])
def test_kinds_with_one_price_need_it_and_all_need_both_standard_times_o12(kind: OfferKind) -> None:
    assert judged(kind, set_price=None) is Reason.NO_PRICE
    assert judged(kind, listing_check_in=None) is Reason.NO_STANDARD_TIME
    assert judged(kind, listing_check_out=None) is Reason.NO_STANDARD_TIME


def test_kinds_on_a_day_of_the_stay_need_no_window_and_nights_no_price() -> None:
    assert judged(CLEANING, set_window=None) is Reason.CLEAR
    assert judged(ON_THE_DAY, set_window=None) is Reason.CLEAR
    assert judged(AFTER, set_price=None) is Reason.CLEAR


def test_a_guest_who_asks_needs_no_window() -> None:
    settings = replace(SETTINGS[EARLY], window=None)
    assert eligible(EARLY, STAY, FLAT, settings, asked=True) == ALLOWED


def nights(*days: int) -> Terms:
    return Terms(date(2026, 6, days[0]), 1, "USD", nights=tuple(date(2026, 6, d) for d in days))


@pytest.mark.parametrize(
    ("kind", "terms", "good"),
    [
        (EARLY, Terms(date(2026, 6, 15), 1, "USD"), True),
        (EARLY, Terms(date(2026, 6, 16), 1, "USD"), False),
        (LATE, Terms(date(2026, 6, 20), 1, "USD"), True),
        (LATE, Terms(date(2026, 6, 19), 1, "USD"), False),
        (CLEANING, Terms(date(2026, 6, 15), 1, "USD"), False),
        (CLEANING, Terms(date(2026, 6, 16), 1, "USD"), True),
        (CLEANING, Terms(date(2026, 6, 19), 1, "USD"), True),
        (CLEANING, Terms(date(2026, 6, 20), 1, "USD"), False),
        (BEFORE, nights(14), True),
        (BEFORE, nights(13, 14), True),
        (BEFORE, nights(13), False),
        (AFTER, nights(20), True),
        (AFTER, nights(20, 21), True),
        (AFTER, nights(21), False),
    ],
)
def test_terms_fit_the_dates_they_were_made_for(kind: OfferKind, terms: Terms, good: bool) -> None:
    assert fits(kind, STAY, terms).allowed is good


def test_the_last_call_is_for_a_guest_in_the_house() -> None:
    assert present(ON_THE_DAY, STAY, FLAT, local(6, 20, 8)) == ALLOWED
    assert present(ON_THE_DAY, STAY, FLAT, local(6, 20, 11)).reason is Reason.NOT_IN_HOUSE
    assert present(ON_THE_DAY, STAY, FLAT, local(6, 15, 15)).reason is Reason.NOT_IN_HOUSE
    assert present(LATE, STAY, FLAT, local(6, 10, 8)) == ALLOWED
