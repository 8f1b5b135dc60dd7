"""Whether a mutant is noticed: each in a copy of this process, against what protects it."""

import tempfile
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from time import perf_counter

from evals.ground import Ground
from evals.mutating.applying import Inert, apply
from evals.mutating.forking import Died, TimedOut, in_copies
from evals.mutating.mutant import Mutant
from evals.mutating.noticing import Ran, Tests, keep_apart, run_scenarios
from evals.mutating.protecting import Protection, protection, scenarios

LONGEST = 300.0  # seconds
ENDLESS = 3600.0


class End(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    TIMED_OUT = "timed out"  # killed as well: whoever runs it notices
    SURVIVED = "survived"
    INERT = "inert"  # it changed nothing that runs; says nothing
    BROKEN = "broken"  # it could not be judged; the score is void


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant: who noticed, or how many looked in vain."""

    mutant: Mutant
    end: End
    by: str = ""
    ran: int = 0
    seconds: float = 0.0


def judged(mutants: Sequence[Mutant], tests: Tests, grounds: Sequence[Ground]) -> Iterator[Verdict]:
    """Judge mutants, as many at once as there are grounds; yield verdicts as they come."""
    chosen = {each.key: protection(each) for each in mutants}  # here, once: reading takes time
    tasks = [(each, LONGEST) for each in mutants]

    def work(mutant: Mutant, place: int) -> Verdict:
        return _judge(mutant, chosen[mutant.key], tests, grounds[place])

    for mutant, verdict in in_copies(tasks, work, len(grounds)):
        match verdict:
            case Verdict():
                yield verdict
            case TimedOut():
                yield Verdict(mutant, End.TIMED_OUT, "the clock")
            case Died():
                yield Verdict(mutant, End.BROKEN, str(verdict))


def failing_anyway(
    verdicts: Iterable[Verdict], tests: Tests, grounds: Sequence[Ground]
) -> list[str]:
    """Run what noticed a mutant once more, with no guard weakened: return what fails all the same.

    Where the clock noticed, everything must end in half the time: it is run as well.
    """
    found = list(verdicts)
    noticed = {each.by for each in found if each.end is End.KILLED}
    late = [protection(each.mutant) for each in found if each.end is End.TIMED_OUT]
    known = scenarios()
    alone = Protection(
        tuple(sorted(noticed - known.keys())), tuple(sorted(noticed & known.keys())), ()
    )
    tasks = [(alone, ENDLESS), *((each, LONGEST / 2) for each in dict.fromkeys(late))]

    def work(chosen: Protection, place: int) -> list[str]:
        return [
            failed
            for ran in _looks(chosen, tests, grounds[place], stop=False)
            for failed in ran.failed
        ]

    failing: list[str] = []
    for _, answer in in_copies(tasks, work, len(grounds)):
        failing += answer if isinstance(answer, list) else [f"{answer!r}, with nothing weakened"]
    return sorted(set(failing))


def _judge(mutant: Mutant, chosen: Protection, tests: Tests, ground: Ground) -> Verdict:
    began, seen = perf_counter(), 0
    try:
        apply(mutant)
        anew = mutant.how == "schema"
        for ran in _looks(chosen, tests, ground, stop=True, anew=anew):
            seen += len(ran.seconds)
            if ran.failed:
                return Verdict(mutant, End.KILLED, ran.failed[0], seen, perf_counter() - began)
    except Inert:
        return Verdict(mutant, End.INERT)
    except Exception:
        return Verdict(mutant, End.BROKEN, traceback.format_exc())
    return Verdict(mutant, End.SURVIVED, "", seen, perf_counter() - began)


def _looks(
    chosen: Protection, tests: Tests, ground: Ground, *, stop: bool, anew: bool = False
) -> Iterator[Ran]:
    """Run what protects a guard, group by group; `anew`: with databases made from nothing."""
    with tempfile.TemporaryDirectory(prefix="mutate-", ignore_cleanup_errors=True) as folder:
        keep_apart(Path(folder))
        yield tests.run(chosen.mirrors, stop=stop)
        fresh = Ground(Path(folder), ground.redis, None) if anew else ground
        yield run_scenarios(chosen.scenarios, fresh, stop=stop)
        yield tests.run(chosen.others, stop=stop)
