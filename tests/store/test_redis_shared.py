"""Callers share round trips to Redis, and nothing else: not errors, not cancellations."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as Gone
from redis.exceptions import DataError, ResponseError
from redis.exceptions import TimeoutError as TooLate

from jirani.rules.facts import Slot
from jirani.store.holds import HoldResult, SlotHolds
from jirani.store.redis_client import Breaker, load_script, open_redis
from tests.support.redis import embedded_redis

pytestmark = pytest.mark.anyio

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
TTL = timedelta(seconds=30)


def slot(staff: str, hour: int = 0) -> Slot:
    start = NINE + timedelta(hours=hour)
    return Slot(staff, start, start + timedelta(minutes=45))


async def pair(holds: SlotHolds, staff: str, owner: str) -> HoldResult:
    return await holds.reserve_pair("b", slot(staff), slot(staff, 1), owner, TTL)


class Counted:
    """A server that takes what it is sent and never answers."""

    def __init__(self) -> None:
        self.connections = 0

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        await reader.read()
        writer.close()


@pytest.fixture
async def frozen(tmp_path: Path) -> AsyncIterator[tuple[Redis, Counted]]:
    counted, path = Counted(), tmp_path / "frozen.sock"
    async with await asyncio.start_unix_server(counted.take, path):
        client = open_redis(path)
        client.connection_pool.connection_kwargs["socket_timeout"] = 0.05
        async with aclosing(client):
            yield client, counted


async def test_callers_of_one_moment_share_round_trips(redis_client: Redis) -> None:
    before = (await redis_client.info("stats"))["total_reads_processed"]
    await asyncio.gather(*(redis_client.incr("calls") for _ in range(1000)))
    reads = (await redis_client.info("stats"))["total_reads_processed"] - before
    assert reads < 100


async def test_commands_arrive_in_the_order_in_which_they_were_asked_for(
    redis_client: Redis,
) -> None:
    await asyncio.gather(*(redis_client.rpush("asked", n) for n in range(1000)))
    assert await redis_client.lrange("asked", 0, -1) == [str(n) for n in range(1000)]


async def test_each_caller_gets_its_own_answer_however_many_there_are(
    redis_client: Redis,
) -> None:
    async def echo(n: int) -> bool:
        return bool(await redis_client.echo(f"{n}" * (n % 40)) == f"{n}" * (n % 40))

    assert all(await asyncio.gather(*(echo(n) for n in range(3000))))


async def test_an_error_is_its_own_callers_alone(redis_client: Redis) -> None:
    await redis_client.rpush("list", "one")
    answers = await asyncio.gather(
        redis_client.incr("a"),
        redis_client.incr("list"),
        redis_client.incr("b"),
        return_exceptions=True,
    )
    assert [answers[0], answers[2]] == [1, 1]
    assert isinstance(answers[1], ResponseError)


@pytest.mark.parametrize(("unsendable", "error"), [(None, DataError), ("\ud800", ValueError)])
async def test_what_cannot_be_sent_fails_its_own_caller_alone(
    redis_client: Redis, unsendable: str, error: type[Exception]
) -> None:
    answers = await asyncio.gather(
        redis_client.incr("a"),
        redis_client.set("key", unsendable),
        redis_client.incr("a"),
        return_exceptions=True,
    )
    assert [answers[0], answers[2]] == [1, 2]
    assert isinstance(answers[1], error)


async def test_a_cancelled_caller_takes_nothing_from_the_others(redis_client: Redis) -> None:
    tasks = [asyncio.ensure_future(redis_client.incr("calls")) for _ in range(90)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(answer, asyncio.CancelledError) for answer in answers[::2])
    assert len(set(answers[1::2])) == 45


async def test_what_was_cancelled_before_it_was_sent_is_not_done(redis_client: Redis) -> None:
    given_up = asyncio.ensure_future(redis_client.incr("calls"))
    await asyncio.sleep(0)  # it asks
    given_up.cancel()
    assert await redis_client.get("calls") is None


async def test_a_release_never_overtakes_the_hold_that_was_given_up(redis_client: Redis) -> None:
    holds = SlotHolds(redis_client, Breaker())
    for steps in range(12):
        holding = asyncio.create_task(pair(holds, "amina", "me"))
        for _ in range(steps):
            await asyncio.sleep(0)
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)
        await holds.release("b", [slot("amina"), slot("amina", 1)], "me")
        assert await holds.live() == []


async def test_a_server_that_has_forgotten_the_script_is_told_again(redis_client: Redis) -> None:
    holds = SlotHolds(redis_client, Breaker())
    for n in range(3):
        await redis_client.script_flush()
        results = await asyncio.gather(*(pair(holds, f"s{n}", f"o{each}") for each in range(50)))
        assert Counter(results) == {HoldResult.ACQUIRED: 1, HoldResult.PRIMARY_TAKEN: 49}


async def test_a_connection_that_was_cut_is_opened_again(
    redis_client: Redis, redis_socket: Path
) -> None:
    holds = SlotHolds(redis_client, Breaker())
    async with aclosing(open_redis(redis_socket)) as other:
        for n in range(5):
            await other.client_kill_filter(_type="normal", skipme=True)
            results = await asyncio.gather(*(pair(holds, f"s{n}{m}", "me") for m in range(50)))
            assert set(results) == {HoldResult.ACQUIRED}


async def test_a_server_that_is_gone_fails_all_who_wait(tmp_path: Path) -> None:
    async with aclosing(open_redis(tmp_path / "nobody.sock")) as client:
        answers = await asyncio.gather(
            *(client.incr("calls") for _ in range(500)), return_exceptions=True
        )
        assert {type(answer) for answer in answers} == {Gone}


async def test_behind_a_frozen_server_nobody_waits_for_a_turn_of_its_own(
    frozen: tuple[Redis, Counted],
) -> None:
    client, server = frozen
    answers = await asyncio.gather(
        *(client.incr("calls") for _ in range(500)), return_exceptions=True
    )
    assert all(isinstance(answer, (Gone, TooLate)) for answer in answers)
    assert server.connections == 2  # the library's one repetition


async def test_a_server_that_dies_and_comes_back_leaves_nobody_waiting() -> None:
    with embedded_redis() as path:
        client = open_redis(path)
        holds = SlotHolds(client, Breaker(pause=0))
        assert await pair(holds, "amina", "me") is HoldResult.ACQUIRED
    results = await asyncio.gather(*(pair(holds, f"s{n}", "me") for n in range(200)))
    assert set(results) == {HoldResult.UNAVAILABLE}
    await client.aclose()


async def test_closing_waits_for_what_its_caller_gave_up(redis_socket: Path) -> None:
    client = open_redis(redis_socket)
    await client.delete("given-up")
    asked = asyncio.ensure_future(client.incr("given-up"))
    for _ in range(3):
        await asyncio.sleep(0)  # it is on its way
    asked.cancel()
    await client.aclose()
    async with aclosing(open_redis(redis_socket)) as other:
        assert await other.get("given-up") == "1"


async def test_a_sender_that_is_cancelled_with_its_loop_leaves_nobody_waiting(
    frozen: tuple[Redis, Counted],
) -> None:
    client, _ = frozen
    others = asyncio.all_tasks()
    asked = [asyncio.ensure_future(client.incr("calls")) for _ in range(100)]
    await asyncio.sleep(0)
    (sender,) = asyncio.all_tasks() - others - set(asked)
    await asyncio.sleep(0)
    sender.cancel()
    answers = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(answer) for answer in answers} == {asyncio.CancelledError}


async def test_a_client_of_a_url_shares_as_well(redis_socket: Path) -> None:
    async with aclosing(open_redis(f"unix://{redis_socket}")) as client:
        script = load_script(client, "hold")
        answers = await asyncio.gather(
            *(script(keys=[f"url:{n}"], args=["me", 1000, 1]) for n in range(100))
        )
    assert set(answers) == {0}
