"""What is told of offers around stays is of stays alone, though one table holds all offers."""

import pytest

from jirani.rules.reading import Meaning
from jirani.services.answering import accept
from tests.support.salon import Salon

pytestmark = pytest.mark.anyio


async def test_what_is_sold_beside_an_appointment_is_no_sale_around_a_stay(salon: Salon) -> None:
    guest = await salon.guest()
    await guest.books("manicure", "amina", salon.at("14:00"))
    offer = await guest.offer()
    case = await guest.says(Meaning.ACCEPT)
    assert (await accept(case, salon.catalogue, offer.id)).decision.allowed
    async with salon.services.store.read(salon.id) as work:
        assert await work.stay_reports.sales() == ()
        assert await work.stay_reports.offers() == ()
