"""One turn at a time in a thread, and a lock only its owner lets go (§7)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from jirani.store.mutex import Busy, ThreadMutex
from jirani.store.redis_client import Breaker, open_redis

pytestmark = pytest.mark.anyio

KEY = "lock:{t1}"


@pytest.fixture
def mutex(redis_client: Redis) -> ThreadMutex:
    return ThreadMutex(redis_client, Breaker())


@pytest.fixture
def other_process(redis_client: Redis) -> ThreadMutex:
    """It shares Redis with `mutex`, and nothing else."""
    return ThreadMutex(redis_client, Breaker())


@pytest.fixture
async def alone(tmp_path: Path) -> AsyncIterator[ThreadMutex]:
    client = open_redis(tmp_path / "nobody.sock")
    yield ThreadMutex(client, Breaker())
    await client.aclose()


async def most_at_once(*mutexes: ThreadMutex) -> int:
    inside = most = 0

    async def enter(mutex: ThreadMutex) -> None:
        nonlocal inside, most
        async with mutex.lock("t1"):
            inside += 1
            most = max(most, inside)
            for _ in range(5):
                await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(enter(mutex) for mutex in mutexes for _ in range(10)))
    return most


async def test_one_task_at_a_time_holds_a_lock(
    mutex: ThreadMutex, other_process: ThreadMutex
) -> None:
    assert await most_at_once(mutex, other_process) == 1


async def test_without_redis_one_task_of_this_process_at_a_time_holds_a_lock(
    alone: ThreadMutex,
) -> None:
    assert await most_at_once(alone) == 1


async def test_different_names_do_not_wait_for_each_other(mutex: ThreadMutex) -> None:
    async with mutex.lock("t1"), mutex.lock("t2", wait=1):
        pass


async def test_who_waits_too_long_hears_that_it_is_busy(
    mutex: ThreadMutex, other_process: ThreadMutex
) -> None:
    async with mutex.lock("t1"):
        for waiting in (mutex, other_process):
            with pytest.raises(Busy):
                async with waiting.lock("t1", wait=0.05):
                    pytest.fail("two hold one lock")
    async with other_process.lock("t1", wait=1):
        pass


async def test_of_many_who_wait_at_once_each_hears_in_time(
    mutex: ThreadMutex, redis_client: Redis
) -> None:
    async def wait() -> None:
        async with ThreadMutex(redis_client, Breaker()).lock("t1", wait=0.05):
            pytest.fail("two hold one lock")

    async with mutex.lock("t1"), asyncio.timeout(10):
        for _ in range(3):
            waits = (wait() for _ in range(30))
            ended = await asyncio.gather(*waits, return_exceptions=True)
            assert {type(each) for each in ended} == {Busy}


async def test_a_time_out_of_the_work_itself_is_not_busy(mutex: ThreadMutex) -> None:
    with pytest.raises(TimeoutError):
        async with mutex.lock("t1"):
            raise TimeoutError


async def test_a_lock_is_given_back_also_after_an_error(
    mutex: ThreadMutex, redis_client: Redis
) -> None:
    async def work() -> None:
        async with mutex.lock("t1"):
            assert await redis_client.pttl(KEY) > 14_000
            raise ValueError("the work failed")

    with pytest.raises(ValueError, match="the work failed"):
        await work()
    assert not await redis_client.exists(KEY)


async def test_a_cancelled_task_gives_its_lock_back(
    mutex: ThreadMutex, redis_client: Redis
) -> None:
    held = asyncio.Event()

    async def work() -> None:
        async with mutex.lock("t1"):
            held.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await held.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not await redis_client.exists(KEY)


async def test_a_lock_is_renewed_while_it_is_held(redis_client: Redis) -> None:
    mutex = ThreadMutex(redis_client, Breaker(), life=timedelta(seconds=0.3))
    async with mutex.lock("t1"):
        await redis_client.pexpire(KEY, 120)
        while await redis_client.pttl(KEY) < 200:
            await asyncio.sleep(0.005)


async def test_somebody_elses_lock_is_neither_renewed_nor_released(redis_client: Redis) -> None:
    mutex = ThreadMutex(redis_client, Breaker(), life=timedelta(seconds=0.03))
    with capture_logs() as logs:
        async with mutex.lock("t1"):
            await redis_client.set(KEY, "somebody else")
            while not logs:
                await asyncio.sleep(0.005)
    assert logs[0]["event"] == "mutex.lost"
    assert await redis_client.get(KEY) == "somebody else"


async def test_no_lock_object_outlives_its_use(mutex: ThreadMutex) -> None:
    await asyncio.gather(*(_enter(mutex, f"t{n}") for n in range(50)))
    assert not mutex._local


async def _enter(mutex: ThreadMutex, name: str) -> None:
    async with mutex.lock(name):
        assert name in mutex._local
