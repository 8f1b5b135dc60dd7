"""The words for what is offered and sold around a stay, from the terms that stand in its row."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from jirani.rules.dials import Dials
from jirani.rules.facts import Business, Listing, OfferKind, Reservation, Stay, Terms
from jirani.rules.stays.kinds import NIGHTS, OFFER_KINDS
from jirani.services import Services
from jirani.store.work import Work
from prompts import formats

DAY = timedelta(days=1)


async def language_for(work: Work, reservation: Reservation, business: Business) -> str:
    """Return the guest's language: their last message's, else their own, else the business's."""
    for message in reversed(await work.messages.last(reservation.thread_id, 10)):
        if message.author == "guest" and message.language:
            return message.language
    customer = await work.customers.get(reservation.customer_id)
    return customer.locale or business.locale


def offer_text(
    services: Services, dials: Dials, kind: OfferKind, terms: Terms, stay: Stay, language: str
) -> str:
    """Return the promised text of an offer; it names one time or exact nights (U6)."""
    return services.prompts.render(
        OFFER_KINDS[kind].text,
        language,
        tone=dials.tone,
        listing=stay.listing.name,
        price=formats.money(terms.price, terms.currency),
        **_moments(terms, stay.listing, language, services.clock.now()),
    )


def what(
    services: Services, kind: OfferKind, terms: Terms | None, listing: Listing, language: str
) -> str:
    """Return a line that names what is offered or sold: for a host, a bill or a task."""
    name = "extra_nights" if OFFER_KINDS[kind].product in NIGHTS else str(kind)
    if terms is None:
        return services.prompts.render(f"kind_{name}", language)
    moments = _moments(terms, listing, language, services.clock.now())
    return services.prompts.render(f"what_{name}", language, **moments)


def about_stay(reservation: Reservation, listing: Listing, language: str) -> dict[str, str]:
    """Return who stays where, and when, for a host to read."""
    days = (formats.day(day, language) for day in (reservation.arrival, reservation.departure))
    return {
        "guest": reservation.guest_name or reservation.code or reservation.ref,
        "listing": listing.name,
        "stay": " - ".join(days),
        "code": reservation.code or reservation.ref,
    }


def _moments(terms: Terms, listing: Listing, language: str, now: datetime) -> dict[str, str]:
    zone = ZoneInfo(listing.zone) if listing.zone else ZoneInfo("UTC")
    today = now.astimezone(zone).date()

    def named(day: date) -> str:
        return formats.day(day, language, today)

    moments = {"day": named(terms.day)}
    if terms.wall:
        moments["time"] = formats.clock(terms.wall)
    if terms.standard:
        moments["standard"] = formats.clock(terms.standard)
    if terms.nights:
        moments["nights"] = formats.listing([named(day) for day in terms.nights], language)
        moments["arrival"] = named(min(terms.nights))
        moments["departure"] = named(max(terms.nights) + DAY)
    return moments
