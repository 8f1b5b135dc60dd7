"""One candidate is asked, or not: judged anew under locks, and written in one unit (R2, R4, O5)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from jirani.rules.decision import ALLOWED, Decision, Reason
from jirani.rules.facts import (
    Appointment,
    AppointmentStatus,
    Catalogue,
    OfferKind,
    OfferStatus,
    Opening,
    OpeningStatus,
    RecoveryOffer,
    Thread,
)
from jirani.rules.grid import span
from jirani.rules.recovery.eligible import eligible
from jirani.rules.recovery.life import lanes, may_send
from jirani.rules.recovery.score import Tier
from jirani.services import Case, Services
from jirani.services.diary import may_start, release_lapsed
from jirani.services.ledger import note
from jirani.services.outbox import queue_message
from jirani.services.recovery.ending import end
from jirani.services.recovery.looking import Look, Person, look_at, person_of
from jirani.services.recovery.moving_up import later_booking
from jirani.services.recovery.words import offer_text
from jirani.services.threads import open_thread
from jirani.services.wording import language_of
from jirani.store.refusals import Twice
from jirani.store.rows.candidates import Standing
from jirani.store.work import Work

GUARD = "may_ask"
A_MOMENT = timedelta(minutes=1)


class Step(StrEnum):
    """What asking one candidate came to."""

    ASKED = "asked"
    NEXT = "next"  # not this one
    WAIT = "wait"  # only O7 holds: at the first allowed minute
    NEVER = "never"  # only O7 holds, and no allowed minute comes in time
    STOP = "stop"  # the opening is settled, or somebody else is at it


@dataclass(frozen=True, slots=True)
class Asked:
    """What it came to, and when to look again if that was only a matter of the hour.

    `full`: somebody was asked, and nobody else may be for now.
    """

    step: Step
    look_again: datetime | None = None
    full: bool = False


async def ask(services: Services, business_id: str, opening: Opening, standing: Standing) -> Asked:
    """Ask one candidate: offer, contact ledger and outbox are one unit; nothing is sent in it."""
    locks = (opening.staff_id, standing.customer_id)
    try:
        async with services.store.begin(business_id, locks) as work:
            look = await look_at(services, work, opening.id)
            if look is None or not look.may_go_on().allowed:
                return Asked(Step.STOP)
            return await _ask(look, work, standing)
    except Twice:
        return Asked(Step.STOP)  # another replica was faster: the database decided (R2, R4)


async def _ask(look: Look, work: Work, standing: Standing) -> Asked:
    now = look.services.clock.now()
    person = await person_of(look, work, standing)
    decision = eligible(person.who, look.policy, look.services.contact, now)
    if not decision.allowed or person.address is None:
        await noted(look, work, person.who.customer_id, decision)
        return Asked(Step.NEXT)
    sending = may_send(look.opening.starts_at, now, person.windows, look.policy)
    if not sending.decision.allowed or sending.expires_at is None:
        if sending.look_again is None:
            return Asked(Step.NEVER)  # as it will be for all who live by the same clock
        await noted(look, work, person.who.customer_id, sending.decision)
        return Asked(Step.WAIT, sending.look_again)
    later = await later_booking(work, person.customer.id, look.opening, look.policy)
    try:
        catalogue = await work.catalogue.part([look.opening.service_id])
        draft = draft_of(look.opening, look.business.currency, catalogue, later)
    except LookupError:
        await end(look, work, OpeningStatus.WITHDRAWN, Reason.NOT_QUALIFIED)
        return Asked(Step.STOP)
    free = await _free(look, work, person, draft, catalogue)
    if not free.allowed:
        await noted(look, work, person.who.customer_id, free)
        if free.reason is Reason.CUSTOMER_BUSY:
            return Asked(Step.NEXT)
        return await _not_free(look, work, free)
    thread = await _thread_for(look, work, person, person.address)
    offer = await _offer(look, work, draft, thread, sending.expires_at, standing.tier)
    await _send(look, work, offer, catalogue, later)
    now_asked = replace(look, live=(*look.live, offer))
    return Asked(Step.ASKED, full=not now_asked.may_go_on().allowed)


def draft_of(
    opening: Opening, currency: str, catalogue: Catalogue, later: Appointment | None = None
) -> Appointment:
    """Return what would be booked, on today's terms (O3); LookupError if it is not sold now.

    Who moves up from a `later` booking keeps the price that was agreed.
    """
    service = catalogue.service(opening.service_id)
    ends_at, busy_until = span(service, opening.starts_at)
    return Appointment(
        id="",
        thread_id="",
        customer_id="",
        service_id=service.id,
        staff_id=opening.staff_id,
        starts_at=opening.starts_at,
        ends_at=ends_at,
        busy_until=busy_until,
        price=later.price if later else service.price,
        currency=currency,
        status=AppointmentStatus.CONFIRMED,
        source=str(OfferKind.SLOT_RECOVERY),
        moved_from=later.id if later else None,
    )


async def _free(
    look: Look, work: Work, person: Person, draft: Appointment, catalogue: Catalogue
) -> Decision:
    case = Case(look.services, look.business, look.dials, person.customer.id, "", 0)
    await release_lapsed(case, work, draft.staff_id)
    return await may_start(case, work, catalogue, draft, freed=look.opening.id)


async def _thread_for(look: Look, work: Work, person: Person, address: tuple[str, str]) -> Thread:
    """Return the conversation in which the reply will arrive: the newest, if it still lives."""
    services = look.services
    latest = await work.threads.latest(*address)
    idle = services.timing.thread_idle
    if latest and latest.ended_at is None and services.clock.now() - latest.last_at < idle:
        return latest
    return await open_thread(services, work, person.who.customer_id, *address)


async def _offer(
    look: Look, work: Work, draft: Appointment, thread: Thread, expires_at: datetime, tier: Tier
) -> RecoveryOffer:
    newest = await work.messages.last(thread.id, 1)
    return RecoveryOffer(
        id=look.services.ids.new(),
        opening_id=look.opening.id,
        lane=look.free_lane,
        thread_id=thread.id,
        customer_id=thread.customer_id,
        service_id=draft.service_id,
        staff_id=draft.staff_id,
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        busy_until=draft.busy_until,
        price=draft.price,
        currency=draft.currency,
        status=OfferStatus.OFFERED,
        offered_seq=newest[0].seq if newest else 0,
        expires_at=expires_at,
        primary_id=draft.moved_from,
        tier=tier,
    )


async def _not_free(look: Look, work: Work, why: Decision) -> Asked:
    """End an opening that somebody has otherwise; wait where somebody has only been asked."""
    asked_only = why.reason in (Reason.SLOT_TAKEN, Reason.SLOT_HELD)
    if asked_only and not await work.openings.is_taken(look.opening):
        await work.openings.look_at(look.opening.id, look.services.clock.now() + A_MOMENT)
    else:
        await end(look, work, OpeningStatus.WITHDRAWN, why.reason)
    return Asked(Step.STOP)


async def _send(
    look: Look,
    work: Work,
    offer: RecoveryOffer,
    catalogue: Catalogue,
    later: Appointment | None,
) -> None:
    services, now = look.services, look.services.clock.now()
    await work.recovery_offers.add(offer, now)
    await work.offers.contacted(services.ids.new(), offer, now, proactive=True)
    case = Case(services, look.business, look.dials, offer.customer_id, offer.thread_id, 0)
    language = await language_of(case, work)
    # Others may be asked beside them before this offer ends, so it is promised to nobody.
    shared = lanes(offer.starts_at - offer.expires_at, look.policy) > 1
    await queue_message(
        services,
        work,
        thread_id=offer.thread_id,
        text=offer_text(case, catalogue, offer, language, later, shared=shared),
        language=language,
        dedupe_key=f"recovery_offer:{offer.id}",
        purpose="promotional",
    )
    await work.threads.change(offer.thread_id, last_at=now)
    soonest = min(each.expires_at for each in (*look.live, offer))
    await work.openings.look_at(look.opening.id, soonest)
    await noted(look, work, offer.customer_id, ALLOWED, offer)


async def noted(
    look: Look, work: Work, customer_id: str, decision: Decision, offer: RecoveryOffer | None = None
) -> None:
    """Write down why a candidate was asked, or not: `jirani why OPENING` reads it."""
    thread_id = offer.thread_id if offer else (await _thread_of(look, work))
    case = Case(look.services, look.business, look.dials, customer_id, thread_id, 0)
    await note(
        case,
        work,
        GUARD,
        decision,
        stage="sending",
        subject=look.opening.id,
        customer=customer_id,
        offer=offer.id if offer else None,
        lane=offer.lane if offer else None,
        expires_at=offer.expires_at if offer else None,
    )


async def _thread_of(look: Look, work: Work) -> str:
    """A no to somebody who was never written to is kept where the slot was given up."""
    return (await work.appointments.get(look.opening.appointment_id)).thread_id
