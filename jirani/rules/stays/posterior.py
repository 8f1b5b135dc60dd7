"""What is believed of how often something is accepted, after what has been seen of it."""

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, lgamma, log, log1p

HALVINGS = 40  # of the span in which a quantile lies
LEAST = 1e-12  # what adds less changes no digit that is shown

# Draws from a Beta distribution of two parameters, as `random.Random.betavariate` does.
Draw = Callable[[float, float], float]


@dataclass(frozen=True, slots=True)
class Posterior:
    """A Beta distribution: of `ended` offers `accepted` were taken; before any, all is as likely.

    Raises ValueError where more were accepted than there were.
    """

    accepted: int = 0
    ended: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.accepted <= self.ended:
            raise ValueError(f"{self.accepted} of {self.ended} cannot be")

    @property
    def mean(self) -> float:
        """The acceptance that is expected of the next one."""
        return (self.accepted + 1) / (self.ended + 2)

    @property
    def interval(self) -> tuple[float, float]:
        """Between what the true acceptance lies, 9 times of 10."""
        return self.quantile(0.05), self.quantile(0.95)

    def quantile(self, share: float) -> float:
        """Return below what the true acceptance lies, that share of the times."""
        low, high = 0.0, 1.0
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            if self._below(middle) < share:
                low = middle
            else:
                high = middle
        return (low + high) / 2

    def _below(self, chance: float) -> float:
        """Return how likely the true acceptance is below a chance.

        That is how likely more would be accepted, of one more, if it were just that chance.
        """
        tries, more = self.ended + 1, self.accepted + 1
        if chance * tries < more:
            return _tail(tries, more, chance)
        return 1 - _tail(tries, tries - self.accepted, 1 - chance)

    def draw(self, draw: Draw) -> float:
        """Return an acceptance as it may be."""
        return draw(self.accepted + 1, self.ended - self.accepted + 1)

    def with_more(self, accepted: int, ended: int) -> "Posterior":
        """Return what is believed after more has been seen."""
        return Posterior(self.accepted + accepted, self.ended + ended)


def _tail(tries: int, least: int, chance: float) -> float:
    """Return how likely at least so many of some tries succeed, where fewer are expected."""
    if chance <= 0 or least > tries:
        return 0.0
    ways = lgamma(tries + 1) - lgamma(least + 1) - lgamma(tries - least + 1)
    found = term = exp(ways + least * log(chance) + (tries - least) * log1p(-chance))
    for n in range(least, tries):
        term *= (tries - n) / (n + 1) * chance / (1 - chance)
        found += term
        if term < LEAST * found:
            break
    return found
