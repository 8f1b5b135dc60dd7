"""How a host sells each kind: every setting checked, every change audited (U1, U9).

A change counts from the next offer sent on; what is with a guest stays as it was offered (O3).
"""

from collections.abc import Mapping

from jirani.rules.facts import KindSettings, OfferKind
from jirani.rules.stays import settings as rules
from jirani.services import Services
from jirani.services.onboarding.report import Refused
from jirani.services.stays.selling import sold_at
from jirani.store.work import Work


async def set_setting(
    services: Services,
    business_id: str,
    name: str,
    value: object,
    *,
    listing_id: str = "",
    kind: str = "",
    by: str,
) -> None:
    """Make a setting for a listing and a kind; an empty one stands for every one.

    Raises Refused, in words a host can read.
    """
    setting = rules.StaySetting(name, value, listing_id, kind)
    if wrong := rules.complaint(setting):
        raise Refused([wrong])
    async with services.store.begin(business_id, ("stay_settings",)) as work:
        await _check_listing(work, listing_id)
        await work.stay_settings.put(services.ids.new(), setting, by, services.clock.now())


async def reset_setting(
    services: Services,
    business_id: str,
    name: str,
    *,
    listing_id: str = "",
    kind: str = "",
    by: str,
) -> None:
    """Take a setting back, so that a more general one is in force. Raises Refused."""
    if name not in rules.SETTINGS:
        raise Refused([f"There is no setting {name!r}; there are {', '.join(rules.SETTINGS)}."])
    async with services.store.begin(business_id, ("stay_settings",)) as work:
        await _check_listing(work, listing_id)
        now = services.clock.now()
        await work.stay_settings.reset(services.ids.new(), listing_id, kind, name, by, now)


async def in_force(
    services: Services, business_id: str, listing_id: str
) -> Mapping[OfferKind, KindSettings]:
    """Return how a listing sells every kind now. Raises Refused if there is no such listing."""
    async with services.store.read(business_id) as work:
        await _check_listing(work, listing_id)
        return await sold_at(work, listing_id)


async def _check_listing(work: Work, listing_id: str) -> None:
    if not listing_id:
        return
    try:
        await work.listings.get(listing_id)
    except LookupError:
        known = ", ".join(each.id for each in await work.listings.all()) or "none yet"
        raise Refused([f"There is no listing {listing_id!r}; there are: {known}."]) from None
