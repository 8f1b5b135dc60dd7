"""Bringing a database's schema up to date, once, however many processes start together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from jirani.store.schema import APP_ROLE


class WrongSchema(RuntimeError):
    """The database is older or newer than this program; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Revisions:
    """Where a database's schema stands, `None` without tables, and where this program's does."""

    found: str | None
    head: str

    @property
    def current(self) -> bool:
        """Tell whether the two are the same."""
        return self.found == self.head


async def migrate(engine: AsyncEngine, revision: str = "head") -> Revisions:
    """Upgrade to a revision, safe twice and by two at once; return where the schema stood before.

    Raises WrongSchema if a newer program has migrated it.
    """
    async with _rebuilding(engine) as connection:
        before = await connection.run_sync(_revisions)
        if not before.current:
            await connection.run_sync(lambda c: command.upgrade(configuration(c), revision))
            if connection.dialect.name == "postgresql":
                # So that a process whose user owns nothing can look where the schema stands.
                await connection.execute(text(f"GRANT SELECT ON alembic_version TO {APP_ROLE}"))
            await _look_at_keys(connection)
    return before


async def downgrade(engine: AsyncEngine, revision: str) -> None:
    """Take revisions back, down to this one; what only the later ones can hold is gone then."""
    async with _rebuilding(engine) as connection:
        await connection.run_sync(lambda c: command.downgrade(configuration(c), revision))
        await _look_at_keys(connection)


@asynccontextmanager
async def _rebuilding(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Open the one transaction in which a schema changes, alone among all processes.

    SQLite changes a table by building it anew beside the old one, which then goes: the keys of
    rows that point at it are not enforced meanwhile. So this connection never goes back to the
    others.
    """
    async with engine.execution_options(writes=True, rebuilds=True).connect() as connection:
        await connection.run_sync(Connection.detach)
        async with connection.begin():
            if connection.dialect.name == "postgresql":
                await connection.execute(
                    text("SELECT pg_advisory_xact_lock(hashtext('jirani.migrate'))")
                )
            yield connection


async def _look_at_keys(connection: AsyncConnection) -> None:
    if connection.dialect.name == "sqlite":
        loose = (await connection.execute(text("PRAGMA foreign_key_check"))).all()
        if loose:
            raise WrongSchema(
                f"{len(loose)} rows point at rows that are not there, first in {loose[0][0]}. "
                "Nothing was changed: restore a back-up."
            )


async def revisions(engine: AsyncEngine) -> Revisions:
    """Look where the schema stands, changing nothing. Raises WrongSchema for a newer one."""
    async with engine.connect() as connection:
        return await connection.run_sync(_revisions)


async def require_current(engine: AsyncEngine) -> None:
    """Raise WrongSchema unless the schema is exactly what this program knows."""
    at = await revisions(engine)
    if not at.current:
        stands = f"at revision {at.found}" if at.found else "without tables"
        raise WrongSchema(
            f"The database is {stands}, and this Jirani needs revision {at.head}: "
            "run `jirani migrate` first."
        )


async def check(engine: AsyncEngine) -> None:
    """Raise if the tables in code and the migrated schema differ."""
    async with engine.connect() as connection:
        await connection.run_sync(lambda c: command.check(configuration(c)))


def configuration(connection: Connection) -> Config:
    """Return Alembic's configuration for an open connection."""
    config = Config()
    config.set_main_option("script_location", str(files("jirani.store") / "migrations"))
    config.attributes["connection"] = connection
    return config


def _revisions(connection: Connection) -> Revisions:
    found = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory.from_config(configuration(connection))
    known = {script.revision for script in scripts.walk_revisions()}
    if found is not None and found not in known:
        raise WrongSchema(
            f"The database is at revision {found}, which this Jirani does not know: a newer one "
            "has migrated it. Run that one, or restore a back-up."
        )
    return Revisions(found, scripts.get_current_head() or "")
