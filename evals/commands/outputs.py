"""What every judged run can be written to."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from evals import baseline, report, stored
from evals.dataset import as_json, report_of
from evals.junit import junit
from evals.results import Result
from evals.showing.page import page

_FILE = click.Path(dir_okay=False, path_type=Path)
_OPTIONS = (
    click.option("--html", type=_FILE, help="Write a page that shows every conversation."),
    click.option("--junit", "junit_file", type=_FILE, help="Write the outcome as JUnit XML."),
    click.option(
        "--report",
        "report_file",
        type=_FILE,
        help="Write the outcome as a report of pydantic-evals, in JSON.",
    ),
    click.option(
        "--baseline",
        "baseline_file",
        type=_FILE,
        help="Compare with what --json wrote before: newly failing, newly passing, other words.",
    ),
)


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where the outcome goes besides the terminal, and what it is compared with."""

    html: Path | None
    junit_file: Path | None
    report_file: Path | None
    before: stored.Outcome | None

    @classmethod
    def wanted(
        cls,
        html: Path | None,
        junit_file: Path | None,
        report_file: Path | None,
        baseline_file: Path | None,
    ) -> "Outputs":
        """Gather the options; raises Unusable if the baseline is none."""
        before = stored.read(baseline_file) if baseline_file else None
        return cls(html, junit_file, report_file, before)

    def tell(self, results: Sequence[Result], seconds: float) -> None:
        """Tell of failures, of the whole and of what has changed, and write the files.

        Ends the program with 1 if a scenario failed.
        """
        judged = asyncio.run(report_of(results))
        failed = [result for result in results if not result.passed]
        for result in failed:
            click.echo(f"\n{report.failure(result)}")
        click.echo(f"\n{report.summary(results, judged, seconds)}")
        if self.before:
            click.echo(f"\n{baseline.told(baseline.compare(self.before, results))}")
        if self.junit_file:
            self.junit_file.write_text(junit(results), "utf-8")
        if self.html:
            self.html.write_text(page(results, seconds=seconds), "utf-8")
        if self.report_file:
            self.report_file.write_bytes(as_json(judged))
        if failed:
            raise SystemExit(1)


def with_outputs(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of Outputs."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
