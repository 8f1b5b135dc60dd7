"""A late yes is checked anew, for as long as nothing was charged (X11, O3)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jirani.rules.decision import Decision, Reason
from jirani.rules.facts import Appointment, AppointmentStatus, Offer, OfferKind, OfferStatus
from jirani.rules.late_yes import SILENCE, may_revive, still_the_question

ENDED = datetime(2026, 11, 21, 9, tzinfo=UTC)
NOW = ENDED + timedelta(minutes=1)
HALF_HOUR = timedelta(minutes=30)
START = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PRIMARY = Appointment(
    id="a1",
    thread_id="t1",
    customer_id="c1",
    service_id="cut",
    staff_id="m1",
    starts_at=START,
    ends_at=START + HOUR,
    busy_until=START + HOUR,
    price=100000,
    currency="KES",
    status=AppointmentStatus.CONFIRMED,
)
OFFER = Offer(
    id="o1",
    kind=OfferKind.CROSS_SELL,
    thread_id="t1",
    customer_id="c1",
    primary_id="a1",
    service_id="color",
    staff_id="m2",
    starts_at=START + HOUR,
    ends_at=START + 2 * HOUR,
    busy_until=START + 2 * HOUR,
    price=50000,
    currency="KES",
    status=OfferStatus.EXPIRED,
    offered_seq=4,
    expires_at=ENDED,
    reason=SILENCE,
)


def revive(
    offer: Offer = OFFER,
    primary: Appointment = PRIMARY,
    *,
    charge_gone_out: bool = False,
    nothing_charged: bool = False,
    now: datetime = NOW,
) -> Decision:
    return may_revive(
        offer,
        primary,
        charge_gone_out=charge_gone_out,
        nothing_charged=nothing_charged,
        now=now,
        late_yes=HALF_HOUR,
    )


def test_a_late_yes_counts_until_the_charge_has_gone_out() -> None:
    assert revive().allowed
    assert revive(now=ENDED + HALF_HOUR).allowed
    assert revive(charge_gone_out=True).reason is Reason.CHARGE_GONE_OUT


def test_where_nothing_is_charged_a_late_yes_counts_for_half_an_hour() -> None:
    last = ENDED + HALF_HOUR - timedelta(microseconds=1)
    assert revive(nothing_charged=True, now=last).allowed
    late = revive(nothing_charged=True, now=ENDED + HALF_HOUR)
    assert late.reason is Reason.EXPIRED


@pytest.mark.parametrize(
    "change",
    [
        {"status": OfferStatus.OFFERED},
        {"status": OfferStatus.ACCEPTED},
        {"status": OfferStatus.DECLINED},
        {"status": OfferStatus.WITHDRAWN},
        {"reason": "slot_taken"},
        {"reason": ""},
        {"kind": OfferKind.SLOT_RECOVERY},  # that has a rule of its own (R5)
    ],
)
def test_only_silence_can_be_broken_late(change: dict[str, Any]) -> None:
    assert revive(replace(OFFER, **change)).reason is Reason.NOT_OPEN


@pytest.mark.parametrize("status", AppointmentStatus)
def test_a_late_yes_needs_a_primary_that_is_still_live(status: AppointmentStatus) -> None:
    decision = revive(primary=replace(PRIMARY, status=status))
    assert decision.allowed is (status in {AppointmentStatus.HELD, AppointmentStatus.CONFIRMED})
    assert decision.allowed or decision.reason is Reason.PRIMARY_NOT_CONFIRMED


def test_a_late_yes_comes_too_late_once_the_first_appointment_begins() -> None:
    assert revive(now=START - timedelta(microseconds=1)).allowed
    assert revive(now=START).reason is Reason.STARTED


def test_a_late_yes_never_books_a_start_that_has_passed() -> None:
    assert revive(replace(OFFER, starts_at=NOW)).reason is Reason.STARTED


def test_a_bare_yes_answers_what_was_said_last_and_a_named_one_the_offer() -> None:
    offer = replace(OFFER, expires_at=NOW)
    asked_for_contact = [(4, NOW + timedelta(seconds=90))]
    before_the_end = [(3, NOW - timedelta(seconds=5))]

    assert still_the_question(offer, before_the_end, 5, None).allowed
    assert still_the_question(offer, asked_for_contact, 5, offer.id).allowed
    assert still_the_question(offer, asked_for_contact, 5, None).reason is Reason.NO_ACCEPTANCE
    assert still_the_question(offer, [(6, NOW + timedelta(seconds=90))], 5, None).allowed
