"""A database lent again is like a new one: tests must not hear of each other."""

import pytest
from sqlalchemy import text

from jirani.store.engine import open_engine
from jirani.store.tables import TABLES
from jirani.store.work import Store
from tests.support.databases import fresh_postgres
from tests.support.twins import fill

pytestmark = pytest.mark.anyio

CHANGES = (
    "ALTER TABLE threads DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE threads ALTER channel DROP NOT NULL",
    "ALTER TABLE appointments DROP CONSTRAINT appointments_staff_overlap",
    "ALTER TABLE appointments DISABLE TRIGGER ALL",
    "CREATE INDEX another ON threads (channel)",
    "CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE POLICY everybody ON threads USING (true)",
    "CREATE SCHEMA another",
    "GRANT SELECT (peer) ON threads TO PUBLIC",
    "UPDATE alembic_version SET version_num = '9999'",
)


async def test_it_is_without_rows_and_nobody_is_in_it(postgres_template: str) -> None:
    async with fresh_postgres(postgres_template) as url:
        left_open = Store(open_engine(url))
        async with left_open.begin("a") as work:
            await fill(work, "a", 1, ("1", "2"))
        async with left_open.engine.connect() as line:
            await line.execute(text("LOCK TABLE threads"))
            await line.commit()
    async with fresh_postgres(postgres_template) as again:
        assert again == url
        engine = open_engine(again)
        async with engine.connect() as line:
            for table in TABLES:
                found = await line.execute(text(f"SELECT count(*) FROM {table.name}"))
                assert found.scalar_one() == 0, table.name
            others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            assert (await line.execute(text(others))).scalar_one() == 1
        await engine.dispose()
    await left_open.close()


@pytest.mark.parametrize("change", CHANGES)
async def test_one_in_which_more_than_rows_has_changed_is_not_lent_again(
    postgres_template: str, change: str
) -> None:
    async with fresh_postgres(postgres_template) as url:
        engine = open_engine(url)
        async with engine.begin() as line:
            await line.execute(text(change))
        await engine.dispose()
    async with fresh_postgres(postgres_template) as again:
        assert again != url
