"""Whoever has the same service later may be moved up into a freed slot, and leaves theirs (R5).

They are moved in one unit, so that nobody ever loses a booking; their slot opens in turn, as often
as the business allows.
"""

from dataclasses import replace

from jirani.rules.decision import Decision, Reason, refuse
from jirani.rules.facts import (
    Appointment,
    AppointmentStatus,
    Opening,
    Proposal,
    ProposalKind,
    ProposalStatus,
    RecoveryOffer,
    RecoveryPolicy,
)
from jirani.services import Case
from jirani.services.proposing import may_give_up
from jirani.services.recovery.opening import open_slot
from jirani.store.work import Work


async def later_booking(
    work: Work, customer_id: str, opening: Opening, policy: RecoveryPolicy
) -> Appointment | None:
    """Return the booking that somebody would rather have now, if they are to be moved up.

    Only a settled one: what is still to be paid is not moved about unasked.
    """
    if not policy.move_up or opening.depth >= policy.depth:
        return None
    theirs = await work.appointments.of_customer(customer_id, opening.busy_until)
    fitting = [
        each
        for each in theirs
        if each.service_id == opening.service_id
        and each.starts_at >= opening.busy_until
        and each.status is AppointmentStatus.CONFIRMED
        and each.hold_until is None
    ]
    return min(fitting, key=lambda each: (each.starts_at, each.id), default=None)


async def may_move(case: Case, work: Work, offer: RecoveryOffer) -> Decision:
    """Judge whether what an offer would move is still there to be moved."""
    if offer.primary_id is None:
        return Decision(True, Reason.CLEAR)
    later = await work.appointments.get(offer.primary_id)
    if later.starts_at < offer.busy_until:
        return refuse(Reason.UNCHANGED, "It is not later than this one.")
    return may_give_up(case, later, case.services.clock.now())


async def give_up_later(work: Work, offer: RecoveryOffer, made: Appointment) -> Appointment:
    """Give the later booking up for the one that is made of the offer; return that as it is then.

    Their slot is opened by `open_left`, when the move has been written.
    """
    later = await work.appointments.get(offer.primary_id or "")
    await work.appointments.change(later.id, status=AppointmentStatus.MOVED, hold_until=None)
    return replace(made, hold_until=None, moved_from=later.id)


async def open_left(
    case: Case, work: Work, opening: Opening, offer: RecoveryOffer, made: Appointment
) -> Opening | None:
    """Open the slot that a move has left: one deeper in the cascade.

    The move is kept as one that the customer agreed to: payments find their way by it.
    """
    await work.proposals.add(
        Proposal(
            id=case.services.ids.new(),
            thread_id=case.thread_id,
            kind=ProposalKind.MOVE,
            appointment_id=made.id,
            moves_id=offer.primary_id,
            status=ProposalStatus.ACCEPTED,
            asked_seq=offer.offered_seq,
            expires_at=offer.expires_at,
            accepted_seq=case.seq,
        )
    )
    return await open_slot(
        case, work, offer.primary_id or "", settled=True, depth=opening.depth + 1
    )
