"""The neighbouring slot: found, held as a pair, and offered once (X1-X8, O5)."""

from dataclasses import dataclass, field

from jirani.rules.contact import may_contact
from jirani.rules.cross_sell import (
    Candidate,
    candidates,
    gate,
    may_follow,
    may_suggest,
    partners,
    suggestion,
)
from jirani.rules.decision import ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import (
    Appointment,
    AppointmentStatus,
    Catalogue,
    Offer,
    OfferKind,
    OfferStatus,
    PaymentPolicy,
    Service,
    Slot,
)
from jirani.services import Case
from jirani.services.diary import calendar, own_times
from jirani.services.ledger import note, note_apart, told
from jirani.services.offers import let_go
from jirani.store.holds import HoldResult
from jirani.store.refusals import Twice
from jirani.store.work import Work


@dataclass(frozen=True, slots=True)
class Found:
    """A guard's answer; the primary and its candidates, best first, if it was yes.

    `catalogue`: of what is sold here, the services that go with the primary and who does them.
    """

    decision: Decision
    primary: Appointment | None = None
    options: tuple[Candidate, ...] = ()
    catalogue: Catalogue = field(default=Catalogue((), ()))


@dataclass(frozen=True, slots=True)
class Offered:
    """A guard's answer, and the offer that now holds both slots if it was yes."""

    decision: Decision
    offer: Offer | None = None


async def find_options(case: Case, *, declined: bool, offered_before: bool) -> Found:
    """Look for one complementary service right behind the booking just confirmed.

    The dials and the thread's flags are judged first, before any database or Redis access (X1, X2).
    Only what goes with that booking is read, so that a large catalogue costs as little as a small.
    """
    decision = gate(case.dials, declined=declined, offered_before=offered_before)
    if not decision.allowed:
        return Found(decision)
    async with case.services.store.read(case.business.id) as work:
        found = await _look(case, work)
    if not found.decision.allowed:
        await note_apart(case, "find_cross_sell", found.decision, stage="planning")
        return found
    best = found.options[0]
    told(
        case,
        "cross_sell.candidate_selected",
        service=best.service_id,
        score=round(float(best.score), 4),
        gap_minutes=best.gap_minutes,
    )
    return found


async def _look(case: Case, work: Work) -> Found:
    now = case.services.clock.now()
    thread = await work.threads.get(case.thread_id)
    sent = await work.offers.of_thread(case.thread_id)
    had_one = bool(sent) or thread.cross_sell_suggested
    decision = gate(case.dials, declined=thread.cross_sell_declined, offered_before=had_one)
    if not decision.allowed:
        return Found(decision)
    primary = await primary_of(case, work)
    if primary is None:
        return Found(refuse(Reason.PRIMARY_NOT_CONFIRMED, "Nothing is booked in this thread yet."))
    pays_first = case.business.payment_policy is PaymentPolicy.PAY_FIRST
    decision = may_follow(
        primary,
        now,
        offered_until=now + case.services.timing.pair_hold,
        lapses_at=primary.hold_until if pays_first else None,
    )
    if not decision.allowed:
        return Found(decision)
    edges = partners(primary.service_id, await work.catalogue.edges_of(primary.service_id))
    if not edges:
        return Found(refuse(Reason.NO_RELATION, "Nothing goes with that service."))
    catalogue = await work.catalogue.part(edges)
    first = primary.ends_at.astimezone(case.zone).date()
    last = (primary.ends_at + case.services.timing.adjacency).astimezone(case.zone).date()
    options = candidates(
        primary,
        edges,
        catalogue,
        await calendar(case, work, catalogue.staff, first, last),
        case.zone,
        now,
        case.services.timing.adjacency,
        customer_busy=await own_times(case, work),
    )
    if not options:
        return Found(refuse(Reason.NO_ADJACENT_SLOT, "Nothing is free right behind it."))
    return Found(ALLOWED, primary, tuple(options), catalogue)


async def primary_of(case: Case, work: Work) -> Appointment | None:
    """Return the newest confirmed booking of the thread that was not itself cross-sold."""
    booked = [
        each
        for each in await work.appointments.of_thread(case.thread_id)
        if each.status is AppointmentStatus.CONFIRMED and each.source != OfferKind.CROSS_SELL
    ]
    return booked[-1] if booked else None


async def prevention(case: Case, work: Work) -> Decision:
    """Judge whether this customer may be offered anything now (O5, O9, U4's order)."""
    now, policy = case.services.clock.now(), case.services.contact
    customer = await work.customers.get(case.customer_id)
    thread = await work.threads.get(case.thread_id)
    if thread.person_since:
        return refuse(Reason.PERSON_HANDLING, "A person is handling this conversation.")
    return may_contact(
        await work.offers.contacts(case.customer_id, now - policy.window),
        await work.offers.declines(case.customer_id, now - policy.window),
        now,
        policy,
        proactive=False,
        opted_out=customer.offers_stopped_at is not None,
    )


async def reserve(
    case: Case, catalogue: Catalogue, primary: Appointment, chosen: Candidate
) -> Offered:
    """Hold the primary and its neighbour as a pair and make the offer (X8).

    The offer's row holds the neighbour in the database; Redis holds both for as long. Without
    Redis the row and the overlap constraint still decide (X9).
    """
    services = case.services
    held = await services.holds.reserve_pair(
        case.business.id,
        primary.slot,
        Slot(chosen.staff_id, chosen.starts_at, chosen.busy_until),
        case.thread_id,
        services.timing.pair_hold,
    )
    if held in (HoldResult.PRIMARY_TAKEN, HoldResult.SECONDARY_TAKEN):
        decision = refuse(Reason.SLOT_HELD, f"Another guest holds it ({held}).")
        await note_apart(case, "reserve_pair", decision, stage="sending")
        return Offered(decision)
    offer = _offer(case, catalogue, primary, chosen)
    try:
        async with services.store.begin(
            case.business.id, (primary.staff_id, chosen.staff_id, case.customer_id)
        ) as work:
            decision = await _may_send(case, work, primary, chosen)
            if decision.allowed:
                await work.offers.add(offer, services.clock.now())
                await work.offers.contacted(
                    services.ids.new(), offer, services.clock.now(), proactive=False
                )
                await work.threads.change(
                    case.thread_id, charge_at=offer.expires_at + services.timing.charge_grace
                )
            await note(
                case,
                work,
                "may_send",
                decision,
                stage="sending",
                subject=offer.id,
                service=chosen.service_id,
                start=chosen.starts_at,
                hold=held,
            )
    except Twice:
        decision = refuse(Reason.ALREADY_OFFERED, "This thread has had its one offer.")
        await note_apart(case, "one_cross_sell", decision, stage="sending")
    if not decision.allowed:
        await let_go(case, offer)
        return Offered(decision)
    told(case, "pair_reservation_acquired", offer=offer.id, hold=held)
    return Offered(ALLOWED, offer)


async def _may_send(case: Case, work: Work, primary: Appointment, chosen: Candidate) -> Decision:
    found = await _look(case, work)
    if not found.decision.allowed:
        return found.decision
    booked = found.primary.id if found.primary else ""
    if booked != primary.id:
        return refuse(Reason.PRIMARY_NOT_CONFIRMED, "The booking has changed meanwhile.")
    wanted = (chosen.service_id, chosen.staff_id, chosen.starts_at)
    if all((o.service_id, o.staff_id, o.starts_at) != wanted for o in found.options):
        return refuse(Reason.SLOT_TAKEN, "That slot has gone meanwhile.")
    return await prevention(case, work)


def _offer(case: Case, catalogue: Catalogue, primary: Appointment, chosen: Candidate) -> Offer:
    now = case.services.clock.now()
    return Offer(
        id=case.services.ids.new(),
        kind=OfferKind.CROSS_SELL,
        thread_id=case.thread_id,
        customer_id=case.customer_id,
        primary_id=primary.id,
        service_id=chosen.service_id,
        staff_id=chosen.staff_id,
        starts_at=chosen.starts_at,
        ends_at=chosen.ends_at,
        busy_until=chosen.busy_until,
        price=catalogue.service(chosen.service_id).price,
        currency=case.business.currency,
        status=OfferStatus.OFFERED,
        offered_seq=case.seq,
        expires_at=now + case.services.timing.pair_hold,
    )


async def suggest(case: Case, catalogue: Catalogue, service_id: str) -> Service | None:
    """Name one complementary service while the slot is being chosen, if the dial says so (X14).

    Nothing is held and no offer is made; it counts as the thread's one cross-sell.
    """
    if not may_suggest(case.dials, declined=False, offered_before=False).allowed:
        return None
    async with case.services.store.begin(case.business.id, (case.customer_id,)) as work:
        thread = await work.threads.get(case.thread_id)
        sent = await work.offers.of_thread(case.thread_id)
        named = suggestion(
            service_id,
            await work.catalogue.edges_of(service_id),
            catalogue,
            case.dials,
            declined=thread.cross_sell_declined,
            offered_before=bool(sent) or thread.cross_sell_suggested,
        )
        if named is None or not (await prevention(case, work)).allowed:
            return None
        await work.threads.change(case.thread_id, cross_sell_suggested=True)
        await note(case, work, "may_suggest", ALLOWED, stage="sending", service=named)
    return catalogue.service(named)
