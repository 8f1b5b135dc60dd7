"""One turn at a time for a thread, across processes."""

import asyncio
import random
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from weakref import WeakValueDictionary

import structlog

from jirani.store.redis_client import Breaker, Client, load_script

_log = structlog.get_logger()


class Busy(Exception):
    """Somebody else kept the lock for as long as the caller was ready to wait."""


class ThreadMutex:
    """Named locks that one task at a time holds, in this process and in all others.

    A lock lives 15 s and is renewed while held, so that a killed process blocks nobody for longer.
    While Redis does not work the lock holds within this process only: two replicas may then work on
    one thread at once, which is wasteful but safe, as each act is checked by the database (X9).
    """

    def __init__(
        self, client: Client, breaker: Breaker, life: timedelta = timedelta(seconds=15)
    ) -> None:
        self._breaker = breaker
        self._life = life
        self._hold = load_script(client, "hold")
        self._release = load_script(client, "release")
        # Weak: a lock exists only as long as a task holds it or waits for it.
        self._local: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def lock(self, name: str, wait: float = 10.0) -> AsyncIterator[None]:
        """Hold the lock `name` for the body, waiting at most `wait` real seconds for it.

        Not re-entrant. Trouble with Redis never raises.

        Raises:
            Busy: it was not free in time.
        """
        # This process's tasks queue here, so that only one of them asks Redis again and again.
        local = self._local.setdefault(name, asyncio.Lock())
        key, owner, done = f"lock:{{{name}}}", secrets.token_hex(16), asyncio.Event()
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(wait):
                    await stack.enter_async_context(local)
                    stack.push_async_callback(self._free, key, owner)
                    while not await self._take(key, owner):
                        await asyncio.sleep(random.uniform(0.02, 0.06))
            except TimeoutError:
                raise Busy(name) from None
            renewal = asyncio.create_task(self._renew(key, owner, done))
            try:
                yield
            finally:
                # Let a renewal under way finish: cut off, it might reach Redis after the release.
                done.set()
                await renewal

    async def _take(self, key: str, owner: str) -> bool:
        milliseconds = self._life // timedelta(milliseconds=1)
        refused: int = await self._breaker.call(
            lambda: self._hold(keys=[key], args=[owner, milliseconds, 1]), otherwise=0
        )
        return not refused

    async def _renew(self, key: str, owner: str, done: asyncio.Event) -> None:
        """Prolong the lock, or take it after all where Redis was away before."""
        while not done.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(done.wait(), self._life.total_seconds() / 3)
            if not done.is_set() and not await self._take(key, owner):
                _log.warning("mutex.lost", key=key)
                return

    async def _free(self, key: str, owner: str) -> None:
        await self._breaker.call(lambda: self._release(keys=[key], args=[owner]), otherwise=0)
