"""A scheduler's process that sends what is due, until it is killed."""

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import make_url

from jirani.connectors.channels import MemoryChannel
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.connectors.pms import Capabilities
from jirani.services.accounts import KnownAccounts
from jirani.services.clock import Ids, SetClock
from jirani.services.sending import send_due
from jirani.services.stays.dispatch import dispatch_due
from jirani.store.engine import open_engine
from jirani.store.redis_client import open_redis
from jirani.store.work import Store
from tests.support.elsewhere import Elsewhere
from tests.support.house import opened
from tests.support.lodge import HOST, ID


def live(
    database: str, redis: Path, outside: Path, can: Capabilities, now: datetime, seed: int
) -> None:
    """Send what is due, in a process that may end at any moment."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    asyncio.run(_live(database, redis, outside, can, SetClock(now), seed))


async def _live(
    database: str, redis: Path, outside: Path, can: Capabilities, clock: SetClock, seed: int
) -> None:
    store, client = Store(open_engine(make_url(database))), open_redis(redis)
    services = opened(store, client, clock, MemoryGateway(clock.now), MemoryChannel())
    pms = Elsewhere(outside, "pms", name="memory", capabilities=can)
    services = replace(
        services,
        pms=KnownAccounts({(ID, "memory"): pms}, {ID: HOST}),
        mailer=Elsewhere(outside, "mailer", name="memory"),
        ids=Ids(clock, seed),
    )
    await Elsewhere(outside, "parent").begins()
    await dispatch_due(services)
    await send_due(services)
    await client.aclose()
    await store.close()
