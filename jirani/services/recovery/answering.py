"""What a customer answers to the offer of a freed slot: yes, no, or a late yes (R5, O1, O4)."""

from dataclasses import dataclass, replace

from jirani.rules.consent import consent
from jirani.rules.decision import AGAIN, Decision, Reason, refuse
from jirani.rules.facts import (
    Appointment,
    Catalogue,
    OfferStatus,
    Opening,
    ProposalStatus,
    RecoveryOffer,
)
from jirani.rules.late_yes import SILENCE, still_the_question
from jirani.rules.reading import DECLINES, Meaning
from jirani.rules.recovery.late_yes import may_revive, still_open
from jirani.services import Case
from jirani.services.asking import ask_of_offer, asks, said
from jirani.services.diary import may_start, release_lapsed
from jirani.services.ledger import note, note_apart
from jirani.services.recovery.expiring import expire_in
from jirani.services.recovery.filling import fill, wanted
from jirani.services.recovery.moving_up import may_move
from jirani.services.recovery.opening import policy_in
from jirani.store.holds import HoldResult
from jirani.store.refusals import Overlap, Twice
from jirani.store.work import Work

NO = DECLINES | {Meaning.CHANGE}  # "later" is a no to a slot that somebody else may have (O10)


@dataclass(frozen=True, slots=True)
class Answered:
    """A guard's answer; the offer, and the appointment a yes made."""

    decision: Decision
    offer: RecoveryOffer | None = None
    appointment: Appointment | None = None


async def accept(case: Case, catalogue: Catalogue, offer_id: str) -> Answered:
    """Turn a customer's yes into a booking, once: of many at once, one wins (R5, O4).

    A yes to an offer that silence ended is a late yes: everything is checked again, and a new row
    replaces the old one (X11).
    """
    services = case.services
    async with services.store.read(case.business.id) as work:
        offer = await work.recovery_offers.get(offer_id)
        moves = offer.primary_id if offer else None
        later = await work.appointments.get(moves) if moves else None
    if offer is None:
        return Answered(refuse(Reason.UNKNOWN_HANDLE, "There is no such offer."))
    held = await services.holds.hold(
        case.business.id, offer.slot, case.thread_id, services.timing.pair_hold
    )
    locks = (offer.staff_id, case.customer_id, *([later.staff_id] if later else []))
    try:
        async with services.store.begin(case.business.id, locks) as work:
            answered = await _accept(case, work, catalogue, offer_id, held)
            await note(
                case, work, "may_accept", answered.decision, stage="acceptance", subject=offer_id
            )
    except Overlap as overlap:
        gone = refuse(Reason.SLOT_TAKEN, "That slot has gone meanwhile.")
        answered = Answered(gone, offer)
        await note_apart(case, str(overlap), gone, stage="acceptance", subject=offer_id)
        async with services.store.begin(case.business.id, locks) as work:
            await _end(case, work, offer, gone.reason)
    except Twice:
        answered = Answered(AGAIN, offer)
    # What was booked is a row by now; what was not is free again.
    await services.holds.release(case.business.id, [offer.slot], case.thread_id)
    return answered


async def _accept(
    case: Case, work: Work, catalogue: Catalogue, offer_id: str, held: HoldResult
) -> Answered:
    """Judge a yes in an open unit, and write what it makes (R5, O1, O4)."""
    offer = await work.recovery_offers.get(offer_id)
    opening = await work.openings.get(offer.opening_id) if offer else None
    if offer is None or opening is None:
        return Answered(refuse(Reason.UNKNOWN_HANDLE, "There is no such offer."))
    now = case.services.clock.now()
    if offer.status is OfferStatus.EXPIRED and offer.reason == SILENCE:
        return await _accept_late(case, work, catalogue, offer, opening, held)
    decision = await _consent(case, work, offer)
    if decision.reason is Reason.ALREADY_DONE:
        return Answered(decision, offer, await _made(work, opening, offer))
    if decision.reason is Reason.EXPIRED:
        # The deadline has passed but the sweeper has not been here yet: it is a late yes.
        await expire_in(case, work, offer)
        ended = replace(offer, status=OfferStatus.EXPIRED, reason=SILENCE)
        return await _accept_late(case, work, catalogue, ended, opening, held)
    if decision.reason is Reason.NOT_OPEN and not (open := still_open(opening)).allowed:
        return Answered(open, offer)  # the truth: somebody else has it
    if not decision.allowed:
        return Answered(decision, offer)
    decision = still_open(opening)
    if decision.allowed:
        # Whoever else may stand in Redis: the open offer's row has the slot (X9).
        decision = await _still_free(case, work, catalogue, offer)
    if not decision.allowed:
        await _end(case, work, offer, decision.reason)
        return Answered(decision, replace(offer, status=OfferStatus.EXPIRED))
    if not await work.recovery_offers.settle(offer.id, OfferStatus.ACCEPTED, at=now, seq=case.seq):
        return Answered(refuse(Reason.NOT_OPEN, "The offer has just ended."), offer)
    return await _fill(case, work, opening, offer)


async def _consent(case: Case, work: Work, offer: RecoveryOffer) -> Decision:
    """Judge a yes by O1; a booking that waits for one takes it first (R5)."""
    others = [each for each in await asks(case, work) if each.id != offer.id]
    now = case.services.clock.now()
    decision = consent(ask_of_offer(offer), await said(case, work), others, now)
    if decision.reason is Reason.WHICH_ONE and await _booking_waits(case, work):
        return refuse(Reason.BOOKING_FIRST, "A booking waits for this yes, and takes it first.")
    return decision


async def _booking_waits(case: Case, work: Work) -> bool:
    now = case.services.clock.now()
    return any(
        each.status is ProposalStatus.OPEN and each.expires_at > now and each.asked_seq < case.seq
        for each in await work.proposals.of_thread(case.thread_id)
    )


async def _accept_late(
    case: Case,
    work: Work,
    catalogue: Catalogue,
    offer: RecoveryOffer,
    opening: Opening,
    held: HoldResult,
) -> Answered:
    """Check everything again; the same slot at the same price, or it has gone (X11, R5)."""
    now = case.services.clock.now()
    for other in await work.recovery_offers.of_opening(opening.id):
        if other.replaces == offer.id and other.settled_seq == case.seq:
            return Answered(AGAIN, other, await _made(work, opening, other))
    # What is asked again is what was asked: the yes must still be a later message's (O1).
    until = now + case.services.timing.pair_hold
    reopened = replace(offer, status=OfferStatus.OFFERED, expires_at=until)
    decision = await _consent(case, work, reopened)
    if decision.allowed:
        live = await work.recovery_offers.live(opening.id)
        policy = await policy_in(work)
        decision = may_revive(offer, opening, policy, now, others_live=len(live))
    if decision.allowed:
        decision = await _still_meant(case, work, offer)
    if decision.allowed and held is HoldResult.PRIMARY_TAKEN:
        decision = refuse(Reason.SLOT_HELD, "Another guest holds that slot.")
    if decision.allowed:
        decision = await _still_free(case, work, catalogue, offer)
        price = catalogue.service(offer.service_id).price
        if decision.allowed and offer.primary_id is None and price != offer.price:
            decision = refuse(Reason.PRICE_CHANGED, "The price has changed meanwhile.")
    if not decision.allowed:
        return Answered(decision, offer)
    revived = replace(
        offer,
        id=case.services.ids.new(),
        status=OfferStatus.ACCEPTED,
        replaces=offer.id,
        reason="late_yes",
        settled_seq=case.seq,
        expires_at=until,
    )
    await work.recovery_offers.add(revived, now)
    return await _fill(case, work, opening, revived)


async def _still_meant(case: Case, work: Work, offer: RecoveryOffer) -> Decision:
    messages = await work.messages.last(case.thread_id, 20)
    ours = [(each.seq, each.at) for each in messages if each.author != "guest"]
    reading = (await said(case, work)).reading
    return still_the_question(offer, ours, case.seq, reading.handle if reading else None)


async def _still_free(
    case: Case, work: Work, catalogue: Catalogue, offer: RecoveryOffer
) -> Decision:
    await release_lapsed(case, work, offer.staff_id)
    decision = await may_move(case, work, offer)
    if not decision.allowed:
        return decision
    draft, moving = wanted(offer, ""), offer.primary_id or ""
    return await may_start(case, work, catalogue, draft, moving=moving, freed=offer.opening_id)


async def _fill(case: Case, work: Work, opening: Opening, offer: RecoveryOffer) -> Answered:
    made = await fill(case, work, opening, offer)
    return Answered(Decision(True, Reason.CLEAR), offer, made)


async def _made(work: Work, opening: Opening, offer: RecoveryOffer) -> Appointment | None:
    if opening.filled_by is None or offer.status is not OfferStatus.ACCEPTED:
        return None
    return await work.appointments.get(opening.filled_by)


async def _end(case: Case, work: Work, offer: RecoveryOffer, reason: Reason) -> None:
    """End an offer whose slot has gone; the loop finds out what that means for the opening."""
    now = case.services.clock.now()
    await work.recovery_offers.settle(
        offer.id, OfferStatus.EXPIRED, at=now, reason=str(reason), seq=case.seq
    )
    await work.openings.look_at(offer.opening_id, now)


async def decline(case: Case, offer_id: str) -> Answered:
    """Take a customer's no: the next one is asked at once (R4, O10)."""
    async with case.services.store.begin(case.business.id, (case.customer_id,)) as work:
        offer = await work.recovery_offers.get(offer_id)
        if offer is None:
            return Answered(refuse(Reason.UNKNOWN_HANDLE, "There is no such offer."))
        now = case.services.clock.now()
        mine = ask_of_offer(offer)
        # A no may settle everything that is open: nothing is sold by it.
        decision = consent(mine, await said(case, work), [], now, wants=NO)
        await note(case, work, "may_decline", decision, stage="acceptance", subject=offer_id)
        if decision.allowed and decision.reason is not Reason.ALREADY_DONE:
            await _end_early(case, work, offer, OfferStatus.DECLINED, "declined")
    return Answered(decision, offer)


async def withdraw_from(
    case: Case, work: Work, reason: str, status: OfferStatus = OfferStatus.WITHDRAWN
) -> None:
    """End what a customer is offered of freed slots: at STOP, or a general no (O9, O10).

    The loop moves on at once. A general no declines what is offered in this thread.
    """
    for offer in await work.recovery_offers.of_customer(case.customer_id):
        if status is OfferStatus.WITHDRAWN or offer.thread_id == case.thread_id:
            await _end_early(case, work, offer, status, reason)


async def _end_early(
    case: Case, work: Work, offer: RecoveryOffer, status: OfferStatus, reason: str
) -> None:
    """End an offer before its time: first its opening's row, as whoever fills that does."""
    now = case.services.clock.now()
    await work.openings.look_at(offer.opening_id, now)
    await work.recovery_offers.settle(offer.id, status, at=now, reason=reason, seq=case.seq)
