"""The demo salon, open and empty: conversations run on SQLite unless a test asks for more."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL
from structlog.testing import capture_logs
from structlog.typing import EventDict

from app.demo import ensure_demo
from jirani.connectors.channels import MemoryChannel
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.services import Services
from jirani.services.clock import SetClock
from jirani.store.engine import open_engine
from jirani.store.redis_client import open_redis
from jirani.store.work import Store
from tests.support.databases import fresh_sqlite, sqlite_url
from tests.support.house import MONDAY, opened
from tests.support.talking import Talk


@pytest.fixture(scope="session")
async def demo_template(
    sqlite_template: Path, redis_socket: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The demo salon, made once."""
    file = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("demo") / "demo.db"))
    clock, redis = SetClock(MONDAY - timedelta(days=365)), open_redis(redis_socket)
    store = Store(open_engine(sqlite_url(file)))
    gateway = MemoryGateway(clock.now)
    await ensure_demo(opened(store, redis, clock, gateway, MemoryChannel()))
    await store.close()
    await redis.aclose()
    return file


@pytest.fixture
async def sqlite_database(demo_template: Path, tmp_path: Path) -> URL:
    return fresh_sqlite(demo_template, tmp_path)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> URL:
    """SQLite, or what a test names by `parametrize("database", ..., indirect=True)`."""
    url: URL = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_database")
    return url


@pytest.fixture
async def talk(services: Services) -> Talk:
    """A guest before the demo salon; it is Monday 23 November 2026, 09:00 in Nairobi."""
    return Talk(services, await ensure_demo(services))


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[EventDict]]:
    """Keep what is logged; nothing is printed."""
    with capture_logs() as events:
        yield events
