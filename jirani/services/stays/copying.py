"""Our copy of a stay: what the PMS said just now, entered under the stay's lock (U2)."""

from dataclasses import replace
from datetime import date

from jirani.connectors.pms import PmsListing, PmsReservation
from jirani.rules.facts import (
    STAY_CHANNEL,
    Customer,
    Listing,
    OfferStatus,
    Reservation,
    Stay,
    Thread,
)
from jirani.rules.stays.turnover import taken_in
from jirani.services import Services
from jirani.services.stays.looking import Seen
from jirani.services.threads import open_thread
from jirani.store.work import Work

CHANNEL = STAY_CHANNEL
LONGEST_REF = 120


def locks(pms: str, seen: Seen, known: Reservation | None) -> list[str]:
    """Name what is locked while a stay is entered: itself, its place, its guest, its offers' day.

    Whoever sends or sells around a stay holds the last two (O5, U8).
    """
    names = [f"stay:{pms}:{seen.reservation.ref}", f"place:{pms}:{seen.listing.ref}"]
    names.append(f"guest:{pms}:{guest_ref(seen.reservation)}")
    if known:
        names += [known.customer_id, f"listing:{known.listing_id}"]
    return names


def guest_ref(stay: PmsReservation) -> str:
    """Return what a guest is known by: the PMS's id of them, else the stay's."""
    return (stay.guest_ref or f"reservation:{stay.ref}")[:160]


async def enter(services: Services, work: Work, pms: str, seen: Seen) -> Stay:
    """Bring our copy of a stay and its listing up to date; older news changes nothing (U2)."""
    listing = await _listing(services, work, pms, seen.listing)
    known = await work.reservations.by_ref(pms, seen.reservation.ref)
    if known is None:
        thread = await _thread(services, work, pms, seen)
        id, customer_id, thread_id = services.ids.new(), thread.customer_id, thread.id
    else:
        id, customer_id, thread_id = known.id, known.customer_id, known.thread_id
        if seen.conversation and seen.conversation != known.conversation:
            await work.threads.change(thread_id, peer=seen.conversation)
    told = seen.reservation
    fresh = copied(pms, seen, listing.id, id=id, customer_id=customer_id, thread_id=thread_id)
    if known and not sane(told.arrival, told.departure):
        # What became of the stay counts all the same: a cancelled one is cancelled (U3).
        fresh = replace(fresh, arrival=known.arrival, departure=known.departure)
    await work.reservations.put(fresh)
    kept = await work.reservations.get(id)
    await _let_go_of_nights(work, kept)
    offers = await work.stay_offers.of_reservation(id)
    return Stay(kept, listing, seen.around, offers)


def copied(
    pms: str, seen: Seen, listing_id: str, *, id: str, customer_id: str, thread_id: str
) -> Reservation:
    """Return our copy of a stay as its PMS told it, cut to what a row holds."""
    told = seen.reservation
    return Reservation(
        *(id, pms, told.ref, listing_id, customer_id, thread_id),
        *(told.status, told.payment, told.channel[:30], told.arrival, told.departure),
        conversation=seen.conversation,
        guest_name=_fit(told.guest_name, 200),
        guest_zone=told.guest_zone if told.guest_zone and len(told.guest_zone) <= 60 else None,
        guest_phone=_fit(told.guest_phone, 40),
        do_not_disturb=told.do_not_disturb,
        code=_fit(told.code, 60),
        currency=told.currency if told.currency and len(told.currency) == 3 else None,
        updated_at=told.updated_at,
        seen_at=seen.read_at,
    )


def sane(arrival: date, departure: date) -> bool:
    """Tell whether dates can be those of a stay."""
    return 0 < (departure - arrival).days <= 730 and 2000 <= arrival.year <= 2200


async def _listing(services: Services, work: Work, pms: str, told: PmsListing) -> Listing:
    """Enter a listing; what its PMS does not know stays as somebody told us."""
    known = await work.listings.by_ref(pms, told.ref)
    listing = listed(pms, told, known.id if known else services.ids.new(), known)
    if listing != known:
        await work.listings.put(listing)
    return listing


def listed(pms: str, told: PmsListing, id: str, known: Listing | None = None) -> Listing:
    """Return our copy of a listing; what its PMS does not know stays as it is `known`."""
    return Listing(
        id,
        pms,
        told.ref,
        _fit(told.name, 200) or told.ref,
        told.zone or (known.zone if known else None),
        told.currency or (known.currency if known else None),
        told.check_in or (known.check_in if known else None),
        told.check_out or (known.check_out if known else None),
        active=told.active,
    )


async def _thread(services: Services, work: Work, pms: str, seen: Seen) -> Thread:
    """Find or open the conversation of a stay, with its guest."""
    told = seen.reservation
    peer = seen.conversation or f"{pms}:{told.ref}"
    customer = await work.customers.by_peer(f"pms:{pms}"[:30], guest_ref(told))
    if customer is None:
        locale = told.guest_locale if told.guest_locale and len(told.guest_locale) <= 10 else None
        customer = Customer(services.ids.new(), _fit(told.guest_name, 120), locale=locale)
        at = services.clock.now()
        await work.customers.add(customer, f"pms:{pms}"[:30], guest_ref(told), at)
    latest = await work.threads.latest(CHANNEL, peer)
    if latest and latest.customer_id == customer.id and latest.ended_at is None:
        return latest
    return await open_thread(services, work, customer.id, CHANNEL, peer)


async def _let_go_of_nights(work: Work, stay: Reservation) -> None:
    """End the claims of sold nights that are the stay's own by now: the calendar tells (U8)."""
    sold = [
        offer.id
        for offer in await work.stay_offers.of_reservation(stay.id)
        if offer.status is OfferStatus.ACCEPTED
        and offer.terms
        and taken_in(offer.kind, offer.terms, stay)
    ]
    await work.stay_claims.drop(sold)


def _fit(words: str | None, longest: int) -> str | None:
    """Cut to what a column holds; PostgreSQL keeps no NUL."""
    return words.replace("\x00", "")[:longest] if words else None
