"""A yes taken back within the hour: the sale is reversed, and everything it set going (O4, U7)."""

from jirani.rules.decision import AGAIN, Reason, refuse
from jirani.rules.stays.undo import may_undo, means_undo
from jirani.services import Case
from jirani.services.asking import said
from jirani.services.ledger import note
from jirani.services.stays.answering import StayAnswered
from jirani.services.stays.recording import queue_undo
from jirani.services.stays.selling import sold_at


async def undo_stay(case: Case, offer_id: str) -> StayAnswered:
    """Reverse a sale exactly, at the guest's own word; done again it changes nothing (O4)."""
    services = case.services
    async with services.store.begin(case.business.id, (case.customer_id,)) as work:
        offer = await work.stay_offers.get(offer_id)
        sale = await work.stay_sales.of_offer(offer_id)
        if offer is None or sale is None:
            return StayAnswered(refuse(Reason.UNKNOWN_HANDLE, "Nothing was sold by that name."))
        decision = means_undo(offer, await said(case, work))
        if decision.allowed:
            listing = await work.listings.get(offer.listing_id)
            settings = (await sold_at(work, listing.id))[offer.kind]
            now, reversed_at = services.clock.now(), sale.reversed_at
            decision = may_undo(offer, listing, settings, now, reversed_at=reversed_at)
            if decision.allowed and decision is not AGAIN:
                await work.stay_sales.reverse(offer.id, now, note="taken back by the guest")
                await queue_undo(services, work, offer)
        await note(case, work, "may_undo", decision, stage="acceptance", subject=offer_id)
    return StayAnswered(decision, offer)
