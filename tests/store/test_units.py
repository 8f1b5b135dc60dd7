"""A unit of work happens whole or not at all, also beside others and when cut short (O4, X9)."""

import asyncio
import subprocess
import sys
from contextvars import copy_context
from pathlib import Path

import pytest
from sqlalchemy import URL
from sqlalchemy.pool import QueuePool

from jirani.store.engine import open_engine
from jirani.store.work import Store
from tests.support.counting import COUNTER, count_up, counted, make_counter
from tests.support.house import MONDAY

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]


async def test_an_exception_undoes_everything_in_the_unit(store: Store) -> None:
    await make_counter(store)

    async def breaks() -> None:
        async with store.begin("a") as work:
            await work.threads.change(COUNTER, requests=7)
            await work.messages.add(COUNTER, "guest", "hello", MONDAY)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await breaks()
    assert await counted(store) == 0
    async with store.read("a") as work:
        assert await work.messages.last(COUNTER, 5) == []


async def test_a_unit_inside_a_unit_raises_instead_of_waiting_for_itself(store: Store) -> None:
    await make_counter(store)
    for outer in (store.begin, store.read):
        async with outer("a"):
            for inner in (store.begin("a"), store.read("a"), store.queues()):
                with pytest.raises(RuntimeError, match="already open"):
                    async with inner:
                        pass
    assert await counted(store) == 0  # and the next unit is open to all


async def test_a_reading_unit_sees_the_rows_of_one_moment(store: Store) -> None:
    await make_counter(store)
    outside = copy_context()
    async with store.read("a") as work:
        before = await work.threads.get(COUNTER)
        await asyncio.create_task(count_up(store, 1), context=outside)
        assert await work.threads.get(COUNTER) == before
    assert await counted(store) == 1


async def test_looking_then_writing_from_many_tasks_loses_nothing(store: Store) -> None:
    await make_counter(store)
    await asyncio.gather(*(count_up(store, 5) for _ in range(20)))
    assert await counted(store) == 100


async def test_looking_then_writing_from_two_processes_loses_nothing(database: URL) -> None:
    store = Store(open_engine(database))
    await make_counter(store)
    address = database.render_as_string()
    command = [sys.executable, "-m", "tests.support.counting", address, "40"]
    others = [subprocess.Popen(command, cwd=ROOT) for _ in range(2)]
    await count_up(store, 40)
    assert [await asyncio.to_thread(each.wait, 30) for each in others] == [0, 0]
    assert await counted(store) == 120
    await store.close()


async def test_a_reader_does_not_wait_for_a_writer(store: Store) -> None:
    await make_counter(store)
    written, seen = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        async with store.begin("a") as work:
            await work.threads.change(COUNTER, requests=1)
            written.set()
            await seen.wait()

    writing = asyncio.create_task(write())
    await written.wait()
    assert await counted(store) == 0
    seen.set()
    await writing
    assert await counted(store) == 1


async def test_a_task_cancelled_in_a_unit_leaves_nothing_and_gives_its_connection_back(
    database: URL,
) -> None:
    store = Store(open_engine(database, pool=2))
    await make_counter(store)

    async def stuck(inside: asyncio.Event) -> None:
        async with store.begin("a") as work:
            await work.threads.change(COUNTER, requests=99)
            inside.set()
            await asyncio.Event().wait()

    for _ in range(10):  # more than there are connections
        inside = asyncio.Event()
        task = asyncio.create_task(stuck(inside))
        await inside.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    pool = store.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedout() == 0
    await count_up(store, 1)
    assert await counted(store) == 1
    await store.close()


async def test_locks_taken_in_any_order_never_wait_for_each_other(store: Store) -> None:
    await make_counter(store)
    names = ["amina", "beth", "cora"]

    async def both(n: int) -> None:
        turned = names[n % 3 :] + names[: n % 3]
        async with store.begin("a", turned) as work:
            thread = await work.threads.get(COUNTER)
            await work.threads.change(COUNTER, requests=thread.requests + 1)

    await asyncio.gather(*(both(n) for n in range(60)))
    assert await counted(store) == 60
