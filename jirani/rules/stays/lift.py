"""Whether what was learned earns more than what was not: two groups of guests, side by side."""

from dataclasses import dataclass
from math import sqrt

from jirani.rules.stays.statistics import Z, wilson


@dataclass(frozen=True, slots=True)
class Side:
    """What came of the offers to one group: `revenue` and the sum of its squares, minor units."""

    ended: int = 0
    accepted: int = 0
    revenue: int = 0
    squares: int = 0

    def with_more(self, other: "Side") -> "Side":
        """Return both together."""
        return Side(
            self.ended + other.ended,
            self.accepted + other.accepted,
            self.revenue + other.revenue,
            self.squares + other.squares,
        )

    @property
    def conversion(self) -> float | None:
        """The share that was accepted; None where none has ended."""
        return self.accepted / self.ended if self.ended else None

    @property
    def per_offer(self) -> float | None:
        """What an offer earned, in minor units; None where none has ended."""
        return self.revenue / self.ended if self.ended else None

    @property
    def spread(self) -> float:
        """The variance of what an offer earned."""
        if self.ended < 2:
            return 0.0
        mean = self.revenue / self.ended
        return max(0.0, (self.squares - self.ended * mean * mean) / (self.ended - 1))


@dataclass(frozen=True, slots=True)
class Lift:
    """By how much one group lies above the other, and between what that lies 19 times of 20."""

    by: float
    low: float
    high: float


def lift_of_conversion(learning: Side, holdout: Side) -> Lift | None:
    """Return by how much more is accepted, by Newcombe's interval; None where a side is empty."""
    if not (learning.ended and holdout.ended):
        return None
    ours, theirs = learning.accepted / learning.ended, holdout.accepted / holdout.ended
    low, high = wilson(learning.accepted, learning.ended)
    other_low, other_high = wilson(holdout.accepted, holdout.ended)
    by = ours - theirs
    down = sqrt((ours - low) ** 2 + (other_high - theirs) ** 2)
    up = sqrt((high - ours) ** 2 + (theirs - other_low) ** 2)
    return Lift(by, by - down, by + up)


def lift_of_revenue(learning: Side, holdout: Side) -> Lift | None:
    """Return by how much more an offer earns, in minor units; None until both sides have two."""
    if learning.ended < 2 or holdout.ended < 2:
        return None
    by = learning.revenue / learning.ended - holdout.revenue / holdout.ended
    half = Z * sqrt(learning.spread / learning.ended + holdout.spread / holdout.ended)
    return Lift(by, by - half, by + half)
