"""A salon on the web: a real server on the loopback over a test's own database and Redis."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from redis.asyncio import Redis
from sqlalchemy import URL
from structlog.testing import capture_logs
from structlog.typing import EventDict

from jirani.services import Services
from tests.support.salon import Salon
from tests.support.visiting import Site, Visitor, open_site


@pytest.fixture
def database(request: pytest.FixtureRequest) -> URL:
    """SQLite, or what a test names by `parametrize("database", ..., indirect=True)`."""
    url: URL = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_database")
    return url


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[EventDict]]:
    """Keep what is logged; nothing is printed."""
    with capture_logs() as events:
        yield events


class Opening:
    """Opens sites over the same database and Redis: each is a process of its own."""

    def __init__(self, stack: AsyncExitStack, services: Services, redis: Redis, name: str) -> None:
        self.stack, self.services, self.redis, self.name = stack, services, redis, name

    async def __call__(self, model: Any = None, **how: Any) -> Site:
        return await self.stack.enter_async_context(
            open_site(self.services, self.redis, self.name, model, **how)
        )


@pytest.fixture
async def opening(salon: Salon, services: Services, redis_client: Redis) -> AsyncIterator[Opening]:
    async with AsyncExitStack() as stack:
        yield Opening(stack, services, redis_client, salon.id)


@pytest.fixture
async def site(opening: Opening) -> Site:
    """A process that serves a small salon; it is Monday 23 November 2026, 09:00 in Nairobi."""
    return await opening()


@pytest.fixture
async def visitor(site: Site) -> AsyncIterator[Visitor]:
    """A guest who has just opened the page."""
    async with site.visitor() as visitor:
        yield visitor
