"""The guest's yes or no to a booking, a move or a cancellation (O1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from jirani.rules.consent import consent
from jirani.rules.decision import Decision, Reason, refuse
from jirani.rules.facts import (
    Appointment,
    AppointmentStatus,
    Catalogue,
    PaymentPolicy,
    PaymentStatus,
    Proposal,
    ProposalKind,
    ProposalStatus,
)
from jirani.rules.reading import DECLINES, Meaning
from jirani.services import Case
from jirani.services.asking import ask_of_proposal, asks, said
from jirani.services.diary import may_start, release_lapsed
from jirani.services.ledger import note, note_apart, told
from jirani.services.offers import let_go, withdraw_all
from jirani.services.proposing import drop, may_give_up
from jirani.services.recovery.opening import free_slot
from jirani.services.recovery.scoring import rescore
from jirani.services.threads import end_if_empty
from jirani.store.refusals import Overlap
from jirani.store.work import Work

NOT_A_YES = DECLINES | {Meaning.CHANGE}
NOT_YET = (Reason.NO_ACCEPTANCE, Reason.NOT_LATER_MESSAGE, Reason.WHICH_ONE)  # it still waits


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A guard's answer, and the appointment as it is now."""

    decision: Decision
    kind: ProposalKind | None = None
    appointment: Appointment | None = None
    given_up: Appointment | None = None


async def confirm(case: Case, catalogue: Catalogue, proposal_id: str) -> Confirmed:
    """Do what a proposal proposed, if the guest's own later message said yes (O1)."""
    services = case.services
    async with services.store.read(case.business.id) as work:
        proposal = await work.proposals.get(proposal_id)
        if proposal is None or proposal.thread_id != case.thread_id:
            return Confirmed(refuse(Reason.UNKNOWN_HANDLE, "Nothing of that name waits for a yes."))
        target = await work.appointments.get(proposal.appointment_id)
    if proposal.kind is ProposalKind.CANCEL:
        return await _cancel(case, proposal, target)
    # If somebody else stands there in Redis, it has lost our hold: the proposal's row still has the
    # slot, and the database decides (X9).
    try:
        async with services.store.begin(
            case.business.id, (target.staff_id, case.customer_id)
        ) as work:
            decision = await _consent(case, work, proposal_id)
            if decision.reason is Reason.ALREADY_DONE:
                return Confirmed(decision, proposal.kind, await work.appointments.get(target.id))
            if decision.allowed:
                decision = await _may_book(case, work, catalogue, proposal, target)
            await note(case, work, "may_confirm", decision, stage="acceptance", subject=proposal_id)
            if decision.allowed:
                confirmed = await _book(case, work, proposal, target)
            elif decision.reason not in NOT_YET:
                await _close(work, proposal)
    except Overlap as overlap:
        decision = refuse(Reason.SLOT_TAKEN, "Somebody else took that time meanwhile.")
        await note_apart(case, str(overlap), decision, stage="acceptance", subject=proposal_id)
        async with services.store.begin(case.business.id) as work:
            await _close(work, proposal)
    if decision.allowed:
        # Held on for as long as a booking is, and only now: asking for a yes that was not said
        # must not keep a slot past its deadline (X8).
        await services.holds.hold(
            case.business.id, target.slot, case.thread_id, services.timing.booking_hold
        )
        if confirmed.given_up:
            left = confirmed.given_up
            await services.holds.release(case.business.id, [left.slot], left.thread_id)
        return confirmed
    if decision.reason not in NOT_YET:
        await services.holds.release(case.business.id, [target.slot], case.thread_id)
    return Confirmed(decision, proposal.kind, target)


async def decline(case: Case, proposal_id: str) -> Confirmed:
    """Drop a proposal the guest said no to, or wants otherwise."""
    async with case.services.store.begin(case.business.id) as work:
        proposal = await work.proposals.get(proposal_id)
        if proposal is None or proposal.thread_id != case.thread_id:
            return Confirmed(refuse(Reason.UNKNOWN_HANDLE, "Nothing of that name is waiting."))
        decision = consent(
            ask_of_proposal(proposal),
            await said(case, work),
            [],
            case.services.clock.now(),
            wants=NOT_A_YES,
        )
        await note(case, work, "may_drop", decision, stage="acceptance", subject=proposal_id)
        target = await work.appointments.get(proposal.appointment_id)
        if decision.allowed:
            await drop(work, proposal)
    if decision.allowed and proposal.kind is not ProposalKind.CANCEL:
        await case.services.holds.release(case.business.id, [target.slot], case.thread_id)
    return Confirmed(decision, proposal.kind, target)


async def _consent(case: Case, work: Work, proposal_id: str) -> Decision:
    proposal = await work.proposals.get(proposal_id)
    mine = ask_of_proposal(proposal) if proposal else None
    known = await asks(case, work, booking=True)
    others = [each for each in known if each.id != proposal_id]
    return consent(mine, await said(case, work), others, case.services.clock.now())


async def _may_book(
    case: Case, work: Work, catalogue: Catalogue, proposal: Proposal, target: Appointment
) -> Decision:
    await release_lapsed(case, work, target.staff_id)
    if proposal.moves_id:
        # Meanwhile it may have been cancelled, or have lapsed unpaid.
        given_up = await work.appointments.get(proposal.moves_id)
        decision = may_give_up(case, given_up, case.services.clock.now())
        if not decision.allowed:
            return decision
    return await may_start(case, work, catalogue, target, moving=proposal.moves_id or "")


async def _close(work: Work, proposal: Proposal) -> None:
    current = await work.proposals.get(proposal.id)
    if current and current.status is ProposalStatus.OPEN:
        await drop(work, current)


async def _book(case: Case, work: Work, proposal: Proposal, target: Appointment) -> Confirmed:
    services, now = case.services, case.services.clock.now()
    given_up = await work.appointments.get(proposal.moves_id) if proposal.moves_id else None
    if given_up:
        await work.appointments.change(given_up.id, status=AppointmentStatus.MOVED, hold_until=None)
    await work.appointments.change(
        target.id,
        status=AppointmentStatus.CONFIRMED,
        hold_until=given_up.hold_until if given_up else _pay_by(case, now),
    )
    await work.proposals.change(proposal.id, status=ProposalStatus.ACCEPTED, accepted_seq=case.seq)
    await work.threads.change(case.thread_id, shown=[])
    if given_up is None or (await work.threads.get(case.thread_id)).charge_at:
        await work.threads.change(case.thread_id, charge_at=now + services.timing.charge_grace)
    booked = await work.appointments.get(target.id)
    if given_up:
        await free_slot(case, work, given_up)
    return Confirmed(Decision(True, Reason.CLEAR), proposal.kind, booked, given_up)


def _pay_by(case: Case, now: datetime) -> datetime | None:
    """Return until when an unpaid booking waits for a phone to charge; None: it is not charged."""
    if case.business.payment_policy is PaymentPolicy.PAY_AT_VENUE:
        return None
    wait: timedelta = case.services.timing.contact_wait
    return now + wait


async def _cancel(case: Case, proposal: Proposal, target: Appointment) -> Confirmed:
    async with case.services.store.begin(
        case.business.id, (target.staff_id, case.customer_id)
    ) as work:
        decision = await _consent(case, work, proposal.id)
        if decision.allowed and decision.reason is not Reason.ALREADY_DONE:
            now = case.services.clock.now()
            decision = may_give_up(case, await work.appointments.get(target.id), now)
        await note(case, work, "may_cancel", decision, stage="acceptance", subject=proposal.id)
        ended = []
        if decision.allowed and decision.reason is not Reason.ALREADY_DONE:
            await work.appointments.change(
                target.id,
                status=AppointmentStatus.CANCELLED,
                hold_until=None,
                cancelled_at=now,
            )
            await work.offers.sales_become(target.id, "reversed")
            await work.proposals.change(
                proposal.id, status=ProposalStatus.ACCEPTED, accepted_seq=case.seq
            )
            ended = await withdraw_all(case, work, "cancelled")
            await end_if_empty(case, work)
            await _refund_due(case, work, target)
            await free_slot(case, work, target)
            await rescore(case, work, case.customer_id)
        elif not decision.allowed and decision.reason not in NOT_YET:
            await _close(work, proposal)
        current = await work.appointments.get(target.id)
    for offer in ended:
        await let_go(case, offer)
    if decision.allowed:
        await case.services.holds.release(case.business.id, [target.slot], target.thread_id)
    return Confirmed(decision, proposal.kind, current)


async def _refund_due(case: Case, work: Work, cancelled: Appointment) -> None:
    """Money is given back by a person: say in the log that there is some."""
    for payment in await work.payments.of_thread(cancelled.thread_id):
        if payment.status is PaymentStatus.PAID and cancelled.id in payment.appointment_ids:
            told(case, "payment.refund_due", payment=payment.id, amount=cancelled.price)
