"""A pair hold, beside the same script called by a bare client."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from evals.bench.timing import Compared, Times
from jirani.rules.facts import Slot
from jirani.store.holds import CELL, HoldResult, SlotHolds
from jirani.store.redis_client import Breaker, load_script, open_redis

CALLERS, ROUNDS = 50, 40
LONG, LIFE = timedelta(minutes=45), timedelta(seconds=30)


async def holding(socket: Path, start: datetime) -> Compared:
    """Let 50 callers hold a pair each, at once; by turns through SlotHolds and by EVALSHA."""
    client = open_redis(socket)
    holds = SlotHolds(client, Breaker())
    script = await client.script_load(load_script(client, "hold").script)
    cells = int(2 * LONG.total_seconds()) // CELL

    async def ours(caller: int) -> None:
        pair = [Slot(f"s{caller}", at, at + LONG) for at in (start, start + LONG)]
        held = await holds.reserve_pair("b", pair[0], pair[1], "owner", LIFE)
        if held is not HoldResult.ACQUIRED:
            raise RuntimeError(held)

    async def bare(caller: int) -> None:
        keys = [f"pair:reservation:{{b}}:s{caller}:{cell}" for cell in range(cells)]
        life = LIFE // timedelta(milliseconds=1)
        if await client.evalsha(script, cells, *keys, "owner", life, cells // 2):
            raise RuntimeError("the slot is taken")

    mine, others = Times(), Times()
    for _ in range(ROUNDS):
        for times, body in ((mine, ours), (others, bare)):
            await client.flushall()
            await _at_once(times, body)
    await client.aclose()
    return Compared.at(
        99, f"reserve_pair, {CALLERS} callers at once", mine, "EVALSHA by a bare redis-py", others
    )


async def _at_once(times: Times, body: Callable[[int], Awaitable[None]]) -> None:
    await asyncio.gather(*(times.add(partial(body, caller)) for caller in range(CALLERS)))
