"""What a run tells: one line a scenario, and everything about each that failed."""

import json
from collections.abc import Sequence

import click
from pydantic_evals.reporting.analyses import ScalarResult

from evals.dataset import Report
from evals.grading import ALL
from evals.played import Played, PlayedStep
from evals.results import Result

WARNINGS = ("reply.unbacked", "agent.model_failed", "payment.needs_person", "payment.unrouted")


def line(result: Result, width: int) -> str:
    """Write a scenario's line of the table."""
    passed = sum(attempt.passed for attempt in result.attempts)
    mark = click.style("pass", fg="green") if result.passed else click.style("FAIL", fg="red")
    count = f"{passed} of {len(result.attempts)}"
    covers = " ".join(result.scenario.covers)
    return f"{mark}  {result.scenario.name:{width}}  {count:>7}  {result.seconds:5.1f} s  {covers}"


def failure(result: Result) -> str:
    """Explain why a scenario failed: what was expected and found, and its first such run."""
    reasons = [f"  - {why}" for why in result.why]
    head = click.style(f"{result.scenario.name}: {result.scenario.title}", bold=True)
    return "\n".join([head, *reasons, "", transcript(result.shown.played)])


def transcript(played: Played) -> str:
    """Write a run as a conversation, with every tool call and its answer."""
    lines = [line for step in played.steps for line in _told(step)]
    lines += [f"  ! {event}" for event in played.events if event in WARNINGS]
    return "\n".join(lines)


def _told(step: PlayedStep) -> list[str]:
    mark = "> " if step.kind == "guest" else "* "
    done = [f"  {mark}{_cut(each)}" for each in step.done.splitlines() or [""]]
    calls = [
        f"      {call.name} {json.dumps(call.arguments, ensure_ascii=False)}: "
        f"{'allowed' if call.allowed else 'refused'}, {call.reason}"
        for call in step.calls
    ]
    heard = [f"  < {each}" for text in step.heard for each in text.splitlines()]
    return [*done, *calls, *heard]


def _cut(text: str, most: int = 300) -> str:
    return text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"


def summary(results: Sequence[Result], judged: Report, seconds: float) -> str:
    """Write the last lines of a run that took so many seconds."""
    failed = sum(not result.passed for result in results)
    word = "scenario" if len(results) == 1 else "scenarios"
    passed = len(results) - failed
    runs = max((len(result.attempts) for result in results), default=0)
    [share] = [each.value for each in judged.analyses if isinstance(each, ScalarResult)]
    parts = ", ".join(f"{part} {_sound(judged, part)}" for part in ALL)
    return (
        f"{len(results)} {word}: {passed} passed, {failed} failed, in {seconds:.1f} s\n"
        f"pass^{runs} {share:.3f}; of {len(judged.cases)} runs as expected: {parts}"
    )


def _sound(judged: Report, part: str) -> int:
    return sum(case.assertions[part].value for case in judged.cases)
