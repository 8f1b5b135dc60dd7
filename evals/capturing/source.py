"""The database a conversation is captured from: opened to be read, never to be written."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.settings import Settings
from jirani.rules.facts import Business
from jirani.store.engine import open_engine
from jirani.store.migrate import require_current
from jirani.store.work import Store

_FILE = "sqlite+aiosqlite:///"


@asynccontextmanager
async def opened_source(settings: Settings) -> AsyncIterator[Store]:
    """Open the configured database for reading; it is neither made nor migrated.

    Raises:
        WrongSchema: another version has made its tables, or nobody has yet.
    """
    engine = open_engine(_read_only(settings.database), pooler=settings.database_pooler)
    try:
        await require_current(engine)
        # PostgreSQL refuses to write in such a transaction; SQLite's file is opened read-only.
        yield Store(engine.execution_options(postgresql_readonly=True))
    finally:
        await engine.dispose()


async def businesses(store: Store) -> list[Business]:
    """Return every business, oldest first."""
    async with store.queues() as queues:
        known = await queues.businesses()
    found = []
    for id, _ in known:
        async with store.read(id) as work:
            found.append(await work.business.get())
    return found


def _read_only(url: str) -> str:
    if not url.startswith(_FILE):
        return url
    path, _, options = url.removeprefix(_FILE).partition("?")
    return f"{_FILE}file:{path}?{options + '&' if options else ''}mode=ro&uri=true"
