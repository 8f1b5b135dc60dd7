"""Playing a scenario in a world of its own."""

import traceback
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from time import perf_counter

from evals.ground import Ground
from evals.happened import Happened
from evals.happenings import happen
from evals.opening import opened_world
from evals.played import Played, PlayedStep
from evals.scenario import Scenario, Step, Unusable
from evals.seen import look
from evals.world import World
from jirani.services.onboarding import Refused
from jirani.store.refusals import Overlap

Opening = Callable[[Ground, Scenario, int], AbstractAsyncContextManager[World]]


async def play(
    ground: Ground, scenario: Scenario, seed: int, *, opening: Opening = opened_world
) -> Played:
    """Play a scenario once; a fault of the product ends it, and is kept in `broke`.

    `opening` sets up the world it happens in.

    Raises:
        Unusable: the world it describes cannot be made.
    """
    started = perf_counter()
    try:
        async with opening(ground, scenario, seed) as world:
            world.presses = any(step.kind == "press" for step in scenario.steps)
            played = Played(seed, await look(world))
            for step in scenario.steps:
                played.broke = await _go_on(world, played, step)
                if played.broke:
                    break
    except (Refused, Overlap) as error:
        raise Unusable([f"{scenario.file}: {error}"]) from error
    played.seconds = perf_counter() - started
    return played


async def _go_on(world: World, played: Played, step: Step) -> str:
    """Let a step happen and keep it; return how it broke, if it did."""
    broke = ""
    try:
        happened = await happen(world, step)
    except (Refused, Unusable):
        raise
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        broke = (
            f"it broke with {type(error).__name__}: {error} "
            f"({place.name}, line {place.lineno} of {place.filename})"
        )
        happened = Happened(step, f"{step.kind}: {step.value}")
    played.steps.append(await kept(world, happened, len(played.events)))
    return broke


async def kept(world: World, happened: Happened, logged: int) -> PlayedStep:
    """Keep what has just happened, and the world after it; `logged` events came before."""
    step = happened.step
    return PlayedStep(
        kind=step.kind,
        who=step.who,
        value=step.value,
        key=step.key,
        done=happened.done,
        heard=happened.heard,
        calls=list(happened.calls),
        events=world.events()[logged:],
        seen=await look(world),
    )
