"""Putting the parts together: settings in, services out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from agent.reader import PhraseReader
from app import logs
from app.settings import Settings
from jirani.connectors.channels import Channel, MemoryChannel
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.services import Services
from jirani.services.clock import Clock, Ids, SystemClock
from jirani.store.engine import open_engine
from jirani.store.holds import SlotHolds
from jirani.store.limits import RateLimit
from jirani.store.migrate import migrate
from jirani.store.mutex import ThreadMutex
from jirani.store.redis_client import Breaker, open_redis
from jirani.store.redis_server import ensure_server
from jirani.store.work import Store
from prompts.library import Prompts


@asynccontextmanager
async def opened(
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    channel: Channel | None = None,
) -> AsyncIterator[Services]:
    """Open the database, migrated, and Redis, and hand out the services over them."""
    settings = settings or Settings()
    logs.configure(settings.log_level, texts=settings.log_texts)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    clock = clock or SystemClock()
    engine = open_engine(settings.database)
    if settings.redis_url:
        client, breaker = open_redis(settings.redis_url), Breaker()
    else:
        revive = partial(ensure_server, settings.data_dir.resolve(), patience=1)
        client, breaker = open_redis(ensure_server(settings.data_dir.resolve())), Breaker(revive)
    try:
        await migrate(engine)
        spoken = channel or MemoryChannel("terminal")
        yield Services(
            store=Store(engine),
            holds=SlotHolds(client, breaker),
            mutex=ThreadMutex(client, breaker),
            limits=RateLimit(client, breaker),
            clock=clock,
            ids=Ids(clock),
            gateway=MemoryGateway(clock.now),
            channels={spoken.name: spoken},
            reader=PhraseReader(),
            prompts=Prompts(),
            callback_secret=settings.secret(),
        )
    finally:
        await client.aclose()
        await engine.dispose()
