"""Everything run once with no guard weakened: what fails anyway, what takes how long, who is asked.

Both make the search for whoever notices a mutant short without changing what may be found: who
never enters a guard cannot tell that it is weak, and who is quick is asked first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from evals.ground import Ground
from evals.mutating.entering import guard_of, watch
from evals.mutating.forking import in_copies
from evals.mutating.mutant import Mutant
from evals.mutating.noticing import Ran, Tests, apart, run_in_order
from evals.mutating.protecting import Protection, tests_of

LEAST, LONGEST, ENDLESS = 20.0, 300.0, 3600.0  # seconds
SLOWER = 3  # a machine may be busier than it was a moment ago
SHARES = 3  # for each place, so that none waits long for the others


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How it went when nothing was weakened."""

    ran: Ran
    watched: frozenset[str]

    def order(self, chosen: Protection, mutant: Mutant) -> tuple[str, ...]:
        """Return who is to be asked about a mutant, the likeliest first, then the quickest.

        Likeliest are what mirrors its file, and then the tests of its package.
        """
        guard, package = guard_of(mutant), tests_of(mutant)
        anybody = guard not in self.watched

        def asked(names: Sequence[str]) -> list[str]:
            able = [one for one in names if anybody or guard in self.ran.entered.get(one, ())]
            return sorted(able, key=lambda one: self.ran.seconds.get(one, 0.0))

        near = [one for one in chosen.others if one.startswith(package)]
        far = [one for one in chosen.others if not one.startswith(package)]
        return (*asked(chosen.mirrors), *asked(near), *asked([*chosen.scenarios, *far]))

    def patience(self, names: Sequence[str]) -> float:
        """Return how long some may take about a mutant: whoever takes longer hangs."""
        return min(LEAST + SLOWER * self._seconds(names), LONGEST)

    def is_quick(self, names: Sequence[str]) -> bool:
        """Tell whether they took less than half of that: then it is the mutant that is slow."""
        return self._seconds(names) < self.patience(names) / 2

    def _seconds(self, names: Sequence[str]) -> float:
        return sum(self.ran.seconds.get(each, 0.0) for each in names)


def rehearsed(
    mutants: Sequence[Mutant], names: Iterable[str], tests: Tests, grounds: Sequence[Ground]
) -> Rehearsal:
    """Run tests and scenarios once, in shares, and note which of the mutants' guards they enter."""
    shares = _shares(names, SHARES * len(grounds))

    def work(share: tuple[str, ...], place: int) -> tuple[Ran, frozenset[str]]:
        watched = watch(mutants)
        with apart():
            return run_in_order(share, tests, grounds[place], stop=False), watched

    whole, watched = Ran(), frozenset[str]()
    for share, answer in in_copies([(each, ENDLESS) for each in shares], work, len(grounds)):
        if isinstance(answer, tuple):
            ran, watched = answer
            whole.update(ran)
        else:
            whole.failed.append(f"{answer!r}, with nothing weakened, at one of {', '.join(share)}")
    return Rehearsal(whole, watched)


def _shares(names: Iterable[str], number: int) -> list[tuple[str, ...]]:
    """Deal what is to be run; files of tests stay whole, so that what they share is made once."""
    dealt: list[list[str]] = [[] for _ in range(number)]
    by_file = groupby(sorted(names), key=lambda name: name.partition("::")[0])
    for number_of_file, (_, inside) in enumerate(by_file):
        dealt[number_of_file % number] += inside
    return [tuple(each) for each in dealt if each]
