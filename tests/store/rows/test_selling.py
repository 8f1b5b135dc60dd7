"""Offers of every kind share a table: each reader finds its own kind, the ledger all (O5, U2)."""

from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from jirani.rules.facts import OfferStatus, Slot
from jirani.store.work import Store
from tests.support.house import MONDAY
from tests.support.inn import HOUR, Inn, open_inn
from tests.support.twins import LATER, fill

pytestmark = pytest.mark.anyio


@pytest.fixture
async def both(store: Store) -> Store:
    """A business that has sold cross-sells and things around stays, to the same guest."""
    async with store.begin("m") as work:
        await fill(work, "m", 1, ("1",))
    return store


async def test_who_asks_for_cross_sells_finds_no_others(both: Store) -> None:
    async with both.begin("m") as work:
        cross = await work.offers.of_thread("t1")
        assert [each.id for each in cross] == ["o1", "r1"]
        assert (await work.dossiers.of("t1", MONDAY)).offers == cross
        assert [each["offer_id"] for each in await work.offers.sales_of("t1")] == ["o1", "r1"]
        assert await work.offers.get("j1") is None
        assert not await work.offers.settle("j1", OfferStatus.EXPIRED, at=LATER)
        busy = await work.appointments.busy(["w1"], MONDAY, LATER, MONDAY)
        assert {type(slot) for slot in busy} == {Slot}


async def test_who_asks_for_offers_around_stays_finds_no_cross_sell(both: Store) -> None:
    async with both.begin("m") as work:
        around = await work.stay_offers.of_thread("t1")
        assert [each.id for each in around] == ["i1", "j1", "k1"]
        assert await work.stay_offers.of_customer("c1") == around
        assert [each.offer_id for each in await work.stay_sales.of_thread("t1")] == ["j1"]
        assert await work.stay_offers.get("o1") is None
        assert not await work.stay_offers.settle("o1", OfferStatus.EXPIRED, at=LATER)
        ended = await work.stay_offers.withdraw(at=LATER, reason="", customer_id="c1")
        assert ended == ("i1", "j1", "k1")
        assert (await work.offers.of_thread("t1"))[0].status is OfferStatus.OFFERED


async def test_contacts_and_declines_of_every_kind_count_together_o5(both: Store) -> None:
    async with both.begin("m") as work:
        offer = await work.stay_offers.get("j1")
        assert offer
        await work.offers.contacted("n1", offer, LATER, proactive=True)
        sent = await work.offers.contacts("c1", MONDAY)
        assert sorted((each.kind, each.proactive) for each in sent) == [
            ("cross_sell", False),
            ("cross_sell", False),
            ("early_check_in", True),
            ("slot_recovery", True),
            ("slot_recovery", True),
        ]
        await work.stay_offers.settle("j1", OfferStatus.DECLINED, at=LATER)
        assert sorted(await work.offers.declines("c1", MONDAY)) == [MONDAY + HOUR, LATER]


SLOT = ("primary_id", "service_id", "staff_id", "starts_at", "ends_at", "busy_until")
SENT = ("price", "currency", "offered_seq", "offered_at", "expires_at")
BROKEN = {
    **{f"offers SET {name} = NULL WHERE id = 'o1'": "slot" for name in (*SLOT, *SENT)},
    **{
        f"offers SET {name} = NULL WHERE id = 'F1'": "opening"
        for name in ("opening_id", "lane", *SLOT[1:], *SENT)
    },
    **{f"offers SET {name} = NULL WHERE id = 'j1'": "terms" for name in ("terms", *SENT)},
    "offers SET listing_id = NULL WHERE id = 'i1'": "listing",
    "offers SET kind = 'cross_sell' WHERE id = 'i1'": "slot",
    "offers SET status = 'offered' WHERE id = 'i1'": "terms",
}


async def test_an_offer_without_what_its_kind_must_have_is_refused_by_name(both: Store) -> None:
    for broken, rule in BROKEN.items():
        with pytest.raises(IntegrityError, match=f"offers_{rule}_check"):
            async with both.begin("m") as work:
                await work.session.execute(text(f"UPDATE {broken}"))
    with pytest.raises(IntegrityError, match="stay_claims_sane_check"):
        async with both.begin("m") as work:
            await work.session.execute(text("UPDATE stay_claims SET busy_until = starts_at"))


async def test_an_offer_of_a_stay_that_is_not_there_is_refused(store: Store) -> None:
    inn: Inn = await open_inn(store)
    offer = inn.offer()
    for lost in (
        replace(offer, reservation_id="none"),
        replace(offer, listing_id="none"),
        replace(offer, thread_id="none"),
    ):
        with pytest.raises(IntegrityError):
            await inn.plans(lost)
