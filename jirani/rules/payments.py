"""When a charge may go out, what a provider's word does, what an unpaid one leaves (P1-P5, X12)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from jirani.rules.decision import AGAIN, ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import (
    LIVE,
    Appointment,
    AppointmentStatus,
    Payment,
    PaymentPolicy,
    PaymentStatus,
)

OPEN = frozenset({PaymentStatus.PENDING, PaymentStatus.UNKNOWN})
FINAL = frozenset({PaymentStatus.PAID, PaymentStatus.PAID_UNFULFILLED, PaymentStatus.REFUNDED})
SETTLED = frozenset({PaymentStatus.PAID, PaymentStatus.DUE_AT_VENUE})
FAILURES = frozenset({PaymentStatus.FAILED, PaymentStatus.CANCELLED, PaymentStatus.EXPIRED})

ATTEMPTS = 2  # X12: one charge and one retry
PROVISIONAL = timedelta(minutes=2)
QUERIES = (
    timedelta(seconds=35),
    timedelta(seconds=75),
    timedelta(minutes=3),
    timedelta(minutes=10),
    timedelta(minutes=60),
)


@dataclass(frozen=True, slots=True)
class Update:
    """What a provider says of a charge; `amount` in minor units (queries tell none)."""

    state: PaymentStatus
    source: Literal["callback", "query"]
    code: str
    amount: int | None = None
    receipt: str | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """What an update does to a payment.

    `status` is the new status, None for no change. `late` marks money that came after the charge
    had failed for good: its slots may be gone, so the caller restores them or makes it
    `paid_unfulfilled`. `receipt` is one to keep, whatever the status.
    """

    decision: Decision
    status: PaymentStatus | None = None
    needs_person: bool = False
    late: bool = False
    receipt: str | None = None


NOTHING = Transition(AGAIN)


def settle(payment: Payment, update: Update, now: datetime) -> Transition:
    """Judge one word from the provider, in whatever order and however often it comes (P1, P2).

    A receipt on a row that is not paid means that another amount came in: only a person settles
    that one, even if a later query, which tells no amount, says paid.
    """
    if update.state is PaymentStatus.PAID:
        return _money_came(payment, update, now)
    if update.state not in FAILURES or payment.status in FINAL or payment.receipt:
        return NOTHING
    confirmed = is_provisional(payment, now) and update.source == "callback"
    if payment.status in OPEN or confirmed:
        return Transition(ALLOWED, update.state)
    return NOTHING


def _money_came(payment: Payment, update: Update, now: datetime) -> Transition:
    new_receipt = update.receipt if payment.receipt is None else None
    if not _amount_fits(payment, update):
        detail = f"{update.amount} came in, {payment.amount} was asked for"
        no = refuse(Reason.NOT_UNDERSTOOD, detail)
        return Transition(no, needs_person=True, receipt=new_receipt)
    if payment.status in FINAL:
        return Transition(AGAIN, receipt=new_receipt)
    if payment.receipt:
        return Transition(AGAIN, needs_person=True)
    late = payment.status not in OPEN and not is_provisional(payment, now)
    return Transition(ALLOWED, PaymentStatus.PAID, late=late, receipt=new_receipt)


def _amount_fits(payment: Payment, update: Update) -> bool:
    if update.amount is None:
        return update.source == "query"
    return update.amount == payment.amount


def is_provisional(payment: Payment, now: datetime) -> bool:
    """Tell whether a failure known from a query only may still turn into a success (P1)."""
    return (
        payment.status in FAILURES
        and payment.settled_by == "query"
        and payment.settled_at is not None
        and now < payment.settled_at + PROVISIONAL
    )


def query_times(created_at: datetime) -> tuple[datetime, ...]:
    """When to ask the provider about a charge that stays silent (P1)."""
    return tuple(created_at + after for after in QUERIES)


def next_query(payment: Payment) -> datetime | None:
    """When to ask next, by the number of queries made; None when settled or all are made."""
    if payment.status not in OPEN or payment.receipt or payment.queries >= len(QUERIES):
        return None
    return query_times(payment.created_at)[payment.queries]


def needs_review(payment: Payment) -> bool:
    """Tell whether only a person can find out more: every query made, or a wrong amount (P5)."""
    if payment.status in FINAL:
        return False
    asked_out = payment.status in OPEN and payment.queries >= len(QUERIES)
    return asked_out or payment.receipt is not None


def retry_left(attempts: Sequence[Payment]) -> bool:
    """Tell whether another charge may follow these (X12)."""
    return len(attempts) < ATTEMPTS


def may_charge(
    policy: PaymentPolicy,
    *,
    amount: int,
    has_phone: bool,
    has_name: bool,
    open_charge: Payment | None,
    previous: Sequence[Payment],
    live_offer: bool,
    now: datetime,
    wait: timedelta = timedelta(seconds=120),
    phone_busy: bool,
    asked: bool = True,
    anew: bool = True,
) -> Decision:
    """Decide whether a charge may go out now (P3, P4, X10, X12).

    `previous` are the earlier attempts for these appointments; `phone_busy` says that the phone
    has a prompt open elsewhere; a live cross-sell waits for its answer: one charge for both.
    `asked`: the guest wants it now; a retry is theirs to ask for, unless there is something `anew`
    that was in no attempt yet.
    """
    if policy is PaymentPolicy.PAY_AT_VENUE:
        return refuse(Reason.NOT_ALLOWED_HERE, "this business is paid at the venue")
    if amount <= 0 or any(attempt.status in FINAL for attempt in previous):
        return refuse(Reason.NOTHING_TO_PAY)
    if live_offer:
        return refuse(Reason.OPEN_OFFER, "an offer waits for its answer: one charge for both")
    if not (has_phone and has_name):
        missing = "name" if has_phone else "phone" if has_name else "name and phone"
        return refuse(Reason.NEEDS_CONTACT, f"the guest's {missing} is missing")
    unsettled = any(attempt.status in OPEN or attempt.receipt for attempt in previous)
    if open_charge or phone_busy or unsettled:
        return refuse(Reason.CHARGE_OPEN)
    if previous and not (asked or anew):
        return refuse(Reason.CHARGE_GONE_OUT, "who has not paid is prompted again on asking")
    if not retry_left(previous):
        return refuse(Reason.NO_RETRY_LEFT)
    too_soon = (now < attempt.created_at + wait for attempt in previous)
    if any(too_soon) or any(is_provisional(attempt, now) for attempt in previous):
        return refuse(Reason.RETRY_TOO_SOON, f"wait {int(wait.total_seconds())} seconds")
    return ALLOWED


def retry_at(
    previous: Sequence[Payment], wait: timedelta = timedelta(seconds=120)
) -> datetime | None:
    """Tell from when another charge may go out (P3); None if there was none before."""
    times = [attempt.created_at + wait for attempt in previous]
    times += [
        attempt.settled_at + PROVISIONAL
        for attempt in previous
        if attempt.settled_by == "query" and attempt.settled_at and attempt.status in FAILURES
    ]
    return max(times, default=None)


def total(appointments: Iterable[Appointment]) -> int:
    """Add up the prices, in minor units (P4). ValueError if the currencies differ."""
    priced = [(one.currency, one.price) for one in appointments]
    if len({currency for currency, _ in priced}) > 1:
        raise ValueError("appointments in different currencies cannot be one charge")
    return sum(price for _, price in priced)


def owed(
    thread_id: str, appointments: Iterable[Appointment], payments: Iterable[Payment]
) -> list[Appointment]:
    """Return a thread's live bookings that no payment has settled.

    A booking that was moved, perhaps in another conversation, took its payment with it: what it
    was moved from, and that thread's payments, must be among those given.
    """
    known = {each.id: each for each in appointments}
    settled = {id for each in payments if each.status in SETTLED for id in each.appointment_ids}

    def is_settled(each: Appointment) -> bool:
        return each.id in settled or (
            each.moved_from is not None and is_settled(known[each.moved_from])
        )

    mine = [each for each in known.values() if each.thread_id == thread_id]
    return [each for each in mine if each.status in LIVE and not is_settled(each)]


def whole_units(amount: int, currency_digits: int) -> int:
    """Turn minor units into whole ones for providers that know no fractions (P4).

    ValueError if there is a fraction: it is a price to correct, never one to round.
    """
    units = Decimal(amount).scaleb(-currency_digits)
    if units != units.to_integral_value():
        raise ValueError(f"{units} is not a whole amount")
    return int(units)


def held_until(now: datetime, hold: timedelta, already: datetime | None = None) -> datetime:
    """Until when slots stay held for a prompt or a retry; never shorter than before (P3, X12)."""
    return max(now + hold, already) if already else now + hold


def when_unpaid(policy: PaymentPolicy) -> AppointmentStatus:
    """What becomes of held appointments when the retry's time has passed unpaid (X12).

    Those that stay confirmed are owed at the venue: their payment becomes `due_at_venue`.
    """
    if policy is PaymentPolicy.PAY_FIRST:
        return AppointmentStatus.RELEASED
    return AppointmentStatus.CONFIRMED
