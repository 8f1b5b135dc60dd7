"""All rows of a salon at one moment, read in one query as the database's owner sees them."""

import json
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from jirani.store.base import Instant
from jirani.store.tables import Base

Row = SimpleNamespace


@dataclass(frozen=True)
class Seen:
    """The rows of each table by their keys; two are equal if nothing has changed between them."""

    appointments: list[Row]
    proposals: list[Row]
    offers: list[Row]
    sales: list[Row]
    contacts: list[Row]
    payments: list[Row]
    payment_items: list[Row]
    threads: list[Row]
    messages: list[Row]
    outbox: list[Row]

    def one(self, table: str, id: str) -> Row:
        """Return a row by its id."""
        rows: list[Row] = getattr(self, table)
        return next(each for each in rows if each.id == id)

    def paying_for(self, appointment_id: str) -> list[Row]:
        """Return the payments that name an appointment, or what it was moved from, oldest first."""
        was = {appointment_id}
        for moved in reversed(self.proposals):  # a later move may be of what an earlier one made
            if moved.status == "accepted" and moved.moves_id and moved.appointment_id in was:
                was.add(moved.moves_id)
        naming = {i.payment_id for i in self.payment_items if i.appointment_id in was}
        return [each for each in self.payments if each.id in naming]


TABLES = tuple(each.name for each in fields(Seen))


async def see(connection: AsyncConnection) -> Seen:
    """Read every row there is."""
    (answers,) = await connection.execute(_query(connection.dialect.name))
    return Seen(*(_rows(name, found) for name, found in zip(TABLES, answers, strict=True)))


def _rows(table: str, found: str | list[dict[str, Any]]) -> list[Row]:
    instants = [c.name for c in Base.metadata.tables[table].columns if isinstance(c.type, Instant)]
    rows = json.loads(found) if isinstance(found, str) else found
    for row in rows:
        for name in instants:
            row[name] = row[name] and _moment(row[name])
    return [Row(**row) for row in rows]


@cache
def _moment(written: str) -> datetime:
    at = datetime.fromisoformat(written)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@cache
def _query(dialect: str) -> TextClause:
    collected = _as_sqlite if dialect == "sqlite" else _as_postgres
    return text("SELECT " + ", ".join(f"({collected(name)})" for name in TABLES))


def _as_postgres(table: str) -> str:
    return f"SELECT coalesce(json_agg(t ORDER BY {_key(table)}), '[]') FROM {table} AS t"


def _as_sqlite(table: str) -> str:
    pairs = (f"'{c.name}', {c.name}" for c in Base.metadata.tables[table].columns)
    return (
        f"SELECT json_group_array(json_object({', '.join(pairs)})) "
        f"FROM (SELECT * FROM {table} ORDER BY {_key(table)})"
    )


def _key(table: str) -> str:
    return ", ".join(column.name for column in Base.metadata.tables[table].primary_key)


def changed(before: Seen, after: Seen) -> list[str]:
    """Say how the rows differ."""
    told = []
    for table in TABLES:
        old, new = getattr(before, table), getattr(after, table)
        told += [f"- {table} {row}" for row in old if row not in new]
        told += [f"+ {table} {row}" for row in new if row not in old]
    return told
