"""One scheduler of several, over one database: sends what is due, or waits for what will be.

`python -m evals.bench.sending_process send|tick DATABASE REDIS NOW SEED`; told on standard input
when to begin, and when ticking, when to stop. Prints what it did as JSON.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, cast

from agent.reader import TrainedReader
from app import logs
from evals.bench.many_stays import ManyPms, accounts, pms_of_many
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.services import Services
from jirani.services.clock import Clock, Ids, SetClock
from jirani.services.sending import send_due
from jirani.services.stays.dispatch import dispatch_due
from jirani.store.engine import open_engine
from jirani.store.holds import SlotHolds
from jirani.store.limits import RateLimit
from jirani.store.mutex import ThreadMutex
from jirani.store.news import News
from jirani.store.queues import Claim, Queues
from jirani.store.redis_client import Breaker, open_redis
from jirani.store.work import Store
from prompts.library import Prompts
from scheduler.clockwork import ticking
from scheduler.execution import InProcess

SENDING = "evals.bench.sending_process"  # this very module, as a process is started from it


class Shifted:
    """The real time, so much later: one clock for all processes of a run."""

    def __init__(self, by: timedelta) -> None:
        self._by = by

    def now(self) -> datetime:
        """Return the present moment of the run."""
        return datetime.now(UTC) + self._by

    def jump(self, by: timedelta) -> None:
        """Leave out some time in which nothing would happen."""
        self._by += by


class TimedStore(Store):
    """Keeps how long claims of due offers took, in seconds."""

    def __init__(self, engine: Any) -> None:
        super().__init__(engine)
        self.claims: list[float] = []

    @asynccontextmanager
    async def queues(self, *, claiming: bool = False) -> AsyncIterator[Queues]:
        """Look over all businesses at what is due."""
        async with super().queues(claiming=claiming) as queues:
            claim = queues.claim_offers

            async def timed(now: datetime, lease: timedelta, n: int = 500) -> list[Claim]:
                begun = perf_counter()
                claims = await claim(now, lease, n)
                self.claims.append(perf_counter() - begun)
                return claims

            queues.claim_offers = timed  # type: ignore[method-assign]
            yield queues


def scheduler(
    database: str, redis: Path, clock: Clock, seed: int, arrives: datetime
) -> tuple[Services, ManyPms, News]:
    """Return what one scheduler has, with a PMS that knows every stay."""
    store, client, breaker = TimedStore(open_engine(database)), open_redis(redis), Breaker()
    news = News(client, breaker)
    services = Services(
        store=store,
        holds=SlotHolds(client, breaker),
        mutex=ThreadMutex(client, breaker),
        limits=RateLimit(client, breaker),
        clock=clock,
        ids=Ids(clock, seed),
        gateway=MemoryGateway(clock.now),
        channels={},
        reader=TrainedReader(),
        prompts=Prompts(),
        callback_secret=b"bench",
        execution=InProcess(store, clock, news),
    )
    pms = pms_of_many(services, arrives)
    return replace(services, pms=accounts(pms)), pms, news


async def _run(what: str, database: str, redis: str, now: str, seed: str) -> None:
    start = datetime.fromisoformat(now)
    ticks = what == "tick"
    clock = Shifted(timedelta(seconds=float(seed.partition("+")[2]))) if ticks else SetClock(start)
    number = int(seed.partition("+")[0])
    services, pms, news = scheduler(database, Path(redis), clock, number, start)
    store = cast(TimedStore, services.store)
    print("ready", flush=True)  # noqa: T201
    await asyncio.to_thread(sys.stdin.readline)
    if ticks:
        async with news.running(), ticking(services):
            print("ticking", flush=True)  # noqa: T201
            await asyncio.to_thread(sys.stdin.readline)
    else:
        while await dispatch_due(services) + await send_due(services):
            pass
    posted = [peer for peer, said in pms.world.messages.items() for _ in said]
    print(json.dumps({"posted": posted, "claims": store.claims}), flush=True)  # noqa: T201
    await services.store.close()


if __name__ == "__main__":
    logs.configure("critical")
    asyncio.run(_run(*sys.argv[1:]))
