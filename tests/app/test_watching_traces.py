import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
import structlog

from app.demo import ensure_demo
from app.settings import Settings
from app.watching import metrics_page
from app.wiring import opened
from jirani.connectors.channels import MemoryChannel
from jirani.services.clock import SetClock
from tests.support.collector import Collector, Span, collecting
from tests.support.house import MONDAY
from tests.support.talking import Talk

pytestmark = pytest.mark.anyio

KEY = "sk-marzipan-canary"
CANARIES = ("Zanzabel", "Quillfeather", "712987654", "987 654", "marmalade", KEY)
BOOKS = ("hi marmalade, can I get a manicure tomorrow at 2?", "yes please marmalade", "sawa")
CONTACT = "Zanzabel Quillfeather 0712 987 654"

House = Callable[..., AbstractAsyncContextManager[Talk]]


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture
def house(redis_socket: Path, tmp_path: Path) -> House:
    """Open a house of its own with these settings; a guest stands before the demo salon."""

    @asynccontextmanager
    async def opening(**settings: Any) -> AsyncIterator[Talk]:
        chosen = Settings(data_dir=tmp_path, redis_url=f"unix://{redis_socket}", **settings)
        async with opened(chosen, clock=SetClock(MONDAY), channel=MemoryChannel()) as services:
            yield Talk(services, await ensure_demo(services))

    return opening


def only(spans: list[Span], name: str, *, error: bool = False) -> Span:
    (found,) = [span for span in spans if (span.name, span.error) == (name, error)]
    return found


async def test_a_turn_is_one_tree_down_to_its_tools_guards_and_queries(
    house: House, collector: Collector
) -> None:
    async with house(otlp_endpoint=collector.address) as talk:
        await talk.says(*BOOKS[:2])
    first, second = [span for span in collector.spans if span.name == "turn"]
    assert first.parent == second.parent == ""
    assert first.trace != second.trace
    assert second.attributes["jirani.business"] == "demo"
    assert second.attributes["jirani.outcome"] == "answered"
    assert second.attributes["jirani.model"] == "offline"

    run = only(collector.below(second), "invoke_agent guest")
    chats = [span for span in collector.below(run) if span.name == "chat offline"]
    assert len(chats) > 1
    assert {span.attributes["gen_ai.operation.name"] for span in chats} == {"chat"}
    tool = only(collector.below(run), "execute_tool confirm_proposal")
    assert tool.attributes["jirani.allowed"] is True
    assert tool.attributes["jirani.reason"] == "clear"
    guard = only(collector.below(tool), "guard may_confirm")
    assert guard.attributes["jirani.guard"] == "may_confirm"
    query = only(collector.below(guard), "INSERT decisions")
    assert query.attributes == {
        "db.system.name": "sqlite",
        "db.operation.name": "INSERT",
        "db.collection.name": "decisions",
    }
    ids = {span.id for span in collector.spans}
    assert {span.parent for span in collector.spans} - ids == {""}
    assert not any(span.error for span in collector.spans)


async def test_nothing_a_guest_wrote_leaves_in_a_span_or_a_metric(
    house: House, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise RuntimeError("marmalade")

    async with house(otlp_endpoint=collector.address, callback_secret=KEY) as talk:
        await talk.says(*BOOKS, CONTACT, "do you have marmalade parking?")
        monkeypatch.setattr(import_module("tools.search_knowledge"), "matching", fails)
        await talk.says("do you have marmalade wifi?", CONTACT)
        await talk.waits(timedelta(minutes=10))
    failed = only(collector.spans, "execute_tool search_knowledge", error=True)
    assert failed.attributes["error.type"] == "RuntimeError"
    assert {"job charge", "job send", "charge memory"} <= {span.name for span in collector.spans}
    left = collector.everything + metrics_page()[0]
    assert [canary for canary in CANARIES if canary.encode() in left] == []
    assert b"pydantic_ai.all_messages" not in left


async def test_with_content_on_the_words_leave_and_every_start_says_so(
    house: House, collector: Collector, capsys: pytest.CaptureFixture[str]
) -> None:
    async with house(otlp_endpoint=collector.address, otlp_content=True) as talk:
        await talk.says(BOOKS[0])
    assert b"marmalade" in collector.everything
    assert "watching.content_leaves" in capsys.readouterr().err


async def test_metrics_leave_too_with_the_headers_that_are_set(
    house: House, collector: Collector
) -> None:
    headers = f"authorization=Bearer%20{KEY},x-tenant=salons"
    async with house(otlp_endpoint=collector.address, otlp_headers=headers) as talk:
        await talk.says(BOOKS[0])
    assert {"jirani.turn.duration", "jirani.events", "db.client.connection.count"} <= (
        collector.metrics
    )
    assert {each["authorization"] for each in collector.headers} == {f"Bearer {KEY}"}
    assert {each["x-tenant"] for each in collector.headers} == {"salons"}
    assert {path for path, _ in collector.bodies} == {"/v1/traces", "/v1/metrics"}


async def test_opentelemetrys_own_variable_names_the_collector_too(
    house: House, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"{collector.address}/")
    async with house() as talk:
        await talk.says("hi")
    assert [span.name for span in collector.spans if not span.parent] == ["turn"]


@pytest.mark.parametrize("fault", ["hangs", "refuses"])
async def test_a_collector_that_does_not_work_delays_nobody(
    house: House, collector: Collector, fault: str
) -> None:
    collector.hanging.set()
    address = collector.address if fault == "hangs" else "http://127.0.0.1:9"
    async with house(otlp_endpoint=address) as talk:
        turned = await talk.says(*BOOKS[:2])
        ended = monotonic()
    assert turned.calls
    assert turned.seconds < 2
    assert monotonic() - ended < 8


async def test_log_lines_name_their_trace(
    house: House, collector: Collector, capsys: pytest.CaptureFixture[str]
) -> None:
    async with house(otlp_endpoint=collector.address, log_level="debug") as talk:
        await talk.says(BOOKS[0])
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (finished,) = [line for line in lines if line["event"] == "turn.finished"]
    (turn,) = [span for span in collector.spans if span.name == "turn"]
    assert (finished["trace_id"], finished["span_id"]) == (turn.trace, turn.id)


def test_without_an_endpoint_nothing_is_loaded_for_it() -> None:
    """The Redis client loads the SDK's metrics by itself, in any case."""
    code = (
        "import sys, app.wiring; from app.watching import setup_watching; "
        "from app.settings import Settings; setup_watching(Settings()); "
        "print(sorted({'opentelemetry.sdk.trace', 'opentelemetry.exporter', 'requests', "
        "'pydantic_ai.agent'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
