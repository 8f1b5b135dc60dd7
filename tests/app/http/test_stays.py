"""What a host's own systems read and set around stays, by role."""

from dataclasses import replace
from typing import Any

import pytest

from jirani.rules.decision import Decision, Reason
from jirani.rules.facts import OfferKind, OfferStatus, Role
from tests.support.house import MONDAY
from tests.support.inn import ARRIVAL, DAY, open_inn
from tests.support.visiting import Site

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True),
]
LATE = OfferKind.LATE_CHECK_OUT


@pytest.fixture
async def inn(site: Site) -> Site:
    """Of three guests one was sold a late check-out, one said no, one was never asked."""
    store = site.services.store
    inn = await open_inn(store, guests=3)
    sold, refused, unasked = (inn.offer(LATE, n=n, id=f"late-{n}") for n in (1, 2, 3))
    await inn.plans(sold, refused, unasked)
    for each in (sold, refused):
        await inn.sends(each)
    async with store.begin(inn.id) as work:
        ends = ((sold, OfferStatus.ACCEPTED), (refused, OfferStatus.DECLINED))
        for offer, status in ends:
            assert await work.stay_offers.settle(offer.id, status, at=MONDAY + DAY, seq=1)
        await work.stay_offers.settle(
            unasked.id, OfferStatus.EXPIRED, at=MONDAY + DAY, reason="weekly_cap"
        )
        was = await work.stay_offers.get(sold.id)
        assert was
        await work.stay_sales.sell("sale-1", was, MONDAY, status="applied", method="fee")
        await work.decisions.record(
            *("d1", "may_offer", Decision(False, Reason.WEEKLY_CAP)),
            at=MONDAY,
            stage="sending",
            thread_id="thread-3",
            subject=unasked.id,
            facts={"step": "expire"},
        )
    return replace(site, business=inn.id)


async def read(site: Site, path: str, role: Role = Role.VIEWER) -> Any:
    async with site.client(await site.key(role)) as client:
        return (await client.get(f"/stays{path}")).raise_for_status().json()


async def test_offers_and_sales_are_read_page_by_page_the_newest_first(inn: Site) -> None:
    first = await read(inn, "/offers?limit=2")
    assert [each["id"] for each in first["offers"]] == ["late-3", "late-2"]
    rest = await read(inn, f"/offers?limit=2&before={first['next']}")
    assert ([each["id"] for each in rest["offers"]], rest["next"]) == (["late-1"], None)
    assert (await read(inn, "/offers?status=declined"))["offers"][0]["price"] == 2500
    assert (await read(inn, "/offers?listing=other"))["offers"] == []
    [sale] = (await read(inn, "/sales"))["sales"]
    assert (sale["kind"], sale["price"], sale["method"]) == (LATE, 2500, "fee")


async def test_the_story_of_an_offer_says_why(inn: Site) -> None:
    story = await read(inn, "/offers/late-3/decisions")
    told = " ".join(each["sentence"] for each in story["events"])
    assert "the guest has had all offers of this week" in told
    async with inn.client(await inn.key(Role.VIEWER)) as client:
        assert (await client.get("/stays/offers/nothing/decisions")).status_code == 404


async def test_statistics_count_by_kind_listing_and_season(inn: Site) -> None:
    [by_kind] = await read(inn, "/statistics")
    assert (by_kind["of"], by_kind["planned"], by_kind["offered"]) == (LATE, 3, 2)
    assert (by_kind["accepted"], by_kind["declined"]) == (1, 1)
    assert by_kind["withheld"] == {"weekly_cap": 1}
    assert by_kind["revenue"] == {"USD": 2500}
    assert by_kind["conversion"] == 0.5
    assert 0 < by_kind["conversion_low"] < 0.5 < by_kind["conversion_high"] < 1
    [by_season] = await read(inn, "/statistics?by=season")
    assert by_season["of"] == f"{ARRIVAL.year}-Q{(ARRIVAL.month + 2) // 3}"
    assert await read(inn, f"/statistics?from={ARRIVAL + DAY}") == []
    assert len(await read(inn, f"/statistics?by=listing&to={ARRIVAL}")) == 1


async def test_what_was_learned_is_shown_to_every_key(inn: Site) -> None:
    found = await read(inn, "/learning")
    assert found["trials"] == []
    [late] = found["acceptance"]
    assert (late["kind"], late["price"], late["currency"]) == (LATE, 2500, "USD")
    assert (late["accepted"], late["ended"], late["mean"]) == (1, 2, 0.5)
    assert 0 < late["low"] < 0.5 < late["high"] < 1


async def test_viewers_see_managers_set_and_admins_take_back(inn: Site) -> None:
    path = "/stays/settings/The Loft/late_check_out/price"
    answers = []
    for role in Role:
        async with inn.client(await inn.key(role)) as client:
            put = await client.put(path, json={"value": "42.50"})
            gone = await client.delete(path)
            answers.append((put.status_code, gone.status_code))
    assert answers == [(403, 403), (204, 403), (204, 204)]
    async with inn.client(await inn.key(Role.MANAGER)) as client:
        assert (await client.put(path, json={"value": "42.50"})).status_code == 204
        wrong = await client.put(path, json={"value": "cheap"})
        assert (wrong.status_code, len(wrong.json()["errors"])) == (422, 1)
    settings = await read(inn, "/settings/The Loft")
    [price] = [each for each in settings if (each["kind"], each["name"]) == (LATE, "price")]
    assert (price["value"], price["source"]) == (4250, "this listing, this kind")
    [place] = await read(inn, "/listings")
    assert (place["name"], place["check_in"], place["lacks"]) == ("The Loft", "16:00", [])


async def test_nobody_reads_another_business(inn: Site) -> None:
    others = replace(inn, business="elsewhere")
    await open_inn(inn.services.store, "elsewhere", guests=1)
    assert (await read(others, "/offers"))["offers"] == []
    assert await read(others, "/statistics") == []
    async with inn.client(await others.key(Role.ADMIN)) as client:
        for path in ("/offers", "/sales", "/statistics", "/listings", "/settings/every"):
            assert (await client.get(f"/stays{path}")).status_code == 401


async def test_a_guest_s_wishes_are_read_entered_and_taken_back_by_role(inn: Site) -> None:
    [offer] = (await read(inn, "/offers?limit=1"))["offers"]
    whose = f"/stays/guests/{offer['customer_id']}/preferences"
    answers = []
    for role in Role:
        async with inn.client(await inn.key(role)) as client:
            put = await client.put(f"{whose}/never_nights", json={"said": "no\0 nights"})
            [wish] = (await client.get(whose)).json() or [None]
            gone = await client.delete(f"{whose}/never_nights")
            answers.append((put.status_code, wish and wish["said"], gone.status_code))
    assert answers == [(403, None, 403), (204, "no nights", 403), (204, "no nights", 204)]
    async with inn.client(await inn.key(Role.ADMIN)) as client:
        assert (await client.get(whose)).json() == []
        assert (await client.put(f"{whose}/never_sauna", json={})).status_code == 422
        for method in ("PUT", "DELETE"):
            path = "/stays/guests/nobody/preferences/budget"
            assert (await client.request(method, path, json={})).status_code == 404
        assert (await client.get("/stays/guests/nobody/preferences")).status_code == 404
