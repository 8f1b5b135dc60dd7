"""Reading measures off log events: what is logged is counted, at any level."""

import re
from collections.abc import Callable, MutableMapping
from typing import Any

from opentelemetry.trace import format_span_id, format_trace_id, get_current_span

from app.watching import measures

Event = MutableMapping[str, Any]

_NAME = re.compile(r"[a-z0-9_.]{1,60}")  # a sentence is no name, and may quote somebody


def counted(_: Any, __: str, event: Event) -> Event:
    """Count an event and take down what it measures; a processor, ahead of the log level's."""
    name = str(event["event"])
    measures.EVENTS.record(1, name if _NAME.fullmatch(name) else "other")
    if reading := READINGS.get(name):
        try:
            reading(event)
        except (KeyError, TypeError, ValueError):  # a wrong measure must never cost an answer
            measures.EVENTS.record(1, "watching.misread")
    return event


def with_trace(_: Any, __: str, event: Event) -> Event:
    """Name the trace and the span that a line belongs to; a processor."""
    context = get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = format_trace_id(context.trace_id)
        event["span_id"] = format_span_id(context.span_id)
    return event


def _turn(event: Event) -> None:
    measures.TURNS.record(event["seconds"], event.get("model"), event.get("outcome", "failed"))


def _tool(event: Event) -> None:
    measures.TOOL_CALLS.record(1, event["tool"], event["allowed"], event["reason"])
    measures.TOOL_SECONDS.record(event["seconds"], event["tool"])


def _guard(event: Event) -> None:
    measures.GUARDS.record(1, event["guard"], event["allowed"], event["reason"])


def _request(event: Event) -> None:
    model = (event["provider"], event["model"])
    measures.REQUESTS.record(event["seconds"], *model, event.get("error"))
    if "error" not in event:
        measures.SPENT.record(event["input_tokens"], *model, "input")
        measures.SPENT.record(event["output_tokens"], *model, "output")


def _fallback(event: Event) -> None:
    measures.FALLBACKS.record(1, event["model"], event["kind"])


def _outside(event: Event) -> None:
    outcome = event.get("outcome") or event.get("error")
    measures.OUTSIDE.record(event["seconds"], event["system"], event["call"], outcome)


def _answered(event: Event) -> None:
    labels = (event["method"], event["route"], event["status"])
    measures.HTTP.record(event["seconds"], *labels)


def _job(event: Event) -> None:
    job = event["job"]
    measures.JOBS.record(event["seconds"], job, "failed" if "error" in event else "done")
    measures.JOB_ROWS.record(event.get("rows", 0), job)
    measures.JOB_LATE.record(event["late"], job)


def _job_failed(event: Event) -> None:
    measures.JOB_FAILURES.record(1, event["job"])


READINGS: dict[str, Callable[[Event], None]] = {
    "turn.finished": _turn,
    "tool.called": _tool,
    "guard.decided": _guard,
    "model.called": _request,
    "agent.model_failed": _fallback,
    "outside.called": _outside,
    "http.answered": _answered,
    "job.finished": _job,
    "job.failed": _job_failed,
}
