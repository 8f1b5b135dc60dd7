"""When the PMS fails an offer: again with back-off, at most five times, then it ends (U5, O12)."""

from datetime import timedelta
from zlib import crc32

from jirani.rules.decision import Reason, refuse
from jirani.rules.facts import Listing, OfferStatus, Reservation, StayOffer
from jirani.rules.stays.eligible import described
from jirani.rules.stays.moments import last_sending
from jirani.rules.stays.postponing import MINUTE, MOST_ATTEMPTS, try_again_at
from jirani.services import Case, Services
from jirani.services.ledger import note
from jirani.services.stays.hosts import tell_host
from jirani.services.stays.words import about_stay, what
from jirani.store.work import Work


async def failed(
    services: Services,
    work: Work,
    offer: StayOffer,
    why: str,
    wait: timedelta | None = None,
    *,
    left: bool = False,
    token: str | None = None,
) -> None:
    """Try an offer again later, or end it and tell the host.

    `left`: its text may be with the guest, so that at the least it is looked for once more.
    `wait` is how long the PMS asked us to.
    """
    now = services.clock.now()
    reservation = await work.reservations.get(offer.reservation_id)
    listing = await work.listings.get(offer.listing_id)
    tries, again = offer.attempts + 1, None
    if described(reservation, listing).allowed:
        nights = offer.terms if offer.terms and offer.terms.nights else None
        last = last_sending(offer.kind, reservation, listing, nights)
        at = now + (wait or timedelta())
        again = try_again_at(tries, at, last, jitter=_jitter(offer.id, tries))
    if again is None and left and tries <= MOST_ATTEMPTS:
        again = now + MINUTE
    if again is None:
        await give_up(services, work, offer, reservation, listing, why, token=token)
    elif await work.stay_offers.retry(offer.id, again, why[:40], token=token):
        await _noted(services, work, offer, why)


async def give_up(
    services: Services,
    work: Work,
    offer: StayOffer,
    reservation: Reservation,
    listing: Listing,
    why: str,
    *,
    token: str | None = None,
) -> None:
    """End an offer that could not be sent in time, and tell the host (U5)."""
    reason = str(Reason.PMS_UNAVAILABLE)
    ended = await work.stay_offers.settle(
        offer.id, OfferStatus.EXPIRED, at=services.clock.now(), reason=reason, token=token
    )
    if not ended:
        return
    await _noted(services, work, offer, why)
    await tell_unsent(services, work, offer, reservation, listing, why)


async def tell_unsent(
    services: Services,
    work: Work,
    offer: StayOffer,
    reservation: Reservation,
    listing: Listing,
    why: str,
) -> None:
    """Tell the host of an offer that ended since it could not be sent."""
    business = await work.business.get()
    language = business.locale
    await tell_host(
        services,
        work,
        business.id,
        "host_offer_unsent",
        key=offer.id,
        thread_id=offer.thread_id,
        language=language,
        what=what(services, offer.kind, offer.terms, listing, language),
        reason=why,
        **about_stay(reservation, listing, language),
    )


async def _noted(services: Services, work: Work, offer: StayOffer, why: str) -> None:
    business, dials = await services.house(work)
    case = Case(services, business, dials, offer.customer_id, offer.thread_id, 0)
    no = refuse(Reason.PMS_UNAVAILABLE, why)
    await note(case, work, "may_offer", no, stage="sending", subject=offer.id, why=why)


def _jitter(offer_id: str, tries: int) -> float:
    """Return 0 to 1: apart for offers that failed together, the same when played again."""
    return crc32(f"{offer_id}{tries}".encode()) / 2**32
