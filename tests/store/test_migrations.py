"""One schema on both databases, and no table that forgot its business (X9, tenancy)."""

import asyncio

import pytest
from sqlalchemy import URL

from jirani.store.engine import open_engine
from jirani.store.migrate import check, downgrade, migrate
from jirani.store.schema import APP_ROLE, JOBS_ROLE, QUEUES
from jirani.store.tables import TABLES
from jirani.store.work import Store
from tests.support.looking import rows

pytestmark = pytest.mark.anyio

NAMES = {table.name for table in TABLES}


async def tables(store: Store) -> set[str]:
    listed = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
        "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    }
    found = await rows(store, listed[store.engine.dialect.name])
    return {name for (name,) in found} - {"alembic_version"}


async def guards(store: Store) -> set[str]:
    listed = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT conname FROM pg_constraint WHERE contype = 'x'",
    }
    return {name for (name,) in await rows(store, listed[store.engine.dialect.name])}


async def test_the_migrated_schema_is_what_the_tables_in_code_say(store: Store) -> None:
    await check(store.engine)
    assert await tables(store) == NAMES


async def test_the_database_knows_every_overlap_rule_by_name(store: Store) -> None:
    expected = {
        "appointments_staff_overlap",
        "appointments_customer_overlap",
        "stay_claims_overlap",
    }
    if store.engine.dialect.name == "sqlite":
        expected = {f"{name}_{event}" for name in expected for event in ("insert", "update")}
    assert await guards(store) == expected


async def test_migrating_again_changes_nothing(store: Store) -> None:
    await migrate(store.engine)
    await check(store.engine)


async def test_two_engines_may_migrate_one_new_database_at_once(empty_database: URL) -> None:
    engines = [open_engine(empty_database) for _ in range(2)]
    await asyncio.gather(*(migrate(engine) for engine in engines))
    await check(engines[0])
    for engine in engines:
        await engine.dispose()


async def test_downgrading_leaves_nothing_and_upgrading_again_brings_all(store: Store) -> None:
    before = await guards(store)
    await downgrade(store.engine, "base")
    assert await tables(store) == set()
    await migrate(store.engine)
    assert await tables(store) == NAMES
    assert await guards(store) == before


def test_every_table_has_a_business_in_its_key() -> None:
    assert {table.name for table in TABLES if "business_id" not in table.primary_key.columns} == (
        set()
    )


def test_every_key_that_points_at_a_business_s_row_names_the_business() -> None:
    loose = [
        f"{table.name}: {key.name}"
        for table in TABLES
        for key in table.foreign_key_constraints
        if "business_id" not in key.column_keys
    ]
    assert loose == []


async def test_every_table_is_closed_by_row_security(postgres_database: URL) -> None:
    store = Store(open_engine(postgres_database))
    security = await rows(
        store,
        "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
        "AND relname <> 'alembic_version'",
    )
    policies = await rows(
        store,
        "SELECT tablename, policyname, roles::text[], qual, with_check FROM pg_policies",
    )
    await store.close()

    assert {name for name, *_ in security} == NAMES
    assert [name for name, enabled, forced in security if not (enabled and forced)] == []
    own = {name: qual for name, policy, roles, qual, _ in policies if roles == [APP_ROLE]}
    assert own.keys() == NAMES
    assert all("app.business" in qual for qual in own.values())
    assert {name for name, _, roles, *_ in policies if roles == [JOBS_ROLE]} == QUEUES.keys()
    assert len(policies) == len(NAMES) + len(QUEUES)
