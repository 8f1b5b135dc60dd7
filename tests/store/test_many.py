"""A unit for many does what plain units do, in fewer statements (U5, U8, O5)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from jirani.rules.decision import ALLOWED
from jirani.rules.facts import OfferStatus
from jirani.store.costs import Costs, counted
from jirani.store.many_work import ManyWork
from jirani.store.refusals import Overlap
from jirani.store.rows.stay_claims import StayClaim
from jirani.store.tables import TABLES
from jirani.store.work import Store, Work
from tests.support.house import MONDAY
from tests.support.inn import HOUR, TERMS, Inn, open_inn

pytestmark = pytest.mark.anyio

GUESTS = 12
LATER = MONDAY + HOUR
Make = Callable[[AsyncSession, str], Work]


async def read_ahead(work: Work) -> None:
    if isinstance(work, ManyWork):
        ids = [f"early_check_in-{n}" for n in range(1, GUESTS + 1)]
        await work.read_stays([f"stay-{n}" for n in range(1, GUESTS + 1)], locked=True)
        offers = await work.read_offers(ids, locked=True)
        await work.read_entries(keys=[f"key-{n}" for n in range(1, GUESTS + 1)])
        await work.read_places([f"thread-{n}" for n in range(1, GUESTS + 1)], ["said-1", "no"])
        await work.read_for_sending(offers.values())


async def looks(work: Work, n: int) -> list[Any]:
    """Return all that is asked about one offer."""
    guest, thread, stay = f"guest-{n}", f"thread-{n}", f"stay-{n}"
    long_ago = MONDAY - timedelta(days=30)
    return [
        await work.stay_offers.get(f"early_check_in-{n}"),
        await work.stay_offers.of_reservation(stay),
        await work.stay_offers.of_customer(guest),
        await work.stay_offers.of_customer(guest, (OfferStatus.SCHEDULED,)),
        await work.reservations.get(stay),
        await work.reservations.by_ref("hostaway", f"ref-{n}"),
        await work.listings.get("loft"),
        await work.listings.by_ref("hostaway", "77"),
        await work.customers.get(guest),
        await work.threads.get(thread),
        await work.messages.last(thread, 20),
        await work.messages.last(thread, 1),
        await work.messages.by_key(f"said-{n}"),
        await work.outbox.by_key(f"key-{n}"),
        await work.offers.contacts(guest, long_ago),
        await work.offers.declines(guest, long_ago),
        await work.decisions.planned(thread, stay),
        await work.stay_settings.of_listing("loft"),
        await work.stay_claims.live("loft", long_ago, MONDAY + timedelta(days=30)),
    ]


async def lives(work: Work, n: int) -> list[Any]:
    """Take an offer through all its steps; return every answer on the way."""
    id, thread = f"early_check_in-{n}", f"thread-{n}"
    offer = await work.stay_offers.get(id)
    stay = await work.reservations.get(f"stay-{n}")
    assert offer
    start = MONDAY + 2 * n * HOUR
    claim = StayClaim(id, "loft", stay.id, start, start + HOUR)
    sent: dict[str, Any] = {"at": MONDAY, "terms": TERMS, "offered_seq": 0}
    sent["expires_at"] = MONDAY + 48 * HOUR
    queued: dict[str, Any] = {"kind": "message", "peer": f"pms:{n}", "payload": {"n": n}}
    key = f"key-{n}"
    found = [
        await work.reservations.put(replace(stay, seen_at=MONDAY)),
        await work.reservations.put(replace(stay, seen_at=MONDAY - HOUR)),
        await work.reservations.get(stay.id),
        await work.stay_offers.leaving(id, token="somebody's", **sent),
        await work.stay_offers.leaving(id, **sent),
        await work.stay_offers.leaving(id, **sent),
        await work.outbox.put(f"entry-{n}", dedupe_key=key, at=MONDAY, **queued),
        await work.outbox.put(f"again-{n}", dedupe_key=key, at=MONDAY, **queued),
    ]
    await work.stay_claims.take(claim)
    await work.offers.contacted(f"contact-{n}", offer, MONDAY, proactive=True)
    said: dict[str, Any] = {
        "at": MONDAY,
        "stage": "planning",
        "thread_id": thread,
        "subject": stay.id,
    }
    await work.decisions.record(f"decision-{n}", "plan", ALLOWED, **said)
    if n % 2:  # somebody who looks in between sees what was done so far
        found += await looks(work, n)
    await work.outbox.change(f"entry-{n}", state="sent", provider_ref=f"ref-{n}")
    found += [
        await work.messages.add(thread, "agent", "Would you?", LATER, dedupe_key=f"new-{n}"),
        await work.stay_offers.arrived(id, at=LATER, offered_seq=1),
        await work.stay_offers.arrived(id, at=LATER, offered_seq=2),
    ]
    return found + await looks(work, n)


async def rows_of(store: Store, business_id: str) -> dict[str, list[Any]]:
    found = {}
    async with store.engine.connect() as line:
        for table in TABLES:
            rows = await line.execute(table.select().where(table.c.business_id == business_id))
            mine = [
                {k: v for k, v in each.items() if k != "business_id"} for each in rows.mappings()
            ]
            found[table.name] = sorted(map(str, mine))
    return found


async def an_inn(store: Store, id: str) -> Inn:
    inn = await open_inn(store, id, guests=GUESTS)
    await inn.plans(*(inn.offer(n=n) for n in range(1, GUESTS + 1)))
    async with store.begin(id) as work:
        await work.messages.add("thread-1", "guest", "hello", MONDAY, dedupe_key="said-1")
    return inn


@pytest.mark.parametrize("make", [Work, ManyWork])
async def test_what_was_read_ahead_is_what_is_read(store: Store, make: Make) -> None:
    await an_inn(store, "inn")
    async with store.read("inn") as plain:
        wanted = [await looks(plain, n) for n in (1, 2)]
    async with store.begin_as(make, "inn") as work:
        await read_ahead(work)
        assert [await looks(work, n) for n in (1, 2)] == wanted


async def test_all_steps_leave_the_same_rows_and_answers(store: Store) -> None:
    told = []
    for id, make in (("plain", Work), ("many", ManyWork)):
        await an_inn(store, id)
        async with store.begin_as(make, id) as work:
            await read_ahead(work)
            found = [await lives(work, n) for n in range(1, GUESTS + 1)]
        told.append(found)
    for plain_said, many_said in zip(*told, strict=True):
        assert many_said == plain_said
    plain, many = [await rows_of(store, id) for id in ("plain", "many")]
    assert {k: v for k, v in plain.items() if k != "businesses"} == {
        k: v for k, v in many.items() if k != "businesses"
    }


async def test_what_the_database_refuses_fails_the_whole_unit(store: Store) -> None:
    await an_inn(store, "inn")

    async def both() -> None:
        async with store.begin_as(ManyWork, "inn") as work:
            await read_ahead(work)
            for n in (1, 2):
                offer = f"early_check_in-{n}"
                claim = StayClaim(offer, "loft", f"stay-{n}", MONDAY, MONDAY + HOUR)
                await work.stay_claims.take(claim)

    with pytest.raises(Overlap):
        await both()
    async with store.read("inn") as work:
        assert await work.stay_claims.live("loft", MONDAY, LATER) == ()


async def test_many_offers_cost_hardly_more_statements_than_one(store: Store) -> None:
    await an_inn(store, "inn")
    costs = Costs()
    with counted(store, costs):
        async with store.begin_as(ManyWork, "inn") as work:
            await read_ahead(work)
            for n in range(2, GUESTS + 1, 2):
                offer = await work.stay_offers.get(f"early_check_in-{n}")
                assert offer
                await work.offers.contacted(f"contact-{n}", offer, MONDAY, proactive=True)
    assert costs.statements < 30
