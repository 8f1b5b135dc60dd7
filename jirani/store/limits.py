"""How often something may happen, and whether it has been seen before."""

import secrets
from datetime import timedelta

from redis.asyncio import Redis

from jirani.store.redis_client import Breaker, load_script

_MILLISECOND = timedelta(milliseconds=1)


class RateLimit:
    """Counts calls in windows of real time."""

    def __init__(self, client: Redis, breaker: Breaker) -> None:
        self._breaker = breaker
        self._count = load_script(client, "count")

    async def allow(self, key: str, limit: int, per: timedelta) -> bool:
        """Count a call and tell whether it is within `limit` for this window.

        A window begins with a key's first call and lasts `per`, also if calls are refused in it.
        Everything is allowed while Redis does not work.
        """
        calls: int = await self._breaker.call(
            lambda: self._count(keys=[f"limit:{key}"], args=[per // _MILLISECOND]), otherwise=0
        )
        return calls <= limit


class Dedupe:
    """Recognises what has been seen before; the database's unique keys have the last word (X9)."""

    def __init__(self, client: Redis, breaker: Breaker) -> None:
        self._breaker = breaker
        self._hold = load_script(client, "hold")

    async def first(self, key: str, ttl: timedelta) -> bool:
        """Tell whether this is the key's first call within `ttl`; yes while Redis does not work.

        A no says that somebody began, not that they finished: where losing something is worse than
        asking the database twice, ask the database.
        """
        # An owner of its own per call, so that the client's own repetition does not get a no.
        owner = secrets.token_hex(16)
        refused: int = await self._breaker.call(
            lambda: self._hold(keys=[f"seen:{key}"], args=[owner, ttl // _MILLISECOND, 1]),
            otherwise=0,
        )
        return not refused
