"""`jirani eval simulate`: guests who talk on their own, each by a fact sheet."""

from contextlib import closing
from itertools import islice
from pathlib import Path
from time import perf_counter

import click

from agent.models import OFFLINE, UnknownModel
from evals.commands import UNUSABLE
from evals.report import transcript
from evals.scenario import Unusable
from evals.simulating import telling
from evals.simulating.conversing import converse
from evals.simulating.persona import choose
from evals.simulating.telling import Told
from evals.spreading import WorkerLost, cores, spread
from jirani.store.redis_server import RedisUnavailable


@click.command("simulate")
@click.argument("personas", nargs=-1, metavar="[PERSONA]...")
@click.option("--model", default=OFFLINE, show_default=True, help="Who answers the guests.")
@click.option(
    "--runs",
    type=click.IntRange(1),
    default=5,
    show_default=True,
    help="How many conversations each of them has, every one another.",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="The first conversation's: the same seed says the same.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    show_default="one for each core",
    help="How many processes share the conversations.",
)
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the conversations and what came of them in a file.",
)
@click.option("--verbose", is_flag=True, help="Show every conversation.")
def command(
    personas: tuple[str, ...],
    model: str,
    runs: int,
    seed: int,
    jobs: int | None,
    json_file: Path | None,
    verbose: bool,
) -> None:
    """Let simulated guests talk: by name, by file, or by a pattern; all unless told.

    Ends with 1 if the product failed one of them, with 2 if one cannot be used or if more than
    5 % of the conversations were the simulator's own fault.
    """
    began, every = perf_counter(), []
    try:
        chosen = choose(personas)
        many = [(persona, nth) for persona in chosen for nth in range(seed, seed + runs)]
        jobs = min(jobs or cores(), len(many))
        width = max(len(each.name) for each in chosen)
        with closing(spread(converse, many, model, jobs, "simulate")) as coming:
            for persona in chosen:
                every.append(told := Told(persona, tuple(islice(coming, runs))))
                click.echo(telling.line(told, width))
                for run in told.runs if verbose else ():
                    click.echo(f"  [{run.seed}]\n{transcript(run.played)}\n")
    except (Unusable, UnknownModel, RedisUnavailable, WorkerLost) as error:
        click.echo(str(error), err=True)
        raise SystemExit(UNUSABLE) from error
    for told in every:
        for failure in telling.failures(told):
            click.echo(f"\n{failure}")
    if void := [fault for told in every for fault in telling.voided(told)]:
        click.echo("\nThe simulator's own faults (neither passed nor failed):\n" + "\n".join(void))
    click.echo(f"\n{telling.summary(every, perf_counter() - began)}")
    if json_file:
        telling.write(json_file, every)
    if telling.too_many_voided(every):
        click.echo("Too many conversations were the simulator's own fault.", err=True)
        raise SystemExit(UNUSABLE)
    if any(told.failed for told in every):
        raise SystemExit(1)
