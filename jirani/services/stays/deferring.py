"""Maybe later: asked once more at the time the guest named, or when O5 allows (O10)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jirani.rules.consent import consent
from jirani.rules.decision import AGAIN, ALLOWED, Reason, refuse
from jirani.rules.facts import OfferStatus, Stay, StayOffer
from jirani.rules.reading import Meaning
from jirani.rules.stays.postponing import Deferral, defer
from jirani.rules.stays.quiet import windows_for, zones_of
from jirani.services import Case
from jirani.services.asking import ask_of_offer, said
from jirani.services.ledger import note
from jirani.services.stays.answering import StayAnswered
from jirani.services.stays.judging import prevention_of
from jirani.services.stays.phones import zone_of_phone
from jirani.store.work import Work

LATER = frozenset({Meaning.LATER})
MORNING = time(9)  # of a day that was named without an hour


async def defer_stay(case: Case, offer_id: str) -> StayAnswered:
    """Ask once more later, at the guest's own word; never twice. It stays open meanwhile (O10)."""
    services = case.services
    async with services.store.begin(case.business.id, (case.customer_id,)) as work:
        offer = await work.stay_offers.get(offer_id)
        if offer is None:
            return StayAnswered(refuse(Reason.UNKNOWN_HANDLE, "There is no such offer."))
        heard = await said(case, work)
        again = offer.status is OfferStatus.DEFERRED and offer.settled_seq == case.seq
        now, decision = services.clock.now(), AGAIN
        if not again:
            decision = consent(ask_of_offer(offer), heard, [], now, wants=LATER)
        if decision.allowed and decision is not AGAIN:
            until = heard.reading.until if heard.reading else None
            later, named = await _later(case, work, offer, until)
            if later.due_at:
                await work.stay_offers.defer(
                    offer.id,
                    at=now,
                    due_at=later.due_at,
                    time_named=named,
                    expires_at=later.expires_at,
                    seq=case.seq,
                )
        await note(case, work, "may_defer", decision, stage="acceptance", subject=offer_id)
        offer = await work.stay_offers.get(offer_id)
    if decision is ALLOWED and offer and offer.due_at and offer.status is OfferStatus.DEFERRED:
        await services.execution.schedule(offer.id, offer.due_at)
    return StayAnswered(decision, offer)


async def _later(
    case: Case, work: Work, offer: StayOffer, until: str | None
) -> tuple[Deferral, bool]:
    """Settle when it is asked once more, and whether the guest named the time."""
    now, services = case.services.clock.now(), case.services
    reservation = await work.reservations.get(offer.reservation_id)
    listing = await work.listings.get(offer.listing_id)
    zones = zones_of(reservation, listing, zone_of_phone(reservation.guest_phone))
    named = moment_named(until, now, zones.at(now))
    facts = await prevention_of(services, work, reservation, offer)
    later = defer(
        *(offer, Stay(reservation, listing), named, facts, windows_for(zones), now),
        services.contact,
    )
    return later, named is not None


def moment_named(until: str | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """Return the moment a guest asked for, from ISO words; None where they are none.

    A day alone is its morning, an hour alone the next such hour, by the guest's clock.
    """
    if until is None:
        return None
    local = now.astimezone(zone)
    try:
        if "T" in until:
            at = datetime.fromisoformat(until)
            return at if at.tzinfo else at.replace(tzinfo=zone)
        if ":" in until:
            hour = datetime.combine(local.date(), time.fromisoformat(until), zone)
            return hour if hour > local else hour + timedelta(days=1)
        return datetime.combine(date.fromisoformat(until), MORNING, zone)
    except ValueError:
        return None
