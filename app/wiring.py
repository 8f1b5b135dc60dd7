"""Putting the parts together: settings in, services out."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from agent.reader import TrainedReader
from app import logs
from app.accounts import accounts_of
from app.http.channel import WebChannel
from app.mailing import mailer_of
from app.settings import Settings
from app.watching import setup_watching
from jirani.connectors.channels import Channel, MemoryChannel
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.connectors.payments import PaymentGateway
from jirani.services import Services
from jirani.services.clock import Clock, Ids, SystemClock
from jirani.store.engine import open_engine
from jirani.store.holds import SlotHolds
from jirani.store.limits import RateLimit
from jirani.store.migrate import migrate, require_current
from jirani.store.mutex import ThreadMutex
from jirani.store.news import News
from jirani.store.redis_client import Breaker, open_redis
from jirani.store.redis_server import ensure_server
from jirani.store.work import Store
from prompts.library import Prompts
from scheduler.execution import InProcess


@asynccontextmanager
async def opened(
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    channel: Channel | None = None,
) -> AsyncIterator[Services]:
    """Open the database, migrated, and Redis, and hand out the services over them.

    Raises WrongSchema for a database that is newer, or older where `migrate_on_start` is off.
    """
    async with opened_with_news(settings, clock=clock, channel=channel) as (services, _):
        yield services


@asynccontextmanager
async def opened_with_news(
    settings: Settings | None = None,
    *,
    clock: Clock | None = None,
    channel: Channel | None = None,
    gateway: PaymentGateway | None = None,
) -> AsyncIterator[tuple[Services, News]]:
    """Open the same, and what processes tell each other."""
    settings = settings or Settings()
    watching = setup_watching(settings)
    logs.configure(settings.log_level, texts=settings.log_texts, seen=watching.processors)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    clock = clock or SystemClock()
    engine = open_engine(settings.database, pooler=settings.database_pooler)
    if settings.redis_url:
        client, breaker = open_redis(settings.redis_url), Breaker()
    else:
        revive = partial(ensure_server, settings.data_dir.resolve(), patience=1)
        client, breaker = open_redis(ensure_server(settings.data_dir.resolve())), Breaker(revive)
    closing = AsyncExitStack()
    try:
        if settings.migrate_on_start:
            await migrate(engine)
        else:
            await require_current(engine)
        spoken, news = channel or MemoryChannel("terminal"), News(client, breaker)
        web = WebChannel(news)
        store, mutex = Store(engine), ThreadMutex(client, breaker)
        accounts = await closing.enter_async_context(accounts_of(settings, store, mutex, clock))
        services = Services(
            store=store,
            holds=SlotHolds(client, breaker),
            mutex=mutex,
            limits=RateLimit(client, breaker),
            clock=clock,
            ids=Ids(clock),
            gateway=gateway or MemoryGateway(clock.now),
            channels={spoken.name: spoken, web.name: web},
            reader=TrainedReader(),
            prompts=Prompts(),
            callback_secret=settings.secret(),
            execution=InProcess(store, clock, news),
            mailer=mailer_of(settings, clock),
            pms=accounts,
        )
        watching.observe(services.store, breaker)
        yield services, news
    finally:
        await closing.aclose()
        await client.aclose()
        await engine.dispose()
        await watching.shutdown()
