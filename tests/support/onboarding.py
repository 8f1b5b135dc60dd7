"""Services over a SQLite file, enough for onboarding: nobody reads or pays."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from jirani.connectors.memory_gateway import MemoryGateway
from jirani.rules.reading import Reading
from jirani.services import Services
from jirani.services.clock import Ids, SystemClock
from jirani.store.engine import open_engine
from jirani.store.holds import SlotHolds
from jirani.store.limits import RateLimit
from jirani.store.migrate import migrate
from jirani.store.mutex import ThreadMutex
from jirani.store.redis_client import Breaker, open_redis
from jirani.store.work import Store
from prompts.library import Prompts


class NoReader:
    """Nobody speaks during onboarding."""

    def read(self, text: str, **_: object) -> Reading:
        raise AssertionError(text)


async def empty_database(file: Path) -> Path:
    engine = open_engine(f"sqlite+aiosqlite:///{file}")
    await migrate(engine)
    await engine.dispose()
    return file


@asynccontextmanager
async def services_over(
    template: Path, file: Path, redis: Path | None = None
) -> AsyncIterator[Services]:
    if not file.exists():
        shutil.copy(template, file)
    clock = SystemClock()
    client, breaker = open_redis(redis or file.parent / "no-redis"), Breaker()
    store = Store(open_engine(f"sqlite+aiosqlite:///{file}"))
    try:
        yield Services(
            store=store,
            holds=SlotHolds(client, breaker),
            mutex=ThreadMutex(client, breaker),
            limits=RateLimit(client, breaker),
            clock=clock,
            ids=Ids(clock),
            gateway=MemoryGateway(clock.now),
            channels={},
            reader=NoReader(),
            prompts=Prompts(),
            callback_secret=b"x",
        )
    finally:
        await store.close()
        await client.aclose()
