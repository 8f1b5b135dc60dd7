"""The facts that a stay's offers are judged by, gathered inside the unit that acts on them."""

from collections.abc import Iterable
from dataclasses import replace

from jirani.rules.contact import Prevention
from jirani.rules.facts import (
    KindSettings,
    Listing,
    OfferStatus,
    Preference,
    Reservation,
    StayOffer,
    Terms,
)
from jirani.rules.message import Message
from jirani.rules.stays.keeping import REACH
from jirani.rules.stays.preferring import wished
from jirani.rules.stays.turnover import Claim, claim_of
from jirani.services import Services
from jirani.services.stays.by_hand import NOTHING, ByHand, Spoken, heard_by_hand
from jirani.services.stays.looking import BESIDE
from jirani.services.stays.planning import said_no_to_all
from jirani.services.stays.wishes import EVER, names_of
from jirani.store.rows.stay_claims import StayClaim
from jirani.store.work import Work

UNREAD = 20  # a guest's newest messages that are read for a no nobody has acted on yet


def locks_of(reservation: Reservation) -> tuple[str, ...]:
    """Name what whoever sends or sells around a stay holds: the guest, the listing (O5, U8)."""
    return (
        reservation.customer_id,
        f"listing:{reservation.listing_id}",
        f"stay:{reservation.pms}:{reservation.ref}",
    )


async def prevention_of(
    services: Services,
    work: Work,
    reservation: Reservation,
    offer: StayOffer,
    chat: tuple[Spoken, ...] = (),
    by_hand: ByHand = NOTHING,
) -> Prevention:
    """Gather what could forbid an offer (U4); the talk, also what is only in the PMS, may too.

    `by_hand` is what somebody found in it besides. It can forbid, never allow.
    """
    now, policy = services.clock.now(), services.contact
    # Farther back than today's numbers reach: others can be tried on what was recorded.
    reach = max(REACH, policy.window, policy.spacing, 2 * policy.pause)
    customer = await work.customers.get(reservation.customer_id)
    thread = await work.threads.get(reservation.thread_id)
    offers = await work.stay_offers.of_reservation(reservation.id)
    names = await names_of(work, customer.id)
    since = EVER if Preference.FEWER_OFFERS in names else now - reach
    mine = [each for each in offers if each.kind is offer.kind]
    deferred = offer.status is OfferStatus.DEFERRED
    facts = Prevention(
        opted_out=customer.offers_stopped_at is not None,
        accepted=any(each.status is OfferStatus.ACCEPTED for each in mine),
        declined=any(each.status is OfferStatus.DECLINED for each in mine),
        declined_all=thread.cross_sell_declined or said_no_to_all(offers),
        deferred_until=offer.due_at if deferred else None,
        time_named=offer.time_named,
        offered=any(each.offered_at for each in mine),
        person_handling=thread.person_since is not None,
        history=await work.offers.contacts(customer.id, since),
        declines=await work.offers.declines(customer.id, now - reach),
    )
    facts = wished(facts, offer.kind, names, offers, own=offer.id)
    said = [*chat, *map(_spoken, await work.messages.last(reservation.thread_id, UNREAD))]
    found = heard_by_hand(services.reader, said, offer.kind) | by_hand
    return replace(
        facts,
        opted_out=facts.opted_out or found.opted_out,
        accepted=facts.accepted or found.accepted,
        declined=facts.declined or found.declined,
        declined_all=facts.declined_all or found.declined_all,
        offered=facts.offered or found.offered,
        person_handling=facts.person_handling or found.person,
    )


def _spoken(message: Message) -> Spoken:
    """See a stored message as somebody's words; what we say ourselves asks nothing by hand."""
    ours = message.author == "agent"
    text = "" if ours else message.text
    return Spoken(message.author == "guest", text, acted_on=message.reading is not None)


async def claims_at(work: Work, reservation: Reservation, listing: Listing) -> tuple[Claim, ...]:
    """Return who claims hours of a listing around a stay, open offers with their end (U8)."""
    if listing.zone is None or listing.check_in is None:
        return ()
    first = listing.at(reservation.arrival - BESIDE, listing.check_in)
    last = listing.at(reservation.departure + BESIDE, listing.check_in)
    found = []
    for claim in await work.stay_claims.live(listing.id, first, last):
        offer = await work.stay_offers.get(claim.offer_id)
        sold = offer is None or offer.status is OfferStatus.ACCEPTED
        until = None if sold or offer is None else offer.expires_at
        found.append(
            Claim(
                *(claim.offer_id, claim.listing_id, claim.reservation_id),
                *(claim.starts_at, claim.busy_until, until),
            )
        )
    return tuple(found)


async def take_claim(
    services: Services,
    work: Work,
    offer: StayOffer,
    terms: Terms,
    listing: Listing,
    settings: KindSettings,
    claims: Iterable[Claim],
) -> None:
    """Claim an offer's hours; raises Overlap if somebody has them after all (U8).

    An open offer whose time is over claims nothing any more, whether or not it was swept yet.
    """
    now = services.clock.now()
    for claim in claims:
        if claim.until is not None and claim.until <= now:
            await work.stay_offers.expire(claim.offer_id, now, "expired")
    starts_at, busy_until = claim_of(offer.kind, terms, listing, settings.turnover)
    await work.stay_claims.take(
        StayClaim(offer.id, listing.id, offer.reservation_id, starts_at, busy_until)
    )
