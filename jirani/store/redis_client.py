"""The Redis client, and the breaker that lets the product go on without Redis."""

import time
from collections.abc import Awaitable, Callable
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.connection import UnixDomainSocketConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.commands.core import AsyncScript
from redis.exceptions import RedisError

from jirani.store.redis_server import RedisUnavailable

_log = structlog.get_logger()
_Answer = TypeVar("_Answer")

# A gone server answers no at once and a frozen one within 3 s, where the defaults take a minute.
_LIMITS: dict[str, Any] = {
    "decode_responses": True,
    "max_connections": 32,
    "timeout": 5,  # for a free connection; the default pool fails beyond its 100th
    "socket_timeout": 1,
    "socket_connect_timeout": 0.5,
}


def open_redis(address: str | Path) -> Redis:
    """Open a client for a `redis://` URL or for a unix socket's path; close it with `aclose()`.

    It belongs to the event loop that first uses it. Nothing is sent before the first command.
    """
    retry = Retry(NoBackoff(), 1)
    if isinstance(address, Path):
        pool = BlockingConnectionPool(
            connection_class=UnixDomainSocketConnection, path=str(address), retry=retry, **_LIMITS
        )
    else:
        pool = BlockingConnectionPool.from_url(address, retry=retry, **_LIMITS)
    return Redis.from_pool(pool)


def load_script(client: Redis, name: str) -> AsyncScript:
    """Return `lua/<name>.lua`, ready to be called; a server that does not know it is told."""
    source = files("jirani.store").joinpath("lua", f"{name}.lua").read_text("utf-8")
    return client.register_script(source)


class RedisState(StrEnum):
    """What the breaker believes."""

    AVAILABLE = "available"
    UNAVAILABLE = "unavailable"


class Breaker:
    """Spares callers a Redis that does not work (X9: the database decides, so it may be skipped).

    After a failure every call gets its `otherwise` at once for `pause` real seconds; then a single
    call tries again, first letting `revive` bring an embedded server back. Logs `redis.unavailable`
    and `redis.back`. One per client, used from one event loop.
    """

    def __init__(
        self,
        revive: Callable[[], object] | None = None,
        pause: float = 5.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._revive = revive
        self._pause = pause
        self._monotonic = monotonic
        self._retry_at: float | None = None

    @property
    def state(self) -> RedisState:
        """Tell whether the last call that tried got through."""
        return RedisState.AVAILABLE if self._retry_at is None else RedisState.UNAVAILABLE

    async def call(
        self, attempt: Callable[[], Awaitable[_Answer]], *, otherwise: _Answer
    ) -> _Answer:
        """Await what `attempt` returns, or answer `otherwise` when Redis does not work."""
        retrying = self._retry_at is not None
        if self._retry_at is not None and self._monotonic() < self._retry_at:
            return otherwise
        try:
            if retrying:
                self._wait_again()  # so that the others go on skipping while this call tries
                if self._revive:
                    self._revive()
            answer = await attempt()
        except (RedisError, RedisUnavailable, OSError) as error:
            if self._retry_at is None:
                _log.warning("redis.unavailable", error=type(error).__name__, detail=str(error))
            self._wait_again()
            return otherwise
        if self._retry_at is not None:
            self._retry_at = None
            _log.info("redis.back")
        return answer

    def _wait_again(self) -> None:
        self._retry_at = self._monotonic() + self._pause
