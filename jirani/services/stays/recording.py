"""What was sold is put on record: the fee or the nights, then the host, then a task (U7).

Each is asked for under a key of its own, so that asked again it is done once. A sale counts as
recorded when the PMS shows it, not when it says so.
"""

from collections.abc import Awaitable, Callable, Mapping

from jirani.connectors.pms import FeeOutcome, FeeResult
from jirani.rules.facts import Reservation, StayOffer
from jirani.rules.stays.kinds import NIGHTS, OFFER_KINDS
from jirani.services import Services
from jirani.services.outbox import again, done
from jirani.services.stays.sales import MOST, SoldOffer, given_up, sold, tell_of, wrote
from jirani.services.stays.undoing import undo
from jirani.services.watch import outside
from jirani.store.queues import Due
from jirani.store.rows.outbox import Entry
from jirani.store.work import Work

# What a sale's status becomes, by how it is on record.
STATUSES: Mapping[FeeOutcome, str] = {
    FeeOutcome.APPLIED: "applied",
    FeeOutcome.RECORDED_ELSEWHERE: "applied",
    FeeOutcome.INTERNAL_ONLY: "applied_internally",
    FeeOutcome.NEEDS_HOST_ACTION: "awaiting_payment",
    FeeOutcome.FAILED: "failed",
}


async def queue_record(services: Services, work: Work, offer: StayOffer) -> None:
    """Queue what an accepted offer asks for, in the unit that accepts it (O4, U7).

    The host's mail follows the record, so that it says how it went; a task does not wait for it.
    """
    reservation = await work.reservations.get(offer.reservation_id)
    kind = "extension" if OFFER_KINDS[offer.kind].product in NIGHTS else "fee"
    await _queue(services, work, offer, reservation, kind)
    if OFFER_KINDS[offer.kind].product not in NIGHTS:
        await _queue(services, work, offer, reservation, "task")


async def queue_undo(services: Services, work: Work, offer: StayOffer) -> None:
    """Queue the undoing of all that was queued for a sale, and tell the host (U7)."""
    reservation = await work.reservations.get(offer.reservation_id)
    for kind in ("fee", "extension", "task"):
        known = await work.outbox.by_key(f"{kind}:{offer.id}")
        if known is None:
            continue
        if known.state in ("ready", "claimed") and known.attempts == 0:
            await work.outbox.change(known.id, state="withdrawn", note="taken back")
        else:
            await _queue(services, work, offer, reservation, f"un{kind}")
    listing = await work.listings.get(offer.listing_id)
    await tell_of(services, work, "host_sale_reversed", offer, reservation, listing)


async def _queue(
    services: Services, work: Work, offer: StayOffer, reservation: Reservation, kind: str
) -> None:
    await work.outbox.put(
        services.ids.new(),
        kind=kind,
        peer=f"pms:{offer.id}:{kind.removeprefix('un')}",
        dedupe_key=f"{kind}:{offer.id}",
        payload={"thread": offer.thread_id, "sale": offer.id, "pms": reservation.pms},
        at=services.clock.now(),
        thread_id=offer.thread_id,
    )


async def _record(services: Services, due: Due, entry: Entry) -> None:
    """Put a sale on the bill, or its nights into the stay, and enter how that went."""
    found = await sold(services, due, entry)
    if found is None:
        return
    sale, pms = found
    with outside(pms.name, entry.kind) as told:
        if entry.kind == "extension":
            result = await pms.extend(sale.extension)
        else:
            result = await pms.add_fee(sale.fee)
        told["outcome"] = str(result.outcome)
    if result.outcome.settled:
        await _recorded(services, due, entry, sale, result)
        return
    last = given_up(services, entry, result.reason or "no_answer")
    await again(services, due, result.reason, most=MOST, after=result.retry_after, last=last)


async def _recorded(
    services: Services, due: Due, entry: Entry, sale: SoldOffer, result: FeeResult
) -> None:
    offer, failed = sale.offer, result.outcome is FeeOutcome.FAILED
    async with services.store.begin(due.business_id, (offer.customer_id,)) as work:
        note = result.host_url or result.guest_url or result.reason or None
        kept = await work.stay_sales.change(
            offer.id,
            status=STATUSES[result.outcome],
            method=result.method[:30] or None,
            provider_ref=result.ref,
            note=note,
        )
        state = "dead" if failed else "sent"
        await work.outbox.change(
            entry.id, state=state, lease_until=None, provider_ref=result.ref, note=note
        )
        if not kept:
            return  # taken back meanwhile: the undoing follows, and has told the host
        more: dict[str, str] = {}
        name = "host_sold"
        if failed:
            name, more = "host_sale_failed", {"reason": result.reason or "no_answer"}
        elif result.outcome is FeeOutcome.NEEDS_HOST_ACTION:
            name, more = "host_sold_by_hand", {"link": result.host_url or result.method}
        await tell_of(services, work, name, offer, sale.reservation, sale.listing, **more)


async def _plan_task(services: Services, due: Due, entry: Entry) -> None:
    found = await sold(services, due, entry)
    if found is None:
        return
    sale, pms = found
    if not pms.capabilities.tasks:
        await done(services, due, "withdrawn", note="the PMS has no tasks")
        return
    with outside(pms.name, "task") as told:
        written = await pms.add_task(sale.task)
        told["outcome"] = str(written.outcome)
    await wrote(services, due, entry, written)


RECORDING: Mapping[str, Callable[[Services, Due, Entry], Awaitable[None]]] = {
    "fee": _record,
    "extension": _record,
    "task": _plan_task,
    "unfee": undo,
    "unextension": undo,
    "untask": undo,
}
