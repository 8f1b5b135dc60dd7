"""Nothing secret and nothing private is printed or logged, whatever goes wrong, at any level."""

import asyncio
import json
import logging
import os
import re
import secrets
import signal
import subprocess
import sys
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx
import pytest
import structlog
from redis.asyncio import Redis
from sqlalchemy import URL, text
from sqlalchemy.ext.asyncio import create_async_engine

from app import logs
from app.http import guests
from jirani.rules.facts import Role
from jirani.services import Services
from jirani.store.work import Store
from tests.support import openai_wire
from tests.support.hostile import scripted
from tests.support.providers import Provider, provider
from tests.support.salon import Salon
from tests.support.visiting import Site, open_site
from tests.support.wire import Exchange

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
NAME, PHONE, WORD = "Zanzabel Quillfeather", "0712 987 654", "marmalade"
PRIVATE = ("Zanzabel", "Quillfeather", "712987654", "987 654", WORD)


def canary(what: str) -> str:
    return f"{what}-{secrets.token_hex(8)}"


SECRETS = {
    each: canary(each)
    for each in (
        *("database", "redis", "model-key", "callback-secret", "metrics-token", "collector"),
        *("receipt", "guessed-key", "guessed-token"),
    )
}


async def betrays(provider: Provider, exchange: Exchange) -> None:
    """Fail as providers do: with the key, the prompt and the guest's words in the message."""
    said = f"{exchange.headers} {json.dumps(exchange.body)}"
    await exchange.whole({"error": {"message": said, "type": "x", "code": None}}, 400)


@dataclass
class Running:
    """A command of the product as an operator runs it, with every library told to talk."""

    process: "subprocess.Popen[bytes]"
    printed: Path  # a pipe would fill up, and the process wait for us

    @classmethod
    def begin(cls, folder: Path, settings: dict[str, str], *arguments: str) -> Self:
        talkative = {"OPENAI_LOG": "debug", "PYTHONWARNINGS": "always", "PYTHONASYNCIODEBUG": "1"}
        start = [sys.executable, "-c", "from app.cli import main; main()", *arguments]
        printed = folder / f"{arguments[0]}.log"
        with printed.open("wb") as out:
            process = subprocess.Popen(
                start, env=os.environ | talkative | settings, stdout=out, stderr=out, cwd=ROOT
            )
        return cls(process, printed)

    async def address(self) -> str:
        """Wait until it serves, and return where."""
        async with asyncio.timeout(60):
            while not (found := re.search(r"is at (\S+)/ ", self.printed.read_text())):
                assert self.process.poll() is None, self.printed.read_text()
                await asyncio.sleep(0.05)
        return found[1]

    async def end(self) -> str:
        """Wait for its end; return all that it has printed, which is JSON line by line."""
        assert await asyncio.to_thread(self.process.wait, 60) == 0
        printed = self.printed.read_text()
        for line in printed.splitlines():
            assert line.startswith("Jacaranda") or "is at" in line or json.loads(line)["event"]
        return printed


@asynccontextmanager
async def closed(database: URL) -> AsyncIterator[None]:
    """Let nobody into a database for the block, and throw out who is in."""
    engine = create_async_engine(database.set(database="postgres"), isolation_level="AUTOCOMMIT")
    name = database.database
    async with engine.connect() as connection:
        await connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
        await connection.execute(text(ends), {"name": name})
        try:
            yield
        finally:
            await connection.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
    await engine.dispose()


async def test_a_process_keeps_its_secrets_and_its_guests_whatever_goes_wrong(
    postgres_database: URL, tmp_path: Path
) -> None:
    async with provider(openai_wire, betrays, betrays) as model:
        address = postgres_database.set(password=SECRETS["database"])
        settings = {
            "JIRANI_DATA_DIR": str(tmp_path),
            "JIRANI_LOG_LEVEL": "debug",
            "JIRANI_DATABASE_URL": address.render_as_string(hide_password=False),
            "JIRANI_REDIS_URL": f"redis://jirani:{SECRETS['redis']}@127.0.0.1:1/0",
            "JIRANI_MODEL": "openai:some-model",
            "JIRANI_MODEL_BASE_URL": f"{model.address}/v1",
            "JIRANI_OPENAI_API_KEY": SECRETS["model-key"],
            "JIRANI_CALLBACK_SECRET": SECRETS["callback-secret"],
            "JIRANI_METRICS_TOKEN": SECRETS["metrics-token"],
            "JIRANI_OTLP_ENDPOINT": "http://127.0.0.1:1",
            "OTEL_EXPORTER_OTLP_HEADERS": f"authorization={SECRETS['collector']}",
            "OTEL_BSP_SCHEDULE_DELAY": "100",
        }
        seeded = await Running.begin(tmp_path, settings, "seed").end()
        serving = Running.begin(tmp_path, settings, "serve", "--port", "0")
        try:
            url = await serving.address()
            async with httpx.AsyncClient(base_url=url, timeout=30, trust_env=False) as client:
                token, metrics = await misfortunes(client, postgres_database)
        finally:
            serving.process.send_signal(signal.SIGTERM)
            printed = seeded + await serving.end()
        assert SECRETS["model-key"] in model.keys
    assert '"agent.model_failed"' in printed
    assert '"http.unavailable"' in printed
    assert '"library.logged"' in printed
    found = {**SECRETS, "thread token": token} | {each: each for each in PRIVATE}
    assert [what for what, secret in found.items() if secret in printed] == []
    assert [what for what, secret in found.items() if secret in metrics] == []


async def misfortunes(client: httpx.AsyncClient, database: URL) -> tuple[str, str]:
    """Have a conversation in which everything goes wrong once; return its token, the metrics."""
    threads = "/v1/businesses/demo/threads"
    began = (await client.post(threads)).json()
    path, own = f"{threads}/{began['id']}", {"Authorization": f"Bearer {began['token']}"}

    async def say(body: Any, **headers: str) -> httpx.Response:
        headers = {**own, "Accept": "text/event-stream", **headers}
        return await client.post(f"{path}/messages", headers=headers, **body)

    for line in (f"hi {WORD}, a manicure tomorrow at 2?", "yes", "no", f"{NAME} {PHONE}"):
        assert (await say({"json": {"text": line}})).status_code == 200
    guessed = {"Authorization": f"Bearer {SECRETS['guessed-token']}"}
    statuses = [
        (await say({"json": {"text": f"{WORD} " * 1000}})).status_code,
        (await say({"content": f'{{"text": "{WORD}'})).status_code,
        (await say({"content": f'{{"text": "{WORD}"}}' + " " * 20_000})).status_code,
        (await say({"json": {"text": [WORD], NAME: PHONE}})).status_code,
        (await say({"json": {"choice": f"offer:{WORD}:yes"}})).status_code,
        (await say({"json": {"text": WORD}}, **guessed)).status_code,
        (await client.get(f"/v1/businesses/{WORD}/profile")).status_code,
        (await client.get(f"/nowhere/{WORD}?{NAME}={PHONE}")).status_code,
    ]
    assert statuses == [422, 422, 413, 422, 422, 403, 404, 404]
    key = {"Authorization": f"Bearer jk_{'0' * 26}_{SECRETS['guessed-key']}"}
    assert (await client.get("/v1/businesses/demo/appointments", headers=key)).status_code == 401
    said = {"provider_ref": WORD, "state": "paid", "receipt": SECRETS["receipt"]}
    hook = f"/hooks/pay/x/y/{SECRETS['callback-secret']}"
    assert (await client.post(hook, json=said)).status_code == 200
    async with closed(database):
        assert (await say({"json": {"text": f"{WORD} {PHONE}"}})).status_code == 503
        assert (await client.get(path, headers=own)).status_code == 503
    bearer = {"Authorization": f"Bearer {SECRETS['metrics-token']}"}
    return began["token"], (await client.get("/metrics", headers=bearer)).text


# --- errors of our own, in this process


@pytest.fixture
def database(sqlite_database: URL) -> URL:
    return sqlite_database


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Undo what configuring the logs does to a process."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, sys.excepthook
    yield
    structlog.reset_defaults()
    logging.captureWarnings(False)
    root.handlers[:], root.level, sys.excepthook = before


async def test_a_fault_of_ours_tells_its_places_and_not_its_words(
    salon: Salon,
    services: Services,
    redis_client: Redis,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("debug")

    def fail(*arguments: Any, **_: Any) -> Any:
        raise RuntimeError(f"{NAME} said {arguments}")

    broken = scripted(RuntimeError(f"{WORD} {NAME}"), for_ever=True)
    async with open_site(services, redis_client, salon.id, broken) as site:
        secret = await site.key(Role.ADMIN)
        async with site.visitor() as visitor:
            await visitor.say(f"hello {WORD}")
            monkeypatch.setattr(guests, "receive", fail)
            assert (await visitor.post({"text": f"hello {WORD}"})).status_code == 500
            token = visitor.token
        monkeypatch.setattr(Store, "read", fail)
        answer = await _keys(site, secret)
        assert answer.status_code == 500
        assert NAME not in answer.text
    heard = capsys.readouterr()
    events = [json.loads(line) for line in heard.err.splitlines()]
    assert {"http.failed", "agent.model_failed"} <= {e["event"] for e in events}
    assert any("RuntimeError" in each.get("exception", "") for each in events)
    assert heard.out == ""
    leaked = [each for each in (*PRIVATE, token, secret) if each in heard.err]
    assert leaked == []


async def _keys(site: Site, secret: str) -> httpx.Response:
    async with site.client(secret) as client:
        return await client.get("/keys")


async def test_what_libraries_and_lost_tasks_say_stays_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure("debug")
    for name in ("uvicorn.error", "asyncio", "sqlalchemy.engine", "httpx", "openai", "anything"):
        library = logging.getLogger(name)
        library.debug("request: %s", WORD)
        library.warning(f"could not parse {WORD}")
        library.error("failed: %s", WORD, extra={"phone": PHONE})
    loop = asyncio.get_running_loop()
    error = RuntimeError(WORD)
    loop.default_exception_handler({"message": f"never retrieved {WORD}", "exception": error})
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn(f"deprecated: {WORD}", UserWarning, stacklevel=1)
    sys.excepthook(RuntimeError, error, None)
    heard = capsys.readouterr()
    events = [json.loads(line) for line in heard.err.splitlines()]
    loggers = [each["logger"] for each in events if each["event"] == "library.logged"]
    assert loggers.count("uvicorn.error") == 2
    assert {"asyncio", "py.warnings", "sqlalchemy.engine"} <= set(loggers)
    assert events[-1]["event"] == "process.failed"
    assert WORD not in heard.err + heard.out


def test_an_error_that_is_its_own_cause_ends(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("debug")
    error = RuntimeError(WORD)
    error.__cause__ = error
    structlog.get_logger().error("failed", exc_info=error)
    assert "RuntimeError" in capsys.readouterr().err


@pytest.mark.parametrize("line", ["\n", "\r\n", "\x1b[2K", "\u2028", '"}\n{"event": "forged'])
def test_a_line_of_the_log_cannot_be_forged(capsys: pytest.CaptureFixture[str], line: str) -> None:
    logs.configure("debug")
    structlog.get_logger().warning("said", by=f"Mallory{line}paid")
    [written] = capsys.readouterr().err.splitlines()
    assert json.loads(written)["by"] == f"Mallory{line}paid"
    assert written.isascii()
    assert written.isprintable()
