"""Many slots that come free at once, with two replicas: who is asked, and who next (R4, R9).

The quarter of an hour in which nobody answers is left out: both replicas' clocks jump to shortly
before its end. The end itself, and all that follows from it, happens in real time.
"""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any

import asyncpg

from evals.bench.children import Child
from evals.bench.freed_process import FREED
from evals.bench.many_customers import ASKED_AT, HOUR, People, Rows, copied
from evals.bench.sending_process import Shifted, scheduler
from evals.bench.timing import Compared, Times
from evals.seeding import make_business
from jirani.rules.facts import Catalogue
from jirani.services import Services
from jirani.services.recovery.settings import set_setting

REPLICAS, SALONS, STAFF, CUSTOMERS = 2, 4, 25, 2_000  # the last two: of each salon
AHEAD = timedelta(seconds=5)  # how long before the first deadline time goes on
SOON = timedelta(seconds=5)
LEFT_BY = "customer-0000000"
PATIENCE, PAUSE = 900.0, 0.25  # seconds until it is given up; between two looks
BASE: dict[str, Any] = {
    "services": [{"name": "Manicure", "minutes": 60, "price": 1200}],
    "staff": [
        {"name": f"Stylist {n}", "services": ["Manicure"], "hours": "daily 06:00-20:00"}
        for n in range(STAFF)
    ],
}
_TWICE = (
    "SELECT count(*) FROM (SELECT 1 FROM offers WHERE status = 'offered' AND kind = 'slot_recovery'"
    " AND business_id = ANY($1) GROUP BY business_id, opening_id HAVING count(*) > 1) AS twice"
)
_MADE = (
    "SELECT (SELECT count(*) FROM (SELECT 1 FROM offers WHERE business_id = ANY($1)"
    " AND opening_id LIKE 'freed-%' GROUP BY business_id, opening_id HAVING count(*) >= $2) AS x),"
    " (SELECT count(*) FROM outbox WHERE business_id = ANY($1) AND state <> 'sent')"
)
_OFFERS = (
    "SELECT opening_id, customer_id, business_id, id, offered_at, expires_at, settled_at, status"
    " FROM offers WHERE kind = 'slot_recovery' AND business_id = ANY($1)"
    " AND opening_id LIKE 'freed-%' ORDER BY business_id, opening_id, offered_at, id"
)


async def freeing(database: str, redis: Path, now: datetime, hours: int) -> list[Compared]:
    """Measure on a migrated PostgreSQL; so many hours of a hundred people's day come free.

    Raises:
        RuntimeError: two offers of one slot were live at once, somebody was asked too often, or
            something was not done, or not sent, or sent twice.
    """
    clock = Shifted(now - datetime.now(UTC))
    services, _, _ = scheduler(database, redis, clock, 1, now)
    line = await asyncpg.connect(database.replace("+asyncpg", ""))
    salons = [await _salon(services, line, f"freed-{n}", clock.now()) for n in range(SALONS)]
    await line.execute("VACUUM ANALYZE")
    openings = SALONS * STAFF * hours
    shift = now - datetime.now(UTC)
    running = [await _ticking(database, redis, now, shift, 2 + n) for n in range(REPLICAS)]
    clock = Shifted(shift)
    try:
        opened = await _opened(services, line, salons, clock, hours)
        await _until(line, salons, openings, 1)
        first = await line.fetchval(
            "SELECT min(expires_at) FROM offers WHERE status = 'offered' AND business_id = ANY($1)",
            salons,
        )
        await _jump(running, first - AHEAD - clock.now())
        await _until(line, salons, openings, 2)
        sent = [key for process in running for key in await _stopped(process)]
    finally:
        for process in running:
            process.kill()
        await services.store.close()
    rows = await line.fetch(_OFFERS, salons)
    await line.close()
    return _compared(_by_opening(rows, sent), opened)


async def _salon(services: Services, line: Any, slug: str, now: datetime) -> str:
    """Make a salon with people who want its freed slots; return its id."""
    id = await make_business(services, BASE, "pay-first", slug)
    await set_setting(services, id, "recovery", "on", by="bench")
    for rows in People(id, CUSTOMERS, now).batches():
        await copied(line, id, rows)
    await line.execute(ASKED_AT)
    return id


async def _opened(
    services: Services, line: Any, salons: list[str], clock: Shifted, hours: int
) -> datetime:
    """Let hours of one day come free, of everybody; return when that was."""
    for salon in salons:
        async with services.store.read(salon) as work:
            catalogue = await work.catalogue.load()
        await copied(line, salon, _freed(catalogue, clock.now(), hours))
    async with line.transaction():
        opened_at = clock.now()
        # Written before, and all of them seen at one moment: when this commits.
        await line.execute(
            "UPDATE slot_openings SET looks_at = $2, opened_at = $2 WHERE business_id = ANY($1)",
            *(salons, opened_at),
        )
    return opened_at


def _freed(catalogue: Catalogue, now: datetime, hours: int) -> Rows:
    rows: Rows = {"appointments": [], "slot_openings": []}
    (service,) = catalogue.services
    morning = (now + timedelta(days=2)).replace(hour=5, minute=0, second=0, microsecond=0)
    for member in catalogue.staff:
        for hour in range(hours):
            at = morning + hour * HOUR
            id, slot = f"freed-{member.id}-{hour}", (at, at + HOUR, at + HOUR)
            whose = (LEFT_BY, service.id, member.id)
            rows["appointments"].append(
                (id, LEFT_BY, *whose, *slot, service.price, "KES", "cancelled", "chat", now)
            )
            terms = (service.price, "KES", "open", now, None, 0, "")
            rows["slot_openings"].append((id, id, id, *whose, *slot, *terms))
    return rows


async def _until(line: Any, salons: list[str], openings: int, offers: int) -> None:
    """Wait until so many offers were made of each slot, and all have left; look for twins."""
    begun = perf_counter()
    while perf_counter() < begun + PATIENCE:
        if twice := await line.fetchval(_TWICE, salons):
            raise RuntimeError(f"{twice} slots have two live offers at once")
        made, waiting = await line.fetchrow(_MADE, salons, offers)
        if made == openings and not waiting:
            return
        await asyncio.sleep(PAUSE)
    raise RuntimeError(f"of {openings} slots {made} were offered {offers} times; {waiting} wait")


def _by_opening(rows: list[Any], sent: list[str]) -> list[list[Any]]:
    """Group offers, and look whether any rule was broken meanwhile."""
    found: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        found.setdefault((row["business_id"], row["opening_id"]), []).append(row)
    people = [(row["business_id"], row["customer_id"]) for row in rows]
    if len({*people}) != len(people):
        raise RuntimeError("somebody was asked twice within two days")
    if not len({*sent}) == len(sent) == len(rows):
        raise RuntimeError(f"{len(rows)} offers, and {len(sent)} texts, {len({*sent})} different")
    for offers in found.values():
        for one, following in pairwise(offers):
            if one["settled_at"] is None or following["offered_at"] < one["settled_at"]:
                raise RuntimeError(f"two live offers at once: {one['id']}, {following['id']}")
    return [*found.values()]


def _compared(found: list[list[Any]], opened: datetime) -> list[Compared]:
    asked, ended, again = Times(), Times(), Times()
    for first, second, *_ in found:
        asked.seconds.append((first["offered_at"] - opened).total_seconds())
        ended.seconds.append((first["settled_at"] - first["expires_at"]).total_seconds())
        again.seconds.append((second["offered_at"] - first["expires_at"]).total_seconds())
    soon = SOON.total_seconds()
    what = f"{len(found):,} slots free at once, {REPLICAS} replicas"
    return [
        Compared(
            f"{what}: an offer's end is late by",
            *("", 99, ended.percentile(99), 0, f"p99 under {soon:.0f} s"),
            ended.percentile(99) < soon,
            f"none offered twice at once; p50 {ended.percentile(50) * 1000:.0f} ms",
        ),
        Compared(
            "the same: the next is asked, after that end",
            *("", 99, again.percentile(99), 0),
            note=f"p50 {again.percentile(50) * 1000:.0f} ms",
        ),
        Compared(
            "the same: the first is asked, all at one moment",
            *("", 99, asked.percentile(99), 0),
            note=f"{len(found) / max(asked.seconds):.0f} offers a second",
        ),
    ]


async def _ticking(database: str, redis: Path, now: datetime, shift: timedelta, seed: int) -> Child:
    told = (database, str(redis), now.isoformat(), f"{seed}+{shift.total_seconds()}")
    process = await Child.started(FREED, *told)
    await process.heard()
    return process


async def _jump(running: list[Child], by: timedelta) -> None:
    for process in running:
        process.tell(str(by.total_seconds()))
    for process in running:
        await process.heard()


async def _stopped(process: Child) -> list[str]:
    process.tell("")
    keys: list[str] = json.loads(await process.heard())
    await process.ended()
    return keys
