"""Sending what is due among many that are not, beside a bare loop that writes the same rows."""

import json
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import asyncpg

from evals.bench.bare_sending import bare_sending
from evals.bench.children import Child
from evals.bench.many_stays import (
    ZONE,
    first_of_each,
    later,
    multiply,
    pms_of_many,
    unsent,
)
from evals.bench.sending_process import SENDING, scheduler
from evals.bench.timing import Compared
from jirani.services import Services
from jirani.services.clock import Ids, SetClock
from jirani.services.stays.dispatch import LEASE

NOW = datetime(2026, 11, 21, 10, tzinfo=ZoneInfo(ZONE))
DAY = timedelta(days=1)
LEAST, SOON, GROWTH = 0.8, 0.04, 0.15
FEW_LATER = 10_000
LOOPS, PROCESSES = (1, 8), (2, 4)
CLAIMED, CLAIMS, TIMES = 500, 10, 5  # offers a claim; claims a time, the quickest of them; times


class Size(NamedTuple):
    """How much of everything is measured.

    Offers due, and on later days; customers of one business; hours of a hundred people's day that
    come free at once.
    """

    due: int = 2_000
    later: int = 100_000
    rounds: int = 3
    customers: int = 50_000
    hours: int = 2


FULL = Size(100_000, 1_000_000, 1, 1_000_000, 10)


async def dispatching(database: str, redis: Path, size: Size) -> list[Compared]:
    """Measure on an empty, migrated PostgreSQL; every run sends the same offers, and all of them.

    Raises:
        RuntimeError: a run sent an offer twice, or not at all.
    """
    services, _, _ = scheduler(database, redis, SetClock(NOW - DAY), 1, NOW)
    await first_of_each(services, NOW)
    address = database.replace("+asyncpg", "")
    line = await asyncpg.connect(address)
    await multiply(line, size.due, FEW_LATER, NOW)
    few = await _claiming(services, line)
    await later(line, FEW_LATER, size.later, NOW)
    many = await _claiming(services, line)
    rounds = [
        Round(
            await _ours(line, database, redis, size.due, 1),
            *[await _bare(line, address, services, size.due, loops) for loops in LOOPS],
        )
        for _ in range(size.rounds)
    ]
    more = [await _ours(line, database, redis, size.due, number) for number in PROCESSES]
    await line.close()
    await services.store.close()
    return _compared(size, rounds, more, few, many)


class Run(NamedTuple):
    """What a run came to: offers a second, and how long its claims took, in seconds."""

    rate: float
    claims: list[float]


class Round(NamedTuple):
    """The same offers sent by ours, by one bare loop, and by several at once."""

    ours: Run
    loop: Run
    loops: Run

    @property
    def ratio(self) -> float:
        """How ours compares with one loop."""
        return self.ours.rate / self.loop.rate


def _compared(
    size: Size, rounds: list[Round], more: list[Run], few: float, many: float
) -> list[Compared]:
    what = f"stay offers sent, {size.due:,} due among {size.later:,} later"
    middle = sorted(rounds, key=lambda each: each.ratio)[len(rounds) // 2]
    ours, loop, loops = (each.rate for each in middle)
    ratios = ", ".join(f"{each.ratio:.2f}" for each in rounds)
    claim, bare = (_p95(run.claims) for run in (middle.ours, middle.loop))
    found = [
        Compared(
            *(what, "bare loop, row by row, the same rows", 0, ours, loop),
            *(f"ratio at least {LEAST}", ours >= LEAST * loop, f"rounds: {ratios}", "offers/s"),
        ),
        Compared("the same", f"{LOOPS[1]} such loops at once", 0, ours, loops, unit="offers/s"),
    ]
    for number, run in zip(PROCESSES, more, strict=True):
        told = ("none twice", True, "rows and posts were counted", "offers/s")
        found.append(
            Compared(f"the same, {number} processes", "1 process", 0, run.rate, ours, *told)
        )
    return [
        *found,
        Compared(
            *("claiming due offers meanwhile", "one, by the bare loop", 95, claim, bare),
            *(f"< {SOON * 1000:.0f} ms", claim < SOON),
        ),
        Compared(
            *(f"claiming {CLAIMED}, {size.later:,} later", f"{FEW_LATER:,} later", 50, many, few),
            *(f"growth under {GROWTH:.0%}", many < few * (1 + GROWTH)),
            f"median of {TIMES}, each the quickest of {CLAIMS}",
        ),
    ]


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=100, method="inclusive")[94]


async def _claiming(services: Services, line: Any) -> float:
    """Return the seconds of a claim, with nobody else there."""
    times = []
    for _ in range(TIMES):
        await line.execute("VACUUM ANALYZE offers")
        quickest = []
        for _ in range(CLAIMS):
            async with services.store.queues(claiming=True) as queues:
                begun = perf_counter()
                claims = await queues.claim_offers(NOW, LEASE, CLAIMED)
                quickest.append(perf_counter() - begun)
            async with services.store.queues(claiming=True) as queues:
                await queues.release_offers(claims)
        times.append(min(quickest))
    return median(times)


async def _ours(line: Any, database: str, redis: Path, due: int, number: int) -> Run:
    """Let so many processes send what is due."""
    await unsent(line)
    told = [(database, str(redis), NOW.isoformat(), str(seed)) for seed in range(2, 2 + number)]
    running = [await Child.started(SENDING, "send", *each) for each in told]
    for process in running:
        await process.heard()
    begun = perf_counter()
    for process in running:
        process.tell("go")
    said = [json.loads(await process.heard()) for process in running]
    seconds = perf_counter() - begun
    for process in running:
        await process.ended()
    await _once_each(line, due, Counter(peer for each in said for peer in each["posted"]))
    return Run(due / seconds, [claim for each in said for claim in each["claims"]])


async def _bare(line: Any, address: str, services: Services, due: int, loops: int) -> Run:
    await unsent(line)
    clock = SetClock(NOW)
    pms = pms_of_many(services, NOW)
    _, seconds, claims = await bare_sending(address, loops, pms, Ids(clock, loops), clock.now())
    await _once_each(
        line, due, Counter({peer: len(said) for peer, said in pms.world.messages.items()})
    )
    return Run(due / seconds, claims)


async def _once_each(line: Any, due: int, posted: Counter[str]) -> None:
    counted = await line.fetchrow(
        "SELECT (SELECT count(*) FROM offers WHERE status = 'offered' AND id LIKE 'offer-%'),"
        " (SELECT count(DISTINCT offer_id) FROM contacts), (SELECT count(*) FROM contacts),"
        " (SELECT count(*) FROM stay_claims WHERE live), (SELECT count(*) FROM messages),"
        " (SELECT count(*) FROM outbox WHERE state = 'sent'),"
        " (SELECT count(*) FROM decisions WHERE stage = 'sending')"
    )
    rows = (*counted, len(posted), posted.total())
    if set(rows) != {due}:
        raise RuntimeError(f"{due} were due, and this is what was written and posted: {rows}")


def not_sent() -> list[Compared]:
    """Return the row where no PostgreSQL could be had."""
    target = f"ratio at least {LEAST}"
    return [Compared("stay offers sent", "", 0, 0, 0, target, None, "not measured: no PostgreSQL")]
