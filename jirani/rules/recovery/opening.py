"""Whether a slot that was given up is offered to others, and for how long (R1, R4, R6)."""

from datetime import datetime

from jirani.rules.decision import AGAIN, ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import (
    Appointment,
    AppointmentStatus,
    Opening,
    OpeningStatus,
    RecoveryPolicy,
)

GIVEN_UP = frozenset({AppointmentStatus.CANCELLED, AppointmentStatus.MOVED})


def opens(
    appointment: Appointment, policy: RecoveryPolicy, now: datetime, *, settled: bool
) -> Decision:
    """Judge whether an appointment's slot is recovered (R1).

    `settled`: it was paid, left to the venue, or needed no payment.
    """
    if not policy.on:
        return refuse(Reason.RECOVERY_OFF, "This business recovers no slots.")
    if appointment.status not in GIVEN_UP:
        return refuse(Reason.STILL_BOOKED, f"The appointment is {appointment.status}.")
    if appointment.starts_at - now < policy.min_lead:
        return refuse(Reason.TOO_LATE, "It would begin too soon.")
    if not (settled or policy.unpaid_opens):
        return refuse(Reason.NOT_SETTLED, "It had not been paid for.")
    return ALLOWED


def may_go_on(
    opening: Opening, policy: RecoveryPolicy, now: datetime, *, live: int, lanes: int
) -> Decision:
    """Judge whether the loop may make one more offer, beside those that live (R4, O8)."""
    if opening.status is not OpeningStatus.OPEN:
        return refuse(Reason.NOT_OPEN, f"The opening is {opening.status}.")
    if not policy.on:
        return refuse(Reason.RECOVERY_OFF, "This business recovers no slots any more.")
    if opening.starts_at - now < policy.min_lead:
        return refuse(Reason.TOO_LATE, "It begins too soon to offer it once more.")
    if live >= lanes:
        return refuse(Reason.OPEN_OFFER, "Somebody has been asked and may still answer.")
    return ALLOWED


def may_withdraw(opening: Opening) -> Decision:
    """Judge whether the business may take an opening back: while nobody has it (R4, R8)."""
    if opening.status is OpeningStatus.WITHDRAWN:
        return AGAIN
    if opening.status is OpeningStatus.FILLED:
        return refuse(Reason.SLOT_FILLED, "A customer has taken it; cancel their appointment.")
    if opening.status is not OpeningStatus.OPEN:
        return refuse(Reason.NOT_OPEN, f"The opening is {opening.status}.")
    return ALLOWED


def pay_by(opening: Opening, policy: RecoveryPolicy, now: datetime) -> datetime:
    """Return until when whoever said yes must have paid (R6).

    Who says yes when that has passed already has until the start: the offer was still open.
    """
    sooner = min(now + policy.pay_within, opening.starts_at - policy.pay_before)
    return sooner if sooner > now else opening.starts_at
