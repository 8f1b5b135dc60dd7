"""The middleware around every HTTP request: a span, an event, and the open streams counted."""

from collections.abc import Awaitable, Callable, MutableMapping
from time import perf_counter
from typing import Any

from opentelemetry.context import attach, detach
from opentelemetry.trace import SpanKind, get_current_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from app.watching import measures
from jirani.services.watch import Facts, watched

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
GONE, FAULT = 499, 500  # the client left before an answer; we failed to give one
_TRACES = TraceContextTextMapPropagator()  # only who calls: baggage of strangers is left outside


class Watched:
    """Watches the application inside. Routes are told as templates: paths hold threads' ids."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and watch what becomes of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        token = attach(_TRACES.extract(_headers(scope)))
        try:
            await self._watched(scope, receive, send)
        finally:
            detach(token)

    async def _watched(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"] if scope["method"] in METHODS else "_OTHER"
        with watched(
            "http.answered", method, level="info", kind=SpanKind.SERVER, method=method, status=GONE
        ) as told:
            answer = _Answer(send, told)
            try:
                await self.app(scope, receive, answer)
            except Exception:
                told["status"] = answer.status or FAULT
                raise
            finally:
                answer.over()
                told["route"] = route = _route(scope)
                get_current_span().update_name(f"{method} {route}")


class _Answer:
    """Stands for `send`: notes the status, and a stream while it is open."""

    def __init__(self, send: Send, told: Facts) -> None:
        self.status: int | None = None
        self._send, self._told = send, told
        self._began, self._streams = perf_counter(), False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = self._told["status"] = message["status"]
            if dict(message["headers"]).get(b"content-type", b"").startswith(b"text/event-stream"):
                # It stays open as long as a guest looks: that is no slow answer.
                self._told["seconds"] = round(perf_counter() - self._began, 6)
                self._streams = True
                streams.add(1)
        await self._send(message)

    def over(self) -> None:
        """Note the end of a stream."""
        if self._streams:
            streams.add(-1)


class _Streams:
    """How many event streams are open in this process."""

    def __init__(self) -> None:
        self.open = 0

    def add(self, number: int) -> None:
        """Count one in, or out."""
        self.open += number


streams = _Streams()
measures.STREAMS.source = lambda: {(): streams.open}


def _route(scope: Scope) -> str:
    """Return the template that a router found, or the mount, or `none`."""
    template = getattr(scope.get("route"), "path", None)
    return template or scope.get("root_path") or "none"


def _headers(scope: Scope) -> dict[str, str]:
    names = (b"traceparent", b"tracestate")
    return {k.decode(): v.decode("latin-1") for k, v in scope["headers"] if k in names}
