"""A process that dies anywhere in the loop, in a yes, or at an expiry: the next goes on (R9)."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from jirani.connectors.channels import Channel, MemoryChannel
from jirani.rules.facts import OfferStatus, Opening, OpeningStatus, RecoveryOffer
from jirani.rules.reading import Meaning
from jirani.services import Case, Services
from jirani.services.clock import Ids
from jirani.services.recovery.answering import accept
from scheduler.jobs import run_due
from tests.support.dying import Death, mortal
from tests.support.looking import one, rows
from tests.support.proving import Proved
from tests.support.recovering import QUARTER, Recovering
from tests.support.rewinding import Moment, go_back, remember

pytestmark = pytest.mark.anyio

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


@pytest.fixture(params=[False, pytest.param(True, marks=pytest.mark.proof)], ids=["few", "all"])
def proof(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


async def test_whenever_the_loop_dies_one_is_asked_once(
    house: Recovering, redis_client: Redis, proof: bool, proved: Proved
) -> None:
    await house.wait(2)
    stage = Stage(house, redis_client, await house.opened())
    await stage.set()

    async def ends(services: Services) -> None:
        await stage.settles(services)
        await stage.judged(asked=1)
        assert len(await house.live(stage.opening)) == 1

    deaths = await stage.every(run_due, ends, proof)
    name = house.salon.services.store.engine.dialect.name
    proved(f"killed in the loop, {name}: {deaths} deaths, one offer each time")


async def test_whenever_an_expiry_dies_the_next_is_asked_once(
    house: Recovering, redis_client: Redis, proof: bool, proved: Proved
) -> None:
    await house.wait(3)
    stage = Stage(house, redis_client, await house.opened())
    await house.asked(stage.opening)
    house.salon.clock.advance(QUARTER)
    await stage.set()

    async def ends(services: Services) -> None:
        await stage.settles(services)
        store = services.store
        assert await one(store, "SELECT count(*) FROM offers") == 2
        assert await one(store, "SELECT count(*) FROM contacts") == 2
        assert len(await house.live(stage.opening)) == 1

    deaths = await stage.every(run_due, ends, proof)
    name = house.salon.services.store.engine.dialect.name
    proved(f"killed at an expiry, {name}: {deaths} deaths, the next asked each time")


async def test_whenever_a_yes_dies_it_is_taken_once_by_who_said_it(
    house: Recovering, redis_client: Redis, proof: bool, proved: Proved
) -> None:
    await house.wait(2)
    stage = Stage(house, redis_client, await house.opened())
    guest, offer = await house.asked(stage.opening)
    case = await guest.says(Meaning.ACCEPT)
    await stage.set()

    def yes(services: Services) -> Awaitable[object]:
        return accept(_by(case, services), house.salon.catalogue, offer.id)

    async def ends(services: Services) -> None:
        await yes(services)
        await _filled(house, stage.opening, offer)

    deaths = await stage.every(yes, ends, proof)
    name = house.salon.services.store.engine.dialect.name
    proved(f"killed in a yes, {name}: {deaths} deaths, one booking each time")


def _by(case: Case, services: Services) -> Case:
    return replace(case, services=services)


async def _filled(house: Recovering, opening: Opening, offer: RecoveryOffer) -> None:
    assert await house.appointments(opening) == [(offer.customer_id, "slot_recovery")]
    assert (await house.now(opening)).status is OpeningStatus.FILLED
    ends = [each.status for each in await house.offers(opening)]
    assert ends == [OfferStatus.ACCEPTED]
    store = house.salon.services.store
    assert await one(store, "SELECT count(*) FROM sales") == 1
    assert await house.salon.services.holds.live(house.salon.id) == []
