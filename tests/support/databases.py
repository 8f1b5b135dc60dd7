"""Fresh databases: a template is migrated once, each test gets a copy, or one emptied again."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from jirani.store.engine import open_engine
from jirani.store.migrate import migrate
from jirani.store.schema import APP_ROLE, JOBS_ROLE
from tests.support.lending import Lendable

_TEMPLATE = "jirani_template"
_numbers = count(1)
_free: dict[tuple[str, str], list[Lendable]] = {}  # by the server's folder and who made them
_PLAIN_ROLE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'plain') THEN CREATE ROLE plain LOGIN; END IF;
END $$
"""


def sqlite_url(file: Path) -> URL:
    return URL.create("sqlite+aiosqlite", database=str(file))


def postgres_url(folder: str, name: str) -> URL:
    """Address a database as the superuser: row security must hold all the same."""
    return URL.create("postgresql+asyncpg", username="owner", database=name, query={"host": folder})


async def migrated(url: URL) -> None:
    engine = open_engine(url)
    await migrate(engine)
    await engine.dispose()


async def make_template(folder: str) -> None:
    await _run(folder, f"CREATE DATABASE {_TEMPLATE}")
    await migrated(postgres_url(folder, _TEMPLATE))


@asynccontextmanager
async def empty_postgres(folder: str) -> AsyncIterator[URL]:
    """Lend a database without tables."""
    name = await _copied(folder, "template0")
    try:
        yield postgres_url(folder, name)
    finally:
        await _dropped(folder, name)


@asynccontextmanager
async def fresh_postgres(folder: str) -> AsyncIterator[URL]:
    """Lend a migrated database without rows."""
    async with _lent(folder, _copied_template) as url:
        yield url


@asynccontextmanager
async def plain_postgres(folder: str) -> AsyncIterator[URL]:
    """Lend one that a role owns, and has migrated, that may not even make roles."""
    async with _lent(folder, _plain) as url:
        yield url.set(username="plain")


def fresh_sqlite(template: Path, folder: Path) -> URL:
    return sqlite_url(Path(shutil.copy(template, folder / "jirani.db")))


@asynccontextmanager
async def _lent(folder: str, make: Callable[[str], Awaitable[str]]) -> AsyncIterator[URL]:
    """Lend a new database, or one of the same making that was emptied since."""
    free = _free.setdefault((folder, make.__name__), [])
    lent = free.pop() if free else await Lendable.of(folder, await make(folder))
    try:
        yield postgres_url(folder, lent.name)
    finally:
        if await lent.emptied():
            free.append(lent)
        else:
            await _dropped(folder, lent.name)


async def _copied_template(folder: str) -> str:
    return await _copied(folder, _TEMPLATE)


async def _plain(folder: str) -> str:
    name = await _copied(folder, "template0")
    await _run(folder, _PLAIN_ROLE)
    await _run(folder, f"GRANT {APP_ROLE}, {JOBS_ROLE} TO plain")
    await _run(folder, f"ALTER DATABASE {name} OWNER TO plain")
    await migrated(postgres_url(folder, name).set(username="plain"))
    return name


async def _copied(folder: str, template: str) -> str:
    name = f"test_{next(_numbers)}"
    await _run(folder, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    return name


async def _dropped(folder: str, name: str) -> None:
    await _run(folder, f"DROP DATABASE {name} WITH (FORCE)")


async def _run(folder: str, statement: str) -> None:
    engine = create_async_engine(
        postgres_url(folder, "postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    )
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()
