"""The guest asks first: the same kinds, checks and prices, offered at once (U11)."""

from dataclasses import dataclass, replace

from jirani.rules.contact import prevention
from jirani.rules.decision import ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import OfferStatus, Reservation, Stay, StayOffer
from jirani.rules.stays.asked_first import Asked, in_range, kind_asked, may_ask
from jirani.rules.stays.eligible import described
from jirani.rules.stays.kinds import Product
from jirani.rules.stays.pricing import NO_WISH, Wish
from jirani.services import Case
from jirani.services.ledger import note, note_apart
from jirani.services.stays.answering import StayAnswered, read_again
from jirani.services.stays.copying import enter, locks
from jirani.services.stays.judging import claims_at, prevention_of, take_claim
from jirani.services.stays.planning import replan
from jirani.services.stays.selling import sold_at
from jirani.services.stays.trying import as_before
from jirani.store.refusals import Overlap
from jirani.store.work import Work

GUARD, SUPERSEDED = "may_ask", "superseded"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for; `heard`: the guest's own stored message was understood to ask for it."""

    product: Product
    wish: Wish = NO_WISH
    heard: bool = False


async def request_stay(case: Case, reservation: Reservation, request: Request) -> StayAnswered:
    """Offer at once what a guest asks for, or say why it cannot be had.

    What only a model says the guest asks for is held by the contact rules like anything else that
    is offered unasked: nobody is pestered by way of a model that is led astray (O5, U4).
    """
    services = case.services
    seen = await read_again(case, reservation)
    if isinstance(seen, Decision):
        await note_apart(case, GUARD, seen, stage="acceptance", subject=reservation.id)
        return StayAnswered(seen)
    try:
        async with services.store.begin(
            case.business.id, locks(reservation.pms, seen, reservation)
        ) as work:
            stay = await enter(services, work, reservation.pms, seen)
            changed = await replan(services, work, stay)
            offers = await work.stay_offers.of_reservation(reservation.id)
            answered = await _requested(case, work, replace(stay, offers=offers), request)
            await _noted(case, work, answered, request)
    except Overlap:
        no = refuse(Reason.TURNOVER_TAKEN, "Those hours are somebody's already.")
        await note_apart(case, GUARD, no, stage="acceptance", subject=reservation.id)
        return StayAnswered(no)
    await changed.announce(services)
    return answered


async def _requested(case: Case, work: Work, stay: Stay, request: Request) -> StayAnswered:
    services, now = case.services, case.services.clock.now()
    decision = described(stay.reservation, stay.listing)
    if not decision.allowed:
        return StayAnswered(decision)
    kind = kind_asked(request.product, stay, now)
    settings = as_before(kind, (await sold_at(work, stay.listing.id))[kind], stay.offers)
    claims = await claims_at(work, stay.reservation, stay.listing)
    customer = await work.customers.get(case.customer_id)
    sales = await work.stay_sales.of_reservation(stay.reservation.id)
    asked = may_ask(
        *(stay, kind, settings, claims, now),
        wish=request.wish,
        opted_out=customer.offers_stopped_at is not None,
        undone=frozenset(each.offer_id for each in sales if each.reversed_at),
    )
    if asked.open:
        return _has_it(
            case, asked.open, asked.decision, in_range(kind, stay, settings, request.wish)
        )
    if not asked.decision.allowed or asked.terms is None or asked.expires_at is None:
        return StayAnswered(asked.decision)
    offer = StayOffer(
        asked.takes_over.id if asked.takes_over else services.ids.new(),
        kind,
        *(stay.reservation.id, stay.listing.id, case.customer_id, case.thread_id),
        OfferStatus.OFFERED,
        due_at=None,
        terms=asked.terms,
        offered_seq=case.seq,
        offered_at=now,
        expires_at=asked.expires_at,
        replaces=asked.replaces.id if asked.replaces else None,
    )
    if not request.heard:
        facts = await prevention_of(services, work, stay.reservation, offer)
        decision = prevention(facts, now, services.contact, proactive=True)
        if not decision.allowed:
            return StayAnswered(decision)
    await _offer(case, work, offer, asked)
    await take_claim(services, work, offer, asked.terms, stay.listing, settings, claims)
    return StayAnswered(ALLOWED, offer)


def _has_it(case: Case, offer: StayOffer, has: Decision, wish: Decision) -> StayAnswered:
    """Answer a guest who asks for what is offered to them already, or for more than that (U6)."""
    if offer.offered_seq == case.seq and offer.status is OfferStatus.OFFERED:
        return StayAnswered(ALLOWED, offer)  # this very message has asked for it before (O4)
    return StayAnswered(has if wish.allowed else wish, offer)


async def _offer(case: Case, work: Work, offer: StayOffer, asked: Asked) -> None:
    """Put it before the guest; what of their own stands in its way makes room."""
    now = case.services.clock.now()
    await work.stay_offers.complete(
        asked.superseded, OfferStatus.WITHDRAWN, at=now, reason=SUPERSEDED, seq=case.seq
    )
    terms, expires_at = offer.terms, offer.expires_at
    if asked.takes_over and terms and expires_at:
        await work.stay_offers.offer_now(
            offer.id, at=now, terms=terms, offered_seq=case.seq, expires_at=expires_at
        )
    else:
        await work.stay_offers.add(offer)
    await work.offers.contacted(case.services.ids.new(), offer, now, proactive=False)


async def _noted(case: Case, work: Work, answered: StayAnswered, request: Request) -> None:
    offer = answered.offer
    await note(
        case,
        work,
        GUARD,
        answered.decision,
        stage="acceptance",
        subject=offer.id if offer else None,
        product=request.product,
        heard=request.heard,
        price=offer.terms.price if offer and offer.terms else None,
        detail=answered.decision.detail,
    )
