"""Watching: a piece of work is a span while it lasts, and one event with its seconds afterwards.

Metrics are read off the events, so that nothing has to be told twice. Only the OpenTelemetry
interface is known here: until `trace_with` names a provider there are no spans, and no cost.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import perf_counter
from typing import Any

from opentelemetry.trace import (
    INVALID_SPAN,
    Span,
    SpanKind,
    Tracer,
    TracerProvider,
    get_current_span,
)
from opentelemetry.trace.status import Status, StatusCode
from structlog.contextvars import get_contextvars

from jirani.services.log import log

Facts = dict[str, Any]

# Facts that OpenTelemetry has names for; all others are called `jirani.…`.
_NAMES = {
    "error": "error.type",
    "method": "http.request.method",
    "route": "http.route",
    "status": "http.response.status_code",
}
_tracer: Tracer | None = None


def trace_with(provider: TracerProvider | None) -> None:
    """Let spans begin, or let there be none, for the whole process."""
    global _tracer
    _tracer = provider.get_tracer("jirani") if provider else None


@contextmanager
def watched(
    event: str,
    span: str | None = None,
    *,
    level: str = "debug",
    kind: SpanKind = SpanKind.INTERNAL,
    **facts: Any,
) -> Iterator[Facts]:
    """Watch a block: log `event` when it is over, and trace it as `span`.

    Yields the facts, for the block to add to; `seconds` is added at the end, and `error`, a type's
    name, if one is raised. Without a `span` the facts are told of the span around. Facts never
    hold what a guest wrote, a name, a phone or a key: they leave the house.
    """
    started = perf_counter()
    with _spanned(span, kind) as current:
        try:
            yield facts
        except BaseException as error:
            facts.setdefault("error", type(error).__name__)
            if span:
                current.set_status(Status(StatusCode.ERROR))
            raise
        finally:
            facts.setdefault("seconds", round(perf_counter() - started, 6))
            if current.is_recording():
                current.set_attributes(_attributes(facts))
            getattr(log, level)(event, **facts)


def outside(system: str, call: str) -> AbstractContextManager[Facts]:
    """Watch a call of a payment provider or a channel; the block adds its `outcome`."""
    span = f"{call} {system}"
    return watched("outside.called", span, kind=SpanKind.CLIENT, system=system, call=call)


def _spanned(name: str | None, kind: SpanKind) -> AbstractContextManager[Span]:
    if _tracer is None:
        return nullcontext(INVALID_SPAN)
    if name is None:
        return nullcontext(get_current_span())
    return _tracer.start_as_current_span(
        name, kind=kind, record_exception=False, set_status_on_exception=False
    )


def _attributes(facts: Facts) -> dict[str, str | bool | int | float]:
    about = {name: get_contextvars().get(name) for name in ("business", "thread")}
    return {
        _NAMES.get(name, f"jirani.{name}"): value
        if isinstance(value, bool | int | float)
        else str(value)
        for name, value in (about | facts).items()
        if value is not None and name != "seconds"
    }
