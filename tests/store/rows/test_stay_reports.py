"""What is told of offers around stays is of stays alone, though one table holds all offers."""

import pytest

from jirani.rules.facts import OfferStatus
from jirani.rules.reading import Meaning
from jirani.services.answering import accept
from jirani.store.work import Store
from tests.support.house import MONDAY
from tests.support.inn import Inn, open_inn
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


async def test_the_newer_sales_of_others_take_no_place_on_a_page(store: Store) -> None:
    ours, theirs = await open_inn(store), await open_inn(store, "other")
    await sold(ours, "s1")
    await sold(theirs, "s2")
    async with store.read(ours.id) as work:
        assert [sale.id for sale, _ in await work.stay_reports.sales(most=1)] == ["s1"]


async def sold(inn: Inn, id: str) -> None:
    offer = inn.offer(id=f"offer-{id}")
    await inn.plans(offer)
    await inn.sends(offer)
    sent = await inn.finds(offer.id)
    async with inn.store.begin(inn.id) as work:
        await work.stay_offers.settle(sent.id, OfferStatus.ACCEPTED, at=MONDAY)
        await work.stay_sales.sell(id, sent, MONDAY, status="applied", method="fee")
