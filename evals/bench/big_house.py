"""A house with many services: one of everything by the product itself, and many copies of it."""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

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
from jirani.services import Services

STAFF, DAYS, A_DAY = 60, 30, 4  # appointments a day and staff member, on each of 30 days
DOERS, PARTNERS = 6, 3  # how many do a service, and how many before it it goes with
LONG = timedelta(minutes=45)
HOUSE = Business(
    "big", "big", "The Big House", "salon", "UTC", "KES", "en", PaymentPolicy.PAY_FIRST
)
Columns = dict[str, Any]


async def first_of_each(services: Services, now: datetime) -> None:
    """Write the house, and one of everything that there shall be many of."""
    async with services.store.begin(HOUSE.id) as work:
        await work.business.add(HOUSE, now)
        for n in range(2):
            await work.catalogue.put_service(
                Service(f"service-{n}", f"Service {n}", 45, 0, 100_000)
            )
        await work.catalogue.put_staff(Staff("staff-0", "Staff 0", frozenset({"service-0"})))
        await work.catalogue.set_hours("staff-0", [("0", Hours("staff-0", 0, time(8), time(20)))])
        await work.catalogue.put_edge(
            Edge("service-1", "service-0", Relation.COMPLEMENTARY, 0.5, Direction.BIDIRECTIONAL)
        )
        await work.customers.add(Customer("customer-0"), "bench", "peer-0", now)
        await work.threads.add(Thread("thread-0", "customer-0", "bench", "peer-0", now, now))
        start = _today(now) + timedelta(days=1, hours=9)
        await work.appointments.add(
            Appointment(
                id="000",
                thread_id="thread-0",
                customer_id="customer-0",
                service_id="service-0",
                staff_id="staff-0",
                starts_at=start,
                ends_at=start + LONG,
                busy_until=start + LONG,
                price=100_000,
                currency=HOUSE.currency,
                status=AppointmentStatus.CONFIRMED,
            )
        )


def multiply(database: sqlite3.Connection, size: int, now: datetime) -> None:
    """Make many of the first ones; behind each booking an hour and a quarter stays free."""
    staff, people = range(1, STAFF), range(STAFF * DAYS)
    _more(
        database,
        "services",
        ({"id": f"service-{n}", "name": f"Service {n}"} for n in range(2, size)),
    )
    _more(database, "staff", ({"id": f"staff-{n}", "name": f"Staff {n}"} for n in staff))
    _more(
        database,
        "staff_hours",
        (
            {"id": f"{n}-{day}", "staff_id": f"staff-{n}", "weekday": day}
            for n in range(STAFF)
            for day in range(7)
        ),
    )
    _more(
        database,
        "staff_services",
        (
            {"staff_id": f"staff-{(n + one) % STAFF}", "service_id": f"service-{n}"}
            for n in range(size)
            for one in range(DOERS)
            if n + one > 0
        ),
    )
    _more(
        database,
        "service_relations",
        (
            {"service_a": f"service-{n}", "service_b": f"service-{partner}"}
            for n in range(2, size)
            for partner in range(max(0, n - PARTNERS), n)
        ),
    )
    _more(database, "customers", ({"id": f"customer-{n}"} for n in people[1:]))
    _more(
        database,
        "threads",
        (
            {"id": f"thread-{n}", "customer_id": f"customer-{n}", "peer": f"peer-{n}"}
            for n in people[1:]
        ),
    )
    _more(database, "appointments", _booked(now))


def _booked(now: datetime) -> Iterator[Columns]:
    for guest in range(STAFF * DAYS):
        member, day = divmod(guest, DAYS)
        for place in range(A_DAY):
            if guest or place:
                start = _today(now) + timedelta(days=1 + day, hours=9 + 2 * place)
                end = start + LONG
                yield {
                    "id": f"{guest}-{place}",
                    "customer_id": f"customer-{guest}",
                    "thread_id": f"thread-{guest}",
                    "staff_id": f"staff-{member}",
                    "starts_at": _stored(start),
                    "ends_at": _stored(end),
                    "busy_until": _stored(end),
                }


def _more(database: sqlite3.Connection, table: str, changes: Iterable[Columns]) -> None:
    """Insert copies of a table's first row that differ in some columns."""
    first = database.execute(f"SELECT * FROM {table} LIMIT 1")
    names = [column for column, *_ in first.description]
    row = dict(zip(names, first.fetchone(), strict=True))
    places = ", ".join(f":{name}" for name in names)
    database.executemany(
        f"INSERT OR REPLACE INTO {table} VALUES ({places})", ({**row, **each} for each in changes)
    )


def _today(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _stored(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M:%S.%f")
