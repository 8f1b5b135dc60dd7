from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.types import Message, Receive, Scope, Send

from app import logs
from app.watching.http import Watched
from app.watching.readings import counted
from jirani.services.watch import trace_with
from tests.support.measured import Measured, value

pytestmark = pytest.mark.anyio

COUNT = "http_server_request_duration_seconds_count"


@pytest.fixture(autouse=True)
def counting() -> None:
    logs.configure("critical", seen=(counted,))


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    spans, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(spans))
    trace_with(provider)
    yield spans
    trace_with(None)


def application() -> FastAPI:
    app = FastAPI()

    @app.get("/threads/{id}")
    async def thread(id: str) -> str:
        return id

    @app.get("/broken/{id}")
    async def broken(id: str) -> None:
        raise RuntimeError(id)

    @app.get("/events")
    async def events() -> StreamingResponse:
        async def flow() -> Any:
            yield f"data: {value('jirani_http_streams')}\n\n"

        return StreamingResponse(flow(), media_type="text/event-stream")

    app.add_middleware(Watched)
    return app


@pytest.fixture
def client() -> httpx.AsyncClient:
    transport = httpx.ASGITransport(application(), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://salon")


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        ("GET", "/threads/marmalade", "/threads/{id}", "200"),
        ("DELETE", "/threads/marmalade", "/threads/{id}", "405"),
        ("BREW", "/marmalade", "none", "404"),
        ("GET", "/broken/marmalade", "/broken/{id}", "500"),
    ],
)
async def test_requests_are_counted_by_the_routes_template(
    client: httpx.AsyncClient, method: str, path: str, route: str, status: str
) -> None:
    grown = Measured()
    await client.request(method, path)
    known = method if method != "BREW" else "_OTHER"
    labels = {"http_route": route, "http_response_status_code": status}
    assert grown(COUNT, http_request_method=known, **labels) == 1


async def test_a_stream_is_counted_while_it_is_open(client: httpx.AsyncClient) -> None:
    before = value("jirani_http_streams") or 0
    assert (await client.get("/events")).text == f"data: {before + 1}\n\n"
    assert value("jirani_http_streams") == before


async def test_a_client_that_leaves_before_an_answer_is_told_apart() -> None:
    async def silent(scope: Scope, receive: Receive, send: Send) -> None:
        await receive()

    async def gone() -> Message:
        return {"type": "http.disconnect"}

    async def nobody(_: Message) -> None:
        raise AssertionError("nothing is sent")

    grown = Measured()
    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    await Watched(silent)(scope, gone, nobody)
    assert grown(
        COUNT, http_request_method="GET", http_route="none", http_response_status_code="499"
    )


async def test_a_callers_trace_is_continued_and_the_path_stays_here(
    client: httpx.AsyncClient, spans: InMemorySpanExporter
) -> None:
    trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    headers = {"traceparent": f"00-{trace}-{parent}-01", "baggage": "name=marmalade"}
    await client.get("/threads/marmalade?phone=0712345678", headers=headers)
    (span,) = spans.get_finished_spans()
    assert span.name == "GET /threads/{id}"
    assert span.context
    assert f"{span.context.trace_id:032x}" == trace
    assert span.parent
    assert f"{span.parent.span_id:016x}" == parent
    assert span.attributes == {
        "http.request.method": "GET",
        "http.route": "/threads/{id}",
        "http.response.status_code": 200,
    }
    assert "marmalade" not in span.to_json()


async def test_a_traceparent_that_is_none_begins_a_trace_of_our_own(
    client: httpx.AsyncClient, spans: InMemorySpanExporter
) -> None:
    await client.get("/threads/1", headers={"traceparent": "00-marmalade-01"})
    (span,) = spans.get_finished_spans()
    assert isinstance(span, ReadableSpan)
    assert span.parent is None
