import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from pydantic_ai.exceptions import ModelHTTPError

from app import logs
from app.demo import ensure_demo
from app.settings import Settings
from app.watching import instruments, measures, metrics_page
from app.watching.readings import counted
from app.watching.scheduler import count_outbox, listening, watching_scheduler
from app.wiring import opened
from jirani.connectors.channels import MemoryChannel
from jirani.services.clock import SetClock
from jirani.services.log import log
from jirani.services.outbox import queue_message
from scheduler import clockwork
from scheduler.jobs import Job
from tests.support.hostile import scripted
from tests.support.house import MONDAY
from tests.support.measured import Measured, value
from tests.support.talking import Talk

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


@pytest.fixture
async def talk(redis_socket: Path, tmp_path: Path) -> AsyncIterator[Talk]:
    """A guest before the demo salon, in a house that is wired as in earnest."""
    settings = Settings(data_dir=tmp_path, redis_url=f"unix://{redis_socket}")
    async with opened(settings, clock=SetClock(MONDAY), channel=MemoryChannel()) as services:
        yield Talk(services, await ensure_demo(services))


def test_events_are_counted_also_below_the_level(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("error", seen=(counted,))
    grown = Measured()
    log.debug("redis.back")
    log.info("redis.back")
    assert grown("jirani_events_total", event="redis.back") == 2
    assert capsys.readouterr().err == ""


def test_a_sentence_is_never_a_label() -> None:
    logs.configure("critical", seen=(counted,))
    grown = Measured()
    log.error("Zanzabel's phone did not answer")
    assert grown("jirani_events_total", event="other") == 1
    assert b"Zanzabel" not in metrics_page()[0]


def test_an_event_that_does_not_fit_its_measure_is_logged_all_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("error", seen=(counted,))
    grown = Measured()
    log.error("tool.called", tool="find_slots")
    assert "tool.called" in capsys.readouterr().err
    assert grown("jirani_events_total", event="watching.misread") == 1


def test_what_strangers_make_up_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instruments, "MOST", 3)
    tools = instruments.Counted("jirani.test.strangers", "Made up.", ("what",))
    for number in range(9):
        tools.record(1, f"made up {number}")
    assert value("jirani_test_strangers_total", what="made up 2") == 1
    assert value("jirani_test_strangers_total", what="made up 3") is None
    assert value("jirani_test_strangers_total", what="other") == 6


async def test_turns_tools_and_guards_are_measured(talk: Talk) -> None:
    grown = Measured()
    received = await talk.hears("hi, can I get a manicure tomorrow at 2?")
    await talk.answers(received)
    await talk.answers(received)
    await talk.says("yes please")
    turns = "jirani_turn_duration_seconds_count"
    assert grown(turns, model="offline", outcome="answered") == 2
    assert grown(turns, model="", outcome="again") == 1
    allowed = {"allowed": "true", "reason": "clear"}
    assert grown("jirani_tool_calls_total", tool="confirm_proposal", **allowed) == 1
    assert grown("jirani_tool_duration_seconds_count", tool="confirm_proposal") == 1
    assert grown("jirani_guard_decisions_total", guard="may_confirm", **allowed) == 1


async def test_a_hosted_models_requests_and_failures_are_measured(talk: Talk) -> None:
    grown = Measured()
    await talk.by(scripted("Good morning! How can I help?")).says("hi")
    await talk.by(scripted(ModelHTTPError(401, "scripted", "marmalade"))).says("hello")
    model = {"gen_ai_provider_name": "function", "gen_ai_request_model": "scripted"}
    requests = "gen_ai_client_operation_duration_seconds_count"
    assert grown(requests, error_type="", **model) == 1
    assert grown(requests, error_type="rejected", **model) == 1
    tokens = "gen_ai_client_token_usage_sum"
    assert grown(tokens, gen_ai_token_type="output", **model) > 0
    assert grown("jirani_model_failures_total", model="scripted", kind="rejected") == 1


async def test_the_pool_redis_and_the_outbox_are_shown_as_they_are(talk: Talk) -> None:
    services = talk.services
    used = {"db_client_connection_state": "used"}
    assert value("db_client_connection_count", **used) == 0
    async with services.store.read(talk.business_id) as work:
        await work.business.get()
        assert value("db_client_connection_count", **used) == 1
    assert value("jirani_redis_away") == 0

    await count_outbox(services)
    assert value("jirani_outbox_entries", state="ready") == 0
    await talk.says("hi")
    thread = (await talk.thread()).id
    async with services.store.begin(talk.business_id) as work:
        await queue_message(services, work, thread_id=thread, text="Hi", dedupe_key="once")
    talk.clock.advance(timedelta(minutes=2))
    await count_outbox(services)
    assert value("jirani_outbox_entries", state="ready") == 1
    assert value("jirani_outbox_overdue_seconds") == 120


async def test_jobs_are_measured(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = asyncio.Event()

    async def three(_: object) -> int:
        ran.set()
        return 3

    monkeypatch.setattr(clockwork, "JOBS", (Job("test", timedelta(seconds=1), three),))
    grown = Measured()
    async with clockwork.ticking(talk.services):
        await ran.wait()
    assert grown("jirani_job_duration_seconds_count", job_name="test", outcome="done") >= 1
    assert grown("jirani_job_rows_total", job_name="test") >= 3
    assert grown("jirani_job_lateness_seconds_count", job_name="test") >= 1


async def test_a_bell_that_rings_again_has_rung_since_the_first_time() -> None:
    bell = clockwork.Bell()
    bell.ring()
    await asyncio.sleep(0)
    bell.ring()
    assert await bell.heard() > 0
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(bell.heard(), 0)


@asynccontextmanager
async def asked(port: int, request: str) -> AsyncIterator[bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request.encode())
    writer.write_eof()
    yield await reader.read()
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize(
    ("request_", "status", "body"),
    [
        ("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"200 OK", b'{"status":"ok"}'),
        ("GET /metrics?x=1 HTTP/1.1\r\n\r\n", b"200 OK", b"jirani_events_total"),
        ("HEAD /metrics HTTP/1.1\r\n\r\n", b"200 OK", b""),
        ("POST /metrics HTTP/1.1\r\n\r\n", b"405 Method Not Allowed", b""),
        ("GET /etc/passwd HTTP/1.1\r\n\r\n", b"404 Not Found", b""),
    ],
)
async def test_the_scheduler_answers_metrics_and_health(
    request_: str, status: bytes, body: bytes
) -> None:
    async with listening("127.0.0.1", 0) as port, asked(port, request_) as answer:
        head, _, said = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 " + status)
        assert body in said


@pytest.mark.parametrize("nonsense", ["", "\r\n\r\n", "hello\r\n\r\n", f"GET /{'a' * 20000}"])
async def test_the_scheduler_closes_on_nonsense(nonsense: str) -> None:
    async with listening("127.0.0.1", 0) as port, asked(port, nonsense) as answer:
        assert answer == b""


async def test_the_scheduler_listens_only_where_a_port_is_set(talk: Talk, tmp_path: Path) -> None:
    measures.OUTBOX.source = dict
    async with watching_scheduler(Settings(data_dir=tmp_path), talk.services):
        pass
    assert value("jirani_outbox_entries", state="ready") is None


def test_the_page_is_prometheus_text() -> None:
    page, kind = metrics_page()
    assert kind.startswith("text/plain")
    assert b"# TYPE jirani_turn_duration_seconds histogram" in page
    assert b"process_resident_memory_bytes" in page
