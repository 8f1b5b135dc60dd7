"""Rows live through a change of their tables, and what guarded them guards them still (O4, X9)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import URL, inspect, text
from sqlalchemy.exc import IntegrityError

from jirani.store.engine import open_engine
from jirani.store.migrate import WrongSchema, check, downgrade, migrate
from jirani.store.work import Store
from tests.support.databases import plain_postgres
from tests.support.inn import open_inn
from tests.support.looking import one, rows
from tests.support.twins import fill

pytestmark = pytest.mark.anyio

BEFORE_STAYS = "0003"
Kept = dict[str, list[dict[str, Any]]]


@pytest.fixture
async def plain_database(postgres_template: str) -> AsyncIterator[URL]:
    """A PostgreSQL database whose owner is not a superuser."""
    async with plain_postgres(postgres_template) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres", "plain"])
def url(request: pytest.FixtureRequest) -> URL:
    """SQLite; PostgreSQL as its superuser; and as an owner whom row security holds as well."""
    found: URL = request.getfixturevalue(f"{request.param}_database")
    return found


@pytest.fixture
async def store(url: URL) -> AsyncIterator[Store]:
    """Two businesses with a row of every kind."""
    opened = Store(open_engine(url))
    for number, name in enumerate(("a", "b"), start=1):
        async with opened.begin(name) as work:
            await fill(work, name, number, ("1", "2"))
    yield opened
    await opened.close()


@pytest.fixture
async def outside(url: URL) -> AsyncIterator[Store]:
    """The same database as somebody sees it whom nothing is hidden from."""
    opened = Store(open_engine(url if url.username is None else url.set(username="owner")))
    yield opened
    await opened.close()


async def everything(store: Store) -> Kept:
    """Return every row of every table, by the names of its columns."""
    found: Kept = {}
    async with store.engine.connect() as line:
        for table in await line.run_sync(lambda c: inspect(c).get_table_names()):
            records = await line.execute(text(f"SELECT * FROM {table}"))
            found[table] = sorted((dict(each) for each in records.mappings()), key=str)
    await store.engine.dispose()  # PostgreSQL's connections remember what a `*` stood for
    return found


def as_before(now: Kept, then: Kept) -> Kept:
    """Of what there is now, keep the tables and columns that there were then."""
    return {
        table: sorted(({name: row[name] for name in old[0]} for row in now[table]), key=str)
        for table, old in then.items()
        if old
    }


async def test_cross_sells_and_all_they_lead_to_live_through_both_directions(
    store: Store, outside: Store
) -> None:
    full = await everything(outside)
    await downgrade(store.engine, BEFORE_STAYS)
    then = await everything(outside)

    assert {row["kind"] for row in then["offers"]} == {"cross_sell"}
    for table, n in (("offers", 8), ("sales", 8), ("contacts", 8), ("snippets", 4)):
        assert len(then[table]) == n, table
    assert "reservation_id" not in then["offers"][0]

    await migrate(store.engine)
    await check(store.engine)
    now = await everything(outside)
    kept = {table: old for table, old in then.items() if old and table != "alembic_version"}
    assert as_before(now, kept) == kept
    assert {(row["asked_again"], row["attempts"]) for row in now["offers"]} == {(0, 0)}
    untouched = set(full) & set(then) - {
        *("alembic_version", "offers", "sales", "contacts"),
        "identities",  # they forget who wants to hear of freed slots
    }
    assert {table: now[table] for table in untouched} == {table: full[table] for table in untouched}


async def test_after_it_the_same_is_refused_as_before(store: Store, outside: Store) -> None:
    await downgrade(store.engine, BEFORE_STAYS)
    await migrate(store.engine)
    for broken in (
        "UPDATE contacts SET offer_id = 'nobody' WHERE id = 'o1'",
        "UPDATE sales SET offer_id = 'nobody' WHERE id = 'o1'",
        "UPDATE offers SET customer_id = 'nobody' WHERE id = 'o1'",
        "DELETE FROM offers WHERE id = 'o1'",
        "UPDATE offers SET replaces = NULL WHERE id = 'r1'",
        "UPDATE offers SET starts_at = NULL WHERE id = 'o1'",
    ):
        with pytest.raises(IntegrityError):
            async with outside.engine.execution_options(writes=True).begin() as line:
                await line.execute(text(broken))


async def test_the_connection_that_rebuilt_tables_is_nobody_s_afterwards(
    sqlite_empty: URL,
) -> None:
    store = Store(open_engine(sqlite_empty, pool=1))
    await migrate(store.engine)
    assert await one(store, "PRAGMA foreign_keys") == 1
    await downgrade(store.engine, BEFORE_STAYS)
    assert await one(store, "PRAGMA foreign_keys") == 1
    await store.close()


async def test_a_database_with_loose_rows_is_not_migrated(sqlite_database: URL) -> None:
    store = Store(open_engine(sqlite_database))
    await open_inn(store)
    await downgrade(store.engine, BEFORE_STAYS)
    async with store.engine.execution_options(writes=True, rebuilds=True).connect() as line:
        await line.run_sync(lambda connection: connection.detach())
        async with line.begin():
            await line.execute(text("UPDATE threads SET customer_id = 'nobody'"))
    with pytest.raises(WrongSchema, match="2 rows point at rows that are not there"):
        await migrate(store.engine)
    assert await one(store, "SELECT version_num FROM alembic_version") == BEFORE_STAYS
    assert await rows(store, "SELECT 1 FROM sqlite_master WHERE name = 'listings'") == []
    await store.close()
