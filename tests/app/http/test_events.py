"""A page that comes back misses nothing and hears nothing twice, whichever process it asks."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis
from sqlalchemy import QueuePool

from jirani.services.outbox import queue_message
from jirani.services.threads import open_thread
from jirani.store.redis_client import open_redis
from scheduler.jobs import run_due
from tests.app.http.conftest import Opening
from tests.support.salon import Salon
from tests.support.visiting import Event, Events, Site, Visitor, open_site, said

pytestmark = pytest.mark.anyio
BOTH = pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)


def of_agent(event: Event) -> bool:
    return event.name == "message" and event.data["author"] == "agent"


def ids(page: Events) -> list[str]:
    return [each.data["id"] for each in page.seen if each.name == "message"]


@BOTH
async def test_every_cursor_leads_to_exactly_what_comes_behind_it(visitor: Visitor) -> None:
    for text in ("manicure tomorrow at 2", "yes", "no thanks"):
        await visitor.say(text)
    whole = [each["id"] for each in (await visitor.read())["messages"]]
    assert len(whole) == 6
    async with visitor.follow() as page:
        for _ in whole:
            await page.until("message")
        marks = [each.id for each in page.seen if each.name == "message"]
    for read, mark in enumerate(marks[:-1], 1):
        for after, last in ((mark, None), (None, mark)):
            async with visitor.follow(after, last=last) as page:
                while len(ids(page)) < len(whole) - read:
                    await page.until("message")
                await page.until("state")
                assert ids(page) == whole[read:]
    async with visitor.follow(marks[-1]) as page:
        await page.until("state")
        assert ids(page) == []


async def test_what_is_no_cursor_of_this_conversation_is_the_beginning(visitor: Visitor) -> None:
    await visitor.say("hello")
    for cursor in ("", "nonsense", "ZZZ.1", "Z" * 26 + ".5", "1,2,3", "é.1", "."):
        async with visitor.follow(cursor) as page:
            await page.until("state")
        assert said(page.seen, "guest") == ["hello"], cursor


async def test_a_page_that_was_closed_meanwhile_hears_what_came_after_its_last_event(
    site: Site, visitor: Visitor
) -> None:
    async with visitor.follow() as page:
        await visitor.say("manicure tomorrow at 2")
        last = await page.until(of_agent)
    await visitor.say("yes")
    async with visitor.follow(last=last.id) as page:
        await page.until(of_agent)
    assert said(page.seen, "guest") == ["yes"]
    assert len(said(page.seen)) == 1


async def test_two_pages_of_one_guest_hear_the_same(visitor: Visitor) -> None:
    async with visitor.follow() as one, visitor.follow() as other:
        for page in (one, other):
            await page.until("state")
        await visitor.say("hello")
        for page in (one, other):
            await page.until(of_agent)
            await page.until("state")
    assert ids(one) == ids(other)
    assert [e.name for e in one.seen if e.name != "state"] == [
        e.name for e in other.seen if e.name != "state"
    ]


@BOTH
async def test_a_page_at_another_process_hears_all_of_it(
    site: Site, visitor: Visitor, opening: Opening
) -> None:
    elsewhere = await opening()
    async with visitor.follow(at=elsewhere) as page:
        await page.until("state")
        await visitor.say("manicure tomorrow at 2")
        await page.until(of_agent)
        await visitor.press("Yes, book it")
        await page.until(of_agent)
        state = await page.until(lambda event: event.name == "state" and event.data["choices"])
    assert ids(page) == [each["id"] for each in (await visitor.read())["messages"]]
    assert state.data["choices"] == visitor.choices


async def test_a_page_is_served_while_redis_is_away(salon: Salon, tmp_path: Path) -> None:
    gone = open_redis(tmp_path / "gone")
    async with open_site(salon.services, gone, salon.id) as site:
        async with site.visitor() as visitor, visitor.follow() as page:
            await page.until("state")
            await visitor.say("manicure tomorrow at 2")
            await page.until(of_agent)
            await visitor.press("Yes, book it")
            await page.until(of_agent)
        assert len(ids(page)) == 4
    await gone.aclose()


async def test_what_is_said_between_turns_comes_to_the_open_page(
    site: Site, visitor: Visitor
) -> None:
    await visitor.say("manicure tomorrow at 2")
    await visitor.say("yes")
    thread = await visitor.read()
    async with visitor.follow(thread["cursor"]) as page:
        await page.until("state")
        site.clock.advance(timedelta(hours=1))
        await run_due(site.services)  # it lapses, and the guest is told
        await page.until(of_agent)


async def test_what_is_said_late_in_an_earlier_thread_is_not_stepped_over(
    site: Site, visitor: Visitor
) -> None:
    services = site.services
    await visitor.say("hello")
    async with services.store.begin(site.business) as work:
        old = await work.threads.latest("web", visitor.id)
        assert old
        site.clock.advance(timedelta(minutes=1))
        await open_thread(services, work, old.customer_id, "web", visitor.id, old.id)
    await visitor.say("hello again")
    thread = await visitor.read()
    async with visitor.follow(thread["cursor"]) as page:
        await page.until("state")
        assert ids(page) == []
        async with services.store.begin(site.business) as work:
            await queue_message(
                services, work, thread_id=old.id, text="Your money is here.", dedupe_key="late"
            )
        await run_due(services)
        late = await page.until(of_agent)
    assert late.data["text"] == "Your money is here."
    async with visitor.follow(late.id) as page:
        await page.until("state")
        assert ids(page) == []


async def test_newlines_and_odd_separators_stay_inside_their_event(visitor: Visitor) -> None:
    text = "one\r\ntwo\n\ndata: {}\n\nevent: done\u2028\u0085three"
    async with visitor.follow() as page:
        await page.until("state")
        await visitor.say(text)
        heard = await page.until("message")
    assert heard.data["text"] == text


async def test_a_line_of_the_stream_is_a_field_a_comment_or_the_end_of_an_event(
    site: Site, visitor: Visitor
) -> None:
    await visitor.say("line\nbreak")
    async with visitor.client.stream("GET", f"{visitor.path}/events") as response:
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-accel-buffering"] == "no"
        chunks, raw = response.aiter_raw(), b""
        while b"event: state" not in raw or not raw.endswith(b"\n\n"):
            raw += await anext(chunks)
    for line in raw.decode().split("\n"):
        assert line.split(": ")[0] in {"", "retry", "id", "event", "data"}
        if line.startswith("data: "):
            json.loads(line[6:])


async def test_on_an_open_page_buttons_go_when_their_time_is_over(
    site: Site, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.http.streaming.ALIVE", 0.05)
    await visitor.say("manicure tomorrow at 2")
    async with visitor.follow() as page:
        assert (await page.until("state")).data["choices"][0]["label"] == "Yes, book it"
        site.clock.advance(timedelta(minutes=6))
        [left] = (await page.until("state")).data["choices"]
        assert (left["kind"], left["label"]) == ("slot", "14:00 with Amina")


async def test_a_line_that_is_silent_shows_that_it_lives(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.http.streaming.ALIVE", 0.05)
    async with visitor.client.stream("GET", f"{visitor.path}/events") as response:
        chunks, raw = response.aiter_raw(), b""
        while raw.count(b": alive\n\n") < 2:
            raw += await anext(chunks)


@BOTH
async def test_pages_that_close_leave_nothing_open(
    site: Site, visitor: Visitor, redis_client: Redis
) -> None:
    for _ in range(5):
        async with visitor.follow() as page:
            await page.until("state")
    async with site.client() as client:  # a line that is gone is noticed with the next round
        for _ in range(50):
            if not site.door.news._listeners:
                break
            await client.get("/profile")
    assert not site.door.news._listeners
    pool = site.services.store.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedout() == 0


async def test_a_thread_that_nobody_has_written_in_is_empty_and_open(visitor: Visitor) -> None:
    thread = await visitor.read()
    assert (thread["messages"], thread["cursor"], thread["answering"]) == ([], "", False)
    async with visitor.follow() as page:
        state = (await page.until("state")).data
    assert state["language"] == "en"
