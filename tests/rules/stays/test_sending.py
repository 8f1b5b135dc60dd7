"""What becomes of a due offer: U1, O8, U4, O5, O7, then the listing (O3, O6, U8, U9)."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from jirani.rules.contact import Prevention
from jirani.rules.decision import Reason
from jirani.rules.facts import (
    Contact,
    ContactPolicy,
    OfferKind,
    OfferStatus,
    Stay,
    StayOffer,
    StayPayment,
    StayStatus,
    Terms,
)
from jirani.rules.stays.kinds import OFFER_KINDS
from jirani.rules.stays.moments import schedule_of
from jirani.rules.stays.sending import Sending, Step, may_offer
from tests.support.stay_facts import (
    AFTER,
    BEFORE,
    CLEANING,
    EARLY,
    FLAT,
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

DUE = local(6, 12, 9)
STAY = staying(date(2026, 6, 15), date(2026, 6, 25))
POLICY = ContactPolicy()
NOTHING = Prevention()


def judged(
    kind: OfferKind = EARLY,
    now: datetime = DUE,
    facts: Prevention = NOTHING,
    *,
    stay: Stay = STAY,
    row: StayOffer | None = None,
    settings: dict[str, Any] | None = None,
    **calendar: Any,
) -> Sending:
    if stay.around is None:
        stay = read(stay, now, **calendar)
    row = row or scheduled(kind, now)
    known = replace(SETTINGS[kind], **settings or {})
    return may_offer(stay, row, known, facts, (), now, policy=POLICY)


def changed(**more: Any) -> Stay:
    return replace(STAY, reservation=replace(STAY.reservation, **more))


@pytest.mark.parametrize("kind", OFFER_KINDS)
def test_every_kind_is_sent_when_it_is_due(kind: OfferKind) -> None:
    due = schedule_of(kind, STAY.reservation, FLAT, SETTINGS[kind])
    assert due
    found = judged(kind, due)
    assert found.step is Step.SEND
    assert found.expires_at
    assert found.expires_at > due


@pytest.mark.parametrize(
    ("stay", "settings", "step", "reason"),
    [
        (changed(status=StayStatus.CANCELLED), {}, "withdraw", "reservation_not_live"),
        (changed(status=StayStatus.CHECKED_IN), {}, "withdraw", "already_in"),
        (changed(status=StayStatus.UNKNOWN), {}, "retry", "status_unknown"),
        (changed(payment=StayPayment.PARTIAL), {}, "expire", "not_paid"),
        (changed(payment=StayPayment.UNKNOWN), {}, "retry", "payment_unknown"),
        (STAY, {"active": False}, "withdraw", "kind_off"),
        (replace(STAY, listing=replace(FLAT, active=False)), {}, "withdraw", "listing_off"),
        (STAY, {"price": None}, "expire", "no_price"),
        (STAY, {"wall": time(16)}, "expire", "nothing_to_sell"),
        (changed(currency="EUR"), {}, "expire", "other_currency"),
    ],
)
def test_the_stay_and_the_settings_are_those_of_now(
    stay: Stay, settings: dict[str, Any], step: str, reason: str
) -> None:
    found = judged(stay=stay, settings=settings)
    assert (found.step, found.decision.reason) == (step, reason)


@pytest.mark.parametrize(
    ("kind", "last"),
    [
        (EARLY, local(6, 14, 16)),
        (LATE, local(6, 24, 11)),
        (AFTER, local(6, 24, 11)),
        (BEFORE, local(6, 13, 16)),
        (ON_THE_DAY, local(6, 25, 9)),
    ],
)
def test_exactly_at_the_last_moment_is_allowed_and_a_second_later_is_not(
    kind: OfferKind, last: datetime
) -> None:
    assert judged(kind, last).step is Step.SEND
    late = judged(kind, last + timedelta(seconds=1))
    assert (late.step, late.decision.reason) == (Step.EXPIRE, Reason.TOO_LATE)


def test_a_cleaning_is_sent_until_the_evening_two_days_before_departure() -> None:
    assert judged(CLEANING, local(6, 23, 19, 59)).step is Step.SEND
    late = judged(CLEANING, local(6, 23, 20, 0) + timedelta(seconds=1))
    assert (late.step, late.decision.reason) == (Step.EXPIRE, Reason.TOO_LATE)


@pytest.mark.parametrize(
    ("facts", "step", "reason"),
    [
        ({"opted_out": True}, "withdraw", "opted_out"),
        ({"accepted": True}, "withdraw", "accepted_before"),
        ({"declined": True}, "withdraw", "declined_before"),
        ({"declined_all": True}, "withdraw", "declined_before"),
        ({"offered": True}, "expire", "already_offered"),
        ({"person_handling": True}, "expire", "person_handling"),
    ],
)
def test_prevention_ends_it(facts: dict[str, Any], step: str, reason: str) -> None:
    found = judged(facts=Prevention(**facts))
    assert (found.step, found.decision.reason) == (step, reason)


@pytest.mark.parametrize(
    ("facts", "reason", "at"),
    [
        ({"history": (local(6, 6, 9), local(6, 8, 9), local(6, 10, 8))}, "weekly_cap", (13, 9)),
        ({"history": (local(6, 11, 10),)}, "spacing", (13, 10)),
        ({"declines": (local(6, 11, 9), local(6, 12, 8))}, "decline_pause", (14, 8)),
    ],
)
def test_whatever_of_the_ledger_holds_it_lets_go_of_it_again_o6(
    facts: dict[str, tuple[datetime, ...]], reason: str, at: tuple[int, int]
) -> None:
    sent = tuple(Contact(moment, True, "x") for moment in facts.get("history", ()))
    found = judged(facts=Prevention(history=sent, declines=facts.get("declines", ())))
    assert (found.step, found.decision.reason) == (Step.POSTPONE, reason)
    assert found.postponed_to == local(6, *at)


def test_a_night_that_a_stale_calendar_shows_as_taken_may_be_free_by_now_u10() -> None:
    now = local(6, 22, 9)
    stale = read(STAY, now - timedelta(minutes=11), taken=[date(2026, 6, 25)])
    found = judged(AFTER, now, stay=stale)
    assert (found.step, found.decision.reason) == (Step.RETRY, Reason.CALENDAR_STALE)


def test_a_deferred_offer_of_other_dates_does_not_wait_for_the_ledger_u2() -> None:
    terms = Terms(date(2026, 6, 24), 5000, "USD", wall=time(18), standard=time(11))
    row = offered(LATE, terms, local(6, 21, 9), local(6, 24, 9), status=OfferStatus.DEFERRED)
    facts = Prevention(history=(Contact(local(6, 21, 9), True, "x"),))
    found = judged(LATE, local(6, 22, 9), facts, row=row)
    assert (found.step, found.decision.reason) == (Step.WITHDRAW, Reason.DATES_CHANGED)


def test_what_would_come_too_late_then_is_expired_with_the_reason_o6() -> None:
    ledger = (Contact(local(6, 12, 17), True, "x"),)
    found = judged(now=local(6, 13, 9), facts=Prevention(history=ledger))
    assert (found.step, found.decision.reason) == (Step.EXPIRE, Reason.SPACING)


def test_quiet_hours_postpone_to_the_morning_of_the_guest_o7() -> None:
    stay = changed(guest_zone="America/Los_Angeles")
    found = judged(stay=stay)
    assert (found.step, found.decision.reason) == (Step.POSTPONE, Reason.QUIET_HOURS)
    assert found.postponed_to == local(6, 12, 11)


def test_a_phones_zone_counts_where_none_is_stated_o7() -> None:
    row, stay = scheduled(EARLY, DUE), read(STAY, DUE)
    found = may_offer(
        stay, row, SETTINGS[EARLY], NOTHING, (), DUE, policy=POLICY, phone_zone="Asia/Tokyo"
    )
    assert found.postponed_to == local(6, 12, 19)


@pytest.mark.parametrize(
    ("calendar", "reason"),
    [
        ({"taken": [date(2026, 6, 14)]}, "somebody_leaves"),
        ({"blocked": [date(2026, 6, 14)]}, "blocked"),
    ],
)
def test_a_calendar_in_the_way_expires_it(calendar: dict[str, Any], reason: str) -> None:
    found = judged(**calendar)
    assert (found.step, found.decision.reason) == (Step.EXPIRE, reason)


@pytest.mark.parametrize("kind", OFFER_KINDS)
def test_a_calendar_that_was_not_read_or_long_ago_is_tried_again_o12(kind: OfferKind) -> None:
    due = schedule_of(kind, STAY.reservation, FLAT, SETTINGS[kind])
    assert due
    row = scheduled(kind, due)
    for stay in (STAY, read(STAY, due - timedelta(minutes=11))):
        found = may_offer(stay, row, SETTINGS[kind], NOTHING, (), due, policy=POLICY)
        assert found.step is Step.RETRY


def test_hours_another_guest_was_offered_are_not_offered_again_u8() -> None:
    terms = Terms(date(2026, 6, 15), 5000, "USD", wall=time(18), standard=time(11))
    other = claimed(offered(LATE, terms, local(6, 12, 8), local(6, 14, 8)), reservation_id="other")
    row = scheduled(EARLY, DUE)
    found = may_offer(read(STAY, DUE), row, SETTINGS[EARLY], NOTHING, [other], DUE, policy=POLICY)
    assert (found.step, found.decision.reason) == (Step.EXPIRE, Reason.TURNOVER_TAKEN)


def test_the_sibling_of_a_declined_night_is_withdrawn() -> None:
    night = Terms(date(2026, 6, 25), 9000, "USD", nights=(date(2026, 6, 25),))
    no = replace(offered(AFTER, night, DUE, DUE), status=OfferStatus.DECLINED)
    now = local(6, 25, 8)
    found = judged(ON_THE_DAY, now, stay=read(replace(STAY, offers=(no,)), now))
    assert (found.step, found.decision.reason) == (Step.WITHDRAW, Reason.SAME_PRODUCT)


@pytest.mark.parametrize("status", sorted(set(OfferStatus) - {"scheduled", "deferred"}))
def test_a_row_that_is_not_waiting_is_left_alone(status: OfferStatus) -> None:
    row = replace(scheduled(EARLY, DUE), status=status)
    found = judged(row=row)
    assert (found.step, found.decision.reason) == (Step.LEAVE, Reason.NOT_OPEN)


TERMS = Terms(date(2026, 6, 25), 4000, "USD", wall=time(17), standard=time(11))
SENT = local(6, 22, 9)
LATER = replace(
    offered(LATE, TERMS, SENT, local(6, 24, 9)),
    status=OfferStatus.DEFERRED,
    due_at=local(6, 24, 9),
)
SAID_LATER = Prevention(
    offered=True,
    deferred_until=SENT + timedelta(hours=1),
    history=(Contact(SENT, True, LATE),),
)


def test_a_deferred_offer_is_asked_once_more_on_its_own_terms_o10() -> None:
    found = judged(LATE, local(6, 24, 9), SAID_LATER, row=LATER)
    assert (found.step, found.terms) == (Step.SEND, TERMS)
    assert found.expires_at == local(6, 24, 23)


def test_the_time_a_guest_named_is_not_held_by_spacing_o10() -> None:
    named = replace(SAID_LATER, deferred_until=local(6, 23, 10), time_named=True)
    assert judged(LATE, local(6, 23, 10), named, row=LATER).step is Step.SEND
    quiet = judged(LATE, local(6, 23, 21), named, row=LATER)
    assert quiet.postponed_to == local(6, 24, 8)


def test_a_deferred_offer_not_due_yet_waits_o10() -> None:
    waits = replace(SAID_LATER, deferred_until=local(6, 23, 10), time_named=True)
    found = judged(LATE, local(6, 23, 9), waits, row=LATER)
    assert (found.step, found.postponed_to) == (Step.POSTPONE, local(6, 23, 10))


def test_a_deferred_offer_that_may_not_be_asked_again_stays_open_until_it_ends_o10() -> None:
    found = judged(LATE, local(6, 24, 12), SAID_LATER, row=LATER)
    assert (found.step, found.decision.reason) == (Step.LEAVE, Reason.TOO_LATE)
    off = judged(LATE, local(6, 24, 9), SAID_LATER, row=LATER, settings={"active": False})
    assert (off.step, off.decision.reason) == (Step.LEAVE, Reason.KIND_OFF)


def test_a_deferred_offer_of_other_dates_or_taken_hours_ends() -> None:
    moved = changed(departure=date(2026, 6, 26))
    gone = judged(LATE, local(6, 24, 9), SAID_LATER, row=LATER, stay=moved)
    assert (gone.step, gone.decision.reason) == (Step.WITHDRAW, Reason.DATES_CHANGED)
    taken = judged(LATE, local(6, 24, 9), SAID_LATER, row=LATER, taken=[date(2026, 6, 25)])
    assert (taken.step, taken.decision.reason) == (Step.EXPIRE, Reason.SOMEBODY_ARRIVES)


def test_the_last_call_is_not_sent_to_a_guest_who_has_not_come_u1() -> None:
    found = judged(ON_THE_DAY, local(6, 14, 9))
    assert (found.step, found.decision.reason) == (Step.EXPIRE, Reason.NOT_IN_HOUSE)


def test_a_named_time_right_at_the_last_moment_is_waited_for_o8() -> None:
    last = local(6, 24, 11)
    waits = replace(SAID_LATER, deferred_until=last, time_named=True)
    assert judged(LATE, local(6, 23, 9), waits, row=LATER).postponed_to == last
    waits = replace(waits, deferred_until=last + timedelta(seconds=1))
    assert judged(LATE, local(6, 23, 9), waits, row=LATER).step is Step.LEAVE


def odd(arrival: date, check_in: time, wall: time, zone: str, now: datetime) -> Sending:
    """A listing that lets guests in at night, and a guest who is awake then."""
    stay = staying(arrival, date(2026, 11, 5), guest_zone=zone)
    stay = read(replace(stay, listing=replace(FLAT, check_in=check_in)), now)
    known = replace(SETTINGS[EARLY], wall=wall)
    row = scheduled(EARLY, now)
    return may_offer(stay, row, known, NOTHING, (), now, policy=POLICY)


def test_an_offer_ends_no_later_than_what_is_offered_begins_o14() -> None:
    now = local(10, 12, 9)
    found = odd(date(2026, 10, 14), time(22), time(9), "America/New_York", now)
    assert found.expires_at == local(10, 14, 9)  # not at ten, twelve hours before


def test_a_time_already_past_is_never_offered_o8() -> None:
    # The day has 25 hours: 24 hours before 23:59 is after midnight.
    now = local(11, 1, 0, 30)
    found = odd(date(2026, 11, 1), time(23, 59), time(0), "Asia/Tokyo", now)
    assert (found.step, found.decision.reason) == (Step.EXPIRE, Reason.TOO_LATE)


def test_an_offer_of_under_an_hour_that_ends_in_quiet_hours_is_not_sent_o7() -> None:
    # 19:30 where the guest is, and the offer would end at 20:15.
    now = local(10, 13, 23, 30)
    found = odd(date(2026, 10, 14), time(23, 45), time(0, 15), "America/Anchorage", now)
    assert (found.step, found.decision.reason) == (Step.EXPIRE, Reason.QUIET_HOURS)
    awake = odd(date(2026, 10, 14), time(23, 45), time(0, 15), "Pacific/Honolulu", now)
    assert awake.step is Step.SEND
