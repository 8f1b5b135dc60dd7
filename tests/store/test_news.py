"""Two `News` over one Redis are two processes; the database has the truth, so a None is enough."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from redis.asyncio import Redis

from jirani.store.news import Listener, News
from jirani.store.redis_client import Breaker, open_redis
from jirani.store.redis_server import ensure_server, stop_server

pytestmark = pytest.mark.anyio

LONG = 30.0


def process(client: Redis) -> News:
    return News(client, Breaker(pause=0.01), pause=0.01)


@pytest.fixture
async def here(redis_client: Redis) -> AsyncIterator[News]:
    news = process(redis_client)
    async with news.running():
        yield news


@pytest.fixture
async def there(redis_client: Redis) -> AsyncIterator[News]:
    """It shares Redis with `here`, and nothing else."""
    news = process(redis_client)
    async with news.running():
        yield news


async def settled(*listeners: Listener) -> None:
    """Wait until Redis has confirmed that these are followed: their first None."""
    for listener in listeners:
        assert await listener.next(LONG) is None


async def told(teller: News, topic: str, listener: Listener) -> None:
    """Say hello until it is heard: who listens may not be followed yet, or Redis left alone."""
    await teller.publish(topic, "hello")
    while (heard := await listener.next(0.05)) is None:
        await teller.publish(topic, "hello")
    assert heard == "hello"


async def test_a_notice_is_heard_in_every_process_exactly_once(here: News, there: News) -> None:
    async with here.listen("t1") as near, there.listen("t1") as far:
        await settled(near, far)
        for n in range(20):
            await here.publish("t1", f"notice {n}")
        for listener in (near, far):
            heard = [await listener.next(LONG) for _ in range(20)]
            assert heard == [f"notice {n}" for n in range(20)]
            assert await listener.next(0.02) is None


async def test_a_listener_hears_its_topic_only(here: News, there: News) -> None:
    async with here.listen("t1") as one, here.listen("t2") as two, here.listen("") as none:
        await settled(one, two, none)
        await there.publish("t2", "for two")
        await there.publish("t1", "for one")
        assert [await one.next(LONG), await two.next(LONG)] == ["for one", "for two"]
        assert await none.next(0) is None


async def test_without_redis_this_process_hears_itself_and_nothing_raises(tmp_path: Path) -> None:
    client = open_redis(tmp_path / "nobody.sock")
    news = process(client)
    async with news.running(), news.listen("t1") as first, news.listen("t1") as second:
        await news.publish("t1", "hello")
        assert [await first.next(LONG), await second.next(LONG)] == ["hello", "hello"]
        assert await first.next(0.01) is None
    await client.aclose()


async def test_nothing_within_the_wait_means_look_into_the_database(here: News) -> None:
    async with here.listen("t1") as listener:
        await settled(listener)
        assert await listener.next(0.01) is None


async def test_who_falls_behind_is_told_to_look_and_hears_the_newest(here: News) -> None:
    async with here.listen("t1") as listener:
        await settled(listener)
        for n in range(150):
            await here.publish("t1", str(n))
        assert await listener.next(LONG) is None
        assert [await listener.next(LONG) for _ in range(100)] == [str(n) for n in range(50, 150)]
        assert await listener.next(0.01) is None


async def test_after_redis_was_away_every_listener_is_told_to_look_and_hears_again(
    tmp_path: Path,
) -> None:
    client = open_redis(ensure_server(tmp_path))
    here, there = process(client), process(client)
    try:
        async with AsyncExitStack() as stack:
            for news in (here, there):
                await stack.enter_async_context(news.running())
            listeners = [
                await stack.enter_async_context(here.listen(topic)) for topic in ("t1", "t1", "t2")
            ]
            await settled(*listeners)

            stop_server(tmp_path)
            await there.publish("t1", "lost on the way")
            await here.publish("t2", "heard without Redis")
            assert await listeners[2].next(LONG) == "heard without Redis"
            ensure_server(tmp_path)

            await settled(*listeners)
            await told(there, "t1", listeners[0])
            assert await listeners[1].next(LONG) == "hello"
    finally:
        await client.aclose()
        stop_server(tmp_path)


async def test_a_line_that_is_cut_is_made_anew(
    here: News, there: News, redis_client: Redis
) -> None:
    async with here.listen("t1") as listener:
        await settled(listener)
        await redis_client.client_kill_filter(_type="pubsub")
        await settled(listener)
        await there.publish("t1", "hello")
        assert await listener.next(LONG) == "hello"


async def test_a_line_that_stays_silent_is_taken_for_dead(redis_client: Redis) -> None:
    news = News(redis_client, Breaker(), pause=0.01, silence=0.05)
    async with news.running(), news.listen("t1") as listener:
        await settled(listener)
        assert await listener.next(0.3) is None  # pings are answered: the line is kept
        (line,) = await redis_client.client_list(_type="pubsub")
        await redis_client.client_pause(300)
        await settled(listener)
        (other,) = await redis_client.client_list(_type="pubsub")
        assert other["id"] != line["id"]


async def test_a_thousand_listeners_share_one_connection(here: News, redis_client: Redis) -> None:
    async with AsyncExitStack() as stack:
        listeners = [
            await stack.enter_async_context(here.listen(f"t{n % 500}")) for n in range(1000)
        ]
        await settled(*listeners)
        assert len(await redis_client.client_list(_type="pubsub")) == 1
        assert len(await redis_client.pubsub_channels()) == 501
        other = process(redis_client)
        for n in range(500):
            await other.publish(f"t{n}", f"notice {n}")
        heard = await asyncio.gather(*(listener.next(LONG) for listener in listeners))
        assert heard == [f"notice {n % 500}" for n in range(1000)]
    while await redis_client.pubsub_channels() != ["news:"]:
        await asyncio.sleep(0.005)


async def test_a_topic_left_by_one_listener_is_followed_for_the_other(
    here: News, there: News
) -> None:
    async with here.listen("t1") as staying:
        await settled(staying)
        async with here.listen("t1"):
            pass
        await there.publish("t1", "still here")
        assert await staying.next(LONG) == "still here"


async def test_a_topic_listened_to_again_at_once_is_heard(here: News, there: News) -> None:
    for n in range(50):
        async with here.listen("t1") as listener:
            if n % 2:
                await asyncio.sleep(0)  # long enough for the channel to be left, or not
            await told(there, "t1", listener)


async def test_nothing_is_left_open_when_running_ends(redis_client: Redis) -> None:
    news = process(redis_client)
    async with news.running(), news.listen("t1") as listener:
        await settled(listener)
    while await redis_client.client_list(_type="pubsub"):
        await asyncio.sleep(0.005)
