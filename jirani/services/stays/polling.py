"""Webhooks get lost: what changed lately, and who arrives soon, is read in passing (U2)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from jirani.connectors.pms import Pms, PmsReservation, PmsUnavailable
from jirani.services import Services
from jirani.services.log import about, log
from jirani.services.stays.intake import Nonsense, sync
from jirani.services.stays.looking import NotThere
from jirani.services.watch import outside

LATELY = timedelta(hours=1)  # several polls: one that failed is made up for
SOON = timedelta(days=60)


async def poll(services: Services) -> int:
    """Take in what has changed lately at every PMS; return how many stays had."""
    return await _over_all(services, updated_since=services.clock.now() - LATELY)


async def poll_arrivals(services: Services) -> int:
    """Take in who is there or arrives soon; return how many stays had news."""
    today = services.clock.now().date()
    return await _over_all(services, arriving=(today - SOON, today + SOON))


async def _over_all(services: Services, **which: Any) -> int:
    taken = 0
    for business_id, name in services.pms.all():
        pms = services.pms.of(business_id, name)
        with about(business_id):
            try:
                if pms:
                    taken += await _over(services, business_id, pms, which)
            except PmsUnavailable as unread:  # the next poll reads it too
                log.warning("pms.not_polled", pms=name, reason=str(unread.reason))
            except Exception as error:
                log.exception("pms.poll_failed", pms=name, error=type(error).__name__)
    return taken


async def _over(services: Services, business_id: str, pms: Pms, which: dict[str, Any]) -> int:
    taken = 0
    async for stay in _pages(pms, which):
        if await _known(services, business_id, pms.name, stay):
            continue
        try:
            await sync(services, business_id, pms.name, stay.ref)
        except (Nonsense, NotThere) as wrong:
            log.warning("stay.not_taken_in", pms=pms.name, ref=stay.ref, why=str(wrong))
        taken += 1
    return taken


async def _pages(pms: Pms, which: dict[str, Any]) -> AsyncIterator[PmsReservation]:
    after: str | None = None
    while True:
        with outside(pms.name, "reservations"):
            page = await pms.reservations(**which, after=after)
        for stay in page.items:
            yield stay
        after = page.after
        if after is None:
            return


async def _known(services: Services, business_id: str, name: str, stay: PmsReservation) -> bool:
    """Tell whether our copy says the same already."""
    async with services.store.read(business_id) as work:
        ours = await work.reservations.by_ref(name, stay.ref)
    return ours is not None and (
        ours.updated_at == stay.updated_at is not None
        and (ours.status, ours.payment) == (stay.status, stay.payment)
        and (ours.arrival, ours.departure) == (stay.arrival, stay.departure)
    )
