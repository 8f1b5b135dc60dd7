"""How a listing sells each kind, as its settings stand now (U1, U9)."""

from collections.abc import Iterable, Mapping

from jirani.rules.facts import KindSettings, OfferKind
from jirani.rules.stays.kinds import OFFER_KINDS
from jirani.rules.stays.planning import OFF
from jirani.rules.stays.settings import Nonsense, StaySetting, effective
from jirani.services.log import log
from jirani.store.work import Work


async def sold_at(work: Work, listing_id: str) -> Mapping[OfferKind, KindSettings]:
    """Return how a listing sells every kind; one whose settings are nonsense is switched off."""

    async def look() -> Mapping[OfferKind, KindSettings]:
        rows = await work.stay_settings.of_listing(listing_id)
        return {kind: _effective(rows, listing_id, kind) for kind in OFFER_KINDS}

    return await work.once(("sold at", listing_id), look)


def _effective(rows: Iterable[StaySetting], listing_id: str, kind: OfferKind) -> KindSettings:
    try:
        return effective(rows, listing_id, kind)
    except Nonsense as wrong:
        log.error("stay_settings.nonsense", listing=listing_id, kind=kind, problem=str(wrong))
        return OFF
