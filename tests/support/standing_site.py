"""The demo salon behind a real server in a thread of its own, for clients without an event loop."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.demo import SLUG, ensure_demo
from jirani.connectors.channels import MemoryChannel
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.rules.facts import Role
from jirani.services.clock import SetClock
from jirani.store.engine import open_engine
from jirani.store.limits import RateLimit
from jirani.store.redis_client import Breaker, open_redis
from jirani.store.work import Store
from tests.support.databases import migrated, sqlite_url
from tests.support.house import MONDAY, opened
from tests.support.visiting import Site, open_site

METRICS = "the token of the metrics"


class Unlimited(RateLimit):
    """Lets everything through: who asks a thousand odd things is not to be told to wait."""

    async def add(self, key: str, amount: int, per: timedelta) -> int:
        return 0


@dataclass(frozen=True)
class Standing:
    """Where it stands, a conversation in it with its token, a booking, and a key of each role."""

    url: str
    thread: str
    token: str
    appointment: str
    keys: dict[Role, str]
    metrics: str = METRICS


@contextmanager
def standing_site(folder: Path, redis: Path) -> Iterator[Standing]:
    """Run the demo salon on SQLite until the block ends, without limits of how much is asked."""
    ready, over = threading.Event(), asyncio.Event()
    found: list[tuple[Standing, asyncio.AbstractEventLoop]] = []

    async def main() -> None:
        clock, client = SetClock(MONDAY), open_redis(redis)
        database = sqlite_url(folder / "standing.db")
        await migrated(database)
        store = Store(open_engine(database))
        services = opened(store, client, clock, MemoryGateway(clock.now), MemoryChannel())
        services = replace(services, limits=Unlimited(client, Breaker()))
        business = await ensure_demo(services)
        async with open_site(services, client, SLUG) as site:
            furnished = await _furnished(site, business)
        # A burst without end: a thousand odd messages are stored, and no turn is spent on them.
        how: dict[str, Any] = {"burst": 10.0, "metrics_token": METRICS, "shutdown_patience": 0}
        async with open_site(services, client, SLUG, **how) as site:
            found.append((replace(furnished, url=site.url), asyncio.get_running_loop()))
            ready.set()
            await over.wait()
        await store.close()
        await client.aclose()

    thread = threading.Thread(target=lambda: asyncio.run(main()))
    thread.start()
    while not ready.wait(0.1):
        assert thread.is_alive(), "the server did not start"
    [(standing, loop)] = found
    try:
        yield standing
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()


async def _furnished(site: Site, business: str) -> Standing:
    async with site.visitor() as visitor:
        await visitor.say("manicure tomorrow at 2")
        await visitor.press("Yes")
        await visitor.say("what is free on friday for a pedicure?")
        [booking] = (await visitor.read())["bookings"]
        keys = {role: await site.key(role, business) for role in Role}
        return Standing(site.url, visitor.id, visitor.token, booking["id"], keys)
