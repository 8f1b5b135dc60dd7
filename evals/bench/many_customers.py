"""A business with very many customers, and what a few months have left of them in its rows."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import asyncpg

DAY, QUARTER, HOUR = timedelta(days=1), timedelta(minutes=15), timedelta(hours=1)
AT_ONCE = 10_000  # customers written together
A_NIGHTS_BATCH = 1_000  # customers whose scores were computed at one moment
OPEN_FROM, HOURS = 6, 10  # of a working day, in UTC; a booking takes one hour

_ABOUT = {
    "customers": ("id", "name", "locale", "offers_stopped_at", "created_at"),
    "identities": ("channel", "peer", "customer_id", "opted_in_at", "opted_in_how"),
    "customer_scores": (
        *("customer_id", "listens", "points", "tier", "voids", "computed_at"),
        *("by_tier", "by_score", "by_time"),
    ),
    "appointments": (
        *("id", "thread_id", "customer_id", "service_id", "staff_id", "starts_at", "ends_at"),
        *("busy_until", "price", "currency", "status", "source", "cancelled_at"),
    ),
    "slot_openings": (
        *("id", "root_id", "appointment_id", "left_by", "service_id", "staff_id", "starts_at"),
        *("ends_at", "busy_until", "price", "currency", "status", "opened_at", "looks_at"),
        *("depth", "reason"),
    ),
    "payments": (
        *("id", "thread_id", "amount", "currency", "status", "method", "attempt", "created_at"),
        *("token", "queries"),
    ),
    "payment_items": ("payment_id", "appointment_id", "amount"),
    "offers": (
        *("id", "kind", "thread_id", "customer_id", "service_id", "staff_id", "starts_at"),
        *("ends_at", "busy_until", "price", "currency", "status", "offered_seq", "offered_at"),
        *("expires_at", "settled_at", "reason", "opening_id", "lane"),
    ),
    "contacts": ("id", "customer_id", "offer_id", "kind", "proactive", "sent_at"),
}
# When they were last asked stands with their score, too, as the contact ledger writes it there.
ASKED_AT = (
    "UPDATE customer_scores SET asked_at = (SELECT max(sent_at) FROM contacts"
    " WHERE contacts.business_id = customer_scores.business_id"
    " AND contacts.customer_id = customer_scores.customer_id AND proactive)"
    " WHERE EXISTS (SELECT 1 FROM contacts"
    " WHERE contacts.business_id = customer_scores.business_id"
    " AND contacts.customer_id = customer_scores.customer_id)"
)
Rows = dict[str, list[tuple[Any, ...]]]


class People:
    """Customers in R3's sense, made up from a seed: the same ones on every database.

    All of them want to be told of freed slots. Of a thousand, 100 have a booking ahead, 600 have
    been there in the last half year, 50 were offered something in the last week, 20 want no offers.
    """

    def __init__(self, business_id: str, customers: int, now: datetime) -> None:
        self.business_id = business_id
        self.customers = customers
        self.now = now.astimezone(UTC)
        self._chance = Random(8)
        self._staff = max(4, customers // 1_000)
        self._ahead = 0

    def batches(self) -> Iterator[Rows]:
        """Make them up, some thousands at a time, by table."""
        for first in range(0, self.customers, AT_ONCE):
            rows: Rows = {table: [] for table in _ABOUT}
            for n in range(first, min(first + AT_ONCE, self.customers)):
                self._person(rows, n)
            yield rows

    def asked(self, customer_ids: Iterable[str], opening_id: str, each: timedelta) -> Rows:
        """Make up that some were offered a slot before, one after the other until now."""
        rows: Rows = {"offers": [], "contacts": []}
        ids = [*customer_ids]
        for n, id in enumerate(ids):
            at = self.now - (len(ids) - n) * each
            self._offered(rows, id, f"{opening_id}-{n}", opening_id, at, "expired")
        return rows

    def _person(self, rows: Rows, n: int) -> None:
        chance, now = self._chance, self.now
        id = f"customer-{n:07}"
        since = now - timedelta(days=chance.randrange(10, 400))
        stopped = now - chance.random() * 9 * DAY if chance.random() < 0.02 else None
        rows["customers"].append((id, f"Customer {n}", "en", stopped, since))
        rows["identities"].append(("memory", id, id, since, "chat"))
        rows["customer_scores"].append((id, True, *self._scored(n)))
        for _ in range(chance.choices(range(5), (40, 30, 15, 10, 5))[0]):
            self._been(rows, id)
        if chance.random() < 0.1:
            self._comes(rows, id)
        if chance.random() < 0.05:
            at = now - chance.random() * 7 * DAY
            status = "accepted" if chance.random() < 0.1 else "expired"
            self._offered(rows, id, f"earlier-{n}", f"earlier-{n}", at, status)

    def _scored(self, n: int) -> tuple[Any, ...]:
        chance = self._chance
        tier, rank, low, high = chance.choices(
            (("top", 0, 80, 100), ("neutral", 1, 40, 79), ("risk", 2, 0, 39)), (20, 70, 10)
        )[0]
        points = chance.randint(low, high)
        at = self.now - 8 * HOUR + n // A_NIGHTS_BATCH * timedelta(milliseconds=200)
        since = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        return points, tier, 0 if rank < 2 else 2, at, rank, -points, -since

    def _been(self, rows: Rows, customer_id: str) -> None:
        chance = self._chance
        number = len(rows["appointments"])
        id = f"{customer_id}-{number}"
        day = (self.now - chance.randrange(1, 200) * DAY).replace(minute=0, second=0)
        at = day.replace(hour=OPEN_FROM + chance.randrange(HOURS), microsecond=0)
        status, paid, left = chance.choices(
            (
                ("completed", "paid", None),
                ("released", "failed", None),
                ("cancelled", "paid", at - 2 * HOUR),
                ("cancelled", "refunded", at - 2 * DAY),
                ("completed", "due_at_venue", None),
            ),
            (70, 10, 5, 5, 10),
        )[0]
        staff = f"staff-{chance.randrange(self._staff)}"
        rows["appointments"].append(
            _appointment(id, customer_id, staff, at, status=status, cancelled_at=left)
        )
        rows["payments"].append(
            (id, id, 120_000, "KES", paid, "memory", 1, at - DAY, f"token-{id}", 0)
        )
        rows["payment_items"].append((id, id, 120_000))

    def _comes(self, rows: Rows, customer_id: str) -> None:
        """Book somebody ahead: every staff member has one hour after the other, from tomorrow."""
        turn, staff = divmod(self._ahead, self._staff)
        self._ahead += 1
        day, hour = divmod(turn, HOURS)
        morning = (self.now + (1 + day) * DAY).replace(minute=0, second=0, microsecond=0)
        at = morning.replace(hour=OPEN_FROM) + hour * HOUR
        rows["appointments"].append(
            _appointment(f"{customer_id}-next", customer_id, f"staff-{staff}", at)
        )

    def _offered(
        self, rows: Rows, customer_id: str, id: str, opening_id: str, at: datetime, status: str
    ) -> None:
        start = at + 5 * HOUR
        slot = ("manicure", "staff-0", start, start + HOUR, start + HOUR, 120_000, "KES")
        over = (0, at, at + QUARTER, at + QUARTER, "", opening_id, 0)
        about = ("slot_recovery", customer_id, customer_id)
        rows["offers"].append((id, *about, *slot, status, *over))
        rows["contacts"].append((id, customer_id, id, "slot_recovery", True, at))


def _appointment(
    id: str,
    customer_id: str,
    staff_id: str,
    at: datetime,
    *,
    status: str = "confirmed",
    cancelled_at: datetime | None = None,
) -> tuple[Any, ...]:
    whose = (id, customer_id, customer_id, "manicure", staff_id)
    return (*whose, at, at + HOUR, at + HOUR, 120_000, "KES", status, "chat", cancelled_at)


async def copied(line: asyncpg.Connection, business_id: str, rows: Rows) -> None:
    """Write rows to PostgreSQL. Nobody checks what they refer to: that takes minutes."""
    async with line.transaction():
        await line.execute("SET LOCAL session_replication_role = replica")
        for table, records in rows.items():
            await line.copy_records_to_table(
                table,
                columns=("business_id", *_ABOUT[table]),
                records=((business_id, *each) for each in records),
            )


def inserted(file: Path, business_id: str, rows: Rows) -> None:
    """Write rows to SQLite, which by itself does not check what they refer to."""
    with closing(sqlite3.connect(file)) as line, line:
        for table, records in rows.items():
            columns = ("business_id", *_ABOUT[table])
            places = ", ".join("?" * len(columns))
            line.executemany(
                f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})",
                ((business_id, *map(_plain, each)) for each in records),
            )


def _plain(value: object) -> object:
    return f"{value:%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value
