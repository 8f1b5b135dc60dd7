"""How customers reply to the offer of a freed slot: a known curve, so that fills can be judged."""

from dataclasses import dataclass
from datetime import timedelta
from math import exp, log
from random import Random
from statistics import NormalDist

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Curve:
    """Who accepts at all, and when: a lognormal time with this median in minutes.

    Whoever does not accept says nothing, which is the slowest no there is. A `spread` of 1 (the
    standard deviation of the logarithm) is an assumption: 82 % of replies come within 15 minutes.
    """

    accepts: float = 0.11
    median: float = 6.0
    spread: float = 1.0

    def reply(self, random: Random) -> timedelta | None:
        """Draw when somebody says yes, counted from the offer; None: never."""
        willing, after = random.random() < self.accepts, random.gauss(log(self.median), self.spread)
        return exp(after) * MINUTE if willing else None

    def within(self, time: timedelta) -> float:
        """Return how many of the offers are accepted within a time."""
        minutes = time / MINUTE
        return self.accepts * NormalDist(log(self.median), self.spread).cdf(log(minutes))

    def filled(self, time: timedelta, candidates: int) -> float:
        """Return how many slots are filled if so many are asked in turn, each for so long."""
        return 1 - (1 - self.within(time)) ** candidates
