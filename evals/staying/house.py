"""The host of a scenario about stays: two places, and how each kind is sold there."""

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from jirani.connectors.pms import PmsListing
from jirani.rules.currency import minor_digits
from jirani.rules.facts import Listing, OfferKind, PaymentPolicy, Snippet
from jirani.services import Services
from jirani.services.onboarding import create_business
from jirani.services.onboarding.report import Refused
from jirani.services.stays.settings import set_setting

BASE, ZONE, CURRENCY = "stays", "America/New_York", "USD"
PMS, HOST = "memory", "host@beach-homes.example"
RATE = 10000  # of a night, in minor units
EVERY = "every"  # kind
FLAT = PmsListing("flat", "Beach Condo", ZONE, CURRENCY, time(16), time(11))
LOFT = PmsListing("loft", "Garden Loft", ZONE, CURRENCY, time(16), time(11))
PLACES = (FLAT, LOFT)
# What the demo asks for, in major units; extra nights go by the calendar.
SOLD: Mapping[OfferKind, Mapping[str, Any]] = {
    OfferKind.EARLY_CHECK_IN: {"price": 25, "wall": "09:00"},
    OfferKind.LATE_CHECK_OUT: {"price": 50, "wall": "18:00"},
    OfferKind.MID_STAY_CLEANING: {"price": 75},
    OfferKind.PRE_STAY_NIGHT: {},
    OfferKind.POST_STAY_NIGHT_AHEAD: {},
    OfferKind.POST_STAY_NIGHT_ON_THE_DAY: {},
}


async def make_house(services: Services) -> str:
    """Create the business and its places, where every kind is sold; return its id."""
    made = await create_business(
        services,
        "Beach Homes",
        zone=ZONE,
        currency=CURRENCY,
        vertical="stays",
        locale="en",
        policy=PaymentPolicy.PAY_OR_VENUE,
        slug="beach-homes",
    )
    async with services.store.begin(made.id) as work:
        for place in PLACES:
            words = (place.ref, PMS, place.ref, place.name, place.zone, place.currency)
            await work.listings.put(Listing(*words, place.check_in, place.check_out))
    for kind, settings in SOLD.items():
        await sell(services, made.id, {str(kind): settings})
    return made.id


async def sells_only(services: Services, business_id: str, kinds: Iterable[str]) -> None:
    """Switch every other kind off."""
    for kind in sorted(set(map(str, SOLD)) - set(kinds)):
        await sell(services, business_id, {kind: {"active": False}})


async def sell(
    services: Services, business_id: str, settings: Mapping[str, Mapping[str, Any]]
) -> None:
    """Make settings by kind, or for `every` one; prices in major units. Raises Refused."""
    for kind, named in settings.items():
        for name, value in named.items():
            if name == "price" and value is not None:
                value = _minor(value)
            if name == "price_steps":
                value = [_minor(each) for each in value]
            of = "" if kind == EVERY else kind
            await set_setting(services, business_id, name, value, kind=of, by="host")


def _minor(amount: float) -> int:
    units: int = 10 ** minor_digits(CURRENCY)
    return round(amount * units)


async def knows(
    services: Services, business_id: str, snippets: Iterable[Mapping[str, Any]]
) -> None:
    """Let the host tell what guests ask about, of one place or of both. Raises Refused."""
    for each in snippets:
        of = each.get("listing")
        if of not in {None, *(place.ref for place in PLACES)}:
            raise Refused([f"there is no listing {of!r} in this world."])
        words = (each["topic"], each["language"], tuple(each["keywords"]), each["text"])
        async with services.store.begin(business_id) as work:
            await work.catalogue.put_snippet(Snippet(services.ids.new(), *words, of))
