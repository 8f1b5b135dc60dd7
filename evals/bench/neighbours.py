"""Looking for the neighbouring slot in houses of three sizes."""

import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import datetime
from pathlib import Path

from evals.bench.big_house import DAYS, HOUSE, STAFF, first_of_each, multiply
from evals.bench.timing import Compared, Times
from evals.ground import Ground, Opened, sqlite
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.services import Case, Services
from jirani.services.clock import SetClock
from jirani.services.cross_selling import find_options
from jirani.store.redis_client import Breaker

SIZES = (100, 1_000, 10_000)  # services
LOOKS, WARM_UP = 60, 5
SOON = 0.025


async def neighbours(ground: Ground, empty: Path, now: datetime) -> list[Compared]:
    """Measure by turns, on SQLite, all that the tool reads, the catalogue it needs included."""
    async with AsyncExitStack() as stack:
        looks = []
        for size in SIZES:
            file = ground.folder / f"house-{size}.db"
            shutil.copy(empty, file)
            services = await stack.enter_async_context(_opened(ground, file, now))
            await first_of_each(services, now)
            with closing(sqlite3.connect(file)) as database, database:
                multiply(database, size, now)
            looks.append(await _look(services))
        every = [Times() for _ in SIZES]
        for _ in range(WARM_UP + LOOKS):
            for times, look in zip(every, looks, strict=True):
                await times.add(look)
    for times in every:
        del times.seconds[:WARM_UP]
    small, large, huge = every
    beside, house = f"with {SIZES[0]} services", f"{STAFF} staff, {DAYS} booked days"
    met = large.percentile(95) < SOON
    found = f"find_cross_sell_options, {SIZES[1]:,} services, {house}"
    return [
        Compared.at(
            95, found, large, beside, small, target=f"p95 under {SOON * 1000:.0f} ms", met=met
        ),
        Compared.at(50, "the same", large, beside, small, note="how it grows"),
        Compared.at(50, f"with {SIZES[2]:,} services", huge, beside, small, note="how it grows"),
    ]


async def _look(services: Services) -> Callable[[], Awaitable[None]]:
    async with services.store.read(HOUSE.id) as work:
        dials = await services.dials(work, HOUSE)
    case = Case(services, HOUSE, dials, "customer-0", "thread-0", 1)

    async def look() -> None:
        found = await find_options(case, declined=False, offered_before=False)
        if not found.decision.allowed:
            raise RuntimeError(found.decision)

    return look


@asynccontextmanager
async def _opened(ground: Ground, file: Path, now: datetime) -> AsyncIterator[Services]:
    clock = SetClock(now)
    opened = Opened(ground, sqlite(file), clock, MemoryGateway(clock.now), {}, Breaker(), seed=1)
    try:
        yield opened.services
    finally:
        await opened.close()
