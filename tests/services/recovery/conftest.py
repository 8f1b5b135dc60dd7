"""A salon that is paid first, and one that is paid at the venue."""

import pytest

from jirani.rules.facts import PaymentPolicy
from jirani.services import Services
from tests.support.recovering import Recovering, recovering
from tests.support.salon import Salon, open_salon


@pytest.fixture
async def house(services: Services) -> Recovering:
    """Paid at the venue: nothing that was taken lapses unpaid."""
    return await recovering(await open_salon(services, PaymentPolicy.PAY_AT_VENUE))


@pytest.fixture
async def paying(salon: Salon) -> Recovering:
    """Paid first."""
    return await recovering(salon)
