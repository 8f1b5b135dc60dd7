"""A collector of traces and metrics on the loopback, which reads what it is sent."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True, slots=True)
class Span:
    """A span as it arrived; ids are hexadecimal, the root's parent is empty."""

    name: str
    id: str
    parent: str
    trace: str
    attributes: dict[str, Any]
    error: bool


@dataclass
class Collector:
    """What arrived, and from whom; while `hanging` it takes everything and answers nothing."""

    address: str = ""
    bodies: list[tuple[str, bytes]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    hanging: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def everything(self) -> bytes:
        return b"".join(body for _, body in self.bodies)

    @property
    def spans(self) -> list[Span]:
        found = []
        for path, body in self.bodies:
            if path == "/v1/traces":
                request = ExportTraceServiceRequest.FromString(body)
                found += [
                    span
                    for resource in request.resource_spans
                    for scope in resource.scope_spans
                    for span in scope.spans
                ]
        found.sort(key=lambda span: span.start_time_unix_nano)
        return [
            Span(
                each.name,
                each.span_id.hex(),
                each.parent_span_id.hex(),
                each.trace_id.hex(),
                {pair.key: _plain(pair.value) for pair in each.attributes},
                each.status.code == 2,
            )
            for each in found
        ]

    @property
    def metrics(self) -> set[str]:
        return {
            metric.name
            for path, body in self.bodies
            if path == "/v1/metrics"
            for resource in ExportMetricsServiceRequest.FromString(body).resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
        }

    def below(self, parent: Span) -> list[Span]:
        return [span for span in self.spans if span.parent == parent.id]


@contextmanager
def collecting() -> Iterator[Collector]:
    """Run a collector until the block ends."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if collector.hanging.is_set():
                collector.over.wait()
                return
            collector.headers.append({name.lower(): value for name, value in self.headers.items()})
            collector.bodies.append((self.path, body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    collector.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        collector.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _plain(value: Any) -> Any:
    return getattr(value, value.WhichOneof("value"))
