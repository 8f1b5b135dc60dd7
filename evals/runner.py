"""Running a scenario: playing it, then judging what was played."""

from evals.ground import Ground
from evals.opening import opened_world
from evals.playing import Opening, play
from evals.results import Attempt
from evals.scenario import Scenario


async def attempt(
    ground: Ground, scenario: Scenario, seed: int, *, opening: Opening = opened_world
) -> Attempt:
    """Run a scenario once.

    Raises:
        Unusable: the world it describes cannot be made.
    """
    return Attempt.of(scenario, await play(ground, scenario, seed, opening=opening))
