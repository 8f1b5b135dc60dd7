"""A turn is finished whoever leaves: the guest, in the middle of it, or the process that ran it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pydantic_ai import ModelMessage, ModelResponse, TextPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from sqlalchemy import event
from sqlalchemy.pool import AsyncAdaptedQueuePool
from structlog.typing import EventDict

from agent.turn import Turned
from app.http import turns
from jirani.services.outbox import queue_message
from jirani.services.threads import receive
from scheduler.jobs import run_due
from tests.app.http.conftest import Opening
from tests.support.looking import one
from tests.support.visiting import PATIENCE, Event, Site, Visitor, said

pytestmark = pytest.mark.anyio
BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
TURNS = """
SELECT count(*) FROM turns JOIN threads ON threads.id = turns.thread_id WHERE threads.peer = :peer
"""
ASK = {"text": "manicure tomorrow at 2"}


class Thinking:
    """A model that says when it is asked, and answers when it is told to."""

    def __init__(self) -> None:
        self.asked, self.go = asyncio.Event(), asyncio.Event()
        self.times = 0

    @property
    def model(self) -> FunctionModel:
        async def speak(_: list[ModelMessage], __: AgentInfo) -> ModelResponse:
            self.times += 1
            self.asked.set()
            await self.go.wait()
            return ModelResponse([TextPart("How can I help?")])

        return FunctionModel(speak, model_name="thinking")


@pytest.fixture
def thinking() -> Thinking:
    return Thinking()


@asynccontextmanager
async def posting(visitor: Visitor, *, stream: bool) -> AsyncIterator["asyncio.Task[None]"]:
    """Post a message in a task of its own, to be cancelled at any point."""
    accept = "text/event-stream" if stream else "application/json"

    async def post() -> None:
        url = f"{visitor.path}/messages"
        async with visitor.client.stream(
            "POST", url, json=ASK, headers={"Accept": accept, "Idempotency-Key": "k"}
        ) as response:
            async for _ in response.aiter_raw():
                pass

    task = asyncio.create_task(post())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def answered(event: Event) -> bool:
    return event.name == "state" and not event.data["answering"]


async def one_answer(site: Site, visitor: Visitor) -> str:
    """Come back, hear one answer to one message, and see that nothing was left open."""
    async with visitor.follow() as page:
        await page.until(answered)
    [text] = said(page.seen)
    assert len(said(page.seen, "guest")) == 1
    assert await site.door.turns.finished(PATIENCE)
    assert await one(site.services.store, TURNS, peer=visitor.id) == 1
    return text


@BOTH
async def test_a_guest_who_leaves_while_it_streams_finds_the_answer(
    opening: Opening, thinking: Thinking
) -> None:
    site = await opening(thinking.model)
    async with site.visitor() as visitor:
        async with posting(visitor, stream=True):
            await thinking.asked.wait()
        thinking.go.set()
        assert await one_answer(site, visitor) == "How can I help?"
    assert thinking.times == 1


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "plain"])
async def test_a_guest_who_leaves_at_any_moment_is_answered_once_or_was_not_heard(
    site: Site, stream: bool
) -> None:
    for steps in (0, 3, 10, 30, 100, 300):
        async with site.visitor() as visitor:
            async with posting(visitor, stream=stream):
                for _ in range(steps):
                    await asyncio.sleep(0)
            again = await visitor.say(ASK["text"], key="k")
            assert said(again) == [await one_answer(site, visitor)]


@BOTH
async def test_a_turn_that_died_with_its_process_is_run_when_the_guest_comes_back(
    site: Site, visitor: Visitor
) -> None:
    await receive(site.services, site.business, "web", visitor.id, ASK["text"], "web:x:k")
    assert (await visitor.read())["answering"]
    assert "14:00" in await one_answer(site, visitor)


async def test_a_turn_that_died_elsewhere_is_run_for_a_page_that_stayed_open(
    site: Site, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.http.streaming.ALIVE", 0.05)
    async with visitor.follow() as page:
        await page.until("state")
        await receive(site.services, site.business, "web", visitor.id, ASK["text"], "web:x:k")
        await page.until(lambda event: event.name == "state" and event.data["answering"])
        await page.until(answered)
    assert "14:00" in said(page.seen)[0]


async def test_a_message_posted_again_revives_a_turn_that_died(
    site: Site, visitor: Visitor
) -> None:
    key = f"web:{visitor.id}:k"
    await receive(site.services, site.business, "web", visitor.id, ASK["text"], key)
    assert "14:00" in said(await visitor.say(ASK["text"], key="k"))[0]


@BOTH
async def test_a_process_that_ends_lets_streams_go_and_finishes_its_turns(
    opening: Opening, thinking: Thinking
) -> None:
    site, elsewhere = await opening(thinking.model), await opening()
    async with site.visitor() as visitor:
        async with visitor.follow() as page, posting(visitor, stream=True) as post:
            await page.until("state")
            await thinking.asked.wait()
            site.stop()
            await page.rest()  # it ends by itself
            await post
            assert site.door.turns
            thinking.go.set()
            assert await site.door.turns.finished(PATIENCE)
        async with visitor.follow(at=elsewhere) as page:
            await page.until(answered)
    assert said(page.seen) == ["How can I help?"]
    assert thinking.times == 1


async def test_turns_that_take_too_long_at_the_end_are_run_by_another_process(
    opening: Opening, thinking: Thinking
) -> None:
    site, elsewhere = await opening(thinking.model), await opening()
    async with site.visitor() as visitor:
        await visitor.post(ASK)
        await thinking.asked.wait()
        site.stop()
        assert not await site.door.turns.finished(0.01)
        async with visitor.follow(at=elsewhere) as page:
            await page.until(answered)
    assert "14:00" in said(page.seen)[0]


async def test_a_turn_that_another_process_is_at_is_left_to_it(
    opening: Opening, thinking: Thinking, logs: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    site, elsewhere = await opening(thinking.model), await opening()
    async with site.visitor() as visitor:
        await visitor.post(ASK)
        await thinking.asked.wait()
        async with visitor.follow(at=elsewhere) as page:
            await page.until("state")
            assert await elsewhere.door.turns.finished(PATIENCE)
            thinking.go.set()
            await page.until(answered)
    assert said(page.seen) == ["How can I help?"]
    assert [each["event"] for each in logs if each["log_level"] == "error"] == []


@BOTH
async def test_a_turn_that_broke_is_run_again(
    site: Site, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = Broken(site, times=2)
    monkeypatch.setattr(turns, "PAUSES", (0.0, 0.0))
    monkeypatch.setattr("agent.turn.Guest.answer", broken)
    assert "14:00" in said(await visitor.say(ASK["text"]))[0]


@BOTH
async def test_a_turn_that_cannot_be_run_ends_with_an_apology_and_the_next_one_starts_over(
    site: Site, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PAUSES", (0.0, 0.0))
    with monkeypatch.context() as patch:
        patch.setattr("agent.turn.Guest.answer", Broken(site, times=9))
        events = await visitor.say(ASK["text"])
    assert "hiccup" in said(events)[0]
    assert not (await visitor.read())["answering"]
    assert "14:00" in said(await visitor.say(ASK["text"]))[0]
    assert len(await visitor.texts()) == 2


class Broken:
    """Stands for a guest's answering: breaks so many times first."""

    def __init__(self, site: Site, times: int) -> None:
        self.answer, self.left = site.door.turns._guest.answer, times

    async def __call__(self, *given: Any, **how: Any) -> Turned:
        if self.left:
            self.left -= 1
            raise RuntimeError("the database hiccups")
        return await self.answer(*given, **how)


async def test_what_is_said_between_a_message_and_its_answer_does_not_end_the_waiting(
    opening: Opening, thinking: Thinking
) -> None:
    site = await opening(thinking.model)
    async with site.visitor() as visitor, posting(visitor, stream=True) as post:
        await thinking.asked.wait()
        async with site.services.store.begin(site.business) as work:
            thread = await work.threads.latest("web", visitor.id)
            assert thread
            await queue_message(
                site.services, work, thread_id=thread.id, text="Paid.", dedupe_key="paid"
            )
        await run_due(site.services)
        assert (await visitor.read())["answering"]
        assert not post.done()
        thinking.go.set()
        await post
        assert await visitor.texts() == ["Paid.", "How can I help?"]


async def test_three_messages_at_once_get_one_answer(opening: Opening) -> None:
    site = await opening(burst=0.3)
    async with site.visitor() as visitor, visitor.follow() as page:
        for text in ("hi", "can I get a manicure", "tomorrow at 2?"):
            assert (await visitor.post({"text": text})).status_code == 202
        await page.until(lambda event: event.name == "message" and "14:00" in event.data["text"])
        assert await site.door.turns.finished(PATIENCE)
        thread = await visitor.read()
    assert [each["author"] for each in thread["messages"]] == ["guest"] * 3 + ["agent"]
    assert [each["on"] for each in (e.data for e in page.seen if e.name == "typing")][-1:] != [True]


@BOTH
async def test_pages_that_leave_at_any_moment_cost_no_connection(
    site: Site, visitor: Visitor
) -> None:
    made: list[object] = []
    engine = site.services.store.engine.sync_engine
    event.listen(engine, "connect", lambda connection, _: made.append(connection))

    async def open_and_read() -> None:
        async with visitor.follow() as events:
            await events.until("never")

    await visitor.say("hello")
    for number in range(50):
        following = asyncio.create_task(open_and_read())
        await asyncio.sleep(number / 2500)
        following.cancel()
        await asyncio.wait([following])
    await site.door.readings.ended()
    assert isinstance(engine.pool, AsyncAdaptedQueuePool)
    assert len(made) <= engine.pool.size()
