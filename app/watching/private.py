"""What may leave the house in a span: what is named here, and nothing that a library adds."""

from collections.abc import Sequence

from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace.status import Status
from opentelemetry.util.types import Attributes, AttributeValue

KEPT = (
    "jirani.",
    "http.request.method",
    "http.route",
    "http.response.status_code",
    "db.",
    "error.type",
    "exception.type",
    "gen_ai.agent.name",
    "gen_ai.aggregated_usage.",
    "gen_ai.operation.name",
    "gen_ai.provider.name",
    "gen_ai.request.model",
    "gen_ai.response.finish_reasons",
    "gen_ai.response.model",
    "gen_ai.tool.name",
    "gen_ai.usage.",
    "pydantic_ai.cache.",
    "server.",
)


class Private(SpanExporter):
    """Passes spans on without what people said: no message of an error, no prompt, no argument."""

    def __init__(self, inner: SpanExporter) -> None:
        self._inner = inner

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Pass a batch on."""
        return self._inner.export([bare(span) for span in spans])

    def shutdown(self) -> None:
        """End the exporter inside."""
        self._inner.shutdown()


def bare(span: ReadableSpan) -> ReadableSpan:
    """Return a span's name, times, place in its trace, and the attributes that may leave."""
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_kept(span.attributes),
        events=[Event(each.name, _kept(each.attributes), each.timestamp) for each in span.events],
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _kept(attributes: Attributes) -> dict[str, AttributeValue]:
    return {name: value for name, value in (attributes or {}).items() if name.startswith(KEPT)}
