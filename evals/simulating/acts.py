"""What a simulated guest can do next."""

from dataclasses import dataclass

from evals.simulating.hearing import Question, Slot
from evals.simulating.line import Line


@dataclass(frozen=True, slots=True)
class Say:
    """Write this, or press its button; `answers` is the question it settles."""

    line: Line
    answers: Question | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """Press the button of a free time."""

    slot: Slot


@dataclass(frozen=True, slots=True)
class Wait:
    """Write nothing for a while."""

    duration: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Nothing more. `blame` says what the agent did to the guest, if that is why."""

    blame: str = ""


Act = Say | Pick | Wait | Leave
