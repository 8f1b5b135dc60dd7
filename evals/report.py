"""What a run tells: one line a scenario, and everything about each that failed."""

import json
from collections.abc import Sequence
from typing import Any

import click

from evals.happenings import Happened
from evals.runner import Attempt, Result

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
    first = next(attempt for attempt in result.attempts if not attempt.passed)
    reasons = [f"  - {why}" for why in result.why]
    head = click.style(f"{result.scenario.name}: {result.scenario.title}", bold=True)
    return "\n".join([head, *reasons, "", transcript(first)])


def transcript(attempt: Attempt) -> str:
    """Write a run as a conversation, with every tool call and its answer."""
    lines = [line for happened in attempt.transcript for line in _told(happened)]
    lines += [f"  ! {event}" for event in attempt.events if event in WARNINGS]
    return "\n".join(lines)


def _told(happened: Happened) -> list[str]:
    said = happened.step.kind == "guest"
    done = [
        f"  {'> ' if said else '* '}{_cut(each)}" for each in happened.done.splitlines() or [""]
    ]
    calls = [
        f"      {call.name} {json.dumps(call.arguments, ensure_ascii=False)}: "
        f"{'allowed' if call.allowed else 'refused'}, {call.reason}"
        for call in happened.calls
    ]
    heard = [f"  < {each}" for text in happened.heard for each in text.splitlines()]
    return [*done, *calls, *heard]


def _cut(text: str, most: int = 300) -> str:
    return text if len(text) <= most else f"{text[:most]}… ({len(text)} characters)"


def summary(results: Sequence[Result], seconds: float) -> str:
    """Write the last line of a run that took so many seconds."""
    failed = sum(not result.passed for result in results)
    word = "scenario" if len(results) == 1 else "scenarios"
    passed = len(results) - failed
    return f"{len(results)} {word}: {passed} passed, {failed} failed, in {seconds:.1f} s"


def as_json(results: Sequence[Result]) -> dict[str, Any]:
    """Return what `--json` writes."""
    passed = sum(result.passed for result in results)
    return {
        "passed": passed,
        "failed": len(results) - passed,
        "scenarios": [
            {
                "name": result.scenario.name,
                "covers": list(result.scenario.covers),
                "passed": result.passed,
                "why": result.why,
                "replies": replies(result),
            }
            for result in results
        ],
    }


def replies(result: Result) -> list[str]:
    """Return what the guest heard in the first run, step by step."""
    return ["\n".join(each.heard) for each in result.attempts[0].transcript]
