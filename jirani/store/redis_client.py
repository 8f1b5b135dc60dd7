"""The Redis client, and the breaker that lets the product go on without Redis."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, aclosing
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar, overload

import structlog
from redis.asyncio import BlockingConnectionPool, ConnectionPool, Redis, RedisCluster
from redis.asyncio.client import PubSub
from redis.asyncio.connection import AbstractConnection, UnixDomainSocketConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.commands.core import AsyncScript
from redis.exceptions import RedisClusterException, RedisError

from jirani.store.redis_cluster import names_cluster, open_cluster
from jirani.store.redis_server import RedisUnavailable
from jirani.store.redis_shared import SharedRedis

_log = structlog.get_logger()
_Answer = TypeVar("_Answer")
Client = Redis | RedisCluster

# Everything by which Redis shows that it does not work.
TROUBLE = (RedisError, RedisClusterException, RedisUnavailable, OSError)

# A gone server answers no at once and a frozen one within 3 s, where the defaults take a minute.
_LIMITS: dict[str, Any] = {
    "decode_responses": True,
    "socket_timeout": 1,
    "socket_connect_timeout": 0.5,
}
_AT_ONCE = 32
_PATIENCE = 5  # seconds for a free connection; the default pool fails beyond its 100th


@overload
def open_redis(address: Path) -> Redis: ...
@overload
def open_redis(address: str) -> Client: ...
def open_redis(address: str | Path) -> Client:
    """Open a client for a `redis://` URL or for a unix socket's path; close it with `aclose()`.

    `redis+cluster://host:port,host:port` is a cluster, found through any of these nodes. The client
    belongs to the event loop that first uses it, and its callers share round trips, except on a
    cluster, which cannot take scripts in a pipeline. Nothing is sent before the first command.
    """
    settings = _LIMITS | {"retry": Retry(NoBackoff(), 1)}
    if isinstance(address, str) and names_cluster(address):
        return open_cluster(address, at_once=_AT_ONCE, patience=_PATIENCE, **settings)
    settings |= {"max_connections": _AT_ONCE, "timeout": _PATIENCE}
    if isinstance(address, Path):
        pool = BlockingConnectionPool(
            connection_class=UnixDomainSocketConnection, path=str(address), **settings
        )
    else:
        pool = BlockingConnectionPool.from_url(address, **settings)
    return SharedRedis.from_pool(pool)


async def open_line(client: Client, channel: str) -> PubSub:
    """Open a connection of its own that follows a channel, and raises as soon as it is lost.

    On a cluster it goes to any node that answers: each passes on what is published at another.
    """
    failure: Exception = RedisError("there is no node")
    for connection_class, settings in await _servers(client):
        # No second attempt, which would hide that the line was cut; and no limit for sending, as
        # before Python 3.12 that can lose a cancellation.
        alone = settings | {"retry": Retry(NoBackoff(), 0), "socket_timeout": None}
        line = PubSub(ConnectionPool(connection_class=connection_class, **alone))
        try:
            async with AsyncExitStack() as opening, asyncio.timeout(_LIMITS["socket_timeout"]):
                await opening.enter_async_context(aclosing(line))
                await line.subscribe(channel)
                opening.pop_all()
                return line
        except TROUBLE as error:
            failure = error
    raise failure


async def _servers(client: Client) -> list[tuple[type[AbstractConnection], dict[str, Any]]]:
    if isinstance(client, Redis):
        pool = client.connection_pool
        return [(pool.connection_class, pool.connection_kwargs)]
    await client.initialize()
    nodes = client.get_nodes()
    random.shuffle(nodes)
    return [(node.connection_class, node.connection_kwargs) for node in nodes]


def load_script(client: Client, name: str) -> AsyncScript:
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
            answer = await _cancellable(attempt)
        except TROUBLE as error:
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


async def _cancellable(attempt: Callable[[], Awaitable[_Answer]]) -> _Answer:
    """Await an attempt, and end cancelled if a cancellation got lost in it.

    The client sends by `wait_for`, which before Python 3.12 loses one that comes just as it ends.
    """
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    answer = await attempt()
    if task and task.cancelling() > before:
        raise asyncio.CancelledError
    return answer
