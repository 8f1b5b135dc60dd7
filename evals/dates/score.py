"""Predicted values beside marked ones."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product

from evals.dates.gold import Marked, is_day

# More combinations of readings than a person would keep apart; the first ones are compared.
_COMBINATIONS = 256


@dataclass(slots=True)
class Score:
    """Counts over rows: how many, how many exactly right, and the values among them."""

    n: int = 0
    exact: int = 0
    right: int = 0
    predicted: int = 0
    wanted: int = 0
    slots: dict[str, list[int]] = field(default_factory=dict)

    def add(self, predicted: frozenset[str], phrases: Sequence[Marked]) -> bool:
        """Count a row; tell whether it was exactly right.

        The set of predicted values is compared with that of the marked ones. A phrase with several
        readings is right in any of them; what agrees best with the prediction is taken.
        """
        wanted = _nearest(predicted, phrases)
        self.n += 1
        self.exact += predicted == wanted
        self.right += len(predicted & wanted)
        self.predicted += len(predicted)
        self.wanted += len(wanted)
        for phrase in phrases:
            found = self.slots.setdefault(phrase.slot, [0, 0])
            found[0] += 1
            found[1] += any(reading <= predicted for reading in phrase.readings)
        return predicted == wanted

    def told(self) -> dict[str, object]:
        """The figures of the whole, for JSON."""
        return {
            "n": self.n,
            "exact": share(self.exact, self.n),
            "precision": share(self.right, self.predicted),
            "recall": share(self.right, self.wanted),
        }

    def by_slot(self) -> dict[str, dict[str, object]]:
        """How many phrases of each slot have their value among the predicted ones."""
        return {
            slot: {"n": n, "found": share(found, n)}
            for slot, (n, found) in sorted(self.slots.items())
        }


def right_alone(predicted: Iterable[str], phrase: Marked) -> bool:
    """Tell whether a phrase that was read alone has its value.

    Days are compared with days, times with times.
    """
    said = list(predicted)
    return any(
        frozenset(value for value in said if any(is_day(value) == is_day(one) for one in reading))
        == reading
        for reading in phrase.readings
    )


def _nearest(predicted: frozenset[str], phrases: Sequence[Marked]) -> frozenset[str]:
    ways: Iterable[tuple[frozenset[str], ...]] = product(*(each.readings for each in phrases))
    best, least = frozenset[str](), -1
    for _, way in zip(range(_COMBINATIONS), ways, strict=False):
        wanted = frozenset[str]().union(*way)
        wrong = len(predicted ^ wanted)
        if least < 0 or wrong < least:
            best, least = wanted, wrong
    return best


def share(part: int, whole: int) -> float:
    """A share to four digits; 1 of nothing, which holds nothing wrong."""
    return round(part / whole, 4) if whole else 1.0
