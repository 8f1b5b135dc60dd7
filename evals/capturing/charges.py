"""How charges went, as the courses a scenario knows, read from payments and callbacks."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from evals.capturing.record import Record
from jirani.connectors.memory_gateway import Course
from jirani.rules.decision import Reason
from jirani.rules.facts import Payment, PaymentStatus
from jirani.rules.payments import OPEN
from jirani.store.rows.recorded import CalledBack

PAID, UNANSWERED = str(PaymentStatus.PAID), "unknown"
# What the provider of a scenario calls back, and when, counted from the push.
_SOON, _TWICE, _LATE = timedelta(seconds=3), timedelta(seconds=6), timedelta(minutes=10)
_LYING = timedelta(seconds=90)
CALLBACKS: dict[Course, tuple[timedelta, ...]] = {
    Course.PAID: (_SOON,),
    Course.FAILED: (_SOON,),
    Course.CANCELLED: (_SOON,),
    Course.TIMEOUT_THEN_PAID: (_SOON,),
    Course.WRONG_AMOUNT: (_SOON,),
    Course.DUPLICATE: (_SOON, _TWICE),
    Course.LATE_PAID: (_SOON, _LATE),
    Course.QUERY_LIES_FAILED: (_LYING,),
}
VENUE = "venue"


def charged(record: Record) -> list[Payment]:
    """Return the payments that were asked of a provider, in order."""
    return sorted((p for p in record.payments if p.method != VENUE), key=lambda p: p.id)


def course(record: Record, payment: Payment) -> Course:
    """Return the course that comes nearest to how a charge went."""
    told = [each for each in record.callbacks if each.payment_id == payment.id and each.routed]
    unanswered = record.pushes.get(payment.id) == UNANSWERED
    if payment.settled_by == "push":
        return Course.REJECTED
    if not told:
        return _untold(record, payment, unanswered=unanswered)
    states = [str(each.body.get("state")) for each in told]
    if PAID not in states:
        return Course.CANCELLED if PaymentStatus.CANCELLED in states else Course.FAILED
    paid = [each for each in told if each.body.get("state") == PAID]
    if any(each.body.get("amount") not in (None, payment.amount) for each in paid):
        return Course.WRONG_AMOUNT
    if states[0] != PAID:
        return Course.LATE_PAID
    if unanswered:
        return Course.TIMEOUT_THEN_PAID
    if _doubted(record, payment):
        return Course.QUERY_LIES_FAILED
    again = timedelta() < paid[-1].at - paid[0].at <= _TWICE
    return Course.DUPLICATE if again else Course.PAID


def early(record: Record) -> Iterator[tuple[CalledBack, str]]:
    """Return callbacks a scenario must make come: forged ones, repeated ones, and early ones."""
    pushed = {each.id: each for each in charged(record)}
    seen: dict[str, int] = dict.fromkeys(pushed, 0)
    for each in record.callbacks:
        payment = pushed.get(each.payment_id)
        if payment is None:
            continue
        if not each.routed:
            yield each, "forged"
            continue
        planned = CALLBACKS.get(course(record, payment), ())
        nth = seen[payment.id]
        seen[payment.id] += 1
        if nth >= len(planned):
            yield each, "duplicate"
        elif each.at < payment.created_at + planned[nth]:
            yield each, "deliver"


def due(record: Record) -> Iterator[datetime]:
    """Return until when a scenario has to go on: to the last trace, and to all that was paid.

    A callback may have come sooner than a scenario's provider has the money.
    """
    yield record.end
    for payment in charged(record):
        if payment.status is PaymentStatus.PAID:
            planned = CALLBACKS.get(course(record, payment), ())
            yield from (payment.created_at + after for after in planned)


def taken(record: Record) -> int | None:
    """Return the money a provider took, in minor units; None while that is not known."""
    total = 0
    for payment in charged(record):
        if payment.status in OPEN and not payment.receipt:
            return None
        match course(record, payment):
            case Course.FAILED | Course.CANCELLED | Course.REJECTED | Course.TIMEOUT_LOST:
                pass
            case Course.WRONG_AMOUNT:
                total += payment.amount - 100
            case _:
                total += payment.amount
    return total


def _untold(record: Record, payment: Payment, *, unanswered: bool) -> Course:
    if unanswered:
        return Course.TIMEOUT_LOST
    match payment.status:
        case PaymentStatus.FAILED:
            return Course.FAILED
        case PaymentStatus.CANCELLED:
            return Course.CANCELLED
        case PaymentStatus.PAID | PaymentStatus.PAID_UNFULFILLED | PaymentStatus.REFUNDED:
            return Course.SILENT
        case PaymentStatus.EXPIRED:
            return Course.TIMEOUT_LOST
        case _:  # still open: nothing had come yet when the conversation was captured
            waited = record.end - payment.created_at
            return Course.PAID if waited < _SOON else Course.SILENT


def _doubted(record: Record, payment: Payment) -> bool:
    """Tell whether a query had failed a charge before its one callback said it was paid."""
    changes = [
        each
        for each in record.decisions
        if each.subject == payment.id and each.guard == "settle" and each.reason == Reason.CLEAR
    ]
    return len(changes) > 1
