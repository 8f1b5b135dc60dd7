"""What takes webhooks in a process of its own: our door, or the least that keeps one.

`python -m evals.bench.hook_server ours|bare DATABASE REDIS`; prints its port, and serves until its
standard input ends.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import httpx2
import uvicorn
from fastapi import FastAPI, Request

from agent.reader import TrainedReader
from agent.turn import Guest
from app import logs
from app.http.application import application
from app.http.door import Door
from app.http.serving import listen
from app.http.turns import Turns
from jirani.connectors.connector import Outside
from jirani.connectors.known import CONNECTORS
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.connectors.wire.authority import MemoryTokens
from jirani.services import Services
from jirani.services.clock import Ids, SystemClock
from jirani.services.pms.accounts import StoredAccounts
from jirani.services.sealing import Sealer
from jirani.store.engine import open_engine
from jirani.store.holds import SlotHolds
from jirani.store.limits import RateLimit
from jirani.store.mutex import ThreadMutex
from jirani.store.news import News
from jirani.store.redis_client import Breaker, open_redis
from jirani.store.work import Store
from prompts.library import Prompts

KEY, SECRET = b"k" * 32, b"bench"
BARE = "CREATE TABLE bare_hooks (id VARCHAR(36) PRIMARY KEY, body TEXT)"
# Written down once, in the words of each driver.
_INSERT = {
    "sqlite": "INSERT INTO bare_hooks VALUES (?, ?)",
    "postgresql": "INSERT INTO bare_hooks VALUES ($1, $2)",
}


def sealer() -> Sealer:
    """Return what opens the accounts of the bench."""
    return Sealer([KEY])


async def _ours(database: str, redis: Path) -> FastAPI:
    """Build what a web process serves, with everything before and behind the door."""
    client, breaker, clock = open_redis(redis), Breaker(), SystemClock()
    store = Store(open_engine(database))
    news = News(client, breaker)
    tokens = MemoryTokens()
    accounts = StoredAccounts(
        store,
        sealer(),
        CONNECTORS,
        lambda: Outside(httpx2.AsyncClient(), tokens, clock.now),
    )
    await accounts.refresh()
    services = Services(
        store=store,
        holds=SlotHolds(client, breaker),
        mutex=ThreadMutex(client, breaker),
        limits=RateLimit(client, breaker),
        clock=clock,
        ids=Ids(clock),
        gateway=MemoryGateway(clock.now),
        channels={},
        reader=TrainedReader(),
        prompts=Prompts(),
        pms=accounts,
        callback_secret=SECRET,
    )
    turns = Turns(services, Guest(services), news, burst=0)
    return application(Door(services, news, turns))


async def _bare(database: str, _redis: Path) -> FastAPI:
    """Build an endpoint that inserts one row: on SQLite one after the other, as there is one lock.

    Left to itself it would poll for that, and be slower than ours.
    """
    engine = open_engine(database).execution_options(writes=True)
    app, turn = FastAPI(), asyncio.Lock()

    @asynccontextmanager
    async def alone() -> AsyncIterator[None]:
        if engine.dialect.name == "sqlite":
            async with turn:
                yield
        else:
            yield

    @app.post("/hook")
    async def hook(request: Request) -> dict[str, bool]:
        body = (await request.body()).decode()
        async with alone(), engine.begin() as line:
            await line.exec_driver_sql(_INSERT[engine.dialect.name], (str(uuid4()), body))
        return {"received": True}

    return app


async def _serve(which: str, database: str, redis: Path) -> None:
    app = await {"ours": _ours, "bare": _bare}[which](database, redis)
    listening = listen("127.0.0.1", 0)
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.01)
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.readline)
    server.should_exit = True
    await serving


if __name__ == "__main__":
    logs.configure("info")  # as it is by default: what is written down is part of the work
    asyncio.run(_serve(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
