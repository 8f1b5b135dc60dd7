"""Sending what is due: claimed, read anew, judged, and handed to the outbox in one step (U5)."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

from jirani.services import Services
from jirani.services.log import about
from jirani.services.stays.alone import dispatch
from jirani.services.stays.ordering import in_order
from jirani.services.stays.together import dispatch_together
from jirani.store.queues import Claim

__all__ = ["LEASE", "dispatch", "dispatch_due"]

LEASE = timedelta(minutes=3)
MANY, AT_ONCE = 80, 8
TOGETHER = 20  # offers that are decided about in one unit


async def dispatch_due(services: Services) -> int:
    """Send every offer around a stay whose time has come; return how many were handled.

    Many guests are served at once, one guest's offers one after another (O11).
    """
    handled = 0
    while True:
        async with services.store.queues(claiming=True) as queues:
            claims = await queues.claim_offers(services.clock.now(), LEASE, MANY)
        if not claims:
            return handled
        asking = asyncio.Semaphore(AT_ONCE)
        guests = await in_order(services, claims)
        while guests := [theirs for theirs in guests if theirs]:
            first = [theirs.pop(0) for theirs in guests]
            await asyncio.gather(
                *(_serve(services, business, some, asking) for business, some in _groups(first))
            )
        handled += len(claims)


def _groups(claims: list[Claim]) -> Iterator[tuple[str, list[Claim]]]:
    """Divide by business, and into as many as one unit is about."""
    of_business: dict[str, list[Claim]] = {}
    for claim in claims:
        of_business.setdefault(claim.business_id, []).append(claim)
    for business_id, theirs in of_business.items():
        for start in range(0, len(theirs), TOGETHER):
            yield business_id, theirs[start : start + TOGETHER]


async def _serve(
    services: Services, business_id: str, claims: list[Claim], asking: asyncio.Semaphore
) -> None:
    with about(business_id):
        await dispatch_together(services, business_id, claims, asking)
