"""What a PMS tells is a hint: kept once, then the stay is read and planned anew (U2)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from jirani.connectors.pms import (
    EventKind,
    Hook,
    PmsEvent,
    PmsReservation,
    PmsUnavailable,
    Wrong,
)
from jirani.rules.facts import Reservation, Stay
from jirani.services import Services
from jirani.services.log import log
from jirani.services.stays.copying import LONGEST_REF, enter, locks, sane
from jirani.services.stays.hearing import NobodyKnown, hear
from jirani.services.stays.looking import NotThere, Seen, around, look
from jirani.services.stays.planning import AHEAD, replan
from jirani.services.threads import Received
from jirani.store.rows.pms_events import PmsEvent as KeptEvent

# A new stay may be told of before it can be read; a PMS may be down for a morning.
SOON, PATIENT = 3, 12
BACK_OFF, LONGEST_WAIT = timedelta(seconds=10), timedelta(minutes=30)


class Nonsense(Exception):
    """What a PMS said of a stay makes no sense; says why, for the host to read."""


class _Later(Exception):
    def __init__(self, why: str, most: int, wait: timedelta | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.most = most
        self.wait = wait


async def keep(services: Services, business_id: str, hook: Hook) -> bool:
    """Keep a webhook as it came; False if it came before (U2)."""
    [fresh] = await keep_all(services, business_id, [hook])
    return fresh


async def keep_all(services: Services, business_id: str, hooks: Sequence[Hook]) -> list[bool]:
    """Keep webhooks in one unit; tell of each whether it is news."""
    now = services.clock.now()
    async with services.store.begin(business_id) as work:
        return [
            await work.pms_events.put(services.ids.new(), each.pms, each.dedupe_key, each.body, now)
            for each in hooks
        ]


async def take_in(services: Services, business_id: str, event_id: str) -> tuple[Received, ...]:
    """Take in what was kept: read the stay, plan it, or store what a guest wrote.

    What guests wrote is returned: to be answered by whoever has an agent. What makes no sense is
    laid aside with its reason, what cannot be read is tried again, ever later.
    """
    async with services.store.read(business_id) as work:
        event = await work.pms_events.get(event_id)
    if event.state != "ready":
        return ()
    try:
        heard = await _take_in(services, business_id, event)
    except _Later as later:
        await _again(services, business_id, event, later)
        return ()
    except Nonsense as nonsense:
        await _park(services, business_id, event, str(nonsense))
        return ()
    async with services.store.begin(business_id) as work:
        await work.pms_events.done(event_id)
    return heard


async def _take_in(services: Services, business_id: str, event: KeptEvent) -> tuple[Received, ...]:
    pms = services.pms.of(business_id, event.pms)
    if pms is None:
        raise Nonsense(f"There is no account with {event.pms}.")
    try:
        events = pms.events(Hook(event.pms, event.dedupe_key, event.body))
    except ValueError:
        raise Nonsense("It could not be read.") from None
    try:
        heard = [await _one(services, business_id, event.pms, each) for each in events]
    except PmsUnavailable as unread:
        most = SOON if unread.reason is Wrong.MALFORMED else PATIENT
        raise _Later(f"The PMS could not be read: {unread}.", most, unread.retry_after) from None
    except NotThere as missing:
        raise _Later(str(missing), SOON) from None
    return tuple(each for each in heard if each)


async def _one(services: Services, business_id: str, pms: str, event: PmsEvent) -> Received | None:
    if event.kind is EventKind.MESSAGE:
        try:
            return await hear(services, business_id, pms, event)
        except NobodyKnown as unknown:
            if event.reservation_ref is None:
                raise Nonsense(f"Nobody is known who writes about {unknown}.") from None
        await sync(services, business_id, pms, event.reservation_ref)
        return await hear(services, business_id, pms, event)
    if event.reservation_ref is None:
        raise Nonsense("It names no reservation.")
    await sync(services, business_id, pms, event.reservation_ref)
    return None


async def sync(services: Services, business_id: str, pms_name: str, ref: str) -> Stay:
    """Read a stay from its PMS, enter it and plan it (U2, U3).

    Raises PmsUnavailable, NotThere, or Nonsense after what can be entered was entered.
    """
    pms = services.pms.of(business_id, pms_name)
    if pms is None:
        raise Nonsense(f"There is no account with {pms_name}.")
    async with services.store.read(business_id) as work:
        known = await work.reservations.by_ref(pms_name, ref)
    now = services.clock.now()
    seen = await look(pms, ref, now, conversation=known.conversation if known else None)
    wrong = nonsense(seen.reservation)
    if wrong and known is None:
        raise Nonsense(wrong)
    if seen.reservation.status in AHEAD and not wrong:
        # What stands in the way today is recorded at planning, and refuses nothing (O3).
        seen = replace(seen, around=await around(pms, seen.reservation, now))
    stay = await _entered(services, business_id, pms_name, seen, known)
    if wrong:
        raise Nonsense(wrong)
    return stay


async def _entered(
    services: Services, business_id: str, pms: str, seen: Seen, known: Reservation | None
) -> Stay:
    async with services.store.begin(business_id, locks(pms, seen, known)) as work:
        stay = await enter(services, work, pms, seen)
        changed = await replan(services, work, stay)
    await changed.announce(services)
    return stay


def nonsense(stay: PmsReservation) -> str | None:
    """Say in words for a host what makes no sense about a stay; None: nothing."""
    if max(len(stay.ref), len(stay.listing_ref)) > LONGEST_REF:
        return "Its reference is too long."
    if stay.arrival == stay.departure:
        return "The stay has no night."
    if stay.arrival > stay.departure:
        return "The stay ends before it begins: the dates look swapped."
    if not sane(stay.arrival, stay.departure):
        return "The dates are not those of a stay."
    return None


async def _again(services: Services, business_id: str, event: KeptEvent, later: _Later) -> None:
    if event.attempts >= later.most:
        await _park(services, business_id, event, later.why)
        return
    wait = max(min(BACK_OFF * 2**event.attempts, LONGEST_WAIT), later.wait or timedelta())
    async with services.store.begin(business_id) as work:
        await work.pms_events.retry(event.id, services.clock.now() + wait, later.why)


async def _park(services: Services, business_id: str, event: KeptEvent, why: str) -> None:
    async with services.store.begin(business_id) as work:
        await work.pms_events.park(event.id, why)
    log.warning("pms_event.parked", event_id=event.id, pms=event.pms, why=why)
