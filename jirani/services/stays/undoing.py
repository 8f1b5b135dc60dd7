"""A yes taken back: what was put on record is taken off again (U7)."""

from jirani.connectors.pms import FeeOutcome, WriteOutcome, Written
from jirani.services import Services
from jirani.services.outbox import GAVE_UP, again, done
from jirani.services.stays.sales import MOST, given_up, refused, sold, wrote
from jirani.services.watch import outside
from jirani.store.queues import Due
from jirani.store.rows.outbox import Entry

_OF_FEES = {
    FeeOutcome.FAILED: WriteOutcome.REJECTED,
    FeeOutcome.RETRY: WriteOutcome.RETRY,
    FeeOutcome.UNKNOWN: WriteOutcome.UNKNOWN,
}


async def undo(services: Services, due: Due, entry: Entry) -> None:
    """Take a fee, nights or a task off again, once it is known whether they are there."""
    kind = entry.kind.removeprefix("un")
    async with services.store.read(due.business_id) as work:
        recorded = await work.outbox.by_key(f"{kind}:{entry.payload['sale']}")
    found = await sold(services, due, entry, undoing=True)
    if found is None:
        return
    sale, pms = found
    if recorded is None or (recorded.state in ("withdrawn", "dead") and not _unknown(recorded)):
        await done(services, due, "sent", note="there was nothing to undo")
        return
    if recorded.state != "sent":
        why = "not known yet"
        last = given_up(services, entry, why)
        if recorded.state == "dead":  # nor will it be: it was given up without an answer
            await refused(services, due, why, last)
        else:
            await again(services, due, why, most=MOST, last=last)
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
    await wrote(services, due, entry, written)


def _unknown(recorded: Entry) -> bool:
    """Tell whether something was given up that may be there all the same."""
    return recorded.state == "dead" and (recorded.note or "").startswith(GAVE_UP)
