"""What was sold around a stay: once, at the terms it was offered on, and taken back once (O4)."""

import pytest

from jirani.rules.facts import OfferKind, OfferStatus, StaySale
from jirani.store.refusals import Twice
from jirani.store.rows.stay_claims import StayClaim
from jirani.store.work import Store
from tests.support.house import MONDAY
from tests.support.inn import HOUR, LISTING, Inn, open_inn

pytestmark = pytest.mark.anyio


@pytest.fixture
async def inn(store: Store) -> Inn:
    """Two stays, each with an early check-in that its guest has."""
    opened = await open_inn(store)
    for n in (1, 2):
        offer = opened.offer(n=n, id=f"o{n}")
        await opened.plans(offer)
        await opened.sends(offer)
    return opened


async def sell(inn: Inn, n: int = 1, id: str = "") -> None:
    offer = await inn.finds(f"o{n}")
    async with inn.store.begin(inn.id) as work:
        await work.stay_offers.settle(offer.id, OfferStatus.ACCEPTED, at=MONDAY)
        await work.stay_sales.sell(
            id or f"s{n}", offer, MONDAY, status="awaiting_payment", method="fee"
        )


SOLD = StaySale(
    *("s1", "o1", 2500, "USD", "awaiting_payment", MONDAY),
    method="fee",
    provider_ref=None,
    note=None,
    reversed_at=None,
)


async def test_a_sale_is_found_by_its_offer_its_thread_and_its_stay(inn: Inn) -> None:
    await sell(inn)
    await sell(inn, 2)
    async with inn.store.read(inn.id) as work:
        assert await work.stay_sales.of_offer("o1") == SOLD
        assert await work.stay_sales.of_thread("thread-1") == (SOLD,)
        assert await work.stay_sales.of_reservation("stay-1") == (SOLD,)
        assert await work.stay_sales.of_offer("o3") is None


async def test_an_offer_is_sold_once_o4(inn: Inn) -> None:
    await sell(inn)
    with pytest.raises(Twice):
        await sell(inn, id="another")


async def test_what_was_never_sent_cannot_be_sold(inn: Inn) -> None:
    planned = inn.offer(OfferKind.LATE_CHECK_OUT)
    await inn.plans(planned)
    async with inn.store.begin(inn.id) as work:
        with pytest.raises(ValueError, match="no terms"):
            await work.stay_sales.sell("s9", planned, MONDAY, status="applied", method="fee")


async def test_how_far_the_recording_came_is_noted_until_the_sale_is_taken_back(inn: Inn) -> None:
    await sell(inn)
    async with inn.store.begin(inn.id) as work:
        sales = work.stay_sales
        await work.stay_claims.take(
            StayClaim("o1", LISTING.id, "stay-1", MONDAY, MONDAY + 4 * HOUR)
        )
        assert await sales.change("o1", status="applied", provider_ref="fee-9")
        assert await sales.reverse("o1", MONDAY + HOUR, "the guest changed their mind")
        assert not await sales.reverse("o1", MONDAY + 2 * HOUR)
        assert not await sales.change("o1", status="applied")
        assert not await sales.reverse("o2", MONDAY)
        back = await sales.of_offer("o1")
        assert await work.stay_claims.of_offer("o1") is None
    assert back
    assert (back.status, back.reversed_at, back.provider_ref) == (
        "reversed",
        MONDAY + HOUR,
        "fee-9",
    )
    assert (await inn.finds("o1")).status is OfferStatus.ACCEPTED
