"""Whether a mutant is noticed: each in a copy of this process, against what protects it."""

import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from time import perf_counter

from evals.ground import Ground
from evals.mutating.applying import apply
from evals.mutating.forking import Died, TimedOut, in_copies
from evals.mutating.living import Inert
from evals.mutating.mutant import Mutant
from evals.mutating.noticing import Tests, apart, run_in_order
from evals.mutating.rehearsing import Rehearsal, rehearsed


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


def judged(
    mutants: Sequence[Mutant],
    asked: Mapping[str, Sequence[str]],
    rehearsal: Rehearsal,
    tests: Tests,
    grounds: Sequence[Ground],
) -> Iterator[Verdict]:
    """Judge mutants, as many at once as there are grounds; yield verdicts as they come.

    `asked` says by a mutant's key what is run against it, and in which order.
    """
    tasks = [(each, rehearsal.patience(asked[each.key])) for each in mutants]

    def work(mutant: Mutant, place: int) -> Verdict:
        return _judge(mutant, asked[mutant.key], tests, grounds[place])

    for mutant, verdict in in_copies(tasks, work, len(grounds)):
        match verdict:
            case Verdict():
                yield verdict
            case TimedOut():
                yield Verdict(mutant, End.TIMED_OUT, "the clock")
            case Died():
                yield Verdict(mutant, End.BROKEN, str(verdict))


def _judge(mutant: Mutant, asked: Sequence[str], tests: Tests, ground: Ground) -> Verdict:
    began = perf_counter()
    try:
        apply(mutant)
        with apart() as folder:
            # A constraint is missing only from databases made from now on.
            fresh = Ground(folder, ground.redis, None) if mutant.how == "schema" else ground
            ran = run_in_order(asked, tests, fresh, stop=True)
    except Inert:
        return Verdict(mutant, End.INERT)
    except Exception:
        return Verdict(mutant, End.BROKEN, traceback.format_exc())
    end = End.KILLED if ran.failed else End.SURVIVED
    return Verdict(mutant, end, "".join(ran.failed[:1]), len(ran.seconds), perf_counter() - began)


def failing_anyway(
    verdicts: Sequence[Verdict],
    asked: Mapping[str, Sequence[str]],
    rehearsal: Rehearsal,
    tests: Tests,
    grounds: Sequence[Ground],
) -> list[str]:
    """Return who of those that noticed something fails once more with no guard weakened.

    Where the clock noticed, everything must have ended in half the time.
    """
    noticed = {each.by for each in verdicts if each.end is End.KILLED}
    late = [
        f"{each.mutant.key}: what is asked takes too long, with nothing weakened"
        for each in verdicts
        if each.end is End.TIMED_OUT and not rehearsal.is_quick(asked[each.mutant.key])
    ]
    again = rehearsed([], noticed, tests, grounds)
    return sorted({*again.ran.failed, *late})
