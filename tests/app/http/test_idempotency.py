"""A message that is sent again is the same message: one row, one turn, one answer."""

import asyncio
from typing import Any

import pytest
from structlog.typing import EventDict

from jirani.services.threads import receive
from tests.app.http.conftest import Opening
from tests.support.looking import one
from tests.support.visiting import Site, Visitor, said

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True),
]
ASK = "manicure tomorrow at 2"


async def counts(site: Site) -> tuple[int, int]:
    """Count the guest's messages and the turns."""
    store = site.services.store
    messages = await one(store, "SELECT count(*) FROM messages WHERE author = 'guest'")
    return messages, await one(store, "SELECT count(*) FROM turns")


async def test_the_same_key_again_stores_nothing_and_answers_the_same(
    site: Site, visitor: Visitor
) -> None:
    first = await visitor.say(ASK, key="k1")
    again = await visitor.post({"text": ASK}, key="k1")
    streamed = await visitor.say(ASK, key="k1")
    assert again.status_code == 202
    assert again.json()["message"]["key"] == "k1"
    assert said(streamed) == said(first)
    assert await counts(site) == (1, 1)


async def test_a_repeated_message_tells_no_parts_again(site: Site, visitor: Visitor) -> None:
    await visitor.say(ASK, key="k1")
    async with site.door.news.listen(f"web:{visitor.id}") as listener:
        await visitor.post({"text": ASK}, key="k1")
        assert await site.door.turns.finished(20)
        told = [await listener.next(0.1) for _ in range(5)]
    assert [each for each in told if each and '"part"' in each] == []


async def test_a_key_with_another_text_is_a_conflict(site: Site, visitor: Visitor) -> None:
    await visitor.say(ASK, key="k1")
    for body in ({"text": "something else"}, {"choice": visitor.choice("Yes")}):
        refused = await visitor.post(body, key="k1")
        assert refused.status_code == 409
        assert refused.headers["content-type"] == "application/problem+json"
    assert await counts(site) == (1, 1)


async def test_a_button_again_with_its_key_is_pressed_once(site: Site, visitor: Visitor) -> None:
    await visitor.say(ASK)
    choice = visitor.choice("Yes")
    for _ in range(2):
        assert (await visitor.post({"choice": choice}, key="k2")).status_code == 202
    assert (await visitor.post({"text": "Yes, book it"}, key="k2")).status_code == 409
    async with visitor.follow() as page:
        await page.until(lambda event: event.name == "state" and not event.data["answering"])
    assert await counts(site) == (2, 2)


async def test_two_posts_at_once_with_one_key_are_one_message(site: Site, visitor: Visitor) -> None:
    answers = await asyncio.gather(*(visitor.say(ASK, key="k1") for _ in range(4)))
    assert len({tuple(said(each)) for each in answers}) == 1
    assert await counts(site) == (1, 1)


async def test_two_posts_at_once_at_two_processes_are_one_message(
    site: Site, visitor: Visitor, opening: Opening
) -> None:
    elsewhere = await opening()
    urls = [each.url for each in (site, elsewhere)] * 2
    path = f"/v1/businesses/{site.business}{visitor.path}/messages"
    posts = (
        visitor.client.post(url + path, json={"text": ASK}, headers={"Idempotency-Key": "k1"})
        for url in urls
    )
    answers = await asyncio.gather(*posts)
    assert [each.status_code for each in answers] == [202] * 4
    assert len({each.json()["message"]["id"] for each in answers}) == 1
    async with visitor.follow() as page:
        await page.until(lambda event: event.name == "state" and not event.data["answering"])
    assert await counts(site) == (1, 1)


async def test_a_message_that_moved_to_its_next_thread_is_still_known_by_its_key(
    site: Site, visitor: Visitor, opening: Opening
) -> None:
    elsewhere = await opening()
    await visitor.say("hello")
    async with site.services.store.begin(site.business) as work:
        thread = await work.threads.latest("web", visitor.id)
        assert thread
        await work.threads.change(thread.id, ended_at=site.clock.now())
    site.clock.advance(site.services.timing.booking_hold)
    url = f"{elsewhere.url}/v1/businesses/{site.business}{visitor.path}/messages"
    how: dict[str, Any] = {"json": {"text": ASK}, "headers": {"Idempotency-Key": "k9"}}
    first, second = await asyncio.gather(
        visitor.say(ASK, key="k9"), visitor.client.post(url, **how)
    )
    third = await visitor.client.post(url, **how)
    assert (second.status_code, third.status_code) == (202, 202)
    assert third.json()["message"]["id"].partition(".")[0] != thread.id
    for each in (site, elsewhere):
        assert await each.door.turns.finished(20)
    thread_now = await visitor.read()
    assert [each["author"] for each in thread_now["messages"]] == ["guest", "agent"] * 2
    assert "14:00" in said(first)[-1]


async def test_a_message_that_moved_is_not_answered_again_in_its_old_place(
    site: Site, visitor: Visitor, opening: Opening, logs: list[EventDict]
) -> None:
    elsewhere = await opening()
    await visitor.say("hello")
    async with site.services.store.begin(site.business) as work:
        thread = await work.threads.latest("web", visitor.id)
        assert thread
        await work.threads.change(thread.id, ended_at=site.clock.now())
    site.clock.advance(site.services.timing.booking_hold)
    received = await receive(site.services, site.business, "web", visitor.id, ASK, "web:x:k")
    for each in (site, elsewhere):
        each.door.turns.begin(site.business, received)
        assert await each.door.turns.finished(20)
    assert [each["event"] for each in logs if each["log_level"] == "error"] == []
    authors = [each["author"] for each in (await visitor.read())["messages"]]
    assert authors == ["guest", "agent"] * 2


async def test_one_key_in_two_conversations_is_two_messages(site: Site, visitor: Visitor) -> None:
    await visitor.say("hello", key="k1")
    async with site.visitor() as other:
        await other.say("hello there", key="k1")
    assert await counts(site) == (2, 2)


async def test_without_a_key_every_post_is_a_message(site: Site, visitor: Visitor) -> None:
    for _ in range(2):
        posted = await visitor.client.post(f"{visitor.path}/messages", json={"text": "hello"})
        assert posted.status_code == 202
        assert await site.door.turns.finished(20)
    assert await counts(site) == (2, 2)
