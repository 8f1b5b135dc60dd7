"""Whatever a test lets happen: what was decided can be judged again, with the same answer."""

from collections.abc import AsyncIterator

import pytest

from jirani.services import Services
from tests.support.judging_again import judged_again


@pytest.fixture(autouse=True)
async def _every_decision_is_judged_again(services: Services) -> AsyncIterator[None]:
    """Hold every sending decision of the test against the facts that were kept with it."""
    yield
    await judged_again(services)
