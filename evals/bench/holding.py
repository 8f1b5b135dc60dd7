"""Pair holds through our client, beside the same script as fast as redis-benchmark can ask."""

import asyncio
import csv
import shutil
import socket
from collections.abc import Iterable
from contextlib import aclosing
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from subprocess import PIPE
from typing import NamedTuple

from evals.bench.timing import Compared, Times
from jirani.rules.facts import Slot
from jirani.store.holds import CELL, HoldResult, SlotHolds
from jirani.store.redis_client import Breaker, Client, load_script, open_redis

CALLERS, CALLS, ROUNDS = 50, 3_000, 7
LONG, LIFE = timedelta(minutes=45), timedelta(seconds=30)
KEYS = int(2 * LONG.total_seconds()) // CELL
PROGRAM = "redis-benchmark"
SHARE, SOON = 0.5, 0.005


class Round(NamedTuple):
    """What one round came to: calls a second, and the 99th percentile of a call, in seconds."""

    rate: float
    p99: float


async def holding(path: Path, start: datetime) -> list[Compared]:
    """Measure over the unix socket and over TCP; every call takes a pair nobody has."""
    async with aclosing(open_redis(path)) as client:
        port = await _listen(client)
        found = await _compared("unix socket", client, start, ["-s", str(path)])
        async with aclosing(open_redis(f"redis://127.0.0.1:{port}")) as over_tcp:
            found += await _compared("TCP", over_tcp, start, ["-p", str(port)])
        await client.config_set("port", 0)
    return found


async def _compared(way: str, client: Client, start: datetime, where: list[str]) -> list[Compared]:
    what = f"reserve_pair, {KEYS} keys, {CALLERS} callers, {way}"
    fast, soon = f"ratio at least {SHARE}", f"p99 under {SOON * 1000:.0f} ms"
    mine, others = [], []
    for _ in range(ROUNDS):
        await client.flushall()
        mine.append(await _ours(client, start))
        if shutil.which(PROGRAM):
            await client.flushall()
            others.append(await _raw(client, where))
    rate, p99 = _summary(mine)
    p99_note = f"the quietest of {ROUNDS} rounds: {_spread(each.p99 * 1000 for each in mine)} ms"
    if not others:
        absent = f"{PROGRAM} is not installed"
        return [
            Compared(what, absent, 0, rate, 0, fast, unit="calls/s"),
            Compared(what, absent, 99, p99, 0, soon, p99 < SOON, p99_note),
        ]
    raw = _summary(others)
    ratios = [one.rate / other.rate for one, other in zip(mine, others, strict=True)]
    note = f"the middle of {ROUNDS} rounds: {_spread(ratios)}"
    beside = f"{PROGRAM}, EVALSHA"
    return [
        Compared(what, beside, 0, rate, raw.rate, fast, rate / raw.rate >= SHARE, note, "calls/s"),
        Compared(what, beside, 99, p99, raw.p99, soon, p99 < SOON, p99_note),
    ]


async def _ours(client: Client, start: datetime) -> Round:
    holds, times, numbers = SlotHolds(client, Breaker()), Times(), count()

    async def reserve(number: int) -> None:
        pair = [Slot(f"s{number}", at, at + LONG) for at in (start, start + LONG)]
        held = await holds.reserve_pair("b", pair[0], pair[1], "owner", LIFE)
        if held is not HoldResult.ACQUIRED:
            raise RuntimeError(held)

    async def caller() -> None:
        while (number := next(numbers)) < CALLS:
            await times.add(partial(reserve, number))

    whole = Times()
    await whole.add(lambda: asyncio.gather(*(caller() for _ in range(CALLERS))))
    return Round(CALLS / whole.seconds[0], times.percentile(99))


async def _raw(client: Client, where: list[str]) -> Round:
    sha = await client.script_load(load_script(client, "hold").script)
    # The program puts a number of its own into each key of each call.
    keys = [f"pair:reservation:{{b}}:s__rand_int__:{cell}" for cell in range(KEYS)]
    arguments = ["owner", str(LIFE // timedelta(milliseconds=1)), str(KEYS // 2)]
    amount = ["-c", str(CALLERS), "-n", str(CALLS), "-r", "1000000000", "--csv"]
    command = [PROGRAM, *where, *amount, "EVALSHA", sha, str(KEYS), *keys, *arguments]
    running = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    printed, _ = await running.communicate()
    *_, last = csv.DictReader(printed.decode().splitlines())
    return Round(float(last["rps"]), float(last["p99_latency_ms"]) / 1000)


async def _listen(client: Client) -> int:
    """Let the embedded server, which has a unix socket only, listen on a free port as well."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    await client.config_set("bind", "127.0.0.1")
    await client.config_set("port", port)
    return port


def _summary(rounds: list[Round]) -> Round:
    """Return the middle pace, and the p99 of the quietest round: others' work only adds to it."""
    return Round(median(each.rate for each in rounds), min(each.p99 for each in rounds))


def _spread(numbers: Iterable[float]) -> str:
    known = sorted(numbers)
    return f"{known[0]:.2f}-{known[-1]:.2f}"
