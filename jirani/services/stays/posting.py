"""Texts of many offers: posted beside each other, and answered for in one unit (U5)."""

import asyncio
from collections.abc import Sequence

from jirani.connectors.channels import SendOutcome, SendResult
from jirani.rules.facts import StayOffer
from jirani.services import Services
from jirani.services.log import about, log
from jirani.services.outbox import done
from jirani.services.stays.hearing import message_key
from jirani.services.stays.leaving import ENDED, answered, enter_answer, post, said
from jirani.services.watch import watched
from jirani.store.many_work import ManyWork
from jirani.store.queues import Due
from jirani.store.rows.outbox import Entry

AT_ONCE = 8
TOGETHER = 2 * AT_ONCE  # no text waits for more than one other after its offer was looked at
Posted = tuple[Due, Entry, SendResult]


async def send_offers(services: Services, business_id: str, due: Sequence[Due]) -> set[str]:
    """Send those claimed entries that are an offer's text; return which those were."""
    sent: set[str] = set()
    for start in range(0, len(due), TOGETHER):
        some = {each.id: each for each in due[start : start + TOGETHER]}
        slug, begun = await _begun(services, business_id, list(some))
        sent.update(entry.id for _, entry in begun)
        room = asyncio.Semaphore(AT_ONCE)
        results = await asyncio.gather(
            *(_posted(services, slug, some[entry.id], offer, entry, room) for offer, entry in begun)
        )
        guests = {entry.id: offer.customer_id for offer, entry in begun if offer}
        await _answered(services, business_id, [each for each in results if each], guests)
    return sent


async def _begun(
    services: Services, business_id: str, ids: list[str]
) -> tuple[str, list[tuple[StayOffer | None, Entry]]]:
    """Mark what is about to leave, before it does; only what can be looked for there (U5)."""
    async with services.store.begin_as(ManyWork, business_id) as work:
        entries = await work.read_entries(ids)
        mine = [
            each
            for each in entries.values()
            if each.kind == "message" and "offer" in each.payload and each.state == "claimed"
        ]
        if not mine:
            return "", []
        offers = await work.read_offers({each.payload["offer"] for each in mine}, locked=False)
        for entry in mine:
            await work.outbox.change(entry.id, state="sending")
        business, _ = await services.house(work)
    return business.slug, [(offers.get(each.payload["offer"]), each) for each in mine]


async def _posted(
    services: Services,
    slug: str,
    due: Due,
    offer: StayOffer | None,
    entry: Entry,
    room: asyncio.Semaphore,
) -> Posted | None:
    async with room:
        with about(slug, str(entry.payload["thread"])):
            try:
                with watched("job.row", "job send", job="send"):
                    result = await post(services, due.business_id, offer, entry)
                    if result is not None:
                        return due, entry, result
                    await done(services, due, "withdrawn", note=ENDED)
            except Exception as error:  # it stays `sending`, so it is looked for; others go on
                log.exception("outbox.failed", entry=entry.id, error=type(error).__name__)
    return None


async def _answered(
    services: Services, business_id: str, posted: Sequence[Posted], guests: dict[str, str]
) -> None:
    accepted = [each for each in posted if each[2].outcome is SendOutcome.ACCEPTED]
    apart = [each for each in posted if each[2].outcome is not SendOutcome.ACCEPTED]
    try:
        await _arrived(services, business_id, accepted, guests)
    except Exception as error:
        log.warning("outbox.apart", rows=len(accepted), error=type(error).__name__)
        apart += accepted
    for due, entry, result in apart:
        with about(business_id, str(entry.payload["thread"])):
            try:
                await answered(services, due, entry, result)
            except Exception as error:
                log.exception("outbox.failed", entry=entry.id, error=type(error).__name__)


async def _arrived(
    services: Services, business_id: str, posted: Sequence[Posted], guests: dict[str, str]
) -> None:
    if not posted:
        return
    names = {guests[entry.id] for _, entry, _ in posted}
    keys = [
        message_key(entry.payload["pms"], result.provider_id)
        for _, entry, result in posted
        if result.provider_id
    ]
    async with services.store.begin_as(ManyWork, business_id, names) as work:
        await work.read_entries([entry.id for _, entry, _ in posted])
        await work.read_places({entry.payload["thread"] for _, entry, _ in posted}, keys)
        await work.read_offers({entry.payload["offer"] for _, entry, _ in posted}, locked=True)
        fresh = [await enter_answer(services, work, entry, result) for _, entry, result in posted]
    for (_, entry, result), new in zip(posted, fresh, strict=True):
        if new:
            with about(business_id, str(entry.payload["thread"])):
                said(entry, result)
