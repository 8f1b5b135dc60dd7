"""Sending spans and metrics to a collector by OTLP over HTTP, from threads of their own."""

import os
import uuid
from collections.abc import Iterable
from functools import partial
from importlib.metadata import version
from urllib.parse import unquote

from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.metrics import CallbackOptions, Meter, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from agent.watching import trace_models
from app.watching.instruments import Gauge, Mirror, Recorded
from app.watching.measures import GAUGES, RECORDED
from app.watching.private import Private
from jirani.services.watch import trace_with

TIMEOUT = 3.0  # seconds for one batch: what a dead collector costs is memory, and not much of it


class Export:
    """A way out for spans and metrics; one that is closed never slows anybody down."""

    def __init__(self, endpoint: str, headers: str | None, *, content: bool) -> None:
        self.content = content
        resource = Resource.create(
            {
                "service.name": os.environ.get("OTEL_SERVICE_NAME", "jirani"),
                "service.version": version("jirani"),
                "service.instance.id": str(uuid.uuid4()),
            }
        )
        sent = _headers(headers)
        spans = OTLPSpanExporter(_at(endpoint, "traces"), headers=sent, timeout=TIMEOUT)
        self.spans = TracerProvider(resource=resource, shutdown_on_exit=False)
        self.spans.add_span_processor(BatchSpanProcessor(spans if content else Private(spans)))
        metrics = OTLPMetricExporter(_at(endpoint, "metrics"), headers=sent, timeout=TIMEOUT)
        self.metrics = MeterProvider(
            [PeriodicExportingMetricReader(metrics)], resource, shutdown_on_exit=False
        )
        _mirror(self.metrics.get_meter("jirani"))
        self.trace(True)

    def trace(self, on: bool) -> None:
        """Begin to trace what happens in this process, or stop."""
        provider = self.spans if on else None
        trace_with(provider)
        trace_models(provider, content=self.content)

    def close(self) -> None:
        """Take no more and send what is left, for as long as the collector lets it take."""
        for each in RECORDED:
            each.mirror = None
        self.spans.shutdown()
        self.metrics.shutdown(timeout_millis=TIMEOUT * 1000)


def _mirror(meter: Meter) -> None:
    """Give every measure its twin."""
    for each in RECORDED:
        each.mirror = _twin(meter, each)
    for gauge in GAUGES:
        meter.create_observable_gauge(
            gauge.name, [partial(_observed, gauge)], gauge.unit, gauge.about
        )


def _twin(meter: Meter, measure: Recorded) -> Mirror:
    if not measure.buckets:
        return meter.create_counter(measure.name, measure.unit, measure.about).add
    return meter.create_histogram(
        measure.name,
        measure.unit,
        measure.about,
        explicit_bucket_boundaries_advisory=measure.buckets,
    ).record


def _observed(gauge: Gauge, _: CallbackOptions) -> Iterable[Observation]:
    for labels, value in gauge.source().items():
        yield Observation(value, dict(zip(gauge.labels, labels, strict=True)))


def _at(endpoint: str, signal: str) -> str:
    return f"{endpoint.rstrip('/')}/v1/{signal}"


def _headers(written: str | None) -> dict[str, str] | None:
    """Read `key=value,key=value`, as OTEL_EXPORTER_OTLP_HEADERS is written."""
    if written is None:
        return None
    pairs = (pair.partition("=") for pair in written.split(",") if "=" in pair)
    return {name.strip(): unquote(value.strip()) for name, _, value in pairs}
