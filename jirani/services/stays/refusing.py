"""No extras at all, or none any more: what that ends around stays (O9, O10)."""

from jirani.rules.decision import Reason
from jirani.rules.facts import OfferStatus
from jirani.rules.reading import Meaning
from jirani.services import Case
from jirani.services.stays.planning import GENERAL
from jirani.store.rows.stay_endings import ASKED
from jirani.store.work import Work


async def no_to_all(case: Case, work: Work) -> tuple[str, ...]:
    """Take a general no: what the guest has is declined, what was to come is withdrawn (O10)."""
    now, ended = case.services.clock.now(), list[str]()
    for stay in await work.reservations.of_thread(case.thread_id):
        offers = await work.stay_offers.of_reservation(stay.id)
        asked = [each.id for each in offers if each.status in ASKED]
        ended += await work.stay_offers.complete(
            asked, OfferStatus.DECLINED, at=now, reason=GENERAL, seq=case.seq
        )
        ended += await work.stay_offers.withdraw(
            at=now, reason=GENERAL, reservation_id=stay.id, seq=case.seq
        )
    await work.threads.change(case.thread_id, cross_sell_declined=True)
    return tuple(ended)


async def follow_preference(case: Case, work: Work, meaning: Meaning) -> tuple[str, ...]:
    """End what a guest's wish about offers ends around stays; return the offers' ids (O9, O10)."""
    if meaning is Meaning.DECLINE_ALL:
        return await no_to_all(case, work)
    if meaning is not Meaning.OPT_OUT:
        return ()
    now, whose = case.services.clock.now(), case.customer_id
    return await work.stay_offers.withdraw(
        at=now, reason=str(Reason.OPTED_OUT), customer_id=whose, seq=case.seq
    )
