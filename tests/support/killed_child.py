"""A process of its own that answers a guest's yes, or sweeps, until it is killed."""

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import make_url

from jirani.connectors.channels import MemoryChannel
from jirani.services.clock import Ids, SetClock
from jirani.store.engine import open_engine
from jirani.store.redis_client import open_redis
from jirani.store.work import Store
from scheduler.jobs import run_due
from tests.support.house import opened
from tests.support.last_acts import KEY, YES
from tests.support.shared_world import RemoteGateway
from tests.support.talking import Talk


def live(
    act: str, database: str, redis: Path, provider: Path, business_id: str, now: datetime
) -> None:
    """Answer the yes or sweep, in a process that may end at any moment."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    asyncio.run(_live(act, database, redis, provider, business_id, SetClock(now)))


async def _live(
    act: str, database: str, redis: Path, provider: Path, business_id: str, clock: SetClock
) -> None:
    store, client = Store(open_engine(make_url(database))), open_redis(redis)
    services = replace(
        opened(store, client, clock, RemoteGateway(provider), MemoryChannel()), ids=Ids(clock)
    )
    talk = Talk(services, business_id)
    if act == YES:
        await talk.answers(await talk.hears("yes please", key=KEY))
    await run_due(services)
    await client.aclose()
    await store.close()
