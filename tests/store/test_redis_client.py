import asyncio
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as Gone
from structlog.testing import capture_logs

from jirani.store.redis_client import Breaker, RedisState, open_redis
from jirani.store.redis_server import RedisUnavailable, ensure_server, stop_server

pytestmark = pytest.mark.anyio


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Server:
    """Answers, or not."""

    def __init__(self, up: bool = True) -> None:
        self.up = up
        self.calls = 0

    async def ask(self) -> str:
        self.calls += 1
        if not self.up:
            raise Gone("refused")
        return "answer"


async def test_2000_calls_at_once_are_all_answered(redis_client: Redis) -> None:
    answers = await asyncio.gather(*(redis_client.incr("calls") for _ in range(2000)))
    assert sorted(answers) == list(range(1, 2001))


async def test_a_client_can_be_opened_from_a_url(redis_socket: Path) -> None:
    async with open_redis(f"unix://{redis_socket}") as client:
        assert await client.ping()


async def test_after_a_failure_redis_is_left_alone_for_a_while() -> None:
    clock, server = Clock(), Server(up=False)
    breaker = Breaker(pause=5, monotonic=clock)
    states = [breaker.state]

    for _ in range(3):
        assert await breaker.call(server.ask, otherwise="without") == "without"
    assert server.calls == 1
    states.append(breaker.state)

    clock.seconds = 5
    assert await breaker.call(server.ask, otherwise="without") == "without"
    server.up = True
    clock.seconds = 9.9
    assert await breaker.call(server.ask, otherwise="without") == "without"
    assert server.calls == 2

    clock.seconds = 10
    assert await breaker.call(server.ask, otherwise="without") == "answer"
    states.append(breaker.state)
    assert states == [RedisState.AVAILABLE, RedisState.UNAVAILABLE, RedisState.AVAILABLE]


async def test_going_and_coming_back_are_logged_once_each() -> None:
    clock, server = Clock(), Server(up=False)
    breaker = Breaker(pause=5, monotonic=clock)
    with capture_logs() as logs:
        for clock.seconds in range(20):
            server.up = clock.seconds >= 12
            await breaker.call(server.ask, otherwise="without")
    assert [entry["event"] for entry in logs] == ["redis.unavailable", "redis.back"]


async def test_while_one_call_tries_again_the_others_go_on_without() -> None:
    clock, server = Clock(), Server(up=False)
    breaker = Breaker(pause=5, monotonic=clock)
    await breaker.call(server.ask, otherwise="without")
    clock.seconds, server.up = 5, True

    async def slow() -> str:
        await asyncio.sleep(0)
        return await server.ask()

    answers = await asyncio.gather(*(breaker.call(slow, otherwise="without") for _ in range(9)))
    assert answers == ["answer"] + ["without"] * 8


async def test_a_failed_revival_is_one_more_failure() -> None:
    def revive() -> None:
        raise RedisUnavailable("no server program")

    clock, server = Clock(), Server(up=False)
    breaker = Breaker(revive, pause=5, monotonic=clock)
    for clock.seconds in (0, 5, 7):
        assert await breaker.call(server.ask, otherwise="without") == "without"
    assert server.calls == 1


async def test_a_fault_of_our_own_is_not_taken_for_redis_being_away() -> None:
    async def fault() -> str:
        raise ValueError("ours")

    breaker = Breaker()
    with pytest.raises(ValueError, match="ours"):
        await breaker.call(fault, otherwise="without")
    assert breaker.state is RedisState.AVAILABLE


async def test_a_cancellation_that_the_client_lost_still_ends_the_call() -> None:
    async def loses_it() -> str:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return "answer"

    breaker = Breaker()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await breaker.call(loses_it, otherwise="without")
    assert breaker.state is RedisState.AVAILABLE


async def test_an_embedded_server_whose_owner_ended_is_brought_back(tmp_path: Path) -> None:
    clock = Clock()
    client = open_redis(ensure_server(tmp_path))
    breaker = Breaker(partial(ensure_server, tmp_path), monotonic=clock)

    async def count() -> int:
        return await client.incr("calls")

    try:
        assert await breaker.call(count, otherwise=0) == 1
        stop_server(tmp_path)
        assert await breaker.call(count, otherwise=0) == 0
        clock.seconds = 5
        assert await breaker.call(count, otherwise=0) == 2
    finally:
        await client.aclose()
        stop_server(tmp_path)
