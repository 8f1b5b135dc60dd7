"""Waiting one's turn: an outside system's limits are kept before it has to remind us of them."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from jirani.connectors.pms import PmsUnavailable, Wrong


@dataclass(frozen=True, slots=True)
class Limit:
    """So many calls within so many real seconds."""

    calls: int
    seconds: float


class Pace:
    """Keeps several limits at once, for this process; `most` is how long a call waits at most."""

    def __init__(
        self, *limits: Limit, most: float = 5.0, clock: Callable[[], float] = monotonic
    ) -> None:
        self._limits = limits
        self._most = most
        self._clock = clock
        self._made: deque[float] = deque(maxlen=max((each.calls for each in limits), default=1))
        self._not_before = 0.0

    async def turn(self) -> None:
        """Wait until a call may be made, and count it.

        Raises PmsUnavailable with the time to wait, where that is longer than a caller should.
        """
        now = self._clock()
        at = max(now, self._next(now))
        if at - now > self._most:
            wait = timedelta(seconds=at - now)
            raise PmsUnavailable(Wrong.RATE_LIMITED, "its limits are used up", retry_after=wait)
        self._made.append(at)  # taken at once: those behind wait for later ones
        if at > now:
            await asyncio.sleep(at - now)

    def pause(self, wait: timedelta) -> None:
        """Make no call for a while: it said so."""
        self._not_before = max(self._not_before, self._clock() + wait.total_seconds())

    def _next(self, now: float) -> float:
        at = self._not_before
        for limit in self._limits:
            if len(self._made) >= limit.calls:
                at = max(at, self._made[-limit.calls] + limit.seconds)
        return at
