"""The guest's answer to an offer: yes, no, a late yes, or silence (O1, O4, O10, X10, X11)."""

from dataclasses import dataclass, replace

from jirani.rules.consent import consent
from jirani.rules.decision import AGAIN, ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import (
    LIVE,
    Appointment,
    AppointmentStatus,
    Catalogue,
    Offer,
    OfferStatus,
    PaymentPolicy,
)
from jirani.rules.late_yes import SILENCE, may_revive, still_the_question
from jirani.rules.reading import DECLINES, Meaning
from jirani.services import Case, Services
from jirani.services.asking import ask_of_offer, asks, said
from jirani.services.diary import may_start, release_lapsed
from jirani.services.ledger import note, note_apart, told
from jirani.services.offers import OPEN, end_offer, let_go
from jirani.services.threads import case_of_thread
from jirani.store.holds import HoldResult
from jirani.store.refusals import Overlap, Twice
from jirani.store.work import Work

NOT_YET = (Reason.NO_ACCEPTANCE, Reason.NOT_LATER_MESSAGE, Reason.WHICH_ONE)


@dataclass(frozen=True, slots=True)
class Answered:
    """A guard's answer; the offer, and the appointment a yes made."""

    decision: Decision
    offer: Offer | None = None
    appointment: Appointment | None = None


async def accept(case: Case, catalogue: Catalogue, offer_id: str) -> Answered:
    """Turn a guest's yes into a booking and a sale, once (O1, O4).

    A yes to an offer that silence ended is a late yes: everything is checked again, and a new
    row replaces the old one (X11).
    """
    services = case.services
    async with services.store.read(case.business.id) as work:
        offer = await work.offers.get(offer_id)
    if offer is None:
        return Answered(refuse(Reason.UNKNOWN_HANDLE, "There is no such offer."))
    held = await services.holds.hold(
        case.business.id, offer.slot, case.thread_id, services.timing.pair_hold
    )
    try:
        async with services.store.begin(
            case.business.id, (offer.staff_id, case.customer_id)
        ) as work:
            answered = await _accept(case, work, catalogue, offer_id, held)
            await note(
                case, work, "may_accept", answered.decision, stage="acceptance", subject=offer_id
            )
    except Overlap as overlap:
        answered = Answered(refuse(Reason.SLOT_TAKEN, "That slot has gone meanwhile."), offer)
        await note_apart(
            case, str(overlap), answered.decision, stage="acceptance", subject=offer_id
        )
        async with services.store.begin(case.business.id) as work:
            charge_at = services.clock.now() + services.timing.charge_grace
            await end_offer(
                case, work, offer, OfferStatus.EXPIRED, reason="slot_taken", charge_at=charge_at
            )
    except Twice:
        answered = Answered(AGAIN, offer)
    if not _still_waits(answered):
        await let_go(case, offer)
    return answered


def _still_waits(answered: Answered) -> bool:
    offer = answered.offer
    return offer is not None and offer.status in OPEN and answered.decision.reason in NOT_YET


async def _accept(
    case: Case, work: Work, catalogue: Catalogue, offer_id: str, held: HoldResult
) -> Answered:
    offer = await work.offers.get(offer_id)
    if offer is None:
        return Answered(refuse(Reason.UNKNOWN_HANDLE, "There is no such offer."))
    if offer.status is OfferStatus.EXPIRED and offer.reason == SILENCE:
        return await _accept_late(case, work, catalogue, offer, held)
    others = [each for each in await asks(case, work) if each.id != offer.id]
    now = case.services.clock.now()
    decision = consent(ask_of_offer(offer), await said(case, work), others, now)
    if decision.reason is Reason.ALREADY_DONE:
        return Answered(decision, offer, await _made(work, offer))
    if decision.reason is Reason.EXPIRED:
        # The deadline has passed but the sweeper has not been here yet: it is a late yes.
        await end_silent(case, work, offer)
        return await _accept_late(case, work, catalogue, replace(offer, reason=SILENCE), held)
    if not decision.allowed:
        return Answered(decision, offer)
    # Whoever else may stand in Redis: the open offer's row has the slot (X9).
    decision = await _still_true(case, work, catalogue, offer)
    if not decision.allowed:
        charge_at = now + case.services.timing.charge_grace
        reason = str(decision.reason)
        await end_offer(case, work, offer, OfferStatus.EXPIRED, reason=reason, charge_at=charge_at)
        return Answered(decision, replace(offer, status=OfferStatus.EXPIRED))
    if not await work.offers.settle(offer.id, OfferStatus.ACCEPTED, at=now, seq=case.seq):
        return Answered(refuse(Reason.NOT_OPEN, "The offer has just ended."), offer)
    return await _sell(case, work, offer)


async def _accept_late(
    case: Case, work: Work, catalogue: Catalogue, offer: Offer, held: HoldResult
) -> Answered:
    """Check everything again; the same slot at the same price, or it has gone (X11)."""
    now = case.services.clock.now()
    ended = replace(offer, status=OfferStatus.EXPIRED)
    for other in await work.offers.of_thread(case.thread_id):
        if other.replaces == offer.id and other.settled_seq == case.seq:
            return Answered(AGAIN, other, await _made(work, other))
    # What is asked again is what was asked: the yes must still be a later message's (O1).
    reopened = replace(
        ask_of_offer(offer), open=True, expires_at=now + case.services.timing.pair_hold
    )
    others = [each for each in await asks(case, work) if each.id != offer.id]
    decision = consent(reopened, await said(case, work), others, now)
    if decision.allowed:
        payments = await work.payments.of_thread(case.thread_id)
        methods = [each.method for each in payments if offer.primary_id in each.appointment_ids]
        at_venue = case.business.payment_policy is PaymentPolicy.PAY_AT_VENUE
        decision = may_revive(
            ended,
            await work.appointments.get(offer.primary_id),
            charge_gone_out=any(method != "venue" for method in methods),
            nothing_charged=at_venue or "venue" in methods,
            now=now,
            late_yes=case.services.timing.late_yes,
        )
    if decision.allowed:
        decision = await _still_meant(case, work, offer)
    if decision.allowed and held is HoldResult.PRIMARY_TAKEN:
        decision = refuse(Reason.SLOT_HELD, "Another guest holds that slot.")
    if decision.allowed:
        decision = await _still_true(case, work, catalogue, offer)
        if decision.allowed and catalogue.service(offer.service_id).price != offer.price:
            decision = refuse(Reason.PRICE_CHANGED, "The price has changed meanwhile.")
    if not decision.allowed:
        return Answered(decision, ended)
    revived = replace(
        offer,
        id=case.services.ids.new(),
        status=OfferStatus.ACCEPTED,
        replaces=offer.id,
        reason="late_yes",
        settled_seq=case.seq,
        expires_at=now + case.services.timing.pair_hold,
    )
    await work.offers.add(revived, now)
    return await _sell(case, work, revived)


async def _still_meant(case: Case, work: Work, offer: Offer) -> Decision:
    messages = await work.messages.last(case.thread_id, 20)
    ours = [(each.seq, each.at) for each in messages if each.author != "guest"]
    reading = (await said(case, work)).reading
    return still_the_question(offer, ours, case.seq, reading.handle if reading else None)


async def _still_true(case: Case, work: Work, catalogue: Catalogue, offer: Offer) -> Decision:
    await release_lapsed(case, work, offer.staff_id)
    primary = await work.appointments.get(offer.primary_id)
    if primary.status not in LIVE:
        return refuse(Reason.PRIMARY_NOT_CONFIRMED, f"The booking is {primary.status}.")
    return await may_start(case, work, catalogue, _appointment(case, offer, primary))


async def _sell(case: Case, work: Work, offer: Offer) -> Answered:
    """Write the second appointment and the sale; one charge will name both (X10)."""
    now = case.services.clock.now()
    primary = await work.appointments.get(offer.primary_id)
    made = _appointment(case, offer, primary)
    await work.appointments.add(made)
    await work.offers.sell(case.services.ids.new(), offer, made.id, now)
    await work.threads.change(case.thread_id, charge_at=now + case.services.timing.charge_grace)
    return Answered(ALLOWED, offer, made)


def _appointment(case: Case, offer: Offer, primary: Appointment) -> Appointment:
    return Appointment(
        id=case.services.ids.new(),
        thread_id=offer.thread_id,
        customer_id=offer.customer_id,
        service_id=offer.service_id,
        staff_id=offer.staff_id,
        starts_at=offer.starts_at,
        ends_at=offer.ends_at,
        busy_until=offer.busy_until,
        price=offer.price,
        currency=offer.currency,
        status=AppointmentStatus.CONFIRMED,
        hold_until=primary.hold_until,
        source=str(offer.kind),
    )


async def _made(work: Work, offer: Offer) -> Appointment | None:
    for sale in await work.offers.sales_of(offer.thread_id):
        if sale["offer_id"] == offer.id:
            return await work.appointments.get(str(sale["appointment_id"]))
    return None


async def decline(case: Case, offer_id: str) -> Answered:
    """Take a guest's no: the slot is visible again, and no second offer comes (X2, X10).

    "Later" to a cross-sell is a no as well (O10).
    """
    async with case.services.store.begin(case.business.id, (case.customer_id,)) as work:
        offer = await work.offers.get(offer_id)
        if offer is None:
            return Answered(refuse(Reason.UNKNOWN_HANDLE, "There is no such offer."))
        now = case.services.clock.now()
        mine = ask_of_offer(offer)
        # A no may settle everything that is open: nothing is sold by it.
        decision = consent(mine, await said(case, work), [], now, wants=NO)
        await note(case, work, "may_decline", decision, stage="acceptance", subject=offer_id)
        ended = decision.allowed and await end_offer(
            case,
            work,
            offer,
            OfferStatus.DECLINED,
            reason="declined",
            charge_at=now + case.services.timing.charge_grace,
            seq=case.seq,
        )
        if ended:
            await work.threads.change(case.thread_id, cross_sell_declined=True)
    if ended:
        told(case, "cross_sell_declined", offer=offer_id)
        await let_go(case, offer)
    return Answered(decision, offer)


NO = DECLINES | {Meaning.CHANGE}


async def end_silent(case: Case, work: Work, offer: Offer) -> bool:
    """End an offer nobody answered; the charge goes out a grace later (X10)."""
    return await end_offer(
        case,
        work,
        offer,
        OfferStatus.EXPIRED,
        reason=SILENCE,
        charge_at=offer.expires_at + case.services.timing.charge_grace,
    )


async def expire_offer(services: Services, business_id: str, offer_id: str) -> None:
    """Sweep an offer whose deadline has passed: a compare-and-set against the answer (X10)."""
    async with services.store.read(business_id) as work:
        offer = await work.offers.get(offer_id)
    if offer is None:
        return
    case = await case_of_thread(services, business_id, offer.thread_id)
    async with services.store.begin(business_id, (offer.customer_id,)) as work:
        ended = offer.expires_at <= services.clock.now() and await end_silent(case, work, offer)
        if ended:
            expired = refuse(Reason.EXPIRED, "Nobody answered in time.")
            await note(case, work, "deadline", expired, stage="expiry", subject=offer_id)
    if ended:
        await let_go(case, offer)
