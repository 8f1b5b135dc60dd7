"""`jirani eval mutate`: does anything notice when a guard is weakened?"""

import gc
import json
import random
import resource
import signal
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from multiprocessing import get_all_start_methods
from pathlib import Path
from time import perf_counter

import click
from rich.console import Console

from evals.ground import ground
from evals.mutating import telling
from evals.mutating.catalogue import every_mutant, waits
from evals.mutating.equivalent import Stale, equivalents
from evals.mutating.judging import End, Verdict, failing_anyway, judged
from evals.mutating.mutant import Mutant
from evals.mutating.noticing import Broken, Tests, prepare, with_tests
from evals.mutating.protecting import TESTS, protection
from evals.mutating.rehearsing import rehearsed
from evals.rules import RULES
from evals.spreading import cores
from jirani.store.redis_server import RedisUnavailable

ENOUGH = 0.95
UNUSABLE = 2


class Unable(Exception):
    """Something is missing without which no mutant can be judged."""


@click.command("mutate")
@click.option("--rule", "rules", multiple=True, help="Only guards that name this rule; repeatable.")
@click.option("--only", default="", help="Only guards whose file's path contains this.")
@click.option("--sample", type=click.IntRange(1), help="Only so many, chosen by chance.")
@click.option("--seed", type=int, help="What chance begins with: the same chooses the same.")
@click.option("--jobs", type=click.IntRange(1), help="How many at once; one for each core.")
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, resolve_path=True, path_type=Path),
    help="Write every mutant, and what became of it, to a file.",
)
@click.option("--check", is_flag=True, help=f"End with 1 if less than {ENOUGH:.0%} are killed.")
@click.option("--list", "listing", is_flag=True, help="List the mutants, and run nothing.")
def command(
    rules: tuple[str, ...],
    only: str,
    sample: int | None,
    seed: int | None,
    jobs: int | None,
    json_file: Path | None,
    check: bool,
    listing: bool,
) -> None:
    """Weaken one guard at a time: does a scenario or a test of its rules fail?

    No file is touched. It needs the tests, what they need, and a system that can fork. Ends with
    1 if --check is not met, with 2 if nothing can be said.
    """
    began = perf_counter()
    seed = random.randrange(10**6) if seed is None else seed

    def work(tests: Tests) -> telling.Outcome | None:
        with ExitStack() as owned:
            grounds = [owned.enter_context(ground()) for _ in range(jobs or cores())]
            for each in grounds:
                prepare(each)
            every = every_mutant(grounds[0].folder / "empty.db")
            known = equivalents([each.key for each in every])
            chosen = _chosen(every, rules, only)
            if listing:
                _list(chosen)
                return None
            tried = _sampled([each for each in chosen if each.key not in known], sample, seed)
            chance = {each.key: protection(each) for each in tried}
            gc.freeze()
            names = {name for each in chance.values() for name in each}
            rehearsal = rehearsed(tried, names, tests, grounds)
            _void(rehearsal.ran.failed)
            asked = {each.key: rehearsal.order(chance[each.key], each) for each in tried}
            verdicts = list(_shown(judged(tried, asked, rehearsal, tests, grounds), len(tried)))
            _void(failing_anyway(verdicts, asked, rehearsal, tests, grounds))
        left_out = {each.key: known[each.key] for each in chosen if each.key in known}
        return telling.Outcome(verdicts, left_out, perf_counter() - began, _worked())

    try:
        _require(rules)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(UNUSABLE))  # so that no copy is left
        outcome = with_tests(work)
    except (Unable, Stale, Broken, RedisUnavailable) as error:
        click.echo(str(error), err=True)
        raise SystemExit(UNUSABLE) from error
    if outcome is None:
        return
    _tell(outcome)
    if json_file:
        told = json.dumps(telling.as_json(outcome), indent=2, ensure_ascii=False)
        json_file.write_text(f"{told}\n", "utf-8")
    if outcome.of(End.BROKEN):
        raise SystemExit(UNUSABLE)
    if check and outcome.score < ENOUGH:
        click.echo(f"Less than {ENOUGH:.0%} were noticed.", err=True)
        raise SystemExit(1)


def _worked() -> float:
    """Return the seconds that cores have worked for this process and those it has ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _void(failing: Sequence[str]) -> None:
    if failing:
        told = "\n  ".join(failing)
        raise Unable(f"The score is void, for these fail by themselves:\n  {told}")


def _sampled(tried: list[Mutant], sample: int | None, seed: int) -> list[Mutant]:
    if sample is None:
        return tried
    click.echo(f"A sample of {min(sample, len(tried))} of {len(tried)}, with --seed {seed}.")
    return random.Random(seed).sample(tried, min(sample, len(tried)))


def _shown(verdicts: Iterable[Verdict], of: int) -> Iterator[Verdict]:
    """Tell at once of a mutant that was not simply killed, and now and then how far it is."""
    for number, verdict in enumerate(verdicts, start=1):
        if verdict.end is not End.KILLED:
            click.echo(f"{verdict.end}: {telling.told(verdict)}", err=True)
        if number % 25 == 0:
            click.echo(f"{number} of {of}", err=True)
        yield verdict


def _require(rules: Sequence[str]) -> None:
    if unknown := sorted(set(rules) - RULES.keys()):
        raise Unable(f"There is no rule {unknown[0]!r}; there are {', '.join(RULES)}.")
    if not TESTS.is_dir() or find_spec("pytest") is None:
        raise Unable(
            "The tests are not here: run this in a clone, with what `make install` brings."
        )
    if "fork" not in get_all_start_methods():
        raise Unable("This system cannot fork; run this on Linux.")


def _chosen(every: Sequence[Mutant], rules: Sequence[str], only: str) -> list[Mutant]:
    """Choose what is asked for; if nothing is, all whose slice is built."""
    if not rules and not only:
        chosen = [each for each in every if not waits(each)]
        if left := len(every) - len(chosen):
            click.echo(f"{left} wait for their slice to be built; --only and --rule try them too.")
        return chosen
    chosen = [
        each
        for each in every
        if (not rules or set(rules) & set(each.rules)) and only in telling.where(each)
    ]
    if not chosen:
        raise Unable("No guard is of that kind.")
    return chosen


def _list(chosen: Sequence[Mutant]) -> None:
    for each in chosen:
        click.echo(f"{telling.where(each)}  {each.place}  [{' '.join(each.rules) or 'no rule'}]")
        click.echo(f"    - {each.before}\n    + {each.after}")
    click.echo(f"{len(chosen)} mutants")


def _tell(outcome: telling.Outcome) -> None:
    Console().print(telling.table(outcome))
    for end in (End.SURVIVED, End.TIMED_OUT, End.INERT, End.BROKEN):
        if found := outcome.of(end):
            click.echo(f"\n{end.capitalize()}:")
            for each in found:
                click.echo(telling.told(each))
    click.echo(f"\n{telling.summary(outcome)}")
