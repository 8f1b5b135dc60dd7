"""A plan follows its stay, and changes nothing when nothing changed (U2, U3, O3, O8)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from jirani.rules.decision import Reason
from jirani.rules.facts import (
    KindSettings,
    OfferKind,
    OfferStatus,
    Stay,
    StayOffer,
    StayPayment,
    StayStatus,
    Terms,
)
from jirani.rules.stays.kinds import OFFER_KINDS
from jirani.rules.stays.planning import Change, Planned, plan
from tests.support.stay_facts import (
    AFTER,
    CLEANING,
    EARLY,
    LATE,
    ON_THE_DAY,
    SETTINGS,
    local,
    offered,
    read,
    scheduled,
    staying,
)

NOW = local(6, 1, 12)
STAY = staying(date(2026, 6, 15), date(2026, 6, 20))
DUE = local(6, 12, 9)
TERMS = Terms(date(2026, 6, 15), 2500, "USD")


def of(kind: OfferKind, stay: Stay, rows: Iterable[StayOffer] = (), now: datetime = NOW) -> Planned:
    return next(each for each in plan(stay, SETTINGS, rows, now) if each.kind is kind)


def changed(stay: Stay, **more: object) -> Stay:
    return replace(stay, reservation=replace(stay.reservation, **more))  # type: ignore[arg-type]


def test_every_kind_gets_one_answer() -> None:
    found = plan(STAY, SETTINGS, (), NOW)
    assert [each.kind for each in found] == list(OFFER_KINDS)
    assert {each.change for each in found} == {Change.NEW}


def test_a_kind_without_settings_is_off() -> None:
    found = plan(STAY, {}, (), NOW)
    assert {(each.change, each.decision.reason) for each in found} == {
        (Change.NONE, Reason.KIND_OFF)
    }


def test_planned_only_if_its_time_is_ahead() -> None:
    assert of(EARLY, STAY, now=DUE - timedelta(seconds=1)).change is Change.NEW
    late = of(EARLY, STAY, now=DUE)
    assert (late.change, late.decision.reason) == (Change.NONE, Reason.SCHEDULE_PAST)


def test_a_refused_plan_writes_no_row() -> None:
    unpaid = of(EARLY, changed(STAY, payment=StayPayment.UNPAID))
    assert (unpaid.change, unpaid.decision.reason) == (Change.NONE, Reason.NOT_PAID)


def test_the_same_again_keeps_the_row() -> None:
    kept = of(EARLY, STAY, [scheduled(EARLY, DUE)])
    assert (kept.change, kept.due_at) == (Change.KEEP, DUE)


def test_rows_of_another_stay_do_not_count() -> None:
    other = replace(scheduled(EARLY, DUE), reservation_id="other")
    assert of(EARLY, STAY, [other]).change is Change.NEW


def test_new_dates_move_an_unsent_offer() -> None:
    moved = of(EARLY, changed(STAY, arrival=date(2026, 6, 14)), [scheduled(EARLY, DUE)])
    assert (moved.change, moved.due_at) == (Change.MOVE, local(6, 11, 9))


def test_new_dates_whose_time_is_past_withdraw_an_unsent_offer() -> None:
    nearer = changed(STAY, arrival=date(2026, 6, 13))
    gone = of(EARLY, nearer, [scheduled(EARLY, DUE)], local(6, 11, 12))
    assert (gone.change, gone.decision.reason) == (Change.WITHDRAW, Reason.SCHEDULE_PAST)


@pytest.mark.parametrize("due", [DUE, local(6, 14, 9)])
def test_a_row_that_is_overdue_or_was_postponed_is_kept(due: datetime) -> None:
    row = replace(scheduled(EARLY, DUE), due_at=due)
    assert of(EARLY, STAY, [row], local(6, 12, 10)).change is Change.KEEP


def test_a_row_that_does_not_know_its_plan_is_left_to_sending() -> None:
    row = replace(scheduled(EARLY, local(6, 14, 9)), planned_for=None)
    assert of(EARLY, STAY, [row], local(6, 12, 10)).change is Change.KEEP


def test_a_row_on_its_way_out_is_not_moved_but_withdrawn_with_the_stay() -> None:
    leaving = replace(scheduled(EARLY, local(6, 11, 9)), leaving_at=local(6, 11, 9))
    assert of(EARLY, STAY, [leaving], local(6, 11, 9)).change is Change.KEEP
    dead = changed(STAY, status=StayStatus.CANCELLED)
    assert of(EARLY, dead, [leaving], local(6, 11, 9)).change is Change.WITHDRAW


@pytest.mark.parametrize(
    "status", sorted(set(StayStatus) - {StayStatus.CONFIRMED, StayStatus.UNKNOWN})
)
def test_a_stay_that_is_not_live_any_more_withdraws_unsent_and_open(status: StayStatus) -> None:
    dead = changed(STAY, status=status)
    unsent, there = scheduled(EARLY, DUE), offered(EARLY, TERMS, DUE, DUE + timedelta(days=2))
    deferred = replace(there, status=OfferStatus.DEFERRED)
    for row in (unsent, there, deferred):
        assert of(EARLY, dead, [row]).change is Change.WITHDRAW


def test_an_unknown_undoes_nothing() -> None:
    unsent, there = scheduled(EARLY, DUE), offered(EARLY, TERMS, DUE, DUE + timedelta(days=2))
    for row in (unsent, there):
        kept = of(EARLY, changed(STAY, status=StayStatus.UNKNOWN), [row])
        assert (kept.change, kept.decision.reason) == (Change.KEEP, Reason.STATUS_UNKNOWN)
    unpaid = of(EARLY, changed(STAY, payment=StayPayment.UNKNOWN), [unsent])
    assert (unpaid.change, unpaid.decision.reason) == (Change.KEEP, Reason.PAYMENT_UNKNOWN)


def test_a_stay_no_longer_paid_withdraws_what_is_unsent_and_leaves_what_is_open() -> None:
    partial = changed(STAY, payment=StayPayment.PARTIAL)
    assert of(EARLY, partial, [scheduled(EARLY, DUE)]).change is Change.WITHDRAW
    there = offered(EARLY, TERMS, DUE, DUE + timedelta(days=2))
    assert of(EARLY, partial, [there]).change is Change.KEEP


def test_switching_a_kind_off_withdraws_what_is_unsent_and_leaves_what_is_open() -> None:
    off = {EARLY: KindSettings(active=False)}
    there = offered(EARLY, TERMS, DUE, DUE + timedelta(days=2))
    for row, change in ((scheduled(EARLY, DUE), Change.WITHDRAW), (there, Change.KEEP)):
        found = next(each for each in plan(STAY, off, [row], NOW) if each.kind is EARLY)
        assert found.change is change


def test_new_dates_withdraw_an_open_offer_of_the_old_ones() -> None:
    there = offered(EARLY, TERMS, DUE, DUE + timedelta(days=2))
    moved = of(EARLY, changed(STAY, arrival=date(2026, 6, 16)), [there])
    assert (moved.change, moved.decision.reason) == (Change.WITHDRAW, Reason.DATES_CHANGED)
    assert of(EARLY, changed(STAY, departure=date(2026, 6, 25)), [there]).change is Change.KEEP


@pytest.mark.parametrize("status", ["accepted", "declined", "expired", "withdrawn"])
def test_what_was_ever_sent_is_never_planned_again(status: str) -> None:
    there = offered(EARLY, TERMS, DUE, DUE + timedelta(days=2))
    ended = replace(there, status=OfferStatus(status))
    moved = changed(STAY, arrival=date(2026, 6, 18), departure=date(2026, 6, 25))
    found = of(EARLY, moved, [ended])
    assert (found.change, found.decision.reason) == (Change.NONE, Reason.ALREADY_OFFERED)


def test_what_ended_unsent_is_planned_again_when_its_reason_went_away() -> None:
    row = replace(scheduled(EARLY, DUE), status=OfferStatus.WITHDRAWN, reason=Reason.NOT_PAID)
    assert of(EARLY, STAY, [row]).change is Change.NEW


@pytest.mark.parametrize(
    "reason", ["opted_out", "general_no", "declined_before", "accepted_before", "same_product"]
)
def test_what_was_ruled_out_unsent_stays_so(reason: str) -> None:
    row = replace(scheduled(EARLY, DUE), status=OfferStatus.WITHDRAWN, reason=reason)
    found = of(EARLY, STAY, [row])
    assert (found.change, found.decision.reason) == (Change.NONE, reason)


def test_an_opt_out_withdraws_everything_and_a_general_no_what_is_unsent() -> None:
    late = scheduled(LATE, local(6, 17, 9))
    rows = [late, offered(EARLY, TERMS, DUE, DUE + timedelta(days=2))]
    gone = {each.kind: each.change for each in plan(STAY, SETTINGS, rows, NOW, opted_out=True)}
    assert (gone[LATE], gone[EARLY], gone[CLEANING]) == (
        Change.WITHDRAW,
        Change.WITHDRAW,
        Change.NONE,
    )
    # What is open then was asked for by the guest since (U11).
    left = {each.kind: each.change for each in plan(STAY, SETTINGS, rows, NOW, declined_all=True)}
    assert (left[LATE], left[EARLY]) == (Change.WITHDRAW, Change.KEEP)


@pytest.mark.parametrize("status", [OfferStatus.ACCEPTED, OfferStatus.DECLINED])
def test_a_yes_or_no_to_one_post_stay_kind_closes_the_other(status: OfferStatus) -> None:
    terms = Terms(date(2026, 6, 20), 9000, "USD", nights=(date(2026, 6, 20),))
    there = replace(offered(AFTER, terms, DUE, DUE + timedelta(days=2)), status=status)
    unsent = scheduled(ON_THE_DAY, local(6, 20, 8))
    gone = of(ON_THE_DAY, STAY, [there, unsent])
    assert (gone.change, gone.decision.reason) == (Change.WITHDRAW, Reason.SAME_PRODUCT)
    assert of(ON_THE_DAY, STAY, [there]).change is Change.NONE
    opened = offered(ON_THE_DAY, terms, local(6, 20, 8), local(6, 20, 11))
    left = of(ON_THE_DAY, STAY, [there, opened])
    assert left.change is (Change.WITHDRAW if status == "accepted" else Change.KEEP)


def test_silence_to_one_post_stay_kind_leaves_the_other() -> None:
    terms = Terms(date(2026, 6, 20), 9000, "USD", nights=(date(2026, 6, 20),))
    silent = replace(offered(AFTER, terms, DUE, DUE), status=OfferStatus.EXPIRED)
    assert of(ON_THE_DAY, STAY, [silent]).change is Change.NEW


def test_a_taken_night_or_turnover_is_recorded_and_does_not_refuse() -> None:
    stay = read(STAY, NOW, taken=[date(2026, 6, 20)])
    for kind in (AFTER, LATE):
        found = of(kind, stay)
        assert found.change is Change.NEW
        assert found.decision.detail.startswith("Today: ")
    assert of(EARLY, stay).decision.detail == ""
    assert of(AFTER, stay, [scheduled(AFTER, local(6, 17, 9))]).change is Change.KEEP


def test_what_the_calendar_says_never_makes_up_for_the_stay() -> None:
    unpaid = of(EARLY, read(changed(STAY, payment=StayPayment.UNPAID), NOW))
    assert (unpaid.change, unpaid.decision.reason) == (Change.NONE, Reason.NOT_PAID)
    nowhere = replace(STAY, listing=replace(STAY.listing, zone=None))
    assert of(EARLY, nowhere).decision.reason is Reason.NO_ZONE
