"""`jirani eval run`: conversations played against a model, judged by what they leave behind."""

from contextlib import closing
from pathlib import Path
from time import perf_counter

import click

from agent.models import OFFLINE, UnknownModel
from evals import report, stored
from evals.choosing import choose
from evals.commands import UNUSABLE
from evals.commands.outputs import Outputs, with_outputs
from evals.scenario import Unusable
from evals.spreading import WorkerLost, cores, outcomes
from jirani.store.redis_server import RedisUnavailable

WORTH_A_PROCESS = 4  # runs: starting a process takes about as long as they do


@click.command("run")
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]...")
@click.option("--model", default=OFFLINE, show_default=True, help="Who answers the guest.")
@click.option(
    "--repeat",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Run each so often, with another seed; it passes if all runs do (pass^k).",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="The first run's; it makes the ids of everything in that run.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    show_default="one for each core, fewer for few runs",
    help="How many processes share the runs; with 1, this one does them all.",
)
@click.option("--tag", "tags", multiple=True, help="Only those with this tag; may be repeated.")
@click.option("--rule", "rules", multiple=True, help="Only those that cover this rule; likewise.")
@click.option("--verbose", is_flag=True, help="Show every conversation.")
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the runs in a file, for --baseline and `jirani eval grade`.",
)
@with_outputs
def run(
    scenarios: tuple[str, ...],
    model: str,
    repeat: int,
    seed: int,
    jobs: int | None,
    tags: tuple[str, ...],
    rules: tuple[str, ...],
    verbose: bool,
    json_file: Path | None,
    **files: Path | None,
) -> None:
    """Run scenarios: by name, by file, or by a pattern like 'late-*'; all unless told.

    Ends with 1 if one failed, with 2 if one cannot be used.
    """
    began = perf_counter()
    try:
        outputs = Outputs.wanted(**files)
        chosen = choose(scenarios, tags=tags, rules=rules)
        runs = len(chosen) * repeat
        jobs = min(jobs, runs) if jobs else max(1, min(cores(), runs // WORTH_A_PROCESS))
        width = max((len(each.name) for each in chosen), default=0)
        results = []
        with closing(outcomes(chosen, model, repeat, jobs, seed)) as coming:
            for result in coming:
                results.append(result)
                click.echo(report.line(result, width))
                if verbose and result.passed:
                    click.echo(f"{report.transcript(result.shown.played)}\n")
    except (Unusable, UnknownModel, RedisUnavailable, WorkerLost) as error:
        click.echo(str(error), err=True)
        raise SystemExit(UNUSABLE) from error
    if json_file:
        stored.write(json_file, results)
    outputs.tell(results, perf_counter() - began)
