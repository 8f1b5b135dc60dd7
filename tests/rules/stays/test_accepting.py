"""A yes is judged on facts of just now: the stay, the calendar, the turnover (U1, U3, U8, O12)."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from jirani.rules.decision import AGAIN, ALLOWED, Reason
from jirani.rules.facts import OfferStatus, StayPayment, StayStatus, Terms
from jirani.rules.stays.accepting import may_apply
from tests.support.stay_facts import (
    AFTER,
    CLEANING,
    DAY,
    LATE,
    ON_THE_DAY,
    SETTINGS,
    claimed,
    local,
    offered,
    read,
    staying,
)

NOW = local(6, 17, 14)
STAY = read(staying(date(2026, 6, 15), date(2026, 6, 20)), NOW)
TERMS = Terms(date(2026, 6, 20), 5000, "USD", wall=time(18), standard=time(11))
ROW = offered(LATE, TERMS, local(6, 17, 9), local(6, 19, 9))


def judged(
    stay: object = STAY, row: object = ROW, claims: Any = (), now: Any = NOW, **more: Any
) -> Reason:
    assert isinstance(stay, type(STAY))
    assert isinstance(row, type(ROW))
    return may_apply(stay, row, SETTINGS[row.kind], claims, now, **more).reason


def changed(**more: Any) -> object:
    return replace(STAY, reservation=replace(STAY.reservation, **more))


def test_a_yes_in_time_is_a_sale() -> None:
    assert may_apply(STAY, ROW, SETTINGS[LATE], (), NOW) == ALLOWED
    assert judged(row=replace(ROW, status=OfferStatus.DEFERRED)) is Reason.CLEAR


def test_the_same_yes_again_changes_nothing_o4() -> None:
    sold = replace(ROW, status=OfferStatus.ACCEPTED)
    assert may_apply(STAY, sold, SETTINGS[LATE], (), NOW) == AGAIN


@pytest.mark.parametrize("status", sorted(set(StayStatus) - {"confirmed", "checked_in", "unknown"}))
def test_a_yes_on_a_stay_that_is_not_live_never_makes_a_sale_u3(status: StayStatus) -> None:
    gone = changed(status=status)
    assert judged(gone) is Reason.RESERVATION_NOT_LIVE
    assert judged(gone, now=local(6, 19, 10)) is Reason.RESERVATION_NOT_LIVE  # also late


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"status": StayStatus.UNKNOWN}, Reason.STATUS_UNKNOWN),
        ({"payment": StayPayment.UNKNOWN}, Reason.PAYMENT_UNKNOWN),
        ({"payment": StayPayment.UNPAID}, Reason.NOT_PAID),
        ({"payment": StayPayment.PARTIAL}, Reason.NOT_PAID),
        ({"departure": date(2026, 6, 21)}, Reason.DATES_CHANGED),
    ],
)
def test_what_is_not_known_or_not_so_is_a_no_o12(facts: dict[str, Any], reason: Reason) -> None:
    assert judged(changed(**facts)) is reason


def test_an_offer_that_is_over_is_not_sold_o1() -> None:
    tick = timedelta(microseconds=1)
    end = local(6, 19, 9)
    assert judged(read(STAY, end), now=end - tick) is Reason.CLEAR
    assert judged(read(STAY, end), now=end) is Reason.EXPIRED
    for status in ("scheduled", "declined", "expired", "withdrawn"):
        assert judged(row=replace(ROW, status=OfferStatus(status))) is Reason.NOT_OPEN


def test_a_row_that_does_not_say_what_is_sold_or_until_when_sells_nothing_o12() -> None:
    assert judged(row=replace(ROW, terms=None)) is Reason.NOT_OPEN
    assert judged(row=replace(ROW, expires_at=None)) is Reason.EXPIRED


def test_who_opted_out_buys_nothing_o9() -> None:
    assert judged(opted_out=True) is Reason.OPTED_OUT


def test_switches_prices_and_hours_do_not_end_an_open_offer_o3() -> None:
    off = replace(SETTINGS[LATE], active=False, price=None, wall=None, window=None)
    shut = replace(STAY, listing=replace(STAY.listing, active=False))
    assert may_apply(shut, ROW, off, (), NOW) == ALLOWED
    night = local(6, 18, 3)
    assert judged(read(STAY, night), now=night) is Reason.CLEAR


def test_the_calendar_is_read_again_u10() -> None:
    assert judged(replace(STAY, around=None)) is Reason.CALENDAR_UNREADABLE
    assert judged(read(STAY, NOW - timedelta(minutes=11))) is Reason.CALENDAR_STALE
    taken = read(STAY, NOW, taken=[date(2026, 6, 20)])
    assert judged(taken) is Reason.SOMEBODY_ARRIVES


def test_hours_sold_to_another_meanwhile_are_not_sold_twice_u8() -> None:
    other = claimed(replace(ROW, id="other"), reservation_id="other", sold=True)
    assert judged(claims=[other]) is Reason.TURNOVER_TAKEN
    assert judged(claims=[claimed(ROW)]) is Reason.CLEAR


def test_what_has_begun_is_not_sold() -> None:
    terms = Terms(date(2026, 6, 17), 7500, "USD")
    row = offered(CLEANING, terms, local(6, 16, 10), local(6, 18, 20))
    assert judged(row=row) is Reason.TOO_LATE
    begins = local(6, 17, 11)
    for now, reason in ((begins - DAY / 86400, Reason.CLEAR), (begins, Reason.TOO_LATE)):
        assert judged(read(STAY, now), row, now=now) is reason


def test_the_same_nights_are_sold_once() -> None:
    nights = Terms(date(2026, 6, 20), 9000, "USD", nights=(date(2026, 6, 20),))
    there = offered(ON_THE_DAY, nights, local(6, 17, 9), local(6, 19, 9))
    sold = replace(offered(AFTER, nights, NOW, NOW), status=OfferStatus.ACCEPTED)
    declined = replace(sold, status=OfferStatus.DECLINED)
    assert judged(replace(STAY, offers=(sold,)), there) is Reason.SAME_PRODUCT
    assert judged(replace(STAY, offers=(declined,)), there) is Reason.CLEAR
