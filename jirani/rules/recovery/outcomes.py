"""What became of an appointment, as far as money says (R7): one class each, or none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from jirani.rules.facts import AppointmentStatus, OfferKind, PaymentStatus
from jirani.rules.recovery.score import Outcome, Past

_NO_VISIT = frozenset({AppointmentStatus.MOVED, AppointmentStatus.PROPOSED})
_ENDED = frozenset({AppointmentStatus.COMPLETED, AppointmentStatus.NO_SHOW})


@dataclass(frozen=True, slots=True)
class Visit:
    """An appointment and the states of all charges for it."""

    id: str
    starts_at: datetime
    status: AppointmentStatus
    price: int
    source: str = "chat"
    moved_from: str | None = None
    cancelled_at: datetime | None = None
    payments: frozenset[PaymentStatus] = frozenset()


def pasts(visits: Iterable[Visit], cutoff: timedelta) -> list[Past]:
    """Return what became of one customer's visits; a moved one took its payment with it."""
    known = {each.id: each for each in visits}
    found = []
    for each in known.values():
        outcome = outcome_of(each, _payments(each, known), cutoff)
        if outcome is not None:
            found.append(Past(outcome, each.starts_at))
    return found


def _payments(visit: Visit, known: Mapping[str, Visit]) -> frozenset[PaymentStatus]:
    paid, before = visit.payments, known.get(visit.moved_from or "")
    while before is not None:
        paid |= before.payments
        before = known.get(before.moved_from or "")
    return paid


def outcome_of(
    visit: Visit, payments: frozenset[PaymentStatus], cutoff: timedelta
) -> Outcome | None:
    """Return the class of a visit; None where no payment was needed, or nothing is known yet (R7).

    Cancelled and paid, the money is kept inside the cut-off and else goes back. Cancelled before
    anybody was asked to pay is no void; a freed slot that was taken and not paid for is one (R6).
    """
    if visit.status in _NO_VISIT or visit.price <= 0:
        return None
    if PaymentStatus.REFUNDED in payments:
        return Outcome.REFUNDED if visit.status is AppointmentStatus.CANCELLED else None
    if PaymentStatus.PAID in payments:
        return _paid(visit, cutoff)
    if payments & {PaymentStatus.DUE_AT_VENUE, PaymentStatus.PAID_UNFULFILLED}:
        return None
    if visit.status is AppointmentStatus.RELEASED:
        return Outcome.VOIDED
    if visit.status is AppointmentStatus.CANCELLED:
        taken = visit.source == OfferKind.SLOT_RECOVERY
        return Outcome.VOIDED if payments or taken else None
    return Outcome.VOIDED if visit.status in _ENDED and payments else None


def _paid(visit: Visit, cutoff: timedelta) -> Outcome | None:
    """Return the class of a visit that was paid for (R7)."""
    if visit.status is AppointmentStatus.RELEASED:
        return None  # the money is a person's to sort out (P1)
    if visit.status is not AppointmentStatus.CANCELLED:
        return Outcome.SETTLED
    late = visit.cancelled_at is not None and visit.starts_at - visit.cancelled_at < cutoff
    return Outcome.LATE_CANCEL if late else Outcome.REFUNDED
