"""Offers around stays that nobody answered in time (O14)."""

from jirani.rules.decision import Reason, refuse
from jirani.services import Case, Services
from jirani.services.ledger import note


async def expire_stay_offer(services: Services, business_id: str, offer_id: str) -> None:
    """End an offer whose life is over, unless it was answered meanwhile."""
    now = services.clock.now()
    async with services.store.begin(business_id) as work:
        offer = await work.stay_offers.get(offer_id)
        if offer is None or not await work.stay_offers.expire(offer_id, now, Reason.EXPIRED):
            return
        business, dials = await services.house(work)
        case = Case(services, business, dials, offer.customer_id, offer.thread_id, 0)
        over = refuse(Reason.EXPIRED, "Nobody answered in time.")
        await note(case, work, "expire_offer", over, stage="sending", subject=offer_id)
