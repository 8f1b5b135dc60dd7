"""A house at one moment, where a process dies again and again, and the next one goes on."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from redis.asyncio import Redis

from jirani.connectors.channels import Channel, MemoryChannel
from jirani.rules.facts import Opening
from jirani.services import Services
from jirani.services.clock import Ids
from scheduler.jobs import run_due
from tests.support.dying import Death, mortal
from tests.support.looking import one, rows
from tests.support.recovering import Recovering
from tests.support.rewinding import Moment, go_back, remember

FEW = 5  # deaths in every run; all of them are a proof
LEASE = timedelta(minutes=2, seconds=1)


class Stage:
    """A house at one moment, to which it can go back; `channel` has what was sent since."""

    def __init__(self, house: Recovering, redis: Redis, opening: Opening) -> None:
        self.house, self.redis, self.opening = house, redis, opening
        self.began = house.salon.clock.now()
        self.channel = MemoryChannel()
        self._before: Moment | None = None

    async def set(self) -> None:
        self._before = await remember(self.house.salon.services.store.engine, self.redis)
        self.began = self.house.salon.clock.now()

    async def dies(
        self, act: Callable[[Services], Awaitable[object]], at: int | None
    ) -> tuple[Services, int]:
        """Do something again from the same moment, in a process that dies in it."""
        assert self._before
        salon = self.house.salon
        await go_back(self._before, salon.services.store.engine, self.redis)
        salon.clock.at = self.began
        self.channel = MemoryChannel()
        channels: dict[str, Channel] = {self.channel.name: self.channel}
        services = replace(salon.services, channels=channels, ids=Ids(salon.clock, seed=7))
        death = Death()
        with mortal(services, self.redis, death) as dying, death.at(at):
            await act(dying)
        return services, death.moments

    async def every(
        self,
        act: Callable[[Services], Awaitable[object]],
        ends: Callable[[Services], Awaitable[None]],
        proof: bool,
    ) -> int:
        """Let it die at moments of the act; after each, `ends` goes on and judges."""
        services, moments = await self.dies(act, None)
        await ends(services)
        assert moments > 20, "is every touch of the outside counted?"
        step = 1 if proof else max(moments // FEW, 1)
        for moment in range(step, moments + 1, step):
            services, _ = await self.dies(act, moment)
            await ends(services)
        return len(range(step, moments + 1, step))

    async def settles(self, services: Services) -> None:
        """Whoever comes next finds what was leased when the lease has run out."""
        for _ in range(2):
            await run_due(services)
            self.house.salon.clock.advance(LEASE)
        await run_due(services)

    async def judged(self, asked: int) -> None:
        """So many were asked: each once, entered once, and written to once at most."""
        store = self.house.salon.services.store
        offers = await one(store, "SELECT count(*) FROM offers WHERE replaces IS NULL")
        assert offers == asked
        assert await one(store, "SELECT count(*) FROM contacts") == asked
        texts = [text for sent in self.channel.sent for text in [sent.text] if "come free" in text]
        left = await rows(
            store,
            "SELECT state FROM outbox WHERE dedupe_key LIKE 'recovery_offer:%'",
        )
        assert len(left) == asked
        assert len(texts) <= asked
        assert {state for (state,) in left} <= {"sent", "unknown"}
