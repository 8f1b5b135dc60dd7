"""Charging, settling, and what an unpaid charge leaves (P1-P5, X12)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jirani.rules.decision import AGAIN, Reason
from jirani.rules.facts import (
    Appointment,
    AppointmentStatus,
    Payment,
    PaymentPolicy,
    PaymentStatus,
)
from jirani.rules.payments import (
    FAILURES,
    FINAL,
    NOTHING,
    OPEN,
    Update,
    held_until,
    is_provisional,
    may_charge,
    needs_review,
    next_query,
    owed,
    query_times,
    settle,
    total,
    when_unpaid,
    whole_units,
)

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PENDING = Payment(
    id="pay1",
    thread_id="t1",
    amount=230000,
    currency="KES",
    status=PaymentStatus.PENDING,
    method="memory",
    phone="+254700000001",
    attempt=1,
    created_at=NOW,
)
PAID_BACK = Update(PaymentStatus.PAID, "callback", "0", 230000, "RCPT1")
PAID_ASKED = Update(PaymentStatus.PAID, "query", "0")
FAILED_BACK = Update(PaymentStatus.FAILED, "callback", "1")
FAILED_ASKED = Update(PaymentStatus.FAILED, "query", "1")
CANCELLED_BACK = Update(PaymentStatus.CANCELLED, "callback", "1032")
WRONG_BACK = Update(PaymentStatus.PAID, "callback", "0", 229900, "RCPT1")


def applied(payment: Payment, update: Update, now: datetime) -> Payment:
    """What a caller stores."""
    after = settle(payment, update, now)
    if after.receipt:
        payment = replace(payment, receipt=after.receipt)
    if after.status:
        payment = replace(payment, status=after.status, settled_at=now, settled_by=update.source)
    return payment


def failed(by: str, at: datetime = NOW) -> Payment:
    return replace(PENDING, status=PaymentStatus.FAILED, settled_by=by, settled_at=at)


@pytest.mark.parametrize("status", sorted(OPEN))
@pytest.mark.parametrize("update", [PAID_BACK, PAID_ASKED])
def test_money_settles_an_open_charge(status: PaymentStatus, update: Update) -> None:
    after = settle(replace(PENDING, status=status), update, NOW)
    assert after.decision.allowed
    assert (after.status, after.late, after.needs_person) == (PaymentStatus.PAID, False, False)
    assert after.receipt == update.receipt


@pytest.mark.parametrize("state", ["failed", "cancelled", "expired"])
def test_whatever_ended_it_an_open_charge_has_failed(state: str) -> None:
    ended = Update(PaymentStatus(state), "query", "1")
    after = settle(PENDING, ended, NOW)
    assert after.decision.allowed
    assert after.status == state
    assert is_provisional(applied(PENDING, ended, NOW), NOW)


def test_a_second_callback_changes_nothing() -> None:
    paid = applied(PENDING, PAID_BACK, NOW)
    assert settle(paid, PAID_BACK, NOW) == NOTHING
    lapsed = applied(PENDING, FAILED_BACK, NOW)
    assert settle(lapsed, FAILED_BACK, NOW) == NOTHING


@pytest.mark.parametrize("status", sorted(FINAL))
@pytest.mark.parametrize("update", [FAILED_BACK, FAILED_ASKED, CANCELLED_BACK, PAID_ASKED])
def test_what_was_paid_stays_paid(status: PaymentStatus, update: Update) -> None:
    assert settle(replace(PENDING, status=status), update, NOW) == NOTHING


def test_a_receipt_that_comes_after_a_query_said_paid_is_kept() -> None:
    after = settle(applied(PENDING, PAID_ASKED, NOW), PAID_BACK, NOW)
    assert after.decision == AGAIN
    assert (after.status, after.receipt) == (None, "RCPT1")


def test_money_within_two_minutes_of_a_queried_failure_is_not_late() -> None:
    after = settle(failed("query"), PAID_BACK, NOW + timedelta(seconds=119))
    assert (after.status, after.late) == (PaymentStatus.PAID, False)


@pytest.mark.parametrize("by", ["query", "callback"])
def test_money_after_a_final_failure_is_late(by: str) -> None:
    after = settle(failed(by), PAID_BACK, NOW + timedelta(minutes=2))
    assert (after.status, after.late) == (PaymentStatus.PAID, True)


@pytest.mark.parametrize(
    "status", [*sorted(FAILURES), PaymentStatus.DUE_AT_VENUE], ids=lambda status: status.value
)
def test_late_money_is_never_ignored(status: PaymentStatus) -> None:
    ended = replace(PENDING, status=status, settled_by="callback", settled_at=NOW)
    assert settle(ended, PAID_BACK, NOW).status is PaymentStatus.PAID


def test_a_callback_confirms_a_failure_that_was_provisional() -> None:
    after = settle(failed("query"), CANCELLED_BACK, NOW)
    assert after.status is PaymentStatus.CANCELLED
    assert settle(failed("query"), FAILED_ASKED, NOW) == NOTHING
    assert not is_provisional(applied(failed("query"), CANCELLED_BACK, NOW), NOW)


def test_a_failure_of_which_nobody_knows_since_when_is_final() -> None:
    assert not is_provisional(replace(failed("query"), settled_at=None), NOW)


def test_another_amount_needs_a_person_and_is_never_settled_as_paid() -> None:
    after = settle(PENDING, WRONG_BACK, NOW)
    assert not after.decision.allowed
    assert (after.status, after.needs_person) == (None, True)
    parked = applied(PENDING, WRONG_BACK, NOW)
    assert settle(parked, PAID_ASKED, NOW).status is None
    assert settle(parked, PAID_ASKED, NOW).needs_person
    assert settle(parked, FAILED_BACK, NOW) == NOTHING
    assert next_query(parked) is None
    assert needs_review(parked)


def test_a_paid_callback_without_an_amount_needs_a_person() -> None:
    after = settle(PENDING, replace(PAID_BACK, amount=None), NOW)
    assert (after.status, after.needs_person) == (None, True)


@pytest.mark.parametrize("state", [PaymentStatus.PENDING, PaymentStatus.UNKNOWN])
def test_no_news_changes_nothing(state: PaymentStatus) -> None:
    assert settle(PENDING, Update(state, "query", "pending"), NOW) == NOTHING


updates = st.builds(
    Update,
    st.sampled_from(list(PaymentStatus)),
    st.sampled_from(["callback", "query"]),
    st.just("0"),
    st.sampled_from([None, 230000, 229900]),
    st.sampled_from([None, "RCPT1", "RCPT2"]),
)


@given(st.lists(st.tuples(updates, st.integers(0, 600)), max_size=8))
def test_in_any_order_a_charge_is_paid_at_most_once(story: list[tuple[Update, int]]) -> None:
    payment, now, paid, mismatched = PENDING, NOW, 0, False
    for update, seconds in story:
        now += timedelta(seconds=seconds)
        before, after = payment, settle(payment, update, now)
        payment = applied(payment, update, now)
        paid += after.status is PaymentStatus.PAID
        if before.status is PaymentStatus.PAID:
            assert payment.status is PaymentStatus.PAID
        if mismatched and before.status is not PaymentStatus.PAID:
            assert payment.status is not PaymentStatus.PAID
        wrong = update.state is PaymentStatus.PAID and update.amount == 229900
        mismatched = mismatched or (wrong and update.receipt is not None)
        assert settle(payment, update, now).status is None
    assert paid <= 1


def test_a_silent_charge_is_asked_about_five_times() -> None:
    times = query_times(NOW)
    after = [(at - NOW).total_seconds() for at in times]
    assert after == [35, 75, 180, 600, 3600]
    asked = [next_query(replace(PENDING, queries=made)) for made in range(6)]
    assert asked == [*times, None]
    assert not needs_review(replace(PENDING, queries=4))
    assert needs_review(replace(PENDING, queries=5))


def test_a_settled_charge_is_not_asked_about() -> None:
    paid = replace(PENDING, status=PaymentStatus.PAID, queries=5)
    assert next_query(paid) is None
    assert not needs_review(paid)
    assert not needs_review(replace(paid, receipt="RCPT1"))
    assert next_query(failed("callback")) is None
    assert not needs_review(replace(failed("callback"), queries=5))


def reason_of(
    policy: PaymentPolicy = PaymentPolicy.PAY_FIRST,
    amount: int = 230000,
    *,
    has_phone: bool = True,
    has_name: bool = True,
    open_charge: Payment | None = None,
    previous: tuple[Payment, ...] = (),
    live_offer: bool = False,
    now: datetime = NOW + timedelta(minutes=5),
    phone_busy: bool = False,
    asked: bool = True,
    anew: bool = True,
) -> Reason:
    return may_charge(
        policy,
        amount=amount,
        has_phone=has_phone,
        has_name=has_name,
        open_charge=open_charge,
        previous=previous,
        live_offer=live_offer,
        now=now,
        phone_busy=phone_busy,
        asked=asked,
        anew=anew,
    ).reason


def test_a_charge_goes_out_when_nothing_speaks_against_it() -> None:
    assert reason_of() is Reason.CLEAR
    assert reason_of(PaymentPolicy.PAY_OR_VENUE) is Reason.CLEAR
    assert reason_of(previous=(failed("callback"),)) is Reason.CLEAR


def test_a_charge_is_refused_for_one_reason_at_a_time() -> None:
    assert reason_of(PaymentPolicy.PAY_AT_VENUE) is Reason.NOT_ALLOWED_HERE
    assert reason_of(amount=0) is Reason.NOTHING_TO_PAY
    assert reason_of(live_offer=True) is Reason.OPEN_OFFER
    assert reason_of(has_phone=False) is Reason.NEEDS_CONTACT
    assert reason_of(has_name=False) is Reason.NEEDS_CONTACT
    assert reason_of(open_charge=PENDING) is Reason.CHARGE_OPEN
    assert reason_of(phone_busy=True) is Reason.CHARGE_OPEN


def test_a_charge_that_failed_is_made_again_on_asking_or_with_something_new() -> None:
    """X12: the retry is the guest's."""
    before = (failed("callback"),)
    assert reason_of(previous=before, asked=False, anew=False) is Reason.CHARGE_GONE_OUT
    assert reason_of(previous=before, asked=True, anew=False) is Reason.CLEAR
    assert reason_of(previous=before, asked=False, anew=True) is Reason.CLEAR
    assert reason_of(asked=False, anew=False) is Reason.CLEAR


def test_what_was_paid_is_not_charged_again() -> None:
    paid = applied(PENDING, PAID_BACK, NOW)
    assert reason_of(previous=(paid,)) is Reason.NOTHING_TO_PAY


def test_an_attempt_nobody_knows_the_end_of_stays_open() -> None:
    unknown = replace(PENDING, status=PaymentStatus.UNKNOWN)
    assert reason_of(previous=(unknown,)) is Reason.CHARGE_OPEN
    wrong_amount = replace(failed("callback"), receipt="RCPT1")
    assert reason_of(previous=(wrong_amount,)) is Reason.CHARGE_OPEN


def test_a_retry_waits_two_minutes_from_the_push() -> None:
    previous = (failed("callback"),)
    early, ready = NOW + timedelta(seconds=119), NOW + timedelta(seconds=120)
    assert reason_of(previous=previous, now=early) is Reason.RETRY_TOO_SOON
    assert reason_of(previous=previous, now=ready) is Reason.CLEAR


def test_a_retry_waits_until_a_queried_failure_is_sure() -> None:
    asked_at = NOW + timedelta(seconds=75)
    previous = (failed("query", asked_at),)
    unsure, sure = asked_at + timedelta(seconds=119), asked_at + timedelta(seconds=120)
    assert reason_of(previous=previous, now=unsure) is Reason.RETRY_TOO_SOON
    assert reason_of(previous=previous, now=sure) is Reason.CLEAR


def test_there_is_one_retry() -> None:
    both = (failed("callback"), replace(failed("callback"), id="pay2", attempt=2))
    assert reason_of(previous=both) is Reason.NO_RETRY_LEFT


def appointment(price: int, currency: str = "KES") -> Appointment:
    return Appointment(
        id="a",
        thread_id="t1",
        customer_id="c1",
        service_id="s1",
        staff_id="m1",
        starts_at=NOW,
        ends_at=NOW + timedelta(minutes=45),
        busy_until=NOW + timedelta(minutes=50),
        price=price,
        currency=currency,
        status=AppointmentStatus.CONFIRMED,
    )


def test_a_bundle_costs_the_plain_sum() -> None:
    assert total([appointment(150000), appointment(80000)]) == 230000
    assert total([]) == 0
    with pytest.raises(ValueError, match="different currencies"):
        total([appointment(150000), appointment(1000, "USD")])


def test_owed_is_what_is_live_in_this_conversation_and_no_payment_has_settled() -> None:
    here, held = appointment(150000), replace(appointment(80000), id="held")
    held = replace(held, status=AppointmentStatus.HELD)
    elsewhere = replace(here, id="elsewhere", thread_id="t2")
    cancelled = replace(here, id="cancelled", status=AppointmentStatus.CANCELLED)
    assert owed("t1", [here, held, elsewhere, cancelled], []) == [here, held]
    paid = replace(applied(PENDING, PAID_BACK, NOW), appointment_ids=(here.id,))
    assert owed("t1", [here, held, elsewhere, cancelled], [paid]) == [held]


def test_fractions_are_refused_where_whole_units_are_demanded() -> None:
    assert whole_units(230000, 2) == 2300
    assert whole_units(2300, 0) == 2300
    with pytest.raises(ValueError, match=r"2300\.50 is not a whole amount"):
        whole_units(230050, 2)


def test_a_hold_is_extended_and_never_shortened() -> None:
    five = timedelta(minutes=5)
    assert held_until(NOW, five) == NOW + five
    assert held_until(NOW, five, NOW + timedelta(minutes=1)) == NOW + five
    assert held_until(NOW, five, NOW + timedelta(hours=1)) == NOW + timedelta(hours=1)


def test_what_stays_unpaid_is_released_or_owed_at_the_venue() -> None:
    assert when_unpaid(PaymentPolicy.PAY_FIRST) is AppointmentStatus.RELEASED
    assert when_unpaid(PaymentPolicy.PAY_OR_VENUE) is AppointmentStatus.CONFIRMED
    assert when_unpaid(PaymentPolicy.PAY_AT_VENUE) is AppointmentStatus.CONFIRMED
