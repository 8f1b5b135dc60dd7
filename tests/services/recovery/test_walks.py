"""Anything in any order: cancel, trigger, offer, yes, no, stop, silence, pay, fail, move up, crash.

After every step: one live offer an opening and lane, one winner, no opening that nobody looks at
any more, no two bookings of one time, and nobody's booking lost by a move.
"""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from redis.asyncio import Redis

from jirani.connectors.memory_gateway import Course, MemoryGateway
from jirani.rules.facts import Appointment, ContactPolicy, RecoveryOffer
from jirani.rules.reading import Meaning
from jirani.services.contacts import set_preference
from jirani.services.recovery.answering import accept
from jirani.services.recovery.consenting import listen
from jirani.services.recovery.loop import recover
from scheduler.jobs import run_due
from tests.support.dying import Death, mortal
from tests.support.looking import double_bookings, one, rows
from tests.support.proving import Proved
from tests.support.recovering import Recovering
from tests.support.salon import Guest

pytestmark = pytest.mark.anyio

STEPS, PROOF_STEPS = 30, 1_000
HOUR = timedelta(hours=1)
EAGER = ContactPolicy(weekly_cap=1000, spacing=timedelta(), declines=1000)
LOST = """
SELECT count(*) FROM appointments moved WHERE moved.status = 'moved' AND NOT EXISTS (
  SELECT 1 FROM appointments made WHERE made.business_id = moved.business_id
  AND made.moved_from = moved.id AND made.status <> 'proposed')
"""
FORGOTTEN = "SELECT count(*) FROM slot_openings WHERE status = 'open' AND looks_at IS NULL"
WINNERS = """
SELECT count(*) FROM (SELECT opening_id FROM offers WHERE status = 'accepted'
AND opening_id IS NOT NULL GROUP BY opening_id HAVING count(*) > 1) AS twice
"""
UNFILLED = """
SELECT count(*) FROM slot_openings opening WHERE status = 'filled' AND NOT EXISTS (
  SELECT 1 FROM offers WHERE offers.business_id = opening.business_id
  AND offers.opening_id = opening.id AND offers.status = 'accepted')
"""
TOO_MANY = """
SELECT count(*) FROM (SELECT opening_id FROM offers WHERE status = 'offered'
AND opening_id IS NOT NULL GROUP BY opening_id HAVING count(*) > 1) AS many
"""
OVER = """
SELECT count(*) FROM offers JOIN slot_openings opening ON opening.business_id = offers.business_id
AND opening.id = offers.opening_id WHERE offers.status = 'offered' AND opening.status <> 'open'
"""
LAWS = (LOST, FORGOTTEN, WINNERS, UNFILLED, TOO_MANY, OVER)


class Walk:
    """A random walk over a house; its seed tells it again."""

    def __init__(self, house: Recovering, redis: Redis, gateway: MemoryGateway, seed: int) -> None:
        self.house, self.redis, self.gateway = house, redis, gateway
        self.random, self.done = Random(seed), Counter[str]()
        self.bookings: list[tuple[Guest, Appointment]] = []

    async def begins(self) -> None:
        salon = self.house.salon
        salon.services = replace(salon.services, contact=EAGER)
        await self.house.sets(move_up="on", cool_down="0")
        await self.house.wait(8)

    async def step(self) -> None:
        acts: list[Callable[[], Awaitable[None]]] = [
            *(self.books, self.books, self.books, self.cancels, self.cancels, self.cancels),
            *(self.says_yes, self.says_yes, self.says_yes, self.sleeps),
            *(self.says_no, self.stops, self.passes, self.passes, self.looks, self.dies),
            *(self.begins_to_fail, self.comes_back, self.yes_twice),
        ]
        act = self.random.choice(acts)
        self.done[act.__name__] += 1
        await act()
        await run_due(self.house.salon.services)
        await self.judged(act.__name__)

    async def judged(self, act: str) -> None:
        store = self.house.salon.services.store
        for law in LAWS:
            assert await one(store, law) == 0, f"after {act}: {law}"
        assert await double_bookings(store) == 0

    async def books(self) -> None:
        """Somebody books a free time of a day to come, and pays: whoever waits too, perhaps."""
        salon = self.house.salon
        at = salon.at(f"{self.random.randint(9, 17):02}:00", self.random.randint(1, 2))
        someone = self.random.choice([*self.house.waiting.values(), await salon.guest()])
        async with salon.services.store.read(salon.id) as work:
            staff = await work.appointments.busy(["amina"], at, at + HOUR, salon.clock.now())
            own = await work.appointments.of_customer(someone.customer_id, salon.clock.now())
        if staff or any(each.starts_at < at + HOUR and each.ends_at > at for each in own):
            return
        (made,) = await salon.booked((someone, "manicure", "amina", at))
        await self.house.pays(made)
        self.bookings.append((someone, made))

    async def cancels(self) -> None:
        live = []
        async with self.house.salon.services.store.read(self.house.salon.id) as work:
            for guest, made in self.bookings:
                now = await work.appointments.get(made.id)
                if now.status == "confirmed" and now.starts_at > self.house.salon.clock.now():
                    live.append((guest, now))
        if live:
            await self.house.cancels(*self.random.choice(live))

    async def _asked(self) -> tuple[Guest, RecoveryOffer] | None:
        store = self.house.salon.services.store
        offered = "SELECT id FROM offers WHERE opening_id IS NOT NULL"
        found = await rows(store, f"{offered} AND status = 'offered'")
        if not found or self.random.random() < 0.3:
            found = await rows(store, f"{offered} ORDER BY id")
        if not found:
            return None
        (id,) = self.random.choice(found[-6:])
        async with store.read(self.house.salon.id) as work:
            offer = await work.recovery_offers.get(id)
        assert offer
        guest = replace(self.house.waiting[offer.customer_id], thread_id=offer.thread_id)
        return guest, offer

    async def says_yes(self) -> None:
        if asked := await self._asked():
            answered = await self.house.says_yes(*asked)
            self.done[f"yes: {answered.decision.reason}"] += 1

    async def yes_twice(self) -> None:
        if asked := await self._asked():
            guest, offer = asked
            case = await guest.says(Meaning.ACCEPT)
            for _ in range(2):
                await accept(case, self.house.salon.catalogue, offer.id)

    async def says_no(self) -> None:
        if asked := await self._asked():
            await self.house.says_no(*asked)

    async def stops(self) -> None:
        guest = self.random.choice([*self.house.waiting.values()])
        await set_preference(await guest.says(Meaning.OPT_OUT))

    async def comes_back(self) -> None:
        guest = self.random.choice([*self.house.waiting.values()])
        await set_preference(await guest.says(Meaning.OPT_IN))
        await listen(guest.case)

    async def passes(self) -> None:
        minutes = self.random.choice((1, 5, 15, 16, 130))
        self.house.salon.clock.advance(timedelta(minutes=minutes))

    async def sleeps(self) -> None:
        self.house.salon.clock.at = self.house.salon.at("09:00")

    async def looks(self) -> None:
        """Somebody triggers the loop, whatever stands in its row."""
        store = self.house.salon.services.store
        for (id,) in await rows(store, "SELECT id FROM slot_openings WHERE status = 'open'"):
            await recover(self.house.salon.services, self.house.salon.id, id)

    async def begins_to_fail(self) -> None:
        self.gateway.default = self.random.choice((Course.PAID, Course.FAILED, Course.SILENT))

    async def dies(self) -> None:
        """A process dies somewhere in what is due, and its leases run out."""
        self.house.salon.clock.advance(timedelta(minutes=15))
        death = Death()
        services = self.house.salon.services
        moment = self.random.randint(1, 120)
        with mortal(services, self.redis, death) as dying, death.at(moment):
            await run_due(dying)
        self.house.salon.clock.advance(timedelta(minutes=3))


@pytest.mark.parametrize("steps", [STEPS, pytest.param(PROOF_STEPS, marks=pytest.mark.proof)])
async def test_whatever_happens_in_whatever_order_no_law_is_broken(
    paying: Recovering, redis_client: Redis, gateway: MemoryGateway, steps: int, proved: Proved
) -> None:
    walk = Walk(paying, redis_client, gateway, seed=8)
    await walk.begins()
    for _ in range(steps):
        await walk.step()
    name = paying.salon.services.store.engine.dialect.name
    filled = await one(
        paying.salon.services.store, "SELECT count(*) FROM slot_openings WHERE status = 'filled'"
    )
    assert filled >= steps // 30, walk.done
    proved(f"slot recovery, {name}: {steps:,} steps, {filled} slots filled, no law broken")
