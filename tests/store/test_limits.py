import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from jirani.store.limits import Dedupe, RateLimit
from jirani.store.redis_client import Breaker, open_redis

pytestmark = pytest.mark.anyio

MINUTE = timedelta(minutes=1)


async def test_of_many_calls_at_once_as_many_as_allowed_pass(redis_client: Redis) -> None:
    limits = RateLimit(redis_client, Breaker())
    answers = await asyncio.gather(*(limits.allow("guest", 5, MINUTE) for _ in range(50)))
    assert answers.count(True) == 5
    assert await limits.allow("another guest", 5, MINUTE)


async def test_a_window_begins_with_its_first_call_and_refusals_do_not_prolong_it(
    redis_client: Redis,
) -> None:
    limits = RateLimit(redis_client, Breaker())
    await limits.allow("guest", 1, MINUTE)
    await redis_client.pexpire("limit:guest", 100)

    assert not await limits.allow("guest", 1, MINUTE)
    assert await redis_client.pttl("limit:guest") <= 100
    await redis_client.delete("limit:guest")
    assert await limits.allow("guest", 1, MINUTE)


async def test_what_is_spent_adds_up_within_a_window(redis_client: Redis) -> None:
    limits = RateLimit(redis_client, Breaker())
    sums = [await limits.add("tokens", amount, MINUTE) for amount in (0, 500, 0, 40)]
    assert sums == [0, 500, 500, 540]
    assert 0 < await redis_client.pttl("limit:tokens") <= 60_000


async def test_of_many_calls_at_once_one_is_the_first(redis_client: Redis) -> None:
    seen = Dedupe(redis_client, Breaker())
    answers = await asyncio.gather(*(seen.first("webhook-1", MINUTE) for _ in range(50)))
    assert answers.count(True) == 1
    assert await seen.first("webhook-2", MINUTE)
    assert 59_000 < await redis_client.pttl("seen:webhook-1") <= 60_000


async def test_without_redis_everything_is_new(tmp_path: Path) -> None:
    client = open_redis(tmp_path / "nobody.sock")
    for _ in range(3):
        assert await Dedupe(client, Breaker()).first("webhook-1", MINUTE)
    await client.aclose()


async def test_without_redis_a_process_counts_for_itself(tmp_path: Path) -> None:
    client = open_redis(tmp_path / "nobody.sock")
    limits = RateLimit(client, Breaker())
    answers = [await limits.allow("guest", 2, MINUTE) for _ in range(4)]
    assert answers == [True, True, False, False]
    assert await limits.allow("another guest", 2, MINUTE)
    assert await limits.allow("a short window", 1, timedelta(0))
    assert await limits.allow("a short window", 1, timedelta(0))
    assert not await limits.works()
    await client.aclose()
