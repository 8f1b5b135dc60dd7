"""Ending offers: what every way of ending one has in common (X10)."""

from datetime import datetime

from jirani.rules.facts import Appointment, Offer, OfferKind, OfferStatus
from jirani.services import Case
from jirani.services.ledger import told
from jirani.store.work import Work

OPEN = (OfferStatus.OFFERED, OfferStatus.DEFERRED)


async def end_offer(
    case: Case,
    work: Work,
    offer: Offer,
    status: OfferStatus,
    *,
    reason: str,
    charge_at: datetime | None,
    seq: int | None = None,
) -> bool:
    """End an open offer and set when the charge goes out; False if it had ended already.

    The slot is visible again at once, for the row no longer holds it; its keys in Redis are
    released by `let_go`, after the transaction.
    """
    now = case.services.clock.now()
    if not await work.offers.settle(offer.id, status, at=now, reason=reason, seq=seq):
        return False
    if offer.kind is OfferKind.CROSS_SELL:
        await work.threads.change(offer.thread_id, charge_at=charge_at)
    return True


async def let_go(case: Case, offer: Offer) -> None:
    """Release the pair's hold (X10): what was bought is a row by now, the rest is free again."""
    async with case.services.store.read(case.business.id) as work:
        primary = await work.appointments.get(offer.primary_id)
    slots = [offer.slot, primary.slot]
    freed = await case.services.holds.release(case.business.id, slots, offer.thread_id)
    told(case, "pair_reservation_released", offer=offer.id, cells=freed)


async def supersede(case: Case, work: Work, primary: Appointment) -> list[Offer]:
    """Withdraw an open cross-sell whose primary is about to be moved or cancelled, in any thread.

    Its slot lies behind a time that is being given up, and a bare yes must have one addressee.
    What was withdrawn is returned, for `let_go`.
    """
    now, ended = case.services.clock.now(), []
    for offer in await work.offers.of_thread(primary.thread_id):
        if offer.primary_id == primary.id and offer.status in OPEN:
            charge_at = now + case.services.timing.booking_hold
            if await end_offer(
                case, work, offer, OfferStatus.WITHDRAWN, reason="superseded", charge_at=charge_at
            ):
                ended.append(offer)
    return ended


async def withdraw_all(
    case: Case, work: Work, reason: str, status: OfferStatus = OfferStatus.WITHDRAWN
) -> list[Offer]:
    """End every open offer of the thread; return them for `let_go`."""
    charge_at = case.services.clock.now() + case.services.timing.charge_grace
    ended = []
    for offer in await work.offers.of_thread(case.thread_id):
        if offer.status in OPEN and await end_offer(
            case, work, offer, status, reason=reason, charge_at=charge_at
        ):
            ended.append(offer)
    return ended
