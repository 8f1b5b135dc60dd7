"""A new business to onboard."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jirani.services import Services
from jirani.services.onboarding import create_business
from tests.support.onboarding import empty_database, services_over


@pytest.fixture(scope="session")
async def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return await empty_database(tmp_path_factory.mktemp("template") / "empty.db")


@pytest.fixture
async def services(template: Path, tmp_path: Path) -> AsyncIterator[Services]:
    async with services_over(template, tmp_path / "jirani.db") as made:
        yield made


@pytest.fixture
async def salon(services: Services) -> str:
    made = await create_business(services, "Neema's Salon", zone="Africa/Nairobi", currency="KES")
    return made.id
