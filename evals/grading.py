"""Judging a run by what its scenario expects: what was written first, what was said last."""

from collections.abc import Iterator
from dataclasses import dataclass

from evals.checks import PARTS, Evidence, always, check
from evals.played import Played
from evals.scenario import Scenario

UNBROKEN, NEVER = "unbroken", "never"
ALL = (UNBROKEN, *PARTS, NEVER)


@dataclass(frozen=True, slots=True)
class Why:
    """One reason why a run failed: the part judged, and the step, counted from 0; None: the end."""

    part: str
    step: int | None
    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


def grade(scenario: Scenario, played: Played) -> list[Why]:
    """Return every reason why a run is not as its scenario expects; none if it is."""
    return [why for part in ALL for why in judge(part, scenario, played)]


def judge(part: str, scenario: Scenario, played: Played) -> Iterator[Why]:
    """Judge one part of a run: a name of ALL."""
    if part == UNBROKEN:
        if played.broke:
            last = len(played.steps) - 1
            yield Why(part, last, place(played, last), played.broke)
    elif part == NEVER:
        for text in always(Evidence.of(played.end, played.steps, played.events)):
            yield Why(part, None, "at the end", text)
    else:
        yield from _as_expected(part, scenario, played)


def _as_expected(part: str, scenario: Scenario, played: Played) -> Iterator[Why]:
    events: list[str] = []
    # What broke was cut short: of its last step nothing is expected any more, nor of the end.
    whole = len(played.steps) - bool(played.broke)
    for number, step in enumerate(played.steps[:whole]):
        events = [*events, *step.events]
        expect = scenario.steps[number].expect
        for text in check(expect, Evidence.of(step.seen, [step], events), part):
            yield Why(part, number, place(played, number), text)
    if not played.broke:
        for text in check(scenario.expect, Evidence.of(played.end, played.steps, events), part):
            yield Why(part, None, "at the end", text)


def place(played: Played, number: int) -> str:
    """Name a step as it stands in the file, counted from 1."""
    return f"step {number + 1} ({_short(played.steps[number].done)})"


def _short(text: str, most: int = 60) -> str:
    line = " / ".join(text.splitlines())
    return line if len(line) <= most else f"{line[: most - 1]}…"
