"""What was sold is put on record: the fee or the nights, then the host, then a task (U7).

Each is asked for under a key of its own, so that asked again it is done once. A sale counts as
recorded when the PMS shows it, not when it says so.
"""

from collections.abc import Awaitable, Callable, Mapping

from jirani.connectors.pms import (
    Extension,
    FeeOutcome,
    FeeResult,
    NewFee,
    NewTask,
    Pms,
    WriteOutcome,
    Written,
)
from jirani.rules.facts import Listing, Reservation, StayOffer, TaskKind
from jirani.rules.stays.kinds import NIGHTS, OFFER_KINDS, Product
from jirani.services import Services
from jirani.services.outbox import again, done
from jirani.services.stays.hosts import tell_host
from jirani.services.stays.words import about_stay, what
from jirani.services.watch import outside
from jirani.store.queues import Due
from jirani.store.rows.outbox import Entry
from jirani.store.work import Work
from prompts import formats

MOST = 9  # ever later, within an hour and a half

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
    await _tell(services, work, "host_sale_reversed", offer, reservation, listing)


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


class _Sale:
    """A sale as it stands in the rows, and the words for it."""

    def __init__(
        self, services: Services, offer: StayOffer, reservation: Reservation, listing: Listing
    ) -> None:
        if offer.terms is None:
            raise ValueError(f"offer {offer.id} has no terms")
        self.offer, self.terms = offer, offer.terms
        self.reservation, self.listing = reservation, listing
        self.title = what(services, offer.kind, offer.terms, listing, "en")

    @property
    def fee(self) -> NewFee:
        """What stands on the bill."""
        return NewFee(
            f"fee:{self.offer.id}",
            *(self.reservation.ref, self.offer.kind, self.title),
            *(self.terms.price, self.terms.currency, self.terms.day),
        )

    @property
    def extension(self) -> Extension:
        """The nights, and their price."""
        return Extension(
            f"extension:{self.offer.id}",
            *(self.reservation.ref, self.terms.nights, self.terms.price, self.terms.currency),
        )

    @property
    def task(self) -> NewTask:
        """What somebody has to do, or to mind, there."""
        cleaning = OFFER_KINDS[self.offer.kind].product is Product.CLEANING
        return NewTask(
            f"task:{self.offer.id}",
            self.listing.ref,
            TaskKind.CLEANING if cleaning else TaskKind.OTHER,
            self.title,
            self.terms.day,
            self.reservation.ref,
        )


async def _record(services: Services, due: Due, entry: Entry) -> None:
    """Put a sale on the bill, or its nights into the stay, and enter how that went."""
    found = await _sale(services, due, entry)
    if found is None:
        return
    sale, pms = found
    with outside(pms.name, entry.kind) as told:
        if entry.kind == "extension":
            result = await pms.extend(sale.extension)
        else:
            result = await pms.add_fee(sale.fee)
        told["outcome"] = str(result.outcome)
    if not result.outcome.settled:
        if await again(services, due, result.reason, most=MOST, after=result.retry_after):
            return
        result = FeeResult(FeeOutcome.FAILED, result.method, reason=result.reason or "no_answer")
    await _recorded(services, due, entry, sale, result)


async def _recorded(
    services: Services, due: Due, entry: Entry, sale: _Sale, result: FeeResult
) -> None:
    offer, failed = sale.offer, result.outcome is FeeOutcome.FAILED
    async with services.store.begin(due.business_id, (offer.customer_id,)) as work:
        note = result.host_url or result.guest_url or result.reason or None
        await work.stay_sales.change(
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
        more: dict[str, str] = {}
        name = "host_sold"
        if failed:
            name, more = "host_sale_failed", {"reason": result.reason or "no_answer"}
        elif result.outcome is FeeOutcome.NEEDS_HOST_ACTION:
            name, more = "host_sold_by_hand", {"link": result.host_url or result.method}
        await _tell(services, work, name, offer, sale.reservation, sale.listing, **more)


async def _plan_task(services: Services, due: Due, entry: Entry) -> None:
    found = await _sale(services, due, entry)
    if found is None:
        return
    sale, pms = found
    if not pms.capabilities.tasks:
        await done(services, due, "withdrawn", note="the PMS has no tasks")
        return
    with outside(pms.name, "task") as told:
        written = await pms.add_task(sale.task)
        told["outcome"] = str(written.outcome)
    await _written(services, due, written)


async def _undo(services: Services, due: Due, entry: Entry) -> None:
    """Take a fee, nights or a task off again, once it is known whether they are there."""
    kind = entry.kind.removeprefix("un")
    async with services.store.read(due.business_id) as work:
        recorded = await work.outbox.by_key(f"{kind}:{entry.payload['sale']}")
    found = await _sale(services, due, entry, undoing=True)
    if found is None:
        return
    sale, pms = found
    if recorded is None or recorded.state in ("withdrawn", "dead"):
        await done(services, due, "sent", note="there was nothing to undo")
        return
    if recorded.state != "sent":
        await again(services, due, "not known yet", most=MOST)
        return
    ref = recorded.provider_ref
    with outside(pms.name, entry.kind) as told:
        if kind == "extension":
            result = await pms.shorten(sale.extension)
            outcome = _OF_FEES.get(result.outcome, WriteOutcome.ACCEPTED)
            written = Written(outcome, result.ref, result.reason, result.retry_after)
        elif ref is None:
            written = Written(WriteOutcome.ACCEPTED, reason="nothing was written there")
        elif kind == "fee":
            written = await pms.remove_fee(sale.reservation.ref, ref, f"unfee:{sale.offer.id}")
        else:
            written = await pms.remove_task(ref, f"untask:{sale.offer.id}")
        told["outcome"] = str(written.outcome)
    await _written(services, due, written)


_OF_FEES = {
    FeeOutcome.FAILED: WriteOutcome.REJECTED,
    FeeOutcome.RETRY: WriteOutcome.RETRY,
    FeeOutcome.UNKNOWN: WriteOutcome.UNKNOWN,
}


async def _written(services: Services, due: Due, written: Written) -> None:
    match written.outcome:
        case WriteOutcome.ACCEPTED:
            await done(services, due, "sent", provider_ref=written.ref)
        case WriteOutcome.REJECTED:
            await done(services, due, "dead", note=written.reason or None)
        case _:
            await again(services, due, written.reason, most=MOST, after=written.retry_after)


async def _sale(
    services: Services, due: Due, entry: Entry, *, undoing: bool = False
) -> tuple[_Sale, Pms] | None:
    """Return what an entry is about; None if nothing is to be done, which is noted then."""
    async with services.store.read(due.business_id) as work:
        offer = await work.stay_offers.get(entry.payload["sale"])
        sold = await work.stay_sales.of_offer(entry.payload["sale"])
        if offer is None or sold is None:
            raise LookupError(f"nothing was sold by offer {entry.payload['sale']}")
        reservation = await work.reservations.get(offer.reservation_id)
        listing = await work.listings.get(offer.listing_id)
    if sold.reversed_at and not undoing and entry.attempts <= 1:
        await done(services, due, "withdrawn", note="taken back")
        return None
        # It may be there already, and only what is known can be undone: settle it first.
    pms = services.pms.of(due.business_id, entry.payload["pms"])
    if pms is None:
        await again(services, due, "no account", most=MOST)
        return None
    return _Sale(services, offer, reservation, listing), pms


async def _tell(
    services: Services,
    work: Work,
    name: str,
    offer: StayOffer,
    reservation: Reservation,
    listing: Listing,
    **more: str,
) -> None:
    if offer.terms is None:
        return
    business = await work.business.get()
    language = business.locale
    await tell_host(
        services,
        work,
        business.id,
        name,
        key=offer.id,
        thread_id=offer.thread_id,
        language=language,
        what=what(services, offer.kind, offer.terms, listing, language),
        price=formats.money(offer.terms.price, offer.terms.currency),
        **about_stay(reservation, listing, language),
        **more,
    )


RECORDING: Mapping[str, Callable[[Services, Due, Entry], Awaitable[None]]] = {
    "fee": _record,
    "extension": _record,
    "task": _plan_task,
    "unfee": _undo,
    "unextension": _undo,
    "untask": _undo,
}
