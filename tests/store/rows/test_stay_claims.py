"""The database's last word on a turnover: no two live claims on a listing overlap (U8)."""

import asyncio
from datetime import datetime

import pytest

from jirani.rules.facts import Listing, OfferKind, OfferStatus
from jirani.store.refusals import Overlap
from jirani.store.rows.stay_claims import StayClaim
from jirani.store.work import Store
from tests.support.house import MONDAY
from tests.support.inn import HOUR, LISTING, Inn, open_inn

pytestmark = pytest.mark.anyio


@pytest.fixture
async def inn(store: Store) -> Inn:
    opened = await open_inn(store)
    await opened.plans(
        opened.offer(OfferKind.LATE_CHECK_OUT, id="late"),
        opened.offer(OfferKind.EARLY_CHECK_IN, n=2, id="early"),
    )
    return opened


def claim(offer: str, start: int, end: int, listing: str = LISTING.id) -> StayClaim:
    stay = "stay-1" if offer == "late" else "stay-2"
    return StayClaim(offer, listing, stay, at(start), at(end))


def at(hour: int) -> datetime:
    return MONDAY + hour * HOUR


async def take(inn: Inn, *claims: StayClaim) -> None:
    async with inn.store.begin(inn.id) as work:
        for each in claims:
            await work.stay_claims.take(each)


async def live(inn: Inn, start: int = 0, end: int = 24) -> list[str]:
    async with inn.store.read(inn.id) as work:
        found = await work.stay_claims.live(LISTING.id, at(start), at(end))
    return [each.offer_id for each in found]


@pytest.mark.parametrize(("start", "end"), [(9, 11), (9, 16), (11, 12), (14, 20), (10, 15)])
async def test_a_claim_that_overlaps_another_is_refused_by_name(
    inn: Inn, start: int, end: int
) -> None:
    await take(inn, claim("late", 10, 15))
    with pytest.raises(Overlap, match="stay_claims_overlap"):
        await take(inn, claim("early", start, end))
    assert await live(inn) == ["late"]


async def test_claims_that_only_touch_and_those_of_another_listing_stand(inn: Inn) -> None:
    async with inn.store.begin(inn.id) as work:
        await work.listings.put(Listing("hut", "hostaway", "78", "", None, None, None, None))
    await take(inn, claim("late", 10, 15), claim("early", 15, 16))
    assert await live(inn) == ["late", "early"]
    await take(inn, claim("early", 10, 15, "hut"))
    assert await live(inn) == ["late"]


async def test_a_claim_that_was_dropped_is_in_nobody_s_way_until_it_is_taken_again(
    inn: Inn,
) -> None:
    await take(inn, claim("late", 10, 15))
    async with inn.store.begin(inn.id) as work:
        await work.stay_claims.drop(["late", "no such"])
        await work.stay_claims.drop([])
        assert await work.stay_claims.of_offer("late") is None
    await take(inn, claim("early", 10, 15))
    with pytest.raises(Overlap):
        await take(inn, claim("late", 10, 15))


async def test_an_offer_moves_its_own_claim(inn: Inn) -> None:
    await take(inn, claim("late", 10, 15))
    await take(inn, claim("late", 11, 16))
    async with inn.store.read(inn.id) as work:
        assert await work.stay_claims.of_offer("late") == claim("late", 11, 16)
    assert await live(inn, 10, 11) == []
    assert await live(inn, 15, 16) == ["late"]
    assert await live(inn, 16, 17) == []


async def test_the_same_listing_id_at_another_business_is_another_listing(
    inn: Inn, store: Store
) -> None:
    other = await open_inn(store, "other")
    await other.plans(other.offer(OfferKind.LATE_CHECK_OUT, id="late"))
    for each in (inn, other):
        await take(each, claim("late", 10, 15))
    assert await live(other) == ["late"]


async def test_of_two_who_claim_one_turnover_at_once_one_gets_it(inn: Inn) -> None:
    lost = await asyncio.gather(
        take(inn, claim("late", 10, 15)),
        take(inn, claim("early", 12, 16)),
        return_exceptions=True,
    )
    assert sorted(map(type, lost), key=str) == sorted([type(None), Overlap], key=str)


@pytest.mark.parametrize("status", [OfferStatus.ACCEPTED, OfferStatus.DECLINED])
async def test_what_an_offer_claimed_is_free_when_it_ends_unless_it_was_accepted(
    inn: Inn, status: OfferStatus
) -> None:
    late = await inn.finds("late")
    await take(inn, claim("late", 10, 15))
    await inn.sends(late)
    async with inn.store.begin(inn.id) as work:
        await work.stay_offers.settle("late", status, at=MONDAY, seq=1)
    assert await live(inn) == (["late"] if status is OfferStatus.ACCEPTED else [])
