"""Many due offers in one unit, each of another guest; where that fails, each by itself (U5)."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from jirani.services import Services
from jirani.services.log import log
from jirani.services.stays.alone import (
    Known,
    Told,
    asked,
    decide,
    dispatch,
    known_of,
    unread,
)
from jirani.services.stays.leaving import dedupe_key
from jirani.services.stays.planning import Replanned
from jirani.services.watch import watched
from jirani.store.many_work import ManyWork
from jirani.store.queues import Claim


async def dispatch_together(
    services: Services, business_id: str, claims: Sequence[Claim], asking: asyncio.Semaphore
) -> None:
    """Take due offers of different guests one step on; one row's fault never stops the others."""
    try:
        known = await _known(services, business_id, claims)
    except Exception as error:
        log.exception("job.failed", job="dispatch_offers", error=type(error).__name__)
        return  # they come back with their leases
    told = await asyncio.gather(
        *(_asked(services, claim, known[claim.id], asking) for claim in claims if claim.id in known)
    )
    ready = [each for each in told if each]
    try:
        changed = await _decided(services, business_id, ready)
    except Exception as error:
        if len(ready) > 1:
            log.warning("dispatch.apart", rows=len(ready), error=type(error).__name__)
        for each in ready:
            async with _row(services, each.claim):
                await dispatch(services, each.claim)
    else:
        for one in changed:
            await one.announce(services)


async def _known(services: Services, business_id: str, claims: Sequence[Claim]) -> dict[str, Known]:
    async with services.store.read_as(ManyWork, business_id) as work:
        offers = await work.read_offers([each.id for each in claims], locked=False)
        await work.read_stays({each.reservation_id for each in offers.values()}, locked=False)
        await work.read_entries(keys=[dedupe_key(each) for each in offers.values()])
        known = {each.id: await known_of(work, each) for each in claims}
    return {id: each for id, each in known.items() if each}


async def _asked(
    services: Services, claim: Claim, known: Known, asking: asyncio.Semaphore
) -> Told | None:
    async with asking, _row(services, claim):
        return await asked(services, claim, known)
    return None


async def _decided(services: Services, business_id: str, told: Sequence[Told]) -> list[Replanned]:
    if not told:
        return []
    names = {name for each in told for name in each.locks}
    changed = []
    async with services.store.begin_as(ManyWork, business_id, names) as work:
        await work.read_stays({each.reservation.id for each in told}, locked=True)
        offers = await work.read_offers([each.claim.id for each in told], locked=True)
        await work.read_entries(keys=[dedupe_key(each) for each in offers.values()])
        await work.read_for_sending(offers.values())
        for each in told:
            with watched("job.row", "job dispatch_offers", job="dispatch_offers"):
                changed.append(await decide(services, work, each))
    return changed


@asynccontextmanager
async def _row(services: Services, claim: Claim) -> AsyncIterator[None]:
    """Let one row fail alone: it is tried again later."""
    try:
        yield
    except Exception as error:
        name = type(error).__name__
        log.exception("job.failed", row=claim.id, error=name)
        with suppress(Exception):  # else it comes back with its lease
            await unread(services, claim, name)
