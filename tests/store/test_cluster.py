"""Redis Cluster does what one server does; where it loses nodes, the database decides (X9)."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, aclosing
from datetime import timedelta

import pytest
from redis.asyncio import RedisCluster

from jirani.connectors.channels import MemoryChannel
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.rules.decision import Reason
from jirani.rules.facts import PaymentPolicy, Slot
from jirani.services import Services
from jirani.services.clock import SetClock
from jirani.store.holds import HoldResult, SlotHolds
from jirani.store.limits import Dedupe, RateLimit
from jirani.store.mutex import ThreadMutex
from jirani.store.news import Listener, News
from jirani.store.redis_client import Breaker, Client, open_redis
from jirani.store.redis_server import RedisUnavailable
from jirani.store.work import Store
from tests.support.cluster import Cluster, redis_cluster
from tests.support.house import MONDAY, opened
from tests.support.looking import double_bookings
from tests.support.needs import missing
from tests.support.racing import LOST, NAIL_STAFF, PAULA, tries_to_book
from tests.support.redis import program
from tests.support.salon import open_salon
from tests.support.whole import books_and_pays

pytestmark = pytest.mark.anyio

MINUTE = timedelta(minutes=1)
LONG = 30.0


def needed() -> None:
    try:
        program()
    except RedisUnavailable as error:
        missing("redis", str(error))


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    needed()
    with redis_cluster() as started:
        yield started


@pytest.fixture
def mortal(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    """A cluster for a test that kills a node of it: three masters, or also a replica of each."""
    needed()
    with redis_cluster(replicas=request.param == "replicas") as started:
        yield started


@pytest.fixture
async def client(cluster: Cluster) -> AsyncIterator[Client]:
    """A client of an empty cluster."""
    async with aclosing(open_redis(cluster.address)) as opened_client:
        await opened_client.flushall(target_nodes=RedisCluster.PRIMARIES)
        yield opened_client


def slot(staff: str) -> Slot:
    return Slot(staff, MONDAY, MONDAY + timedelta(minutes=30))


async def in_time(condition: Callable[[], Awaitable[object]]) -> None:
    """Wait for what a cluster, and the pause after a failure, may take some seconds to do."""
    deadline = time.monotonic() + LONG
    while not await condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.05)


async def test_of_200_contenders_for_one_pair_exactly_one_wins(client: Client) -> None:
    holds = SlotHolds(client, Breaker())
    pair = slot("amina"), slot("beth")
    results = await asyncio.gather(
        *(holds.reserve_pair("b1", *pair, f"o{n}", MINUTE) for n in range(200))
    )
    assert Counter(results) == {HoldResult.ACQUIRED: 1, HoldResult.PRIMARY_TAKEN: 199}
    winner = f"o{results.index(HoldResult.ACQUIRED)}"
    assert {hold.owner for hold in await holds.live("b1")} == {winner}
    assert await holds.release("b1", pair, winner) == 12


async def test_holds_of_all_businesses_are_listed_whichever_node_keeps_them(
    client: Client, cluster: Cluster
) -> None:
    holds = SlotHolds(client, Breaker())
    names = [f"b{n:02}" for n in range(20)]
    for name in names:
        assert await holds.hold(name, slot("amina"), "me", MINUTE) is HoldResult.ACQUIRED
    assert [hold.business for hold in await holds.live()] == names
    assert [hold.business for hold in await holds.live("b07")] == ["b07"]
    assert len({cluster.master_of(f"{{{name}}}").port for name in names}) == 3


async def test_slots_that_move_between_nodes_are_followed(client: Client, cluster: Cluster) -> None:
    holds = SlotHolds(client, Breaker())
    names = [f"m{n}" for n in range(12)]
    for name in names:
        assert await holds.hold(name, slot("amina"), "me", MINUTE) is HoldResult.ACQUIRED
        assert await holds.release(name, [slot("amina")], "me") == 6
        there = cluster.master_of(f"{{{name}}}")
        cluster.move(f"{{{name}}}", next(node for node in cluster.nodes if node is not there))
    results = await asyncio.gather(
        *(holds.hold(name, slot("amina"), f"o{n}", MINUTE) for name in names for n in range(5))
    )
    assert Counter(results) == {HoldResult.ACQUIRED: 12, HoldResult.PRIMARY_TAKEN: 48}


async def test_one_task_at_a_time_holds_a_lock_over_two_clients(
    client: Client, cluster: Cluster
) -> None:
    inside, most = Counter[str](), Counter[str]()

    async def enter(mutex: ThreadMutex, name: str) -> None:
        async with mutex.lock(name):
            inside[name] += 1
            most[name] = max(most[name], inside[name])
            await asyncio.sleep(0)
            inside[name] -= 1

    async with aclosing(open_redis(cluster.address)) as other:
        mutexes = ThreadMutex(client, Breaker()), ThreadMutex(other, Breaker())
        names = [f"t{n}" for n in range(6)]
        await asyncio.gather(*(enter(each, name) for each in mutexes for name in names * 3))
    assert most == dict.fromkeys(names, 1)


async def test_limits_and_first_times_are_counted_once_for_all(client: Client) -> None:
    limits, seen = RateLimit(client, Breaker()), Dedupe(client, Breaker())
    for key in ("a", "b", "c", "d"):
        passed = await asyncio.gather(*(limits.allow(key, 5, MINUTE) for _ in range(50)))
        first = await asyncio.gather(*(seen.first(key, MINUTE) for _ in range(50)))
        assert (passed.count(True), first.count(True)) == (5, 1)


async def test_2000_calls_at_once_are_all_answered(client: Client) -> None:
    answers = await asyncio.gather(*(client.incr(f"calls:{n % 4}") for n in range(2000)))
    assert Counter(answers) == dict.fromkeys(range(1, 501), 4)


async def heard(teller: News, listener: Listener, notice: str) -> bool:
    await teller.publish("t1", notice)
    return await listener.next(0.5) == notice


async def test_news_pass_between_processes_whichever_nodes_they_are_connected_to(
    client: Client, cluster: Cluster
) -> None:
    async with AsyncExitStack() as stack:
        processes = []
        for _ in range(4):
            own = await stack.enter_async_context(aclosing(open_redis(cluster.address)))
            news = News(own, Breaker())
            await stack.enter_async_context(news.running())
            processes.append((news, await stack.enter_async_context(news.listen("t1"))))
        for _, listener in processes:
            assert await listener.next(LONG) is None  # followed now
        for n in range(20):
            await processes[n % 4][0].publish("t1", str(n))
        for _, listener in processes:
            assert {await listener.next(LONG) for _ in range(20)} == {str(n) for n in range(20)}
            assert await listener.next(0.02) is None


async def test_one_node_named_is_enough_and_a_dead_one_among_them_does_no_harm(
    cluster: Cluster,
) -> None:
    for named in (
        f"127.0.0.1:{cluster.nodes[1].port}",
        f"127.0.0.1:1,127.0.0.1:{cluster.nodes[2].port}",
    ):
        async with aclosing(open_redis(f"redis+cluster://{named}")) as client:
            holds = SlotHolds(client, Breaker())
            assert await holds.hold("b1", slot(named), "me", MINUTE) is HoldResult.ACQUIRED


async def test_without_any_node_nothing_raises() -> None:
    async with aclosing(open_redis("redis+cluster://127.0.0.1:1,127.0.0.1:2")) as client:
        news = News(client, Breaker(), pause=0.01)
        async with news.running(), news.listen("t1") as listener:
            await news.publish("t1", "hello")
            assert await listener.next(LONG) == "hello"
        holds = SlotHolds(client, Breaker())
        assert await holds.hold("b1", slot("amina"), "me", MINUTE) is HoldResult.UNAVAILABLE
        assert await holds.live() == []


async def test_user_password_and_encryption_hold_for_every_node() -> None:
    async with aclosing(open_redis("rediss+cluster://me:s%2Fcret@one:7000,two:7001")) as client:
        assert isinstance(client, RedisCluster)
        nodes = {node.name: node.connection_kwargs for node in client.startup_nodes}
    assert nodes.keys() == {"one:7000", "two:7001"}
    for settings in nodes.values():
        assert (settings["username"], settings["password"]) == ("me", "s/cret")
        assert "ssl_cert_reqs" in settings


def house(client: Client, store: Store) -> Services:
    clock = SetClock(MONDAY)
    return opened(store, client, clock, MemoryGateway(clock.now), MemoryChannel())


async def race(services: Services, name: str, guests: int = 40) -> None:
    """Let guests of a salon of its own race for one slot: exactly one books it."""
    staff = [*NAIL_STAFF, PAULA]
    salon = await open_salon(services, PaymentPolicy.PAY_AT_VENUE, slug=name, staff=staff)
    decisions = await asyncio.gather(*(tries_to_book(each) for each in await salon.guests(guests)))
    outcomes = Counter(decision.reason for decision in decisions)
    assert (outcomes.pop(Reason.CLEAR), set(outcomes) <= LOST) == (1, True)


@pytest.mark.proof
async def test_of_many_guests_racing_for_one_slot_one_books_it(
    client: Client, store: Store
) -> None:
    services = house(client, store)
    for number in range(10):
        await race(services, f"salon-{number}")
    assert await double_bookings(store) == 0


@pytest.mark.proof
async def test_a_guest_books_adds_the_neighbouring_slot_and_pays(
    client: Client, store: Store
) -> None:
    await books_and_pays(house(client, store))


@pytest.mark.proof
@pytest.mark.parametrize("mortal", ["masters"], indirect=True)
async def test_three_masters_less_one_are_no_redis_and_the_database_decides(
    mortal: Cluster, store: Store
) -> None:
    async with (
        aclosing(open_redis(mortal.address)) as client,
        aclosing(open_redis(mortal.address)) as other,
    ):
        services = house(client, store)
        await race(services, "before")
        far = News(other, Breaker(pause=0.1), pause=0.1)
        near = News(client, Breaker(pause=0.1), pause=0.1)
        async with near.running(), far.running(), far.listen("t1") as listener:
            await in_time(lambda: heard(near, listener, "before"))
            mortal.nodes[0].kill()
            for number in range(5):
                await race(services, f"after-{number}")
            async with near.listen("t1") as close:
                await in_time(lambda: heard(near, close, "after"))
            while await listener.next(0.1):  # nobody hangs: no notice means look at the rows
                pass
        results = {
            await services.holds.hold(f"b{n}", slot("amina"), "me", MINUTE) for n in range(20)
        }
        assert results == {HoldResult.UNAVAILABLE}
        await books_and_pays(services)
    assert await double_bookings(store) == 0


@pytest.mark.proof
@pytest.mark.parametrize("mortal", ["replicas"], indirect=True)
async def test_a_replica_takes_over_from_a_killed_master_in_the_middle_of_races(
    mortal: Cluster, store: Store
) -> None:
    async with (
        aclosing(open_redis(mortal.address)) as client,
        aclosing(open_redis(mortal.address)) as other,
    ):
        services = house(client, store)
        far = News(other, Breaker(pause=0.1), pause=0.1)
        near = News(client, Breaker(pause=0.1), pause=0.1)
        async with near.running(), far.running(), far.listen("t1") as listener:
            await in_time(lambda: heard(near, listener, "before"))
            names = [f"salon-{n}" for n in range(12)]
            races = asyncio.gather(*(race(services, name, guests=15) for name in names))
            await asyncio.sleep(0.2)
            mortal.master_of(f"{{{names[0]}}}").kill()
            await races
            await in_time(lambda: heard(near, listener, "after"))

        async def holds_everywhere() -> bool:
            holds = SlotHolds(client, Breaker())
            return {await holds.hold(f"b{n}", slot("amina"), "me", MINUTE) for n in range(20)} == {
                HoldResult.ACQUIRED
            }

        await in_time(holds_everywhere)
        mutex, limits = ThreadMutex(client, Breaker()), RateLimit(client, Breaker())
        async with mutex.lock("t1"):
            passed = [await limits.allow("guest", 5, MINUTE) for _ in range(7)]
        assert passed.count(True) == 5
        await books_and_pays(services)
    assert await double_bookings(store) == 0
