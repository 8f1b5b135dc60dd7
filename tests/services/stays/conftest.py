"""Whatever a test lets happen: what was decided can be judged again, with the same answer."""

from collections.abc import AsyncIterator

import pytest

from jirani.services import Services
from tests.support.judging_again import judged_again


@pytest.fixture
async def judging_again(services: Services) -> AsyncIterator[None]:
    """Hold every sending decision of the test against the facts that were kept with it."""
    yield
    await judged_again(services)


@pytest.fixture(autouse=True)
def _every_decision_is_judged_again(request: pytest.FixtureRequest) -> None:
    """Do so wherever there are rows at all."""
    if "services" in request.fixturenames:
        request.getfixturevalue("judging_again")
