"""A guest's answer to an offer around a stay: yes, no, later (O1, O3, O4, O10, U3, U6)."""

from dataclasses import dataclass, replace
from datetime import date, time

from jirani.connectors.pms import PmsUnavailable
from jirani.rules.consent import consent
from jirani.rules.decision import AGAIN, ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import OfferStatus, Reservation, Stay, StayOffer, Terms
from jirani.rules.reading import DECLINES, Meaning, Reading
from jirani.rules.stays.accepting import may_apply
from jirani.rules.stays.eligible import live
from jirani.rules.stays.picking import Pick, as_picked, pick
from jirani.rules.stays.pricing import NO_WISH, Wish
from jirani.rules.stays.sending import UNREAD
from jirani.services import Case
from jirani.services.asking import ask_of_offer, asks, said
from jirani.services.ledger import note, note_apart
from jirani.services.stays.copying import enter, locks
from jirani.services.stays.judging import claims_at, locks_of, take_claim
from jirani.services.stays.looking import NotThere, Seen, look_around
from jirani.services.stays.planning import replan
from jirani.services.stays.recording import queue_record
from jirani.services.stays.refusing import no_to_all
from jirani.services.stays.selling import sold_at
from jirani.store.refusals import Overlap
from jirani.store.work import Work

NO = DECLINES - {Meaning.LATER}  # "later" is no answer yet (O10)
# The yes is good, and the stay may be again: the offer stays open until it ends (O12).
PASSING = UNREAD | {Reason.NOT_PAID}


@dataclass(frozen=True, slots=True)
class StayAnswered:
    """A guard's answer, and the offer as it stands now."""

    decision: Decision
    offer: StayOffer | None = None


async def accept_stay(case: Case, offer_id: str) -> StayAnswered:
    """Turn a guest's yes into a sale, once: the PMS is read again just before (U3, U10, O4)."""
    services = case.services
    async with services.store.read(case.business.id) as work:
        offer = await work.stay_offers.get(offer_id)
        if offer is None:
            return StayAnswered(refuse(Reason.UNKNOWN_HANDLE, "There is no such offer."))
        reservation = await work.reservations.get(offer.reservation_id)
        decision = await _consented(case, work, offer, reservation)
    if not decision.allowed or decision is AGAIN:
        # Nobody asks the PMS on account of a yes that was not said.
        await note_apart(case, "may_apply", decision, stage="acceptance", subject=offer_id)
        return StayAnswered(decision, offer)
    seen = await read_again(case, reservation)
    if isinstance(seen, Decision):
        await note_apart(case, "may_apply", seen, stage="acceptance", subject=offer_id)
        return StayAnswered(seen, offer)
    try:
        async with services.store.begin(
            case.business.id, locks(reservation.pms, seen, reservation)
        ) as work:
            stay = await enter(services, work, reservation.pms, seen)
            changed = await replan(services, work, stay)
            answered = await _accept(case, work, stay, offer_id)
            await _noted(case, work, answered, seen)
    except Overlap:
        return await _overlapped(case, reservation, offer)
    await changed.announce(services)
    return answered


async def read_again(case: Case, reservation: Reservation) -> Seen | Decision:
    """Read a stay and what surrounds it, or say why it cannot be read (O12)."""
    pms = case.services.pms.of(case.business.id, reservation.pms)
    if pms is None:
        return refuse(Reason.PMS_UNAVAILABLE, "There is no account with the booking system.")
    try:
        now, talk = case.services.clock.now(), reservation.conversation
        return await look_around(pms, reservation.ref, now, conversation=talk)
    except PmsUnavailable:
        return refuse(Reason.PMS_UNAVAILABLE, "The booking system does not answer just now.")
    except NotThere:
        return refuse(Reason.RESERVATION_NOT_LIVE, "The booking system knows no such stay.")


async def _consented(
    case: Case, work: Work, offer: StayOffer, reservation: Reservation
) -> Decision:
    others = [each for each in await asks(case, work) if each.id != offer.id]
    now = case.services.clock.now()
    decision = consent(ask_of_offer(offer), await said(case, work), others, now)
    gone = live(offer.kind, reservation)
    if decision.reason in (Reason.NOT_OPEN, Reason.EXPIRED) and not gone.allowed:
        return gone  # a yes on a cancelled stay hears that it is cancelled (U3)
    return decision


async def _accept(case: Case, work: Work, stay: Stay, offer_id: str) -> StayAnswered:
    services, now = case.services, case.services.clock.now()
    offer = await work.stay_offers.get(offer_id)
    if offer is None:
        return StayAnswered(refuse(Reason.UNKNOWN_HANDLE, "There is no such offer."))
    decision = await _consented(case, work, offer, stay.reservation)
    if not decision.allowed or decision is AGAIN or offer.terms is None:
        return StayAnswered(decision, offer)
    wish = wish_of((await said(case, work)).reading)
    decision = _picked(offer, offer.terms, wish)
    if not decision.allowed:
        return StayAnswered(decision, offer)
    settings = (await sold_at(work, stay.listing.id))[offer.kind]
    claims = await claims_at(work, stay.reservation, stay.listing)
    customer = await work.customers.get(case.customer_id)
    sales = await work.stay_sales.of_reservation(stay.reservation.id)
    decision = may_apply(
        replace(stay, offers=await work.stay_offers.of_reservation(stay.reservation.id)),
        offer,
        settings,
        claims,
        now,
        opted_out=customer.offers_stopped_at is not None,
        undone=frozenset(each.offer_id for each in sales if each.reversed_at),
    )
    if not decision.allowed:
        if decision.reason not in PASSING:
            reason = str(decision.reason)
            await work.stay_offers.settle(offer.id, OfferStatus.EXPIRED, at=now, reason=reason)
        return StayAnswered(decision, await work.stay_offers.get(offer.id))
    terms = as_picked(offer.kind, offer.terms, wish)
    await take_claim(services, work, offer, terms, stay.listing, settings, claims)
    return await _sell(case, work, replace(offer, terms=terms))


async def _sell(case: Case, work: Work, offer: StayOffer) -> StayAnswered:
    """Settle the offer on the terms the guest took, write the sale, queue its record (U7)."""
    now = case.services.clock.now()
    if offer.terms is None or not await work.stay_offers.picked(offer.id, offer.terms):
        return StayAnswered(refuse(Reason.NOT_OPEN, "The offer has just ended."), offer)
    await work.stay_offers.settle(offer.id, OfferStatus.ACCEPTED, at=now, seq=case.seq)
    await work.stay_sales.sell(
        case.services.ids.new(), offer, now, status="applied_internally", method="pending"
    )
    await queue_record(case.services, work, offer)
    return StayAnswered(ALLOWED, await work.stay_offers.get(offer.id))


def wish_of(reading: Reading | None) -> Wish:
    """Return the time or the day that a message picks, where its words could be resolved (U6)."""
    picked = reading.picked if reading else None
    if picked is None:
        return NO_WISH
    try:
        return Wish(wall=time.fromisoformat(picked)) if ":" in picked else _day(picked)
    except ValueError:
        return NO_WISH


def _day(picked: str) -> Wish:
    return Wish(day=date.fromisoformat(picked))


def _picked(offer: StayOffer, terms: Terms, wish: Wish) -> Decision:
    match pick(offer.kind, terms, wish):
        case Pick.DECLINE:
            return refuse(Reason.NOTHING_TO_SELL, "The standard time allows that already.")
        case Pick.CHANGE:
            return refuse(Reason.OUT_OF_RANGE, "That is not what was offered.")
    return ALLOWED


async def _overlapped(case: Case, reservation: Reservation, offer: StayOffer) -> StayAnswered:
    """End an offer whose hours somebody had after all: the database decided (U8)."""
    no = refuse(Reason.TURNOVER_TAKEN, "Those hours are somebody's already.")
    async with case.services.store.begin(case.business.id, locks_of(reservation)) as work:
        now, reason = case.services.clock.now(), str(no.reason)
        await work.stay_offers.settle(offer.id, OfferStatus.EXPIRED, at=now, reason=reason)
        await note(case, work, "may_apply", no, stage="acceptance", subject=offer.id)
    return StayAnswered(no, offer)


async def _noted(case: Case, work: Work, answered: StayAnswered, seen: Seen) -> None:
    offer = answered.offer
    await note(
        case,
        work,
        "may_apply",
        answered.decision,
        stage="acceptance",
        subject=offer.id if offer else None,
        price=offer.terms.price if offer and offer.terms else None,
        read_at=seen.read_at,
        detail=answered.decision.detail,
    )


async def decline_stay(case: Case, offer_id: str) -> StayAnswered:
    """Take a guest's no: this kind, this stay; a general one ends every kind (O10)."""
    async with case.services.store.begin(case.business.id, (case.customer_id,)) as work:
        offer = await work.stay_offers.get(offer_id)
        if offer is None:
            return StayAnswered(refuse(Reason.UNKNOWN_HANDLE, "There is no such offer."))
        now, heard = case.services.clock.now(), await said(case, work)
        decision = consent(ask_of_offer(offer), heard, [], now, wants=NO)
        await note(case, work, "may_decline", decision, stage="acceptance", subject=offer_id)
        if decision.allowed and heard.reading and heard.reading.meaning is Meaning.DECLINE_ALL:
            await no_to_all(case, work)
        elif decision.allowed and decision is not AGAIN:
            await work.stay_offers.settle(
                *(offer.id, OfferStatus.DECLINED), at=now, reason="declined", seq=case.seq
            )
        return StayAnswered(decision, await work.stay_offers.get(offer.id))
