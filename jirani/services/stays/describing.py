"""What a host tells of a place because their PMS does not know it: its zone, its hours (O12)."""

import re
from dataclasses import replace
from datetime import time
from zoneinfo import available_timezones

from jirani.rules.facts import Listing
from jirani.services import Services
from jirani.services.log import log
from jirani.services.onboarding.business import is_money
from jirani.services.onboarding.report import Refused
from jirani.services.stays.hosting import named
from jirani.services.stays.planning import replan_business

TOLD = ("zone", "check_in", "check_out", "currency")
_WALL = re.compile(r"[0-9]{2}:[0-9]{2}")  # `fromisoformat` alone would read much more


async def describe(
    services: Services, business_id: str, listing: str, name: str, value: str, *, by: str
) -> Listing:
    """Note what a host says of a place; should its PMS ever say it itself, that counts.

    Raises Refused. The stays there are planned anew: what was missing may have held them back.
    """
    async with services.store.begin(business_id) as work:
        place = named(listing, await work.listings.all())
        told = _changed(place, name, value.strip())
        await work.listings.put(told)
    log.info("listing.described", listing=place.id, name=name, by=by)
    await replan_business(services, business_id)
    return told


def _changed(place: Listing, name: str, value: str) -> Listing:
    if name == "zone":
        if value not in available_timezones():
            raise Refused([f"There is no time zone {value!r}; write it as in Europe/Lisbon."])
        return replace(place, zone=value)
    if name == "currency":
        if not is_money(value.upper()):
            raise Refused([f"{value!r} is no currency; write its three letters, such as EUR."])
        return replace(place, currency=value.upper())
    if name not in TOLD:
        raise Refused([f"A listing has no {name!r}; it has {', '.join(TOLD)}."])
    try:
        at = time.fromisoformat(value if _WALL.fullmatch(value) else "")
    except ValueError:
        raise Refused([f"{value!r} is no time of day; write it as in 16:00."]) from None
    return replace(place, check_in=at) if name == "check_in" else replace(place, check_out=at)
