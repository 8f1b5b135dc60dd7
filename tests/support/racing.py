"""What guests do who race each other: 50 do nails, and one Paula does the feet of all."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

from jirani.rules.decision import Decision, Reason
from jirani.rules.facts import Staff
from jirani.rules.reading import Meaning
from jirani.services.answering import accept
from jirani.services.confirming import confirm
from jirani.store.faults import database_problem
from jirani.store.work import Store
from tests.support.looking import double_bookings, one, orphan_holds
from tests.support.salon import Guest, Salon

DAY = timedelta(days=1)
LOST = {Reason.SLOT_HELD, Reason.SLOT_TAKEN}
WON = {Reason.CLEAR, Reason.ALREADY_DONE}  # a yes that is passed on again is answered the same
NAIL_STAFF = [Staff(f"mani-{n:02}", f"Mani {n}", frozenset({"manicure"})) for n in range(50)]
PAULA = Staff("paula", "Paula", frozenset({"pedicure"}))

Answered = TypeVar("Answered")
Unknown = Counter[str]


async def tries_to_book(guest: Guest, unknown: Unknown | None = None) -> Decision:
    """Ask for Paula at two, and say yes; what a fault left `unknown` is tried again."""
    start = guest.salon.at("14:00")
    proposed = await again(lambda: guest.asks_for("pedicure", PAULA.id, start), unknown)
    if proposed.proposal is None:
        return proposed.decision
    asked = proposed.proposal.id
    case = await again(lambda: guest.says(Meaning.ACCEPT), unknown)
    return (await again(lambda: confirm(case, guest.salon.catalogue, asked), unknown)).decision


async def tries_to_add(guest: Guest, unknown: Unknown | None = None) -> Decision:
    """After a booking, say yes to the neighbouring slot if there is one."""
    await again(guest.says, unknown)
    offered = await again(guest.is_offered, unknown)
    if offered.offer is None:
        return offered.decision
    sent = offered.offer.id
    case = await again(lambda: guest.says(Meaning.ACCEPT), unknown)
    return (await again(lambda: accept(case, guest.salon.catalogue, sent), unknown)).decision


async def again(
    attempt: Callable[[], Awaitable[Answered]], unknown: Unknown | None = None
) -> Answered:
    """Attempt something until the database has answered; count how often it was lost."""
    while True:
        try:
            return await attempt()
        except Exception as error:
            if unknown is None or database_problem(error) is None:
                raise
            unknown[type(error).__name__] += 1


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong `around` the contenders, and what of it their rows must show nothing of.

    `unknown` counts the answers that a failing database has lost: they are asked for again.
    `holds_lapse`: holds may be left behind, to end by themselves.
    """

    around: Callable[[], AbstractAsyncContextManager[object]] = nullcontext
    unknown: Unknown | None = None
    holds_lapse: bool = False


NONE = Faults()


class Race(Protocol):
    """Many guests at once, in a salon that is as it was before."""

    __name__: str

    async def __call__(self, salon: Salon, contenders: int, faults: Faults = NONE) -> None: ...


async def race_for_one_slot(salon: Salon, contenders: int, faults: Faults = NONE) -> None:
    """Let guests race for one slot: one books it, and nothing else is left behind."""
    store = salon.services.store
    before = await _count(store, "appointments", "confirmed")
    guests = await salon.guests(contenders)
    async with faults.around():
        decisions = await asyncio.gather(*(tries_to_book(each, faults.unknown) for each in guests))

    outcomes = Counter(decision.reason for decision in decisions)
    assert sum(outcomes.pop(reason, 0) for reason in WON) == 1
    assert set(outcomes) <= LOST
    assert await _count(store, "appointments", "confirmed") == before + 1
    assert await _count(store, "proposals", "open") == 0
    await _nothing_left(salon, faults)


async def race_for_pairs(salon: Salon, contenders: int, faults: Faults = NONE) -> None:
    """Let booked guests race for a neighbouring slot: one has both, the others keep theirs."""
    store = salon.services.store
    booked = await _count(store, "appointments", "confirmed")
    sold = await _count(store, "offers", "accepted")
    guests = await salon.guests(contenders)
    # Every neighbouring slot overlaps every other, though they begin at five different times.
    starts = [salon.at("14:00") + timedelta(minutes=5 * (n % 5)) for n in range(contenders)]
    rows = zip(guests, NAIL_STAFF[:contenders], starts, strict=True)
    await salon.booked(*((guest, "manicure", member.id, start) for guest, member, start in rows))
    async with faults.around():
        decisions = await asyncio.gather(*(tries_to_add(each, faults.unknown) for each in guests))

    outcomes = Counter(decision.reason for decision in decisions)
    assert sum(outcomes.pop(reason, 0) for reason in WON) == 1
    assert set(outcomes) <= {Reason.NO_ADJACENT_SLOT, *LOST}
    assert await _count(store, "appointments", "confirmed") == booked + contenders + 1
    assert await _count(store, "offers", "accepted") == sold + 1
    assert await _count(store, "offers", "offered") == 0
    assert await one(store, "SELECT count(*) FROM sales") == sold + 1
    await _nothing_left(salon, faults)


async def _nothing_left(salon: Salon, faults: Faults) -> None:
    if not faults.holds_lapse:
        assert await orphan_holds(salon) == []
    assert await double_bookings(salon.services.store) == 0
    salon.clock.advance(DAY)


async def _count(store: Store, table: str, status: str) -> int:
    found: int = await one(
        store, f"SELECT count(*) FROM {table} WHERE status = :status", status=status
    )
    return found
