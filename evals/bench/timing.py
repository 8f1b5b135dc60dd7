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
    """Ours beside something bare, and what was asked of it.

    `share`: the percentile compared, 0 for none. `unit`: `ms`, both sides being seconds, or what
    both sides are plain numbers of. `target`: what is asked for, in words; `met`: whether it was
    reached, None where nothing is asked or it could not be measured; `note`: what else was seen.
    """

    what: str
    beside: str
    share: int
    ours: float
    other: float
    target: str = ""
    met: bool | None = None
    note: str = ""
    unit: str = "ms"

    @classmethod
    def at(
        cls,
        share: int,
        what: str,
        ours: Times,
        beside: str,
        other: Times,
        *,
        other_at: int = 0,
        target: str = "",
        met: bool | None = None,
        note: str = "",
    ) -> "Compared":
        """Compare at a percentile; `other_at` is another one for the other side."""
        mine, others = ours.percentile(share), other.percentile(other_at or share)
        return cls(what, beside, share, mine, others, target, met, note)

    @property
    def ratio(self) -> float | None:
        """How many times the other side ours is, if there is another."""
        return self.ours / self.other if self.other else None
