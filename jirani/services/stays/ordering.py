"""Which of a guest's due offers goes first: the nearer, the dearer, the lower id (O11)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from jirani.rules.facts import StayOffer
from jirani.rules.stays.eligible import described
from jirani.rules.stays.moments import anchor_of
from jirani.rules.stays.postponing import DueOffer, order
from jirani.services import Services
from jirani.services.stays.selling import sold_at
from jirani.store.many_work import ManyWork
from jirani.store.queues import Claim
from jirani.store.work import Work

LAST = datetime.max.replace(tzinfo=UTC)


async def in_order(services: Services, claims: Iterable[Claim]) -> list[list[Claim]]:
    """Group claimed offers by guest, first to go first within each."""
    of_business: dict[str, dict[str, Claim]] = {}
    for claim in claims:
        of_business.setdefault(claim.business_id, {})[claim.id] = claim
    guests: list[list[Claim]] = []
    for business_id, theirs in of_business.items():
        async with services.store.read_as(ManyWork, business_id) as work:
            of_guest: dict[str, list[StayOffer]] = {}
            for offer in (await work.read_offers(theirs, locked=False)).values():
                of_guest.setdefault(offer.customer_id, []).append(offer)
            for offers in of_guest.values():
                ranked = await ranking(work, offers) if len(offers) > 1 else offers
                guests.append([theirs[offer.id] for offer in ranked])
    return guests


async def ranking(work: Work, offers: Sequence[StayOffer]) -> list[StayOffer]:
    """Return offers in the order in which they go out (O11)."""
    by_id = {offer.id: offer for offer in offers}
    due = [await _due(work, offer) for offer in offers]
    return [by_id[each.offer_id] for each in order(due)]


async def _due(work: Work, offer: StayOffer) -> DueOffer:
    reservation = await work.reservations.get(offer.reservation_id)
    listing = await work.listings.get(offer.listing_id)
    anchor = LAST
    if described(reservation, listing).allowed:
        anchor = anchor_of(offer.kind, reservation, listing, offer.terms)
    price = offer.terms.price if offer.terms else None
    if price is None:
        price = (await sold_at(work, listing.id))[offer.kind].price
    return DueOffer(offer.id, anchor, price or 0)
