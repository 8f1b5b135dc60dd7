"""A small salon in which anything happens in any order, with deaths in the middle of it."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from redis.asyncio import Redis
from structlog.testing import capture_logs

from jirani.connectors.memory_gateway import Course, MemoryGateway
from jirani.rules.decision import Reason
from jirani.rules.facts import (
    Appointment,
    ContactPolicy,
    OpeningStatus,
    RecoveryOffer,
    RecoveryPolicy,
)
from jirani.rules.reading import Meaning
from jirani.services.confirming import confirm
from jirani.services.contacts import set_preference
from jirani.services.proposing import propose_cancellation, propose_time
from jirani.services.recovery.answering import Answered, accept, decline
from jirani.services.recovery.consenting import listen
from jirani.services.recovery.loop import recover
from jirani.services.recovery.opening import policy_in
from jirani.services.settling import callback
from jirani.store.work import Store
from scheduler.jobs import run_due
from tests.support.dying import Death, mortal
from tests.support.looking import rows
from tests.support.recovering import Recovering
from tests.support.recovery_audit import History, breaches
from tests.support.recovery_laws import broken
from tests.support.rewinding import pass_in_redis
from tests.support.salon import Guest

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
EAGER = ContactPolicy(weekly_cap=1000, spacing=timedelta(), declines=1000)
LIVE_IDS = "SELECT id FROM appointments WHERE status IN ('held', 'confirmed') ORDER BY id"
Answer = TypeVar("Answer")
CHANGES = (
    *(("parallel", "1"), ("parallel", "3"), ("lanes", "by_time_left"), ("lanes", "sequential")),
    *(("move_up", "on"), ("move_up", "off"), ("depth", "1"), ("depth", "2"), ("life", "30")),
    *(("life", "15"), ("cool_down", "0"), ("cool_down", "1440"), ("risk", "exclude")),
    *(("risk", "last"), ("aging", "5"), ("aging", "0"), ("recovery", "off"), ("recovery", "on")),
)


class Walk:
    """A random walk over a house; its seed tells it again.

    Odd seeds never have more than one asked at a time. Every third asks nobody more often than O5
    allows; the others write to everybody as often as slots come free, so that more happens.
    """

    def __init__(self, house: Recovering, redis: Redis, gateway: MemoryGateway, seed: int) -> None:
        self.house, self.redis, self.gateway, self.seed = house, redis, gateway, seed
        self.random, self.done, self.death = Random(seed), Counter[str](), Death()
        self.sequential, self.sparing = seed % 2 == 1, seed % 3 == 0
        self.guests: dict[str, Guest] = {}
        self.history = History(ContactPolicy() if self.sparing else EAGER)
        self.until = ExitStack()

    @property
    def now(self) -> datetime:
        return self.house.salon.clock.now()

    @property
    def store(self) -> Store:
        return self.house.salon.services.store

    async def begins(self) -> None:
        salon = self.house.salon
        salon.services = replace(salon.services, contact=self.history.contact)
        self.logs = self.until.enter_context(capture_logs())
        salon.services = self.until.enter_context(mortal(salon.services, self.redis, self.death))
        await self.sets(move_up="on", cool_down="0")
        await self.house.wait(20 if self.sparing else 8)
        self.guests |= self.house.waiting

    async def walks(self, steps: int) -> None:
        """Take so many steps, each judged; what happened over time is judged at the end."""
        with self.until:
            await self.begins()
            for _ in range(steps):
                await self.step()
            found = await breaches(self.store, self.history)
        assert not found, found[:10]

    async def step(self) -> None:
        acts: list[Callable[[], Awaitable[None]]] = [
            *(self.books, self.books, self.books, self.cancels, self.cancels, self.cancels),
            *(self.says_yes, self.says_yes, self.says_yes, self.sleeps, self.moves),
            *(self.says_no, self.stops, self.passes, self.passes, self.triggers, self.dies),
            *(self.pays_otherwise, self.comes_back, self.yes_twice, self.changes, self.withdraws),
        ]
        act = self.random.choice(acts)
        self.done["steps"] += 1
        self.done[act.__name__] += 1
        self.house.salon.clock.advance(SECOND)  # so that before and after differ
        await act()
        await self.works()
        await self.judged(act.__name__)

    async def works(self) -> None:
        """Let the provider call back, and do what is due."""
        services = self.house.salon.services
        for update in self.gateway.due_callbacks(self.now):
            await callback(services, update)
        await run_due(services)

    async def judged(self, act: str) -> None:
        async with self.store.engine.connect() as connection:
            found = await broken(connection, self.now)
        where = f"seed {self.seed}, step {self.done['steps']}, after {act}"
        assert not found, f"{where}: {found}"
        failed = [each for each in self.logs if each["event"].endswith(".failed")]
        assert not failed, f"{where}: {failed}"
        self.logs.clear()

    async def does(self, name: str, act: Callable[[], Awaitable[Answer]]) -> Answer:
        """Do something; one in five dies in it, and the message is taken up again."""
        moment = self.random.randint(1, 60) if self.random.random() < 0.2 else None
        with self.death.at(moment):
            answer = await act()
        if self.death.reborn():
            self.done[f"killed: {name}"] += 1
            answer = await act()
        return answer

    # --- what people do

    async def books(self) -> None:
        """Somebody books a free time of a day to come, and pays: whoever waits too, perhaps."""
        salon = self.house.salon
        at = salon.at(f"{self.random.randint(9, 17):02}:00", self.random.randint(1, 2))
        someone = self.random.choice([*self.house.waiting.values(), await salon.guest()])
        if await self._is_taken(someone, at):
            return
        (made,) = await salon.booked((someone, "manicure", "amina", at))
        await self.house.pays(made)
        self.guests[someone.customer_id] = someone

    async def _is_taken(self, someone: Guest, at: datetime) -> bool:
        """Offered is not taken: at the counter nobody asks who may still say yes."""
        return any(
            each.starts_at < at + HOUR and each.busy_until > at
            for each in await self._live()
            if each.staff_id == "amina" or each.customer_id == someone.customer_id
        )

    async def _live(self) -> list[Appointment]:
        found = await rows(self.store, LIVE_IDS)
        async with self.store.read(self.house.salon.id) as work:
            return [await work.appointments.get(id) for (id,) in found]

    async def _booking(self) -> tuple[Guest, Appointment] | None:
        """Return somebody's booking that is ahead, however they came by it."""
        ahead = [each for each in await self._live() if each.starts_at > self.now]
        if not ahead:
            return None
        chosen = self.random.choice(ahead)
        return replace(self.guests[chosen.customer_id], thread_id=chosen.thread_id), chosen

    async def cancels(self) -> None:
        if found := await self._booking():
            guest, made = found
            proposed = await propose_cancellation(await guest.says(), made)
            if proposed.proposal:
                await self._confirms(guest, made, proposed.proposal.id)

    async def moves(self) -> None:
        """Somebody moves a booking away, if the new time is free."""
        if found := await self._booking():
            guest, made = found
            at = self.house.salon.at(f"{self.random.randint(9, 17):02}:30", 1)
            service, staff = made.service_id, made.staff_id
            case, catalogue = await guest.says(), self.house.salon.catalogue
            proposed = await propose_time(case, catalogue, service, staff, at, moves=made)
            if proposed.proposal:
                await self._confirms(guest, made, proposed.proposal.id)

    async def _confirms(self, guest: Guest, made: Appointment, proposal_id: str) -> None:
        """A slot that needs no more payment and is given up early enough is open then (R1)."""
        case, policy = await guest.says(Meaning.ACCEPT), await self._policy()
        catalogue = self.house.salon.catalogue
        await self.does("confirm", lambda: confirm(case, catalogue, proposal_id))
        async with self.store.read(self.house.salon.id) as work:
            current = await work.appointments.get(made.id)
            opening = await work.openings.of_appointment(made.id)
        given_up = current.status in ("cancelled", "moved")
        if given_up and opening is None and made.hold_until is None:
            soon = made.starts_at - self.now < policy.min_lead
            assert soon or not policy.on or await self._is_open(made), f"not opened: {made}"

    async def _is_open(self, made: Appointment) -> bool:
        open_ = "SELECT id FROM slot_openings WHERE status = 'open'"
        async with self.store.read(self.house.salon.id) as work:
            found = [await work.openings.get(id) for (id,) in await rows(self.store, open_)]
        return any(each and each.starts_at == made.starts_at for each in found)

    async def _asked(self) -> tuple[Guest, RecoveryOffer] | None:
        offered = "SELECT id FROM offers WHERE opening_id IS NOT NULL"
        found = await rows(self.store, f"{offered} AND status = 'offered'")
        if not found or self.random.random() < 0.3:
            found = await rows(self.store, f"{offered} ORDER BY id")
        if not found:
            return None
        (id,) = self.random.choice(found[-6:])
        async with self.store.read(self.house.salon.id) as work:
            offer = await work.recovery_offers.get(id)
        assert offer
        return replace(self.guests[offer.customer_id], thread_id=offer.thread_id), offer

    async def says_yes(self) -> None:
        if asked := await self._asked():
            guest, offer = asked
            case, before = await guest.says(Meaning.ACCEPT), await self._bookings_of(guest)
            catalogue = self.house.salon.catalogue
            answered = await self.does("yes", lambda: accept(case, catalogue, offer.id))
            self.done[f"yes: {answered.decision.reason}"] += 1
            await self._is_true(answered, offer)
            if answered.decision.allowed and offer.primary_id:
                assert await self._bookings_of(guest) == before, "a move lost a booking"

    async def _bookings_of(self, guest: Guest) -> int:
        return sum(each.customer_id == guest.customer_id for each in await self._live())

    async def _is_true(self, answered: Answered, offer: RecoveryOffer) -> None:
        """What somebody hears of a slot is how it is (R5)."""
        async with self.store.read(self.house.salon.id) as work:
            opening = await work.openings.get(offer.opening_id)
            live = await work.recovery_offers.live(offer.opening_id)
        assert opening
        reason, made = answered.decision.reason, answered.appointment
        if reason is Reason.CLEAR:
            assert made
            assert opening.filled_by == made.id
        elif reason is Reason.SLOT_FILLED:
            assert opening.status is OpeningStatus.FILLED
        elif reason is Reason.SLOT_HELD:
            assert any(each.customer_id != offer.customer_id for each in live)

    async def yes_twice(self) -> None:
        if asked := await self._asked():
            guest, offer = asked
            case, catalogue = await guest.says(Meaning.ACCEPT), self.house.salon.catalogue
            await asyncio.gather(*(accept(case, catalogue, offer.id) for _ in range(2)))

    async def says_no(self) -> None:
        if asked := await self._asked():
            guest, offer = asked
            case = await guest.says(self.random.choice((Meaning.DECLINE, Meaning.LATER)))
            await self.does("no", lambda: decline(case, offer.id))

    async def stops(self) -> None:
        guest = self.random.choice([*self.house.waiting.values()])
        case = await guest.says(Meaning.OPT_OUT)
        await self.does("stop", lambda: set_preference(case))
        self.history.stops(guest.customer_id, self.now)

    async def comes_back(self) -> None:
        guest = self.random.choice([*self.house.waiting.values()])
        await set_preference(await guest.says(Meaning.OPT_IN))
        await listen(guest.case)
        self.history.comes_back(guest.customer_id, self.now)

    # --- what the house, the provider and time do

    async def sets(self, **values: str) -> None:
        await self.house.sets(**values)
        self.history.policies.append((self.now, await self._policy()))

    async def _policy(self) -> RecoveryPolicy:
        async with self.store.read(self.house.salon.id) as work:
            return await policy_in(work)

    async def changes(self) -> None:
        """The business changes its mind; recovery itself comes back soon."""
        name, value = self.random.choice(CHANGES)
        if self.sequential and name in ("parallel", "lanes"):
            return
        await self.sets(**{name: value})

    async def withdraws(self) -> None:
        """The business wants no slot offered any more, and a moment later it does."""
        await self.sets(recovery="off")
        if self.random.random() < 0.5:
            await self.triggers()
        await self.sets(recovery="on")

    async def passes(self) -> None:
        await self._waits(timedelta(minutes=self.random.choice((1, 5, 15, 16, 130))))

    async def sleeps(self) -> None:
        await self._waits(self.house.salon.at("09:00") - self.now)

    async def _waits(self, by: timedelta) -> None:
        self.house.salon.clock.advance(by)
        await pass_in_redis(self.redis, by)

    async def triggers(self) -> None:
        """Somebody triggers the loop twice at once, whatever stands in its row (R8)."""
        services, id = self.house.salon.services, self.house.salon.id
        for (each,) in await rows(self.store, "SELECT id FROM slot_openings WHERE status = 'open'"):
            await asyncio.gather(*(recover(services, id, each) for _ in range(2)))

    async def pays_otherwise(self) -> None:
        self.gateway.default = self.random.choice([*Course])

    async def dies(self) -> None:
        """A process dies somewhere in what is due, and its leases run out."""
        await self._waits(timedelta(minutes=15))
        with self.death.at(self.random.randint(1, 120)):
            await self.works()
        self.done["killed: jobs"] += self.death.reborn()
        await self._waits(timedelta(minutes=3))
