"""Bringing a database's schema up to date, once, however many processes start together."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine


async def migrate(engine: AsyncEngine, revision: str = "head") -> None:
    """Upgrade to a revision; safe to run twice and by two processes at once."""
    async with engine.execution_options(writes=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(
                text("SELECT pg_advisory_xact_lock(hashtext('jirani.migrate'))")
            )
        await connection.run_sync(lambda c: command.upgrade(configuration(c), revision))


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
