"""Who is asked next for a freed slot, among very many customers and beside fewer (R2, R3)."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

import asyncpg

from evals.bench.many_customers import ASKED_AT, HOUR, QUARTER, People, Rows, copied, inserted
from evals.bench.timing import Compared, Times
from jirani.rules.facts import (
    Business,
    ContactPolicy,
    Opening,
    OpeningStatus,
    PaymentPolicy,
    RecoveryPolicy,
)
from jirani.rules.recovery.order import Place
from jirani.rules.recovery.score import Tier
from jirani.store.engine import open_engine
from jirani.store.rows.candidates import Standing
from jirani.store.work import Store, Work

FEW, ON_SQLITE = 10_000, 100_000
MANY = "many"  # the business with many customers, on either database
ASKED, HELD = 1_000, 20_000  # who was asked for this slot before, and for others just now
PAGE, TIMES, FEWER, WARM_UP = 50, 200, 40, 20  # the slow ones are asked for less often
SOON, SOON_ON_SQLITE = 0.020, 0.050
MIDDLE = Standing("", Tier.NEUTRAL, 62, Place(1, -62, -(1 << 62)))  # half of all come before

Write = Callable[[Rows], Awaitable[None]]


class Found(NamedTuple):
    """How long it took to find whom to ask next, in each situation."""

    next: Times
    deep: Times
    told: Times
    held: Times


async def finding(database: str | None, file: Path, now: datetime, many: int) -> list[Compared]:
    """Measure on an empty, migrated PostgreSQL, if there is one, and on such a SQLite file."""
    found = []
    if database:
        few = await _on_postgres(database, "few", FEW, now)
        found += _compared(
            "PostgreSQL", many, few, await _on_postgres(database, MANY, many, now), SOON
        )
    small = file.with_name("few-customers.db")
    small.write_bytes(file.read_bytes())
    few = await _on_sqlite(small, "few", FEW, now)
    there = await _on_sqlite(file, MANY, ON_SQLITE, now)
    return [*found, *_compared("SQLite", ON_SQLITE, few, there, SOON_ON_SQLITE)]


def _compared(database: str, many: int, few: Found, found: Found, soon: float) -> list[Compared]:
    what, beside = f"who is asked next among {many:,}, {database}", f"among {FEW:,}"
    return [
        Compared.at(
            *(95, what, found.next, beside, few.next),
            target=f"p95 under {soon * 1000:.0f} ms",
            met=found.next.percentile(95) < soon,
            note=f"{PAGE} of them, behind {ASKED:,} who were asked before",
        ),
        # How it grows shows in the middle: at the edge other processes of the machine do.
        Compared.at(50, "the same", found.next, beside, few.next),
        Compared.at(50, "the same, from the middle on", found.deep, beside, few.deep),
        Compared.at(50, "all in order, from the middle on", found.told, beside, few.told),
        Compared.at(
            *(50, f"the same, behind {HELD:,} just asked for others", found.held),
            *("without those", found.next),
        ),
    ]


async def _on_postgres(database: str, business_id: str, customers: int, now: datetime) -> Found:
    line = await asyncpg.connect(database.replace("+asyncpg", ""))

    async def write(rows: Rows) -> None:
        await copied(line, business_id, rows)

    async def settled() -> None:
        await line.execute(ASKED_AT)
        await line.execute("VACUUM ANALYZE")  # as the server does by itself, sooner or later

    try:
        return await _found(database, People(business_id, customers, now), write, settled)
    finally:
        await line.close()


async def _on_sqlite(file: Path, business_id: str, customers: int, now: datetime) -> Found:
    async def write(rows: Rows) -> None:
        inserted(file, business_id, rows)

    async def settled() -> None:
        """Leave it at that: nobody ever tells SQLite how its rows are spread."""
        with closing(sqlite3.connect(file)) as line, line:
            line.execute(ASKED_AT)

    people = People(business_id, customers, now)
    return await _found(f"sqlite+aiosqlite:///{file}", people, write, settled)


async def _found(
    database: str, people: People, write: Write, settled: Callable[[], Awaitable[None]]
) -> Found:
    """Fill a business, and measure."""
    async with _business(database, people) as store:
        for rows in people.batches():
            await write(rows)
        async with store.read(people.business_id) as work:
            first = [each.customer_id for each in await work.candidates.in_order(most=HELD)]
        await write(people.asked(first[:ASKED], "opening", QUARTER))
        await settled()
        each = partial(_timed, store, people)
        found = Found(
            next=await each(_next, TIMES),
            deep=await each(partial(_next, after=MIDDLE), TIMES),
            told=await each(_told, TIMES),
            held=Times(),
        )
        if people.customers > HELD:
            await write(people.asked(first, "other", timedelta(0)))
            await settled()
            found.held.seconds += (await each(_next, FEWER)).seconds
        return found


@asynccontextmanager
async def _business(database: str, people: People) -> AsyncIterator[Store]:
    store, id = Store(open_engine(database)), people.business_id
    about = ("salon", "Africa/Nairobi", "KES", "en", PaymentPolicy.PAY_FIRST)
    try:
        async with store.begin(id) as work:
            await work.business.add(Business(id, id, id, *about), people.now)
        yield store
    finally:
        await store.close()


Asking = Callable[[Work, Opening, datetime], Awaitable[list[Standing]]]


async def _timed(store: Store, people: People, ask: Asking, number: int) -> Times:
    """Ask for one opening after the other, at other hours, each in a unit of its own."""
    times = Times()

    async def once(opening: Opening) -> None:
        async with store.read(people.business_id) as work:
            if len(await ask(work, opening, people.now)) != PAGE:
                raise RuntimeError(f"there are not {PAGE} of {people.customers:,} to be asked")

    for n in range(WARM_UP + number):
        await times.add(partial(once, _opening(people.now, n)))
    del times.seconds[:WARM_UP]
    return times


async def _next(
    work: Work, opening: Opening, now: datetime, after: Standing | None = None
) -> list[Standing]:
    policy, contact = RecoveryPolicy(), ContactPolicy()
    return await work.candidates.eligible(
        opening, (opening.id,), now, policy, contact, after=after, most=PAGE
    )


async def _told(work: Work, opening: Opening, now: datetime) -> list[Standing]:
    return await work.candidates.in_order(MIDDLE, PAGE)


def _opening(now: datetime, n: int) -> Opening:
    at = now.astimezone(UTC) + timedelta(days=1) + n * HOUR
    whose = ("opening", "opening", "appointment", "customer-0000007", "manicure", "staff-0")
    slot, terms = (at, at + HOUR, at + HOUR), (120_000, "KES")
    return Opening(*whose, *slot, *terms, OpeningStatus.OPEN, now, now)
