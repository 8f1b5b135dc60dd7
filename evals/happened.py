"""A step of a scenario as it went."""

from dataclasses import dataclass, field

from evals.scenario import Step
from tools.turn import Called


@dataclass(slots=True)
class Happened:
    """A step as it went: what was done, what the guest read, which tools were called."""

    step: Step
    done: str
    heard: list[str] = field(default_factory=list)
    calls: tuple[Called, ...] = ()
