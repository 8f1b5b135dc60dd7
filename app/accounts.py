"""The accounts with property-management systems, over one HTTP client for all of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from importlib.metadata import version

import httpx2

from app.settings import Settings
from jirani.connectors.connector import Outside
from jirani.connectors.known import CONNECTORS
from jirani.services import Services
from jirani.services.clock import Clock, SetClock
from jirani.services.log import log
from jirani.services.pms.accounts import StoredAccounts
from jirani.services.pms.tokens import StoredTokens
from jirani.services.sealing import Sealer
from jirani.store.mutex import ThreadMutex
from jirani.store.work import Store

EVERY = 30.0  # real seconds


@asynccontextmanager
async def accounts_of(
    settings: Settings, store: Store, mutex: ThreadMutex, clock: Clock
) -> AsyncIterator[StoredAccounts]:
    """Open every account there is, and close its connections at the end."""
    sealer = Sealer(settings.sealing())
    async with AsyncExitStack() as stack:

        def outside() -> Outside:
            plays = isinstance(clock, SetClock)
            headers = {"User-Agent": f"Jirani/{version('jirani')}"}
            # Who plays asks this machine only, and no proxy to do so.
            client = httpx2.AsyncClient(headers=headers, trust_env=not plays)
            stack.push_async_callback(client.aclose)
            return Outside(client, StoredTokens(store, mutex, sealer), clock.now, plays=plays)

        accounts = StoredAccounts(store, sealer, CONNECTORS, outside)
        await accounts.refresh()
        yield accounts


@asynccontextmanager
async def kept_fresh(services: Services) -> AsyncIterator[None]:
    """See every now and then whether an account has changed, where no jobs do so."""

    async def follow() -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await services.pms.refresh()
            except Exception as error:  # the database is away: next time
                log.warning("pms_accounts.not_refreshed", error=type(error).__name__)

    following = asyncio.create_task(follow())
    try:
        yield
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
