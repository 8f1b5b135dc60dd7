"""Putting a booking, a move or a cancellation before the guest, to be confirmed (O1, domain §3)."""

from dataclasses import dataclass
from datetime import datetime

from jirani.rules.decision import AGAIN, ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import (
    LIVE,
    Appointment,
    AppointmentStatus,
    Catalogue,
    Offer,
    Proposal,
    ProposalKind,
    ProposalStatus,
)
from jirani.rules.grid import span
from jirani.services import Case, Services
from jirani.services.diary import may_start
from jirani.services.ledger import note, note_apart
from jirani.services.offers import let_go, supersede
from jirani.services.threads import case_of_thread
from jirani.store.holds import HoldResult
from jirani.store.work import Work

MOST_LIVE = 8  # appointments ahead of one customer; more is a mistake or mischief


@dataclass(frozen=True, slots=True)
class Proposed:
    """A guard's answer, and what now waits for a yes if it was one."""

    decision: Decision
    proposal: Proposal | None = None
    appointment: Appointment | None = None


async def propose_time(
    case: Case,
    catalogue: Catalogue,
    service_id: str,
    staff_id: str,
    start: datetime,
    *,
    moves: Appointment | None = None,
) -> Proposed:
    """Propose a booking, or a move of `moves`; the slot is held while the guest thinks (X8)."""
    services = case.services
    draft = _draft(case, catalogue, service_id, staff_id, start, moves)
    async with services.store.read(case.business.id) as work:
        before = await _open_proposals(case, work)
        decision = await _may_propose(case, work, catalogue, draft, moves)
    same = [(p, a) for p, a in before if a.slot == draft.slot and p.moves_id == draft.moved_from]
    if decision.allowed and same:
        return Proposed(AGAIN, *same[0])
    if decision.allowed:
        await _free(case, [a for _, a in before if a.status is AppointmentStatus.PROPOSED])
        decision = await _hold(case, draft, moves)
    if not decision.allowed:
        await note_apart(case, "may_propose", decision, stage="proposing")
        return Proposed(decision)
    proposal = _proposal(case, ProposalKind.MOVE if moves else ProposalKind.BOOK, draft, moves)
    ended: list[Offer] = []
    async with services.store.begin(case.business.id, (staff_id, case.customer_id)) as work:
        decision = await _may_propose(case, work, catalogue, draft, moves)
        if decision.allowed:
            await _drop_open(case, work)
            if moves:
                ended = await supersede(case, work, moves)
            await work.appointments.add(draft)
            await work.proposals.add(proposal)
        await note(
            case, work, "may_propose", decision, stage="proposing", subject=proposal.id, start=start
        )
    if not decision.allowed:
        await _free(case, [draft])
        return Proposed(decision)
    for offer in ended:
        await let_go(case, offer)
    return Proposed(ALLOWED, proposal, draft)


async def propose_cancellation(case: Case, appointment: Appointment) -> Proposed:
    """Propose to cancel an appointment of this customer."""
    async with case.services.store.begin(case.business.id, (case.customer_id,)) as work:
        now = case.services.clock.now()
        current = await work.appointments.get(appointment.id)
        open_ = await _open_proposals(case, work)
        same = [p for p, a in open_ if a.id == current.id and p.kind is ProposalKind.CANCEL]
        decision = may_give_up(case, current, now)
        if decision.allowed and same:
            return Proposed(AGAIN, same[0], current)
        proposal = _proposal(case, ProposalKind.CANCEL, current, None)
        ended: list[Offer] = []
        if decision.allowed:
            await _drop_open(case, work)
            ended = await supersede(case, work, current)
            await work.proposals.add(proposal)
        await note(case, work, "may_cancel", decision, stage="proposing", subject=proposal.id)
    if not decision.allowed:
        return Proposed(decision)
    await _free(case, [a for _, a in open_ if a.status is AppointmentStatus.PROPOSED])
    for offer in ended:
        await let_go(case, offer)
    return Proposed(ALLOWED, proposal, current)


def _draft(
    case: Case,
    catalogue: Catalogue,
    service_id: str,
    staff_id: str,
    start: datetime,
    moves: Appointment | None,
) -> Appointment:
    service = catalogue.service(service_id)
    ends_at, busy_until = span(service, start)
    return Appointment(
        id=case.services.ids.new(),
        thread_id=case.thread_id,
        customer_id=case.customer_id,
        service_id=service_id,
        staff_id=staff_id,
        starts_at=start,
        ends_at=ends_at,
        busy_until=busy_until,
        # Who moves keeps the price that was agreed.
        price=moves.price if moves else service.price,
        currency=case.business.currency,
        status=AppointmentStatus.PROPOSED,
        source=moves.source if moves else "chat",
        moved_from=moves.id if moves else None,
    )


def _proposal(
    case: Case, kind: ProposalKind, appointment: Appointment, moves: Appointment | None
) -> Proposal:
    services = case.services
    return Proposal(
        id=services.ids.new(),
        thread_id=case.thread_id,
        kind=kind,
        appointment_id=appointment.id,
        moves_id=moves.id if moves else None,
        status=ProposalStatus.OPEN,
        asked_seq=case.seq,
        expires_at=services.clock.now() + services.timing.booking_hold,
    )


async def _may_propose(
    case: Case,
    work: Work,
    catalogue: Catalogue,
    draft: Appointment,
    moves: Appointment | None,
) -> Decision:
    now = case.services.clock.now()
    if moves:
        current = await work.appointments.get(moves.id)
        decision = may_give_up(case, current, now)
        if not decision.allowed:
            return decision
        if (current.starts_at, current.staff_id) == (draft.starts_at, draft.staff_id):
            return refuse(Reason.UNCHANGED, "That is the time it already has.")
    elif len(await work.appointments.of_customer(case.customer_id, now)) >= MOST_LIVE:
        return refuse(Reason.TOO_MANY, f"There are already {MOST_LIVE} bookings ahead.")
    return await may_start(case, work, catalogue, draft, moving=moves.id if moves else "")


def may_give_up(case: Case, appointment: Appointment, now: datetime) -> Decision:
    """Judge whether this customer may still move or cancel an appointment."""
    if appointment.customer_id != case.customer_id:
        return refuse(Reason.UNKNOWN_HANDLE, "That is not this customer's appointment.")
    if appointment.status not in LIVE:
        return refuse(Reason.NOT_LIVE, f"The appointment is {appointment.status}.")
    if appointment.starts_at <= now:
        return refuse(Reason.STARTED, "The appointment has already begun.")
    return ALLOWED


async def _hold(case: Case, draft: Appointment, moves: Appointment | None) -> Decision:
    held = await case.services.holds.hold(
        case.business.id,
        draft.slot,
        case.thread_id,
        case.services.timing.booking_hold,
        # It was booked in an earlier conversation perhaps, which may hold its time still.
        also=moves.thread_id if moves else "",
    )
    if held is HoldResult.PRIMARY_TAKEN:
        return refuse(Reason.SLOT_HELD, "Another guest is just booking that time.")
    return ALLOWED  # without Redis the database alone decides (X9)


async def _free(case: Case, drafts: list[Appointment]) -> None:
    await case.services.holds.release(
        case.business.id, [each.slot for each in drafts], case.thread_id
    )


async def _open_proposals(case: Case, work: Work) -> list[tuple[Proposal, Appointment]]:
    now = case.services.clock.now()
    return [
        (each, await work.appointments.get(each.appointment_id))
        for each in await work.proposals.of_thread(case.thread_id)
        if each.status is ProposalStatus.OPEN and each.expires_at > now
    ]


async def _drop_open(case: Case, work: Work) -> None:
    """A newer question takes the place of an older one: a yes has exactly one addressee."""
    for proposal in await work.proposals.of_thread(case.thread_id):
        if proposal.status is ProposalStatus.OPEN:
            await drop(work, proposal)


async def drop(work: Work, proposal: Proposal) -> None:
    """Close a proposal without doing what it proposed."""
    await work.proposals.change(proposal.id, status=ProposalStatus.DROPPED)
    if proposal.kind is not ProposalKind.CANCEL:
        await work.appointments.change(proposal.appointment_id, status=AppointmentStatus.RELEASED)


async def expire_proposal(services: Services, business_id: str, proposal_id: str) -> None:
    """Let go of a proposal nobody answered in time; its slot is free again."""
    async with services.store.read(business_id) as work:
        proposal = await work.proposals.get(proposal_id)
        if proposal is None:
            return
        target = await work.appointments.get(proposal.appointment_id)
    case = await case_of_thread(services, business_id, proposal.thread_id)
    async with services.store.begin(business_id) as work:
        current = await work.proposals.get(proposal_id)
        now = services.clock.now()
        lapsed = current and current.status is ProposalStatus.OPEN and current.expires_at <= now
        if current and lapsed:
            await drop(work, current)
    if lapsed and target.status is AppointmentStatus.PROPOSED:
        await _free(case, [target])
