"""What every test can ask for."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from jirani.store.redis_client import open_redis
from tests.support.redis import embedded_redis


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def redis_socket() -> Iterator[Path]:
    with embedded_redis() as socket:
        yield socket


@pytest.fixture
async def redis_client(redis_socket: Path) -> AsyncIterator[Redis]:
    """A client of an empty Redis."""
    client = open_redis(redis_socket)
    await client.flushall()
    yield client
    await client.aclose()
