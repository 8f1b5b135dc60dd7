"""What is believed of how often something is accepted, after what has been seen of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from statistics import quantiles

DRAWS = 2000  # enough for two digits of an interval


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
        """Between what the true acceptance lies, 9 times of 10; the same whenever it is asked."""
        cuts = quantiles(self._draws(), n=20)
        return cuts[0], cuts[-1]

    def _draws(self) -> Iterable[float]:
        chance = Random(0)
        return [self.draw(chance) for _ in range(DRAWS)]

    def draw(self, chance: Random) -> float:
        """Return an acceptance as it may be."""
        return chance.betavariate(self.accepted + 1, self.ended - self.accepted + 1)

    def with_more(self, accepted: int, ended: int) -> "Posterior":
        """Return what is believed after more has been seen."""
        return Posterior(self.accepted + accepted, self.ended + ended)
