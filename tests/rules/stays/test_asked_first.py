"""The guest asks first: the same checks and prices, at once, until the cut-off (U11, U6)."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from jirani.rules.decision import Reason
from jirani.rules.facts import OfferKind, OfferStatus, Stay, StayOffer, StayPayment, Terms
from jirani.rules.stays.asked_first import Asked, kind_asked, may_ask
from jirani.rules.stays.kinds import Product
from jirani.rules.stays.pricing import NO_WISH, Wish
from tests.support.stay_facts import (
    AFTER,
    BEFORE,
    CLEANING,
    EARLY,
    LATE,
    ON_THE_DAY,
    SETTINGS,
    claimed,
    local,
    offered,
    read,
    scheduled,
    staying,
)

STAY = staying(date(2026, 6, 15), date(2026, 6, 20))
NOW = local(6, 18, 21)
TERMS = Terms(date(2026, 6, 20), 5000, "USD", wall=time(18), standard=time(11))


def asked(
    kind: OfferKind = LATE,
    now: datetime = NOW,
    wish: Wish = NO_WISH,
    *rows: StayOffer,
    stay: Stay = STAY,
    **more: Any,
) -> Asked:
    stay = replace(read(stay, now), offers=rows)
    claims = more.pop("claims", ())
    return may_ask(stay, kind, SETTINGS[kind], claims, now, wish=wish, **more)


def test_the_time_the_guest_named_is_offered_at_the_listings_price() -> None:
    found = asked(wish=Wish(wall=time(14)))
    assert found.decision.allowed
    assert found.terms == replace(TERMS, wall=time(14))
    assert found.expires_at == local(6, 19, 23)


def test_without_a_time_the_listings_is_offered() -> None:
    assert asked().terms == TERMS


@pytest.mark.parametrize(
    ("kind", "wall", "reason"),
    [
        (LATE, time(18), "clear"),
        (LATE, time(18, 1), "out_of_range"),
        (LATE, time(11, 1), "clear"),
        (LATE, time(11), "nothing_to_sell"),
        (LATE, time(10), "nothing_to_sell"),
        (EARLY, time(9), "clear"),
        (EARLY, time(8, 59), "out_of_range"),
        (EARLY, time(15, 59), "clear"),
        (EARLY, time(16), "nothing_to_sell"),
        (EARLY, time(17), "nothing_to_sell"),
    ],
)
def test_a_wish_lies_between_the_standard_and_the_listings(
    kind: OfferKind, wall: time, reason: str
) -> None:
    now = local(6, 13, 9)
    assert asked(kind, now, Wish(wall=wall)).decision.reason == reason


@pytest.mark.parametrize(
    ("nights", "reason"), [(0, "out_of_range"), (1, "clear"), (2, "out_of_range")]
)
def test_as_many_nights_as_the_listing_adds(nights: int, reason: str) -> None:
    assert asked(AFTER, wish=Wish(nights=nights)).decision.reason == reason


@pytest.mark.parametrize(
    ("day", "reason"),
    [(15, "out_of_range"), (19, "too_late"), (20, "out_of_range")],
)
def test_a_cleaning_is_on_a_day_within_the_stay(day: int, reason: str) -> None:
    wish = Wish(day=date(2026, 6, day))
    assert asked(CLEANING, wish=wish).decision.reason == reason
    assert asked(CLEANING, local(6, 16, 9), Wish(day=date(2026, 6, 18))).decision.allowed


@pytest.mark.parametrize(
    ("kind", "last"),
    [
        (LATE, local(6, 20, 9)),
        (AFTER, local(6, 20, 9)),
        (BEFORE, local(6, 14, 14)),
        (CLEANING, local(6, 18, 18)),
    ],
)
def test_one_may_ask_until_the_cut_off_at_any_hour(kind: OfferKind, last: datetime) -> None:
    found = asked(kind, last)
    assert found.decision.allowed
    assert found.expires_at
    assert found.expires_at > last
    late = asked(kind, last + timedelta(seconds=1))
    assert late.decision.reason is Reason.TOO_LATE


def test_it_lives_as_any_other_where_that_leaves_an_hour_and_else_until_it_begins_o14() -> None:
    an_hour_before = local(6, 19, 22)
    assert asked(LATE, an_hour_before).expires_at == local(6, 19, 23)
    assert asked(LATE, an_hour_before + timedelta(seconds=1)).expires_at == local(6, 20, 11)


def test_a_calendar_that_is_not_fresh_says_nothing_about_what_is_asked_for_o12() -> None:
    stay = read(STAY, NOW - timedelta(minutes=11), taken=[date(2026, 6, 20)])
    found = may_ask(stay, AFTER, SETTINGS[AFTER], (), NOW)
    assert found.decision.reason is Reason.CALENDAR_STALE


def test_of_several_that_ended_the_last_one_sent_is_replaced() -> None:
    row = replace(offered(LATE, TERMS, local(6, 17, 9), NOW), status=OfferStatus.EXPIRED)
    later = replace(row, id="a", offered_at=local(6, 18, 9))
    unsent = replace(scheduled(LATE, NOW, id="z"), status=OfferStatus.WITHDRAWN)
    assert asked(LATE, NOW, NO_WISH, row, later, unsent).replaces == later
    assert asked(LATE, NOW, NO_WISH, unsent).replaces is None


def test_a_time_already_past_is_not_offered_o8() -> None:
    now = local(6, 15, 13)
    assert asked(EARLY, now).decision.reason is Reason.TOO_LATE
    assert asked(EARLY, now, Wish(wall=time(13))).decision.reason is Reason.TOO_LATE
    found = asked(EARLY, now, Wish(wall=time(14)))
    assert found.decision.allowed
    assert found.expires_at == local(6, 15, 14)


def test_it_takes_over_the_scheduled_row() -> None:
    row = scheduled(LATE, local(6, 19, 9))
    assert asked(LATE, NOW, NO_WISH, row).takes_over == row


@pytest.mark.parametrize("status", ["declined", "expired", "withdrawn"])
def test_an_earlier_no_is_overridden(status: str) -> None:
    row = offered(LATE, TERMS, local(6, 17, 9), local(6, 18, 12))
    ended = replace(row, status=OfferStatus(status))
    found = asked(LATE, NOW, NO_WISH, ended)
    assert found.decision.allowed
    assert (found.replaces, found.takes_over) == (ended, None)


def test_what_is_open_is_not_offered_twice() -> None:
    row = offered(LATE, TERMS, local(6, 18, 9), local(6, 19, 23))
    found = asked(LATE, NOW, NO_WISH, row)
    assert (found.decision.reason, found.open) == (Reason.OPEN_OFFER, row)
    assert asked(LATE, NOW, NO_WISH, replace(row, expires_at=NOW)).replaces
    leaving = replace(scheduled(LATE, NOW), leaving_at=NOW)
    assert asked(LATE, NOW, NO_WISH, leaving).decision.reason is Reason.OPEN_OFFER


def test_what_is_sold_is_not_sold_again_unless_it_was_taken_back() -> None:
    row = offered(LATE, TERMS, local(6, 18, 9), local(6, 19, 23))
    sold = replace(row, status=OfferStatus.ACCEPTED)
    assert asked(LATE, NOW, NO_WISH, sold).decision.reason is Reason.ACCEPTED_BEFORE
    again = asked(LATE, NOW, NO_WISH, sold, undone=frozenset({sold.id}))
    assert again.decision.allowed
    assert again.replaces == sold
    nights = Terms(date(2026, 6, 20), 9000, "USD", nights=(date(2026, 6, 20),))
    night = replace(offered(ON_THE_DAY, nights, NOW, NOW), status=OfferStatus.ACCEPTED)
    assert asked(AFTER, NOW, NO_WISH, night).decision.reason is Reason.SAME_PRODUCT


def test_the_guests_own_open_offer_gives_way_and_a_sale_does_not() -> None:
    night = Terms(date(2026, 6, 20), 9000, "USD", nights=(date(2026, 6, 20),))
    own = claimed(offered(AFTER, night, local(6, 18, 9), local(6, 19, 23)))
    assert asked(claims=[own]).superseded == (own.offer_id,)
    for other in (replace(own, until=None), replace(own, reservation_id="other")):
        assert asked(claims=[other]).decision.reason is Reason.TURNOVER_TAKEN


def test_stay_calendar_and_opt_out_hold_as_ever() -> None:
    unpaid = replace(STAY, reservation=replace(STAY.reservation, payment=StayPayment.UNPAID))
    assert asked(stay=unpaid).decision.reason is Reason.NOT_PAID
    assert asked(opted_out=True).decision.reason is Reason.OPTED_OUT
    off = replace(SETTINGS[LATE], active=False)
    assert may_ask(read(STAY, NOW), LATE, off, (), NOW).decision.reason is Reason.KIND_OFF
    full = read(STAY, NOW, taken=[date(2026, 6, 20)])
    for kind, reason in ((LATE, Reason.SOMEBODY_ARRIVES), (AFTER, Reason.NIGHT_NOT_FREE)):
        assert may_ask(full, kind, SETTINGS[kind], (), NOW).decision.reason is reason
    unread = may_ask(STAY, LATE, SETTINGS[LATE], (), NOW)
    assert unread.decision.reason is Reason.CALENDAR_UNREADABLE


def test_another_night_is_the_live_kind_only_on_the_day_of_departure_in_the_house() -> None:
    kinds = [
        kind_asked(Product.NIGHTS_AFTER, STAY, at)
        for at in (local(6, 19, 23), local(6, 20, 1), local(6, 20, 11))
    ]
    assert kinds == [AFTER, ON_THE_DAY, AFTER]
    assert kind_asked(Product.EARLIER, STAY, NOW) is EARLY
    assert asked(ON_THE_DAY, local(6, 12, 9)).decision.reason is Reason.NOT_IN_HOUSE
