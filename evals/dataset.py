"""The runs as a dataset of pydantic-evals: a case each, judged by part, with pass^k over all."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter
from pydantic_evals import Case, Dataset
from pydantic_evals.evaluators import (
    EvaluationReason,
    Evaluator,
    EvaluatorContext,
    ReportEvaluator,
    ReportEvaluatorContext,
)
from pydantic_evals.reporting import EvaluationReport
from pydantic_evals.reporting.analyses import ScalarResult

from evals.grading import ALL
from evals.results import Attempt, Result


@dataclass(frozen=True, slots=True)
class Meta:
    """What a run is a run of."""

    scenario: str
    covers: tuple[str, ...]
    tags: tuple[str, ...]


Report = EvaluationReport[str, Attempt, Meta]


@dataclass(repr=False)
class AsExpected(Evaluator[str, Attempt, Meta]):
    """Asserts that each part of a run (`world`, `words`, ...) is as its scenario expects."""

    def evaluate(self, ctx: EvaluatorContext[str, Attempt, Meta]) -> dict[str, EvaluationReason]:
        """Give each part its reasons, a line each."""
        found = {part: [why for why in ctx.output.reasons if why.part == part] for part in ALL}
        return {
            part: EvaluationReason(not reasons, "\n".join(map(str, reasons)) or None)
            for part, reasons in found.items()
        }


@dataclass(repr=False)
class PassPowK(ReportEvaluator[str, Attempt, Meta]):
    """Says what share of the scenarios passed in every one of their k runs."""

    def evaluate(self, ctx: ReportEvaluatorContext[str, Attempt, Meta]) -> ScalarResult:
        """Count a scenario only if no assertion of any of its runs failed."""
        passed: dict[str, bool] = {}
        for case in ctx.report.cases:
            held = all(each.value for each in case.assertions.values())
            name = case.metadata.scenario if case.metadata else case.name
            passed[name] = passed.get(name, True) and held and not case.evaluator_failures
        share = sum(passed.values()) / len(passed) if passed else 0.0
        return ScalarResult(title="pass^k", value=share)


async def report_of(results: Sequence[Result]) -> Report:
    """Judge all runs of all scenarios as one experiment."""
    cases, runs = [], {}
    for result in results:
        about = result.scenario
        for attempt in result.attempts:
            name = f"{about.name} [{attempt.played.seed}]"
            runs[name] = attempt
            cases.append(
                Case(name=name, inputs=name, metadata=Meta(about.name, about.covers, about.tags))
            )
    dataset: Dataset[str, Attempt, Meta] = Dataset(
        name="scenarios",
        cases=cases,
        evaluators=[AsExpected()],
        report_evaluators=[PassPowK()],
    )
    return await dataset.evaluate(runs.__getitem__, max_concurrency=1, progress=False)


def as_json(report: Report) -> bytes:
    """Write a report as pydantic-evals reads it."""
    return TypeAdapter(Report).dump_json(report, indent=1) + b"\n"
