"""`jirani eval simulate-recovery`: freed slots among customers who reply by a known curve."""

import json
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from agent.models import OFFLINE
from evals.commands import UNUSABLE
from evals.refilling.curve import Curve
from evals.refilling.playing import Scene, Slot, refill
from evals.refilling.telling import Outcome, lines
from evals.spreading import WorkerLost, cores, spread
from jirani.rules.recovery.settings import problem_with
from jirani.store.redis_server import RedisUnavailable


@click.command("simulate-recovery")
@click.option("--slots", type=click.IntRange(1), default=100, show_default=True)
@click.option(
    "--candidates",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help="How many wait for each of them.",
)
@click.option(
    "--hours",
    type=click.FloatRange(0.5, 24 * 7),
    default=24.0,
    show_default=True,
    help="How long before its start a slot comes free.",
)
@click.option(
    "--accepts",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.11,
    show_default=True,
    help="The share of offers that are accepted at all.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="How the business recovers slots: lanes=by_time_left, parallel=2, life=30.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--jobs", type=click.IntRange(1), show_default="one for each core")
@click.option("--json", "json_file", type=click.Path(dir_okay=False, path_type=Path))
def command(
    slots: int,
    candidates: int,
    hours: float,
    accepts: float,
    settings: tuple[str, ...],
    seed: int,
    jobs: int | None,
    json_file: Path | None,
) -> None:
    """Free slots one by one, and let simulated customers reply to the offers.

    The product is the real one, on a set clock and SQLite; the curve is 11 % yeses, lognormal
    around 6 minutes. Ends with 1 if somebody heard what is not so or, from 300 slots on, if a
    target was missed; with 2 if it cannot be run.
    """
    own = tuple((name, value) for name, _, value in (each.partition("=") for each in settings))
    for name, value in own:
        if problem := problem_with(name, value):
            raise click.BadParameter(problem)
    scene = Scene(candidates, hours, Curve(accepts), own)
    runs = [(scene, nth) for nth in range(seed, seed + slots)]
    made: list[Slot] = []
    try:
        jobs = min(jobs or cores(), slots)
        with closing(spread(refill, runs, OFFLINE, jobs, "simulate-recovery")) as coming:
            made.extend(coming)
    except (RedisUnavailable, WorkerLost) as error:
        click.echo(str(error), err=True)
        raise SystemExit(UNUSABLE) from error
    outcome = Outcome(scene, made)
    for line in lines(outcome):
        click.echo(line)
    if json_file:
        json_file.write_text(json.dumps([asdict(each) for each in made], indent=2), "utf-8")
    for problem in outcome.problems():
        click.echo(problem, err=True)
    if outcome.problems():
        raise SystemExit(1)
