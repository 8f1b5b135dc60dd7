"""`jirani eval`: scripted conversations against a model, judged by what they leave behind."""

import json
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from time import perf_counter

import click

from agent.models import OFFLINE, UnknownModel
from evals import baseline as baselines
from evals import report
from evals.choosing import choose
from evals.coverage import coverage
from evals.junit import junit
from evals.runner import Result
from evals.scenario import Scenario, Unusable
from evals.spreading import WorkerLost, outcomes
from jirani.store.redis_server import RedisUnavailable

UNUSABLE = 2
WORTH_A_PROCESS = 4  # runs: starting a process takes about as long as they do


@click.group("eval")
def command() -> None:
    """Scripted conversations, judged by the rows they leave."""


@command.command()
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]...")
@click.option("--model", default=OFFLINE, show_default=True, help="Who answers the guest.")
@click.option(
    "--repeat",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Run each so often, with another seed; it passes if all runs do.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1),
    show_default="one for each core, fewer for few runs",
    help="How many processes share the runs; with 1, this one does them all.",
)
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the outcome to a file.",
)
@click.option(
    "--junit",
    "junit_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the outcome as JUnit XML.",
)
@click.option(
    "--baseline",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Compare with what --json wrote before: newly failing, newly passing, other words.",
)
@click.option("--tag", "tags", multiple=True, help="Only those with this tag; may be repeated.")
@click.option("--rule", "rules", multiple=True, help="Only those that cover this rule; likewise.")
@click.option("--verbose", is_flag=True, help="Show every conversation.")
def run(
    scenarios: tuple[str, ...],
    model: str,
    repeat: int,
    jobs: int | None,
    json_file: Path | None,
    junit_file: Path | None,
    baseline: Path | None,
    tags: tuple[str, ...],
    rules: tuple[str, ...],
    verbose: bool,
) -> None:
    """Run scenarios: by name, by file, or by a pattern like 'late-*'; all unless told.

    Ends with 1 if one failed, with 2 if one cannot be used.
    """
    began = perf_counter()
    try:
        chosen = choose(scenarios, tags=tags, rules=rules)
        before = baselines.read(baseline) if baseline else None
        runs = len(chosen) * repeat
        jobs = min(jobs, runs) if jobs else max(1, min(_cores(), runs // WORTH_A_PROCESS))
        results = _told(chosen, model, repeat, jobs, verbose)
    except (Unusable, UnknownModel, RedisUnavailable, WorkerLost) as error:
        click.echo(str(error), err=True)
        raise SystemExit(UNUSABLE) from error
    failed = [result for result in results if not result.passed]
    for result in failed:
        click.echo(f"\n{report.failure(result)}")
    click.echo(f"\n{report.summary(results, perf_counter() - began)}")
    if before is not None:
        click.echo(f"\n{baselines.told(baselines.compare(before, results))}")
    if junit_file:
        junit_file.write_text(junit(results), "utf-8")
    if json_file:
        told = json.dumps(report.as_json(results), indent=2, ensure_ascii=False)
        json_file.write_text(f"{told}\n", "utf-8")
    if failed:
        raise SystemExit(1)


@command.command("coverage")
@click.option("--check", is_flag=True, help="End with 1 if a rule of what is built has none.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def covers(check: bool, as_json: bool) -> None:
    """Show which scenarios protect which business rule."""
    every = coverage(choose(()))
    if as_json:
        rows = [
            {"rule": each.rule, "slice": each.slice, "scenarios": list(each.scenarios)}
            for each in every
        ]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        for each in every:
            mark = "none!" if each.missing else len(each.scenarios) or "later"
            names = ", ".join(each.scenarios[:3]) + (", ..." if len(each.scenarios) > 3 else "")
            click.echo(f"{each.rule:4} {each.slice:9} {mark!s:>5}  {each.about}")
            if names:
                click.echo(f"{'':21}{names}")
    missing = [each.rule for each in every if each.missing]
    if missing and check:
        click.echo(
            f"No scenario protects {', '.join(missing)}; write one that covers it.", err=True
        )
        raise SystemExit(1)


def _told(
    scenarios: Sequence[Scenario], model: str, repeat: int, jobs: int, verbose: bool
) -> list[Result]:
    """Run scenarios, and tell of each as soon as its turn has come."""
    width = max(len(each.name) for each in scenarios)
    results = []
    with closing(outcomes(scenarios, model, repeat, jobs)) as coming:
        for result in coming:
            results.append(result)
            click.echo(report.line(result, width))
            if verbose and result.passed:
                click.echo(f"{report.transcript(result.attempts[0])}\n")
    return results


def _cores() -> int:
    """Count the cores this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
