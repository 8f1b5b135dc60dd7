"""Which scenario protects which rule; a rule of what is built already must have one."""

from collections.abc import Sequence
from dataclasses import dataclass

from evals.rules import BUILT, RULES, Slice
from evals.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Covered:
    """A rule, the slice of the product it belongs to, and the scenarios that name it."""

    rule: str
    about: str
    slice: Slice
    built: bool
    scenarios: tuple[str, ...]

    @property
    def missing(self) -> bool:
        """Tell whether something built is protected by nobody."""
        return self.built and not self.scenarios


def coverage(scenarios: Sequence[Scenario]) -> list[Covered]:
    """Return every rule, in the order of the rules; a scenario counts once, whatever it is over."""
    return [
        Covered(
            id,
            rule.about,
            rule.slice,
            rule.slice in BUILT,
            tuple(dict.fromkeys(each.file.stem for each in scenarios if id in each.covers)),
        )
        for id, rule in RULES.items()
    ]
