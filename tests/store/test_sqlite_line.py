"""SQLite on the loop's own thread: what may wait does so elsewhere, and nothing gets mixed up."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import get_ident

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from jirani.store.engine import open_engine

pytestmark = pytest.mark.anyio


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    engine = open_engine(f"sqlite+aiosqlite:///{tmp_path}/line.db", pool=2)
    async with engine.begin() as line:
        await line.execute(text("CREATE TABLE seen (n INTEGER)"))
    yield engine
    await engine.dispose()


@contextmanager
def somebody_writes(engine: AsyncEngine) -> Iterator[sqlite3.Connection]:
    """Let another process, as it were, have the writer's lock."""
    with closing(sqlite3.connect(engine.url.database or "", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO seen VALUES (100)")
        yield other


async def write(engine: AsyncEngine, n: int) -> None:
    async with engine.execution_options(writes=True).begin() as line:
        await line.execute(text("INSERT INTO seen VALUES (:n)"), {"n": n})


async def seen(engine: AsyncEngine) -> list[int]:
    async with engine.begin() as line:
        return list(await line.scalars(text("SELECT n FROM seen ORDER BY n")))


async def test_who_waits_for_the_writer_s_lock_stops_nobody_else(engine: AsyncEngine) -> None:
    with somebody_writes(engine) as other:
        waiting = asyncio.create_task(write(engine, 1))
        for _ in range(5):  # others read on, and see nothing unfinished
            assert await seen(engine) == []
            await asyncio.sleep(0)
        assert not waiting.done()
        other.execute("COMMIT")
        await waiting
    assert await seen(engine) == [1, 100]


async def test_a_wait_that_is_cancelled_leaves_no_lock_behind(engine: AsyncEngine) -> None:
    with somebody_writes(engine) as other:
        waiting = asyncio.create_task(write(engine, 1))
        await seen(engine)
        waiting.cancel()
        other.execute("ROLLBACK")
        with pytest.raises(asyncio.CancelledError):
            await waiting
    await asyncio.gather(*(write(engine, n) for n in range(4)))
    assert await seen(engine) == [0, 1, 2, 3]


async def test_only_the_lock_and_a_written_commit_are_left_to_another_thread(
    engine: AsyncEngine,
) -> None:
    here, elsewhere = get_ident(), []

    def ran(sql: str) -> None:
        if get_ident() != here:
            elsewhere.append(sql)

    async with engine.connect() as line:
        driver = (await line.get_raw_connection()).driver_connection
        assert driver
        await driver.set_trace_callback(ran)
    await seen(engine)
    assert elsewhere == []
    await write(engine, 1)
    assert elsewhere == ["BEGIN IMMEDIATE", "COMMIT"]
    with pytest.raises(ZeroDivisionError):
        async with engine.begin():
            raise ZeroDivisionError
    assert len(elsewhere) == 2
