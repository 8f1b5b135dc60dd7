"""Timing, and comparing what was timed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import quantiles
from time import perf_counter


class Times:
    """How long something took, each time, in seconds of `now`: the world's by default."""

    def __init__(self, now: Callable[[], float] = perf_counter) -> None:
        self.seconds: list[float] = []
        self._now = now

    async def add(self, body: Callable[[], Awaitable[object]]) -> None:
        """Await something once and keep how long that took."""
        started = self._now()
        await body()
        self.seconds.append(self._now() - started)

    def percentile(self, share: int) -> float:
        """Return the time that `share` per cent were below, in seconds."""
        return quantiles(self.seconds, n=100, method="inclusive")[share - 1]


@dataclass(frozen=True, slots=True)
class Compared:
    """Ours beside something bare, at one percentile."""

    what: str
    beside: str
    share: int
    ours: float
    other: float

    @classmethod
    def at(
        cls, share: int, what: str, ours: Times, beside: str, other: Times, *, other_at: int = 0
    ) -> "Compared":
        """Compare at a percentile; `other_at` is another one for the other side."""
        return cls(what, beside, share, ours.percentile(share), other.percentile(other_at or share))

    @property
    def ratio(self) -> float:
        """How many times the other's time ours is."""
        return self.ours / self.other
