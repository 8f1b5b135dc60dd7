"""Running a scenario in a world of its own, and what came of it."""

import traceback
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from time import perf_counter

from evals.checks import always, check
from evals.ground import Ground
from evals.happenings import Happened, happen
from evals.scenario import Scenario, Unusable
from evals.seen import look
from evals.world import World, opened_world
from jirani.services.onboarding import Refused
from jirani.store.refusals import Overlap

Opening = Callable[[Ground, Scenario, int], AbstractAsyncContextManager[World]]


@dataclass(slots=True)
class Attempt:
    """One run of a scenario; it passed if there is no `why` it did not."""

    seed: int
    why: list[str] = field(default_factory=list)
    transcript: list[Happened] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Tell whether everything was as expected."""
        return not self.why


@dataclass(frozen=True, slots=True)
class Result:
    """All runs of a scenario."""

    scenario: Scenario
    attempts: tuple[Attempt, ...]

    @property
    def passed(self) -> bool:
        """Tell whether every run passed."""
        return all(attempt.passed for attempt in self.attempts)

    @property
    def why(self) -> list[str]:
        """Return each different reason for which a run failed."""
        return list(dict.fromkeys(why for attempt in self.attempts for why in attempt.why))

    @property
    def seconds(self) -> float:
        """How long all runs took."""
        return sum(attempt.seconds for attempt in self.attempts)


async def attempt(
    ground: Ground, scenario: Scenario, seed: int, *, opening: Opening = opened_world
) -> Attempt:
    """Run a scenario once; a fault of the product is a failure like any other.

    `opening` sets up the world it happens in.

    Raises:
        Unusable: the world it describes cannot be made.
    """
    made, started = Attempt(seed), perf_counter()
    try:
        async with opening(ground, scenario, seed) as world:
            try:
                await _play(world, scenario, made)
            except (Refused, Unusable):
                raise
            except Exception as error:
                place = traceback.extract_tb(error.__traceback__)[-1]
                made.why.append(
                    f"{_place(made, scenario)}: it broke with {type(error).__name__}: {error} "
                    f"({place.name}, line {place.lineno} of {place.filename})"
                )
            made.events = world.events()
    except (Refused, Overlap) as error:
        raise Unusable([f"{scenario.file}: {error}"]) from error
    made.seconds = perf_counter() - started
    return made


async def _play(world: World, scenario: Scenario, made: Attempt) -> None:
    world.presses = any(step.kind == "press" for step in scenario.steps)
    for step in scenario.steps:
        happened = await happen(world, step)
        made.transcript.append(happened)
        if step.expect:
            seen = await look(world, [happened])
            made.why += [f"{_place(made, scenario)}: {why}" for why in check(step.expect, seen)]
    seen = await look(world, made.transcript)
    made.why += [f"at the end: {why}" for why in (*check(scenario.expect, seen), *always(seen))]


def _place(made: Attempt, scenario: Scenario) -> str:
    """Name the last step as it stands in the file, counted from 1."""
    number = min(len(made.transcript), len(scenario.steps))
    return f"step {number} ({_short(made.transcript[-1].done)})" if number else "at the start"


def _short(text: str, most: int = 60) -> str:
    line = " / ".join(text.splitlines())
    return line if len(line) <= most else f"{line[: most - 1]}…"
