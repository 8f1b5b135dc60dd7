"""Who writes in a PMS is answered beside others, once, whatever befalls the process (domain §7)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from jirani.services import Services
from jirani.services.clock import Ids, SetClock
from jirani.services.inbox import LEASE, answer_due
from jirani.services.outbox import queue_answer
from jirani.services.sending import send_due
from tests.support.lodge import Lodge, local, open_lodge
from tests.support.looking import rows
from tests.support.one_row import OneRow, a_work

pytestmark = pytest.mark.anyio


class Slow:
    """Answers nobody before it is told to; counts whom it was asked about."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.waits: dict[str, asyncio.Event] = {}
        self.fails = False

    async def answer(self, business_id: str, received: Any) -> None:
        self.asked.append(received.thread.peer)
        if self.fails:
            raise RuntimeError("the model has gone")
        if received.thread.peer in self.waits:
            await self.waits[received.thread.peer].wait()


@pytest.fixture
async def lodge(services: Services) -> Lodge:
    lodge = await open_lodge(services, local(6, 1, 12))
    for n in (1, 2):
        await lodge.books(date(2026, 6, 15), date(2026, 6, 20), ref=f"R{n}")
    return lodge


async def writes(lodge: Lodge, *refs: str) -> Slow:
    slow = Slow()
    lodge.services = replace(lodge.services, answerer=slow)
    for ref in refs:
        lodge.pms.guest_says(ref, "Hello?")
    await lodge.delivered()
    lodge.clock.at += timedelta(seconds=3)
    return slow


async def states(lodge: Lodge) -> list[str]:
    found = await rows(
        lodge.services.store, "SELECT state FROM outbox WHERE kind = 'answer' ORDER BY id"
    )
    return [state for (state,) in found]


async def test_twenty_are_answered_beside_each_other_with_three_minutes_each() -> None:
    queues, clock = OneRow([]), SetClock(local(6, 1, 12))

    @asynccontextmanager
    async def claiming(**_: Any) -> AsyncIterator[OneRow]:
        yield queues

    services: Any = SimpleNamespace(clock=clock, store=SimpleNamespace(queues=claiming))
    assert await answer_due(services) == 0
    assert queues.told("claim") == [(clock.now(), timedelta(minutes=3), 20)]


async def test_a_burst_has_two_seconds_to_come_to_its_end() -> None:
    outbox, clock = OneRow(True), SetClock(local(6, 1, 12))
    services: Any = SimpleNamespace(clock=clock, ids=Ids(clock))
    await queue_answer(services, a_work(outbox=outbox), "thread", 3)
    assert [named["at"] - clock.now() for _, _, named in outbox.asked] == [timedelta(seconds=2)]


async def test_a_slow_answer_holds_up_nobody_else(lodge: Lodge) -> None:
    slow = await writes(lodge, "R1", "R2")
    slow.waits["conversation-R1"] = asyncio.Event()
    answering = asyncio.create_task(answer_due(lodge.services))
    while (await states(lodge)).count("sent") < 1:
        await asyncio.sleep(0.01)
    assert not answering.done()
    await send_due(lodge.services)  # and what leaves, leaves
    slow.waits["conversation-R1"].set()
    assert await answering == 2
    assert await states(lodge) == ["sent", "sent"]
    assert sorted(slow.asked) == ["conversation-R1", "conversation-R2"]


async def test_an_answer_that_failed_is_given_again_when_its_lease_is_over(lodge: Lodge) -> None:
    slow = await writes(lodge, "R1")
    slow.fails = True
    await answer_due(lodge.services)
    assert await states(lodge) == ["sending"]
    slow.fails = False
    await answer_due(lodge.services)
    assert await states(lodge) == ["sending"]  # somebody may be at it
    lodge.clock.at += LEASE + timedelta(seconds=1)
    await send_due(lodge.services)
    await answer_due(lodge.services)
    assert await states(lodge) == ["sent"]
    assert len(slow.asked) == 2


async def test_a_burst_is_answered_for_its_last_message(lodge: Lodge) -> None:
    slow = await writes(lodge, "R1", "R1")
    await answer_due(lodge.services)
    assert await states(lodge) == ["sent", "sent"]
    assert slow.asked == ["conversation-R1"] * 2  # the turn itself passes over the first
