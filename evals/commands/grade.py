"""`jirani eval grade`: judging kept runs again, without running them."""

from pathlib import Path
from time import perf_counter

import click

from evals import report, stored
from evals.choosing import choose
from evals.commands import UNUSABLE
from evals.commands.outputs import Outputs, with_outputs
from evals.finding import nobody
from evals.played import Played
from evals.results import Attempt, Result
from evals.scenario import Scenario, Unusable


@click.command("grade")
@click.argument("kept", type=click.Path(dir_okay=False, path_type=Path), metavar="RUN.json")
@with_outputs
def grade(kept: Path, **files: Path | None) -> None:
    """Judge runs that `jirani eval run --json` has kept, by what their scenarios expect now.

    Ends with 1 if one failed, with 2 if one cannot be judged: its conversation has changed.
    """
    began = perf_counter()
    try:
        outputs = Outputs.wanted(**files)
        results = regraded(stored.read(kept))
    except Unusable as error:
        click.echo(str(error), err=True)
        raise SystemExit(UNUSABLE) from error
    width = max((len(each.scenario.name) for each in results), default=0)
    for result in results:
        click.echo(report.line(result, width))
    outputs.tell(results, perf_counter() - began)


def regraded(outcome: stored.Outcome) -> list[Result]:
    """Judge kept runs by their scenarios as they are written now.

    Raises:
        Unusable: a scenario is gone, or tells another conversation than it did.
    """
    results, errors = [], []
    for kept in outcome.scenarios:
        try:
            scenario = _now(kept)
        except Unusable as error:
            errors += error.errors
            continue
        if not all(_same(scenario, played) for played in kept.runs):
            errors.append(
                f"{kept.name}: its conversation is not the one that was kept; run it again."
            )
        attempts = tuple(Attempt.of(scenario, played) for played in kept.runs)
        results.append(Result(scenario, attempts))
    if errors:
        raise Unusable(errors)
    return results


def _now(kept: stored.Kept) -> Scenario:
    try:
        there = choose([kept.file])
    except Unusable:
        there = choose([kept.name])
    names = {each.name: each for each in there}
    if kept.name not in names:
        raise Unusable([nobody("scenario", kept.name, names)])
    return names[kept.name]


def _same(scenario: Scenario, played: Played) -> bool:
    """Tell whether a scenario says what was played; what broke was cut short."""
    steps = scenario.steps[: len(played.steps)] if played.broke else scenario.steps
    told = [(step.kind, step.who, step.value, step.key) for step in steps]
    return told == [(step.kind, step.who, step.value, step.key) for step in played.steps]
