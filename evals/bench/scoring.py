"""The scores of very many customers computed anew, beside the same rows only read and written."""

import asyncio
import json
import resource
import sys
from asyncio.subprocess import PIPE
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import asyncpg

from app import logs
from evals.bench.finding import FEW, MANY
from evals.bench.sending_process import scheduler
from evals.bench.timing import Compared
from jirani.services.clock import SetClock
from jirani.services.recovery.scoring import BATCH, LEASE, WINDOW, score_business

FLAT = 1.10  # of the memory that the first business needed
CHILD = "from evals.bench.scoring import child; child()"

_VISITS = (
    "SELECT a.customer_id, a.id, a.starts_at, a.status, a.price, a.source, a.moved_from,"
    " a.cancelled_at, p.status FROM appointments AS a"
    " LEFT JOIN payment_items AS i ON (i.business_id, i.appointment_id) = (a.business_id, a.id)"
    " LEFT JOIN payments AS p ON (p.business_id, p.id) = (i.business_id, i.payment_id)"
    " WHERE a.business_id = $1 AND a.customer_id = ANY($2) AND a.starts_at > $3"
    " ORDER BY a.customer_id, a.id"
)
_IDS = "SELECT id FROM customers WHERE business_id = $1 AND id > $2 ORDER BY id LIMIT $3"
_WRITTEN = (
    "UPDATE customer_scores SET points = 50, tier = 'neutral', voids = 0, computed_at = $3,"
    " by_tier = 1, by_score = -50, by_time = -$4::bigint"
    " WHERE business_id = $1 AND customer_id = ANY($2)"
)


async def scoring(database: str, redis: Path, now: datetime, many: int) -> list[Compared]:
    """Measure where `finding` has filled two businesses; in a process whose memory is its own."""
    told = (database, str(redis), now.isoformat())
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, *told, stdout=PIPE)
    said, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("scores could not be computed")
    found = json.loads(said)
    if found["customers"] != many:
        raise RuntimeError(f"{found['customers']} scores were computed, of {many} customers")
    rate, most, few = many / found["seconds"], found["memory"], found["memory_few"]
    return [
        Compared(
            f"scores of {many:,} customers computed anew",
            "the same rows, bare",
            0,
            rate,
            await _bare(database, now, many),
            unit="customers/s",
        ),
        Compared(
            f"memory at its most, after {many:,} customers",
            f"after {FEW:,}",
            0,
            most,
            few,
            target=f"< {FLAT:.2f}",
            met=most < few * FLAT,
            unit="MB",
        ),
    ]


def child() -> None:
    """Compute the scores of all businesses, as a replica does; print what that took as JSON."""
    logs.configure("critical")
    database, redis, now = sys.argv[1:]
    sys.stdout.write(json.dumps(asyncio.run(_all(database, redis, datetime.fromisoformat(now)))))


async def _all(database: str, redis: str, now: datetime) -> dict[str, float]:
    services, _, _ = scheduler(database, Path(redis), SetClock(now), 1, now)
    found: dict[str, float] = {}
    memory = 0.0
    while True:
        async with services.store.queues(claiming=True) as queues:
            claim = await queues.claim_scoring(now, LEASE)
        if claim is None:
            break
        begun = perf_counter()
        customers = await score_business(services, claim)
        if claim.business_id == MANY:
            found |= {"seconds": perf_counter() - begun, "customers": customers}
            found |= {"memory": _memory(), "memory_few": memory}
        memory = _memory()
    await services.store.close()
    return found


async def _bare(database: str, now: datetime, many: int) -> float:
    """Return of how many customers a second their rows are read, and a score is written."""
    line: Any = await asyncpg.connect(database.replace("+asyncpg", ""))
    later, after, begun = now + timedelta(hours=1), "", perf_counter()
    since = (later - datetime.fromtimestamp(0, later.tzinfo)) // timedelta(microseconds=1)
    while True:
        async with line.transaction():
            ids = [id for (id,) in await line.fetch(_IDS, MANY, after, BATCH)]
            if not ids:
                break
            await line.fetch(_VISITS, MANY, ids, now - WINDOW)
            await line.execute(_WRITTEN, MANY, ids, later, since)
        after = ids[-1]
    rate = many / (perf_counter() - begun)
    await line.close()
    return rate


def _memory() -> float:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1 << 20 if sys.platform == "darwin" else 1 << 10)
