"""The eight scenarios of the upsell analysis, on the dates the rules give them (domain §4)."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from jirani.rules.contact import Prevention
from jirani.rules.decision import Reason
from jirani.rules.facts import Contact, ContactPolicy, OfferKind, OfferStatus, Stay, StayOffer
from jirani.rules.facts import StayStatus as Status
from jirani.rules.stays.accepting import may_apply
from jirani.rules.stays.picking import Pick, pick
from jirani.rules.stays.planning import Change, plan
from jirani.rules.stays.pricing import Wish
from jirani.rules.stays.sending import Sending, Step, may_offer
from tests.support.stay_facts import (
    AFTER,
    CLEANING,
    EARLY,
    LATE,
    SETTINGS,
    local,
    offered,
    read,
    scheduled,
    staying,
)

POLICY = ContactPolicy()


def planned(stay: Stay, kind: OfferKind, now: datetime) -> datetime | None:
    [found] = [each for each in plan(stay, SETTINGS, (), now) if each.kind is kind]
    assert found.change is Change.NEW
    return found.due_at


def sent(stay: Stay, row: StayOffer, now: datetime, *history: datetime) -> Sending:
    ledger = tuple(Contact(at, True, "stay") for at in history)
    facts = Prevention(history=ledger)
    return may_offer(stay, row, SETTINGS[row.kind], facts, (), now, policy=POLICY)


def taken(stay: Stay, row: StayOffer, now: datetime) -> Reason:
    return may_apply(stay, row, SETTINGS[row.kind], (), now).reason


def as_offered(row: StayOffer, answer: Sending, at: datetime) -> StayOffer:
    assert answer.step is Step.SEND
    assert answer.terms
    assert answer.expires_at
    return offered(row.kind, answer.terms, at, answer.expires_at)


def test_scenario_1_an_early_check_in_is_sent_three_days_ahead_and_sold() -> None:
    stay = staying(date(2026, 6, 15), date(2026, 6, 20))
    due = planned(stay, EARLY, local(6, 10, 12))
    assert due == local(6, 12, 9)
    answer = sent(read(stay, due), scheduled(EARLY, due), due)
    assert answer.terms
    assert (answer.terms.wall, answer.terms.price) == (time(9), 2500)
    row = as_offered(scheduled(EARLY, due), answer, due)
    yes = local(6, 13, 14)
    assert taken(read(stay, yes), row, yes) is Reason.CLEAR


def test_scenario_2_four_pm_works_fine_is_a_no_to_early_and_late_is_offered_all_the_same() -> None:
    stay = staying(date(2026, 7, 10), date(2026, 7, 15))
    assert planned(stay, EARLY, local(7, 5, 12)) == local(7, 7, 9)
    due = planned(stay, LATE, local(7, 5, 12))
    assert due == local(7, 12, 9)
    early = sent(read(stay, local(7, 7, 9)), scheduled(EARLY, local(7, 7, 9)), local(7, 7, 9))
    assert early.terms
    assert pick(EARLY, early.terms, Wish(wall=time(16))) is Pick.DECLINE
    answer = sent(read(stay, due), scheduled(LATE, due), due, local(7, 7, 9))
    row = as_offered(scheduled(LATE, due), answer, due)
    yes = local(7, 12, 10)
    assert taken(read(stay, yes), row, yes) is Reason.CLEAR


def test_scenario_3_a_night_taken_meanwhile_expires_the_offer_unsent() -> None:
    stay = staying(date(2026, 8, 5), date(2026, 8, 10))
    due = planned(stay, AFTER, local(8, 1, 12))
    assert due == local(8, 7, 9)
    answer = sent(read(stay, due, taken=[date(2026, 8, 10)]), scheduled(AFTER, due), due)
    assert (answer.step, answer.decision.reason) == (Step.EXPIRE, Reason.NIGHT_NOT_FREE)


def test_scenario_4_a_cleaning_of_fourteen_nights_is_offered_on_sep_6_for_sep_7() -> None:
    stay = staying(date(2026, 9, 1), date(2026, 9, 15))
    due = planned(stay, CLEANING, local(8, 28, 12))
    assert due == local(9, 6, 10)
    answer = sent(read(stay, due), scheduled(CLEANING, due), due)
    row = as_offered(scheduled(CLEANING, due), answer, due)
    assert row.terms
    assert row.terms.day == date(2026, 9, 7)
    assert row.expires_at == local(9, 6, 20)
    assert taken(read(stay, local(9, 6, 15)), row, local(9, 6, 15)) is Reason.CLEAR


def test_scenario_5_a_schedule_that_is_past_leaves_one_decision_and_no_row() -> None:
    stay = staying(date(2026, 6, 15), date(2026, 6, 18))
    [early] = [each for each in plan(stay, SETTINGS, (), local(6, 15, 14)) if each.kind is EARLY]
    assert (early.decision.reason, early.change, early.due_at) == (
        Reason.SCHEDULE_PAST,
        Change.NONE,
        None,
    )


def test_scenario_6_a_cancelled_stay_withdraws_at_once_and_a_yes_makes_no_sale() -> None:
    stay = staying(date(2026, 10, 10), date(2026, 10, 15))
    due = local(10, 7, 9)
    row = as_offered(scheduled(EARLY, due), sent(read(stay, due), scheduled(EARLY, due), due), due)
    gone = replace(stay, reservation=replace(stay.reservation, status=Status.CANCELLED))
    late = scheduled(LATE, local(10, 12, 9))
    changes = {each.kind: each for each in plan(gone, SETTINGS, (row, late), local(10, 8, 11))}
    for kind in (EARLY, LATE):
        assert changes[kind].change is Change.WITHDRAW
        assert changes[kind].decision.reason is Reason.RESERVATION_NOT_LIVE
    # Whether its webhook came (the row is withdrawn) or was lost (the row is open).
    yes = local(10, 8, 14)
    withdrawn = replace(row, status=OfferStatus.WITHDRAWN)
    assert taken(read(gone, yes), row, yes) is Reason.RESERVATION_NOT_LIVE
    assert taken(read(gone, yes), withdrawn, yes) is Reason.RESERVATION_NOT_LIVE


def test_scenario_7_a_new_standard_time_is_the_one_that_is_sent() -> None:
    stay = staying(date(2026, 11, 10), date(2026, 11, 15))
    due = planned(stay, EARLY, local(11, 5, 12))
    assert due == local(11, 7, 9)
    stay = replace(stay, listing=replace(stay.listing, check_in=time(14)))
    answer = sent(read(stay, due), scheduled(EARLY, due), due)
    assert answer.terms
    assert (answer.terms.wall, answer.terms.standard) == (time(9), time(14))


def test_scenario_8_late_waits_for_the_spacing_and_goes_on_dec_15_at_ten() -> None:
    stay = staying(date(2026, 12, 10), date(2026, 12, 17))
    now = local(12, 5, 12)
    times = {each.kind: each.due_at for each in plan(stay, SETTINGS, (), now)}
    assert times[EARLY] == local(12, 7, 9)
    assert times[CLEANING] == local(12, 13, 10)
    assert times[LATE] == local(12, 14, 9)
    early, cleaning, due = local(12, 7, 9), local(12, 13, 10), local(12, 14, 9)
    answer = sent(read(stay, cleaning), scheduled(CLEANING, cleaning), cleaning, early)
    assert answer.step is Step.SEND
    held = sent(read(stay, due), scheduled(LATE, due), due, early, cleaning)
    assert (held.step, held.decision.reason) == (Step.POSTPONE, Reason.SPACING)
    assert held.postponed_to == local(12, 15, 10)
    later = sent(
        read(stay, held.postponed_to), scheduled(LATE, due), held.postponed_to, early, cleaning
    )
    assert later.step is Step.SEND
    assert later.expires_at == local(12, 16, 23)  # twelve hours before the check-out


def test_scenario_8b_after_a_general_no_the_late_check_out_is_withdrawn() -> None:
    stay = staying(date(2026, 12, 10), date(2026, 12, 17))
    row = scheduled(LATE, local(12, 14, 9))
    changes = plan(stay, SETTINGS, (row,), local(12, 13, 14), declined_all=True)
    late = next(each for each in changes if each.kind is LATE)
    assert (late.change, late.decision.reason) == (Change.WITHDRAW, Reason.GENERAL_NO)
    ended = replace(row, status=OfferStatus.WITHDRAWN, reason=Reason.GENERAL_NO)
    again = plan(stay, SETTINGS, (ended,), local(12, 13, 15))
    assert next(each for each in again if each.kind is LATE).change is Change.NONE
    assert timedelta(hours=48) == POLICY.spacing
