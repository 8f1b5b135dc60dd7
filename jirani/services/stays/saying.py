"""Answers and confirmations in a PMS's conversation: after a time-out it is read first (U5)."""

from jirani.connectors.channels import Outbound, Purpose, SendOutcome, SendResult
from jirani.connectors.pms import Pms
from jirani.connectors.pms_channel import PmsChannel
from jirani.rules.facts import Reservation
from jirani.services import Services
from jirani.services.clock import made_at
from jirani.services.outbox import again, done
from jirani.services.stays.hosts import tell_host
from jirani.services.stays.leaving import CLOCKS_APART
from jirani.services.stays.sales import Last, refused
from jirani.services.stays.words import about_stay
from jirani.services.watch import outside
from jirani.store.queues import Due
from jirani.store.rows.outbox import Entry
from jirani.store.work import Work


async def say_in_pms(services: Services, due: Due, entry: Entry) -> None:
    """Post a text that is no offer to a stay's guest."""
    said = entry.payload
    async with services.store.read(due.business_id) as work:
        stays = await work.reservations.of_thread(said["thread"])
        sent = await work.outbox.of_thread(said["thread"])
    pms = services.pms.of(due.business_id, stays[-1].pms) if stays else None
    if pms is None:
        await done(services, due, "dead", note="no such account here")
        return
    others = frozenset(each.provider_ref for each in sent if each.provider_ref)
    text = (due.id, said["thread"], said["peer"], said["text"])
    result = await _post(pms, Outbound(*text, Purpose.SERVICE), entry, others)
    match result.outcome:
        case SendOutcome.ACCEPTED:
            await done(services, due, "sent", provider_ref=result.provider_id)
        case SendOutcome.REJECTED:
            await refused(services, due, result.reason, unsaid(services, entry, stays[-1], result))
        case _:
            last = unsaid(services, entry, stays[-1], result)
            await again(services, due, result.reason, after=result.retry_after, last=last)


def unsaid(services: Services, entry: Entry, stay: Reservation, result: SendResult) -> Last:
    """Return what follows when a guest cannot be answered: the host reads what was to be said."""

    async def last(work: Work) -> None:
        business = await work.business.get()
        listing = await work.listings.get(stay.listing_id)
        await tell_host(
            services,
            work,
            business.id,
            "host_reply_unsent",
            key=entry.id,
            thread_id=entry.payload["thread"],
            language=business.locale,
            said=entry.payload["text"],
            reason=result.reason or "no_answer",
            **about_stay(stay, listing, business.locale),
        )

    return last


async def _post(pms: Pms, text: Outbound, entry: Entry, others: frozenset[str]) -> SendResult:
    channel = PmsChannel(pms)
    if entry.attempts > 1:
        with outside(pms.name, "messages") as told:
            found = await channel.find(text, made_at(entry.id) - CLOCKS_APART, others)
            told["outcome"] = str(found.outcome)
        if found.outcome is not SendOutcome.RETRY:
            return found
    with outside(pms.name, "post") as told:
        result = await channel.send(text)
        told["outcome"] = str(result.outcome)
    return result
