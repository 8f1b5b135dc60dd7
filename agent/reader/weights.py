"""The trained weights, and how sure they are of a yes and of a no."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import exp
from typing import Any

FILE = "weights.json"
SCALE = 200  # weights are kept as whole numbers, so many to one


@dataclass(frozen=True, slots=True)
class Shares:
    """How likely each answer is; together 1."""

    accept: float
    decline: float
    other: float


@dataclass(frozen=True, slots=True)
class Weights:
    """For each feature what it says for a yes and for a no, against anything else."""

    known: frozenset[str]  # the words that are looked at as themselves
    table: dict[str, tuple[int, int]]

    def shares(self, features: Iterable[str]) -> Shares:
        """Weigh features: a logistic regression over three answers."""
        accept = decline = 0
        for name in features:
            if (pair := self.table.get(name)) is not None:
                accept += pair[0]
                decline += pair[1]
        top = max(accept, decline, 0)
        yes, no, other = (exp((each - top) / SCALE) for each in (accept, decline, 0))
        total = yes + no + other
        return Shares(yes / total, no / total, other / total)

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Weights":
        """Take weights from what a file holds."""
        table = {name: (pair[0], pair[1]) for name, pair in kept["weights"].items()}
        return cls(frozenset(kept["known"].split()), table)


@lru_cache(maxsize=1)
def shipped() -> Weights:
    """Return the weights that lie beside this file, read once."""
    return Weights.of(json.loads(files(__package__).joinpath(FILE).read_text("utf-8")))
