"""How late offers leave that are written down at any moment, with two schedulers and real time."""

import asyncio
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg

from evals.bench.children import Child
from evals.bench.dispatching import NOW
from evals.bench.many_stays import unsent
from evals.bench.sending_process import SENDING, Shifted, scheduler
from evals.bench.timing import Compared, Times
from jirani.services.execution import Execution

REPLICAS, OFFERS = 2, 120
SPREAD, AHEAD = 40.0, 3.0  # seconds over which they come; how long before they are due, at most
SOON = 0.1


async def lateness(database: str, redis: Path, later: int) -> list[Compared]:
    """Measure where `dispatching` has measured: some of its offers are written down anew.

    Raises:
        RuntimeError: an offer was sent twice, or not at all.
    """
    line = await asyncpg.connect(database.replace("+asyncpg", ""))
    await unsent(line)
    await line.execute("CREATE TEMP TABLE planned AS SELECT * FROM offers WHERE id LIKE 'offer-%'")
    await line.execute("DELETE FROM offers WHERE id LIKE 'offer-%'")
    await line.execute("VACUUM ANALYZE offers")
    shift = NOW - datetime.now(UTC)
    running = [await _ticking(database, redis, shift, 2 + n) for n in range(REPLICAS)]
    services, _, _ = scheduler(database, redis, Shifted(shift), 1, NOW)
    try:
        due = await _written(line, services.execution, Shifted(shift))
        await asyncio.sleep(AHEAD + 2)
        said = [await _stopped(process) for process in running]
    finally:
        for process in running:
            process.kill()
        await services.store.close()
    posted = [peer for each in said for peer in each["posted"]]
    rows = await line.fetch(
        "SELECT offers.id, sent_at, offered_at FROM offers JOIN contacts ON offer_id = offers.id "
        "WHERE status = 'offered'"
    )
    await line.close()
    if not len(rows) == len(posted) == len(set(posted)) == OFFERS:
        raise RuntimeError(f"of {OFFERS} offers {len(rows)} are offered, {len(posted)} texts sent")
    decided, arrived = Times(), Times()
    for id, sent_at, offered_at in rows:
        decided.seconds.append((sent_at - due[id]).total_seconds())
        arrived.seconds.append((offered_at - due[id]).total_seconds())
    what = f"lateness, {OFFERS} offers among {later:,} later, {REPLICAS} replicas"
    met = decided.percentile(99) < SOON
    p50, p95 = (decided.percentile(share) * 1000 for share in (50, 95))
    return [
        Compared(
            *(what, "", 99, decided.percentile(99), 0, f"p99 under {SOON * 1000:.0f} ms", met),
            f"until it is decided; p50 {p50:.0f} ms, p95 {p95:.0f} ms",
        ),
        Compared(
            *(what, "", 99, arrived.percentile(99), 0),
            note=f"until its text is posted; p50 {arrived.percentile(50) * 1000:.0f} ms",
        ),
    ]


async def _written(line: Any, execution: Execution, clock: Shifted) -> dict[str, datetime]:
    """Write offers down at random moments, each due a little later; tell of them as plans do."""
    chance = random.Random(6)
    moments = sorted(chance.uniform(0, SPREAD) for _ in range(OFFERS))
    begun, due = clock.now(), {}
    for number, moment in enumerate(moments, start=1):
        at = begun + timedelta(seconds=moment)
        await asyncio.sleep(max((at - clock.now()).total_seconds(), 0))
        id, due_at = f"offer-{number}", clock.now() + timedelta(seconds=chance.uniform(0, AHEAD))
        async with line.transaction():
            await line.execute("UPDATE planned SET due_at = $2 WHERE id = $1", id, due_at)
            await line.execute("INSERT INTO offers SELECT * FROM planned WHERE id = $1", id)
        await execution.schedule(id, due_at)
        due[id] = due_at
    return due


async def _ticking(database: str, redis: Path, shift: timedelta, seed: int) -> Child:
    told = (NOW.isoformat(), f"{seed}+{shift.total_seconds()}")
    process = await Child.started(SENDING, "tick", database, str(redis), *told)
    await process.heard()
    process.tell("go")
    await process.heard()
    return process


async def _stopped(process: Child) -> dict[str, Any]:
    process.tell("stop")
    said: dict[str, Any] = json.loads(await process.heard())
    await process.ended()
    return said
