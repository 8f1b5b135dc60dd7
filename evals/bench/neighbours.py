"""Looking for the neighbouring slot in a large house, beside a smaller one."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, time, timedelta
from pathlib import Path

from evals.bench.timing import Compared, Times
from evals.ground import Ground, Opened, sqlite
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.rules.facts import (
    Appointment,
    AppointmentStatus,
    Business,
    Customer,
    Direction,
    Edge,
    Hours,
    PaymentPolicy,
    Relation,
    Service,
    Staff,
    Thread,
)
from jirani.services import Case, Services
from jirani.services.clock import SetClock
from jirani.services.cross_selling import find_options
from jirani.store.redis_client import Breaker
from jirani.store.work import Work

STAFF, DAYS, A_DAY = 60, 30, 4  # appointments a day and staff member, on each of 30 days
SMALL, LARGE = 100, 1_000
DOERS, PARTNERS = 6, 3  # how many do a service, and how many services go with it
LOOKS, WARM_UP = 60, 5
LONG = timedelta(minutes=45)
HOUSE = Business(
    "big", "big", "The Big House", "salon", "UTC", "KES", "en", PaymentPolicy.PAY_FIRST
)


async def neighbours(ground: Ground, empty: Path, now: datetime) -> Compared:
    """Measure `find_cross_sell_options` by turns in both houses, on SQLite."""
    small, large = ground.folder / "small.db", ground.folder / "large.db"
    shutil.copy(empty, small)
    async with _opened(ground, small, now) as services, services.store.begin(HOUSE.id) as work:
        await _people(work, now)
        await _services(work, range(SMALL))
        await _bookings(work, now)
    shutil.copy(small, large)
    async with _opened(ground, large, now) as services, services.store.begin(HOUSE.id) as work:
        await _services(work, range(SMALL, LARGE))
    fast, slow = Times(), Times()
    async with _opened(ground, small, now) as few, _opened(ground, large, now) as many:
        looks = [await _look(few), await _look(many)]
        for _ in range(WARM_UP + LOOKS):
            for times, look in zip((fast, slow), looks, strict=True):
                await times.add(look)
    del fast.seconds[:WARM_UP], slow.seconds[:WARM_UP]
    return Compared.at(
        50,
        f"cross-sell options, {LARGE:,} services, {STAFF} staff, {DAYS} booked days",
        slow,
        f"with {SMALL} services",
        fast,
    )


async def _look(services: Services) -> Callable[[], Awaitable[None]]:
    async with services.store.read(HOUSE.id) as work:
        catalogue, dials = await work.catalogue.load(), await services.dials(work, HOUSE)
    case = Case(services, HOUSE, dials, "customer-0", "thread-0", 1)

    async def look() -> None:
        found = await find_options(case, catalogue, declined=False, offered_before=False)
        if not found.decision.allowed:
            raise RuntimeError(found.decision)

    return look


async def _people(work: Work, now: datetime) -> None:
    """Write the house, its staff's hours, and as many customers as staff."""
    await work.business.add(HOUSE, now)
    for n in range(STAFF):
        await work.catalogue.put_staff(Staff(f"staff-{n}", f"Staff {n}"))
        week = [(f"{n}-{day}", Hours(f"staff-{n}", day, time(8), time(20))) for day in range(7)]
        await work.catalogue.set_hours(f"staff-{n}", week)
        await work.customers.add(Customer(f"customer-{n}"), "bench", f"peer-{n}", now)
        await work.threads.add(
            Thread(f"thread-{n}", f"customer-{n}", "bench", f"peer-{n}", now, now)
        )


async def _services(work: Work, numbers: range) -> None:
    """Write services; each is done by a few and goes with a few of those before it."""
    for n in numbers:
        await work.catalogue.put_service(Service(f"service-{n}", f"Service {n}", 45, 0, 100_000))
        for partner in range(max(0, n - PARTNERS), n):
            await work.catalogue.put_edge(
                Edge(
                    f"service-{n}",
                    f"service-{partner}",
                    Relation.COMPLEMENTARY,
                    0.5,
                    Direction.BIDIRECTIONAL,
                )
            )
    for member in range(STAFF):
        able = {f"service-{n}" for n in range(numbers.stop) if (member - n) % STAFF < DOERS}
        await work.catalogue.put_staff(Staff(f"staff-{member}", f"Staff {member}", frozenset(able)))


async def _bookings(work: Work, now: datetime) -> None:
    """Fill the days; the time behind the first customer's newest booking stays free."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for member in range(STAFF):
        for number in range(DAYS * A_DAY):
            day, place = divmod(number, A_DAY)
            start = today + timedelta(days=1 + day, hours=9 + 2 * place)
            await work.appointments.add(
                Appointment(
                    id=f"{member:02}-{number:03}",
                    thread_id=f"thread-{member}",
                    customer_id=f"customer-{member}",
                    service_id="service-0",
                    staff_id=f"staff-{member}",
                    starts_at=start,
                    ends_at=start + LONG,
                    busy_until=start + LONG,
                    price=100_000,
                    currency=HOUSE.currency,
                    status=AppointmentStatus.CONFIRMED,
                )
            )


@asynccontextmanager
async def _opened(ground: Ground, file: Path, now: datetime) -> AsyncIterator[Services]:
    clock = SetClock(now)
    opened = Opened(ground, sqlite(file), clock, MemoryGateway(clock.now), {}, Breaker(), seed=1)
    try:
        yield opened.services
    finally:
        await opened.close()
