"""Races while Redis is killed and PostgreSQL drops connections: still one winner (X8, X9)."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from random import Random

import pytest
from redis.asyncio import Redis, RedisCluster
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from jirani.connectors.channels import MemoryChannel
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.rules.facts import PaymentPolicy
from jirani.services import Services
from jirani.services.clock import SetClock
from jirani.store.engine import open_engine
from jirani.store.holds import SlotHolds
from jirani.store.redis_client import Breaker, Client, open_redis
from jirani.store.redis_server import RedisUnavailable
from jirani.store.work import Store
from tests.support.cluster import Cluster, redis_cluster
from tests.support.house import opened
from tests.support.needs import missing
from tests.support.proving import Proved
from tests.support.racing import NAIL_STAFF, PAULA, Faults, Race, race_for_one_slot, race_for_pairs
from tests.support.redis import MortalRedis, mortal_redis, program
from tests.support.salon import Salon, open_salon

pytestmark = pytest.mark.anyio

RACES = pytest.mark.parametrize(
    "race", [race_for_one_slot, race_for_pairs], ids=["one-slot", "pairs"]
)
CUT = text(
    "SELECT pid FROM (SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND state <> 'idle' ORDER BY random() LIMIT 1) AS one"
    " WHERE pg_terminate_backend(pid)"
)
LONGEST = 5 * 60  # seconds a hold may live: what cannot be given back lapses by itself (X8)


def rounds(few: int, many: int) -> pytest.MarkDecorator:
    """Race a little in every run, and much as a proof."""
    return pytest.mark.parametrize("rounds", [few, pytest.param(many, marks=pytest.mark.proof)])


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with capture_logs():
        yield


@pytest.fixture(scope="module", autouse=True)
def needed() -> None:
    try:
        program()
    except RedisUnavailable as error:
        missing("redis", str(error))


@pytest.fixture
def mortal() -> Iterator[MortalRedis]:
    with mortal_redis() as server:
        yield server


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with redis_cluster() as started:
        yield started


async def salon_of(services: Services, client: Client) -> Salon:
    """Open a salon that tries its Redis again at once after a failure."""
    services = replace(services, holds=SlotHolds(client, Breaker(pause=0.02)))
    return await open_salon(services, PaymentPolicy.PAY_AT_VENUE, staff=[*NAIL_STAFF, PAULA])


def house(store: Store, client: Client, clock: SetClock) -> Services:
    return opened(store, client, clock, MemoryGateway(clock.now), MemoryChannel())


@asynccontextmanager
async def killing(server: MortalRedis, chance: Random) -> AsyncIterator[Counter[str]]:
    """Kill a server at random moments, and start it again at others."""
    done = Counter[str]()

    async def kill_and_start() -> None:
        while True:
            await asyncio.sleep(chance.uniform(0.02, 0.15))
            server.kill()
            done["kills"] += 1
            await asyncio.sleep(chance.uniform(0, 0.2))
            server.start()

    task = asyncio.create_task(kill_and_start())
    try:
        yield done
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        server.start()


@asynccontextmanager
async def cutting(engine: AsyncEngine, chance: Random, cut_off: set[int]) -> AsyncIterator[None]:
    """End PostgreSQL's connections while they are in use, one at a random moment after another."""

    async def cut() -> None:
        async with engine.connect() as connection:
            while True:
                await asyncio.sleep(chance.uniform(0.002, 0.03))
                cut_off.update(await connection.scalars(CUT))

    task = asyncio.create_task(cut())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@RACES
@rounds(3, 200)
async def test_a_redis_killed_and_started_again_in_the_middle_changes_no_outcome(
    mortal: MortalRedis, store: Store, clock: SetClock, race: Race, rounds: int, proved: Proved
) -> None:
    async with aclosing(open_redis(mortal.socket)) as client:
        assert isinstance(client, Redis)
        salon = await salon_of(house(store, client, clock), client)
        async with killing(mortal, Random(7)) as done:
            for _ in range(rounds):
                await race(salon, 20, Faults(holds_lapse=True))
        for key in await client.keys("pair:*"):
            assert 0 < await client.ttl(key) <= LONGEST
    assert done["kills"] >= 1
    proved(
        f"races ({race.__name__}), {store.engine.dialect.name}, Redis killed {done['kills']:,} "
        f"times: {rounds:,} rounds of 20, one winner each, 0 overlaps, no hold outlives its time"
    )


@RACES
@rounds(3, 200)
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_connections_dropped_in_the_middle_of_transactions_leave_one_winner(
    services: Services, store: Store, race: Race, rounds: int, proved: Proved
) -> None:
    salon = await open_salon(services, PaymentPolicy.PAY_AT_VENUE, staff=[*NAIL_STAFF, PAULA])
    unknown, cut_off, chance = Counter[str](), set[int](), Random(7)
    other = open_engine(store.engine.url)
    for _ in range(rounds):
        await race(salon, 20, Faults(lambda: cutting(other, chance, cut_off), unknown, True))
    await other.dispose()
    assert unknown.total() >= 1
    proved(
        f"races ({race.__name__}), postgresql, {len(cut_off):,} connections dropped, "
        f"{unknown.total():,} answers lost and asked for again: {rounds:,} rounds of 20, "
        "one winner each, 0 overlaps"
    )


@RACES
@rounds(1, 200)
async def test_a_redis_cluster_has_one_winner_too(
    cluster: Cluster, store: Store, clock: SetClock, race: Race, rounds: int, proved: Proved
) -> None:
    async with aclosing(open_redis(cluster.address)) as client:
        assert isinstance(client, RedisCluster)
        await client.flushall(target_nodes=RedisCluster.PRIMARIES)
        salon = await salon_of(house(store, client, clock), client)
        for _ in range(rounds):
            await race(salon, 20)
    proved(
        f"races ({race.__name__}), {store.engine.dialect.name}, Redis Cluster: "
        f"{rounds:,} rounds of 20, one winner each, 0 overlaps, 0 holds left behind"
    )
