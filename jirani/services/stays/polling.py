"""Webhooks get lost: what changed lately, and who arrives soon, is read in passing (U2)."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

from jirani.connectors.pms import Pms, PmsReservation, PmsUnavailable
from jirani.rules.facts import Reservation
from jirani.services import Services
from jirani.services.log import about, log
from jirani.services.stays.intake import Nonsense, sync
from jirani.services.stays.looking import NotThere
from jirani.services.stays.places import enter_places
from jirani.services.stays.planning import AHEAD
from jirani.services.watch import outside

LATELY = timedelta(hours=1)  # several polls: one that failed is made up for
SOON = timedelta(days=60)
MOST_MISSED = 50  # stays of ours in one round that no list shows


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
    taken, listed = 0, set[str]()
    if "arriving" in which:
        await enter_places(services, business_id, pms)
    async for stay in _pages(pms, which):
        listed.add(stay.ref)
        if not await _known(services, business_id, pms.name, stay):
            await _read(services, business_id, pms.name, stay.ref)
            taken += 1
    if "arriving" in which:
        for ref in await _missed(services, business_id, pms.name, which["arriving"], listed):
            taken += await _read(services, business_id, pms.name, ref)
    return taken


async def _read(services: Services, business_id: str, pms: str, ref: str) -> bool:
    try:
        await sync(services, business_id, pms, ref)
    except (Nonsense, NotThere) as wrong:
        log.warning("stay.not_taken_in", pms=pms, ref=ref, why=str(wrong))
        return False
    return True


async def _missed(
    services: Services, business_id: str, pms: str, arriving: tuple[date, date], listed: set[str]
) -> list[str]:
    """Return stays of ours that the PMS should have listed: cancelled ones vanish from some."""
    today, after, found = services.clock.now().date(), "", list[Reservation]()
    while True:
        async with services.store.read(business_id) as work:
            some = await work.reservations.page(today, AHEAD, after=after)
        if not some:
            break
        after = some[-1].id
        found += [
            each
            for each in some
            if each.pms == pms
            and each.ref not in listed
            and arriving[0] <= each.arrival <= arriving[1]
        ]
    found.sort(key=lambda stay: stay.arrival)
    return [stay.ref for stay in found[:MOST_MISSED]]


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
