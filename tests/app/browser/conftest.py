"""The chat page in Chromium, before a salon of the test's own."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis
from sqlalchemy import URL

from jirani.services import Services
from tests.support.salon import Salon
from tests.support.visiting import Site, open_site


@pytest.fixture
def database(sqlite_database: URL) -> URL:
    """A browser sees no difference between databases."""
    return sqlite_database


@pytest.fixture
async def site(salon: Salon, services: Services, redis_client: Redis) -> AsyncIterator[Site]:
    async with open_site(services, redis_client, salon.business.slug) as site:
        yield site
