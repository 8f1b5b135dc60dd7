"""The alarm clock: what is being worked on when it stops is finished first."""

import asyncio
from datetime import timedelta

import pytest

from jirani.services import Services
from scheduler import clockwork
from scheduler.clockwork import ticking
from scheduler.jobs import Job

pytestmark = pytest.mark.anyio


async def test_work_in_hand_is_finished_before_the_clock_stops(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on, done = asyncio.Event(), asyncio.Event(), []

    async def work(_: Services) -> int:
        begun.set()
        await go_on.wait()
        done.append("work")
        return 1

    job = Job("slow", timedelta(seconds=1), work)
    monkeypatch.setattr(clockwork, "JOBS", (job,))

    async def a_while() -> None:
        async with ticking(services):
            await begun.wait()
        done.append("stopped")

    running = asyncio.create_task(a_while())
    await begun.wait()
    for _ in range(5):
        await asyncio.sleep(0)
    assert done == []
    go_on.set()
    await running
    assert done == ["work", "stopped"]


async def test_what_is_done_once_a_day_is_done_soon_after_each_start(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = asyncio.Event()

    async def work(_: Services) -> int:
        done.set()
        return 0

    monkeypatch.setattr(clockwork, "JOBS", ())
    monkeypatch.setattr(clockwork, "ROUNDS", (Job("daily", timedelta(days=1), work),))
    monkeypatch.setattr(clockwork, "FIRST", timedelta(milliseconds=10))
    async with ticking(services):
        await asyncio.wait_for(done.wait(), 30)
