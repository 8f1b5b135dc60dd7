"""`jirani eval`: scripted conversations against a model, judged by what they leave behind."""

import asyncio
import json
from pathlib import Path

import click
from pydantic_ai.models import Model

from agent.models import OFFLINE, UnknownModel, model_named
from evals import report
from evals.choosing import choose
from evals.ground import ground
from evals.runner import Result, run_all
from evals.scenario import Scenario, Unusable
from jirani.store.redis_server import RedisUnavailable

UNUSABLE = 2


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
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the outcome to a file.",
)
@click.option("--verbose", is_flag=True, help="Show every conversation.")
def run(
    scenarios: tuple[str, ...], model: str, repeat: int, json_file: Path | None, verbose: bool
) -> None:
    """Run scenarios: by name, by file, or by a pattern like 'late-*'; all unless told.

    Ends with 1 if one failed, with 2 if one cannot be used.
    """
    try:
        results = asyncio.run(_run(choose(scenarios), model_named(model), repeat, verbose))
    except (Unusable, UnknownModel, RedisUnavailable) as error:
        click.echo(str(error), err=True)
        raise SystemExit(UNUSABLE) from error
    failed = [result for result in results if not result.passed]
    for result in failed:
        click.echo(f"\n{report.failure(result)}")
    click.echo(f"\n{report.summary(results)}")
    if json_file:
        told = json.dumps(report.as_json(results), indent=2, ensure_ascii=False)
        json_file.write_text(f"{told}\n", "utf-8")
    if failed:
        raise SystemExit(1)


async def _run(
    scenarios: list[Scenario], model: Model | None, repeat: int, verbose: bool
) -> list[Result]:
    width = max(len(each.name) for each in scenarios)
    results = []
    with ground(model) as shared:
        async for result in run_all(shared, scenarios, repeat):
            results.append(result)
            click.echo(report.line(result, width))
            if verbose and result.passed:
                click.echo(f"{report.transcript(result.attempts[0])}\n")
    return results
