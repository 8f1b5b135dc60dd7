"""An offer that nobody answered: ended on its deadline, and the loop goes on at once (R4, R9)."""

from jirani.rules.decision import Reason, refuse
from jirani.rules.facts import OfferStatus, RecoveryOffer
from jirani.rules.late_yes import SILENCE
from jirani.services import Case, Services
from jirani.services.ledger import note
from jirani.store.work import Work


async def end_silent(services: Services, business_id: str, offer_id: str) -> None:
    """Sweep an offer whose deadline has passed: a compare-and-set against the answer (R9)."""
    async with services.store.read(business_id) as work:
        offer = await work.recovery_offers.get(offer_id)
    if offer is None or offer.status is not OfferStatus.OFFERED:
        return
    async with services.store.begin(business_id, (offer.staff_id, offer.customer_id)) as work:
        business, dials = await services.house(work)
        case = Case(services, business, dials, offer.customer_id, offer.thread_id, 0)
        if offer.expires_at <= services.clock.now():
            await expire_in(case, work, offer)


async def expire_in(case: Case, work: Work, offer: RecoveryOffer) -> bool:
    """End an offer by silence in an open unit; False if it was ended before."""
    now = case.services.clock.now()
    if not await work.recovery_offers.settle(offer.id, OfferStatus.EXPIRED, at=now, reason=SILENCE):
        return False
    await work.openings.look_at(offer.opening_id, now)
    expired = refuse(Reason.EXPIRED, "Nobody answered in time.")
    await note(case, work, "deadline", expired, stage="expiry", subject=offer.id)
    return True
