"""Marks in everything that belongs to somebody else: whoever shows one has told on them."""

from collections.abc import Iterator

from sqlalchemy import JSON, Column, ColumnElement, String, Table, Text, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from jirani.store.base import Word
from jirani.store.tables import TABLES
from jirani.store.work import Store

MARK = "Canary"
# Words the code itself must know, keys of the world outside, and what checks its own form.
_FIXED = frozenset(
    {"business_id", "vertical", "zone", "currency", "locale", "channel", "peer", "status", "state"}
    | {"stage", "author", "language", "kind", "purpose", "source", "dial", "action", "settled_by"}
    | {"method", "guard", "reason", "relation", "direction", "button", "dedupe_key", "value"}
    | {"subject", "follows", "moved_from", "replaces", "slug"}  # ids and addresses
)


async def planted(store: Store, business_id: str, customer_id: str | None = None) -> list[str]:
    """Mark every free text of a business, or of one of its guests; return marks and ids.

    Ids cannot be changed, so those of the rows count as marks themselves.
    """
    marks: list[str] = []
    async with store.engine.begin() as connection:
        for table in TABLES:
            mine = await _mine(connection, table, business_id, customer_id)
            if mine is None:
                continue
            if "id" in table.c:
                marks += [
                    str(id) for id in await connection.scalars(select(table.c.id).where(mine))
                ]
            for column in _texts(table):
                mark = f"{MARK}{table.name}{column.name}{customer_id or business_id}"
                await connection.execute(update(table).where(mine).values({column: mark}))
                marks.append(mark)
    return marks


async def _mine(
    connection: AsyncConnection, table: Table, business_id: str, customer_id: str | None
) -> ColumnElement[bool] | None:
    """Return what picks the rows; None where a table keeps nothing of a single guest."""
    mine = table.c.business_id == business_id
    if customer_id is None:
        return mine
    if table.name == "customers":
        return mine & (table.c.id == customer_id)
    if "customer_id" in table.c:
        return mine & (table.c.customer_id == customer_id)
    if "thread_id" in table.c:
        [threads] = [each for each in TABLES if each.name == "threads"]
        own = select(threads.c.id).where(threads.c.customer_id == customer_id)
        found = list(await connection.scalars(own))
        return mine & table.c.thread_id.in_(found)
    return None


def _texts(table: Table) -> Iterator[Column[str]]:
    for column in table.columns:
        free = isinstance(column.type, String | Text) and not isinstance(column.type, JSON | Word)
        fixed = column.primary_key or column.foreign_keys or column.name in _FIXED
        if free and not fixed and not column.name.endswith("_id"):
            yield column
