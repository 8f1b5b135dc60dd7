import pytest
from datetime import date
from jirani.services import Services
from jirani.rules.facts import OfferStatus
from tests.support.lodge import EARLY, Lodge, local, open_lodge

pytestmark = pytest.mark.anyio


async def test_a_booking_is_planned_and_offered_when_its_time_comes(services: Services) -> None:
    lodge = await open_lodge(services, local(6, 10, 12))
    await lodge.sells(EARLY)
    await lodge.books(date(2026, 6, 15), date(2026, 6, 20))
    offer = await lodge.offer(EARLY)
    assert (offer.status, offer.due_at) == (OfferStatus.SCHEDULED, local(6, 12, 9))
    await lodge.at(local(6, 12, 8, 59))
    assert lodge.texts() == []
    await lodge.at(local(6, 12, 9))
    offer = await lodge.offer(EARLY)
    assert offer.status is OfferStatus.OFFERED
    assert len(lodge.texts()) == 1
    print(lodge.texts())
