"""How often something may happen, and whether it has been seen before."""

import secrets
import time
from datetime import timedelta

from jirani.store.redis_client import Breaker, Client, load_script

_MILLISECOND = timedelta(milliseconds=1)
_MOST_HERE = 10_000  # keys counted in this process while Redis is away


class RateLimit:
    """Counts calls, or whatever adds up, in windows of real time, for all processes together."""

    def __init__(self, client: Client, breaker: Breaker) -> None:
        self._client = client
        self._breaker = breaker
        self._count = load_script(client, "count")
        self._here: dict[str, tuple[float, int]] = {}  # key -> end of its window, sum in it

    async def allow(self, key: str, limit: int, per: timedelta) -> bool:
        """Count a call and tell whether it is within `limit` for this window.

        A window begins with a key's first call and lasts `per`, also if calls are refused in it.
        While Redis does not work each process counts for itself.
        """
        return await self.add(key, 1, per) <= limit

    async def add(self, key: str, amount: int, per: timedelta) -> int:
        """Add to what this window has seen; return the sum."""
        window = per // _MILLISECOND
        seen: int | None = await self._breaker.call(
            lambda: self._count(keys=[f"limit:{key}"], args=[window, amount]), otherwise=None
        )
        return self._added_here(key, amount, per.total_seconds()) if seen is None else seen

    async def works(self) -> bool:
        """Tell whether Redis answers just now."""

        async def ping() -> bool:
            return bool(await self._client.ping())

        return await self._breaker.call(ping, otherwise=False)

    def _added_here(self, key: str, amount: int, seconds: float) -> int:
        now = time.monotonic()
        until, seen = self._here.get(key, (0.0, 0))
        if until <= now:
            until, seen = now + seconds, 0
        if len(self._here) >= _MOST_HERE:
            self._here = {name: kept for name, kept in self._here.items() if kept[0] > now}
        if len(self._here) >= _MOST_HERE:
            self._here.clear()  # rather forget than grow without end
        self._here[key] = (until, seen + amount)
        return seen + amount


class Dedupe:
    """Recognises what has been seen before; the database's unique keys have the last word (X9)."""

    def __init__(self, client: Client, breaker: Breaker) -> None:
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
