"""What is due around stays goes to one worker at a time, over all businesses (U5, U2)."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from jirani.rules.facts import OfferStatus, StayOffer
from jirani.store.queues import Claim, Due
from jirani.store.work import Store
from tests.support.house import MONDAY
from tests.support.inn import HOUR, TERMS, Inn, open_inn

pytestmark = pytest.mark.anyio

LEASE = timedelta(minutes=1)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
async def inn(store: Store) -> Inn:
    return await open_inn(store, guests=4)


async def claim(store: Store, now: datetime = MONDAY, n: int = 500) -> list[Claim]:
    async with store.queues(claiming=True) as queues:
        return await queues.claim_offers(now, LEASE, n)


async def next_due(inn: Inn) -> datetime | None:
    async with inn.store.queues() as queues:
        return await queues.next_offer_due()


def ids(found: list[Claim] | list[Due]) -> list[str]:
    return [each.id for each in found]


def several(inn: Inn, n: int = 4) -> list[StayOffer]:
    """One offer for each guest, the first due last."""
    return [inn.offer(n=i, id=f"o{i}", due_at=MONDAY - i * HOUR) for i in range(1, n + 1)]


async def test_offers_are_claimed_from_the_longest_due_on_and_not_before_their_time(
    inn: Inn,
) -> None:
    await inn.plans(*several(inn))
    assert await claim(inn.store, MONDAY - 4 * HOUR - MOMENT) == []
    assert ids(await claim(inn.store, n=3)) == ["o4", "o3", "o2"]
    assert ids(await claim(inn.store)) == ["o1"]
    assert await claim(inn.store) == []


async def test_offers_of_all_businesses_are_claimed_each_as_its_own(inn: Inn, store: Store) -> None:
    other = await open_inn(store, "other")
    for each in (inn, other):
        await each.plans(each.offer(id="same"))
    first, second = await claim(store)
    assert {first.business_id, second.business_id} == {"inn", "other"}
    assert first.token == second.token
    async with store.queues(claiming=True) as queues:
        await queues.release_offers([first])
    assert [each.business_id for each in await claim(store)] == [first.business_id]


async def test_four_who_claim_at_once_get_each_row_once(inn: Inn) -> None:
    store = inn.store
    async with store.begin(inn.id) as work:
        # Rows ended unsent are in no plan's way: many for the few stays there are.
        for n in range(120):
            offer = inn.offer(id=f"o{n:03}", n=1, due_at=MONDAY - n * timedelta(seconds=1))
            await work.stay_offers.add(offer)
            await work.stay_offers.settle(offer.id, OfferStatus.EXPIRED, at=MONDAY)
        await work.session.execute(
            text("UPDATE offers SET status = 'deferred', replaces = id WHERE id <> 'o000'")
        )

    async def worker() -> list[str]:
        mine: list[str] = []
        while found := await claim(store, n=7):
            mine += ids(found)
        return mine

    shares = await asyncio.gather(*(worker() for _ in range(4)))
    taken = Counter(id for share in shares for id in share)
    assert taken == Counter(f"o{n:03}" for n in range(1, 120))


async def test_a_lease_that_ran_out_comes_back_and_its_token_is_worth_nothing(inn: Inn) -> None:
    await inn.plans(*several(inn, 1))
    [slow] = await claim(inn.store)
    assert await claim(inn.store, MONDAY + LEASE - MOMENT) == []
    [quick] = await claim(inn.store, MONDAY + LEASE)
    assert quick.token != slow.token
    async with inn.store.begin(inn.id) as work:
        offers = work.stay_offers
        late = MONDAY + 99 * HOUR
        for token, taken in ((slow.token, False), (quick.token, True)):
            assert await offers.postpone("o1", late, token=token) is taken
        assert not await offers.retry("o1", late, token=quick.token)
        assert not await offers.settle("o1", OfferStatus.EXPIRED, at=MONDAY, token=quick.token)
        assert not await offers.leaving(
            "o1", at=MONDAY, terms=TERMS, offered_seq=0, expires_at=late, token=quick.token
        )
    async with inn.store.queues(claiming=True) as queues:
        await queues.release_offers([slow])


async def test_what_a_stranger_gives_back_stays_claimed(inn: Inn) -> None:
    await inn.plans(*several(inn, 1))
    [mine] = await claim(inn.store)
    async with inn.store.queues(claiming=True) as queues:
        await queues.release_offers([Claim(mine.business_id, mine.id, "stolen")])
        await queues.release_offers([])
    assert await claim(inn.store) == []


async def test_a_plan_that_moves_takes_its_offer_from_who_has_claimed_it_u2(inn: Inn) -> None:
    [offer] = several(inn, 1)
    await inn.plans(offer)
    [held] = await claim(inn.store)
    async with inn.store.begin(inn.id) as work:
        moved = inn.offer(id="again", due_at=MONDAY + HOUR)
        assert await work.stay_offers.plan(moved)
        assert not await work.stay_offers.postpone("o1", MONDAY, token=held.token)
    assert ids(await claim(inn.store, MONDAY + HOUR)) == ["o1"]


async def test_only_what_waits_is_claimed_and_a_deferred_one_when_it_is_due(inn: Inn) -> None:
    one, two, three, four = several(inn)
    await inn.plans(one, two, three, four)
    await inn.sends(one)
    await inn.sends(two)
    async with inn.store.begin(inn.id) as work:
        await work.stay_offers.defer("o2", at=MONDAY, due_at=MONDAY + HOUR, time_named=True)
        await work.stay_offers.leaving(
            "o3", at=MONDAY, terms=TERMS, offered_seq=0, expires_at=MONDAY + HOUR
        )
        await work.stay_offers.settle("o4", OfferStatus.WITHDRAWN, at=MONDAY)
    assert await claim(inn.store) == []
    assert ids(await claim(inn.store, MONDAY + HOUR)) == ["o2"]


async def test_the_next_moment_is_when_something_falls_due_or_a_lease_runs_out(inn: Inn) -> None:
    assert await next_due(inn) is None
    soon, late = inn.offer(id="o1"), inn.offer(n=2, id="o2", due_at=MONDAY + HOUR)
    await inn.plans(late, soon)
    assert await next_due(inn) == MONDAY
    await claim(inn.store)
    assert await next_due(inn) == MONDAY + LEASE
    await inn.sends(soon)
    assert await next_due(inn) == MONDAY + HOUR
    await claim(inn.store, MONDAY + HOUR)
    assert await next_due(inn) == MONDAY + HOUR + LEASE


async def test_an_open_offer_falls_due_with_its_deadline_and_a_cross_sell_elsewhere(
    inn: Inn,
) -> None:
    await inn.plans(*several(inn, 2))
    await inn.sends(await inn.finds("o1"))
    out = MONDAY + 48 * HOUR
    async with inn.store.queues() as queues:
        assert await queues.stay_offers(out - MOMENT) == []
        assert await queues.stay_offers(out) == [Due("inn", "o1")]
        assert await queues.offers(out) == []
    async with inn.store.begin(inn.id) as work:
        await work.stay_offers.settle("o1", OfferStatus.DECLINED, at=MONDAY)
    async with inn.store.queues() as queues:
        assert await queues.stay_offers(out) == []


async def test_what_left_long_ago_and_never_arrived_is_found_u5(inn: Inn) -> None:
    await inn.plans(*several(inn, 2))
    async with inn.store.begin(inn.id) as work:
        for id in ("o1", "o2"):
            await work.stay_offers.leaving(
                id, at=MONDAY, terms=TERMS, offered_seq=0, expires_at=MONDAY + HOUR
            )
        await work.stay_offers.arrived("o1", at=MONDAY)
    async with inn.store.queues() as queues:
        assert await queues.leaving_offers(MONDAY - MOMENT) == []
        assert await queues.leaving_offers(MONDAY) == [Due("inn", "o2")]


async def test_news_is_claimed_in_the_order_it_came_until_it_is_done_u2(inn: Inn) -> None:
    async with inn.store.begin(inn.id) as work:
        for id, at in (("e1", MONDAY), ("e2", MONDAY - HOUR), ("e3", MONDAY + HOUR)):
            await work.pms_events.put(id, "hostaway", id, {}, at)

    async def events(now: datetime, n: int = 100) -> list[str]:
        async with inn.store.queues(claiming=True) as queues:
            return ids(await queues.claim_events(now, LEASE, n))

    assert await events(MONDAY, 2) == ["e2", "e1"]
    assert await events(MONDAY) == ["e3"]
    assert await events(MONDAY) == []
    async with inn.store.begin(inn.id) as work:
        assert (await work.pms_events.get("e1")).attempts == 1
        await work.pms_events.done("e1")
        await work.pms_events.park("e2", "unreadable")
        await work.pms_events.retry("e3", MONDAY + HOUR, "down")
    assert await events(MONDAY + LEASE) == []
    assert await events(MONDAY + HOUR) == ["e3"]


@asynccontextmanager
async def explained(store: Store, into: list[str]) -> AsyncIterator[None]:
    """Ask the database how it does whatever it is asked meanwhile that names no business."""
    asked: list[tuple[str, Any]] = []

    def note(_line: Any, _cursor: Any, sql: str, values: Any, *_more: Any) -> None:
        if sql.startswith(("SELECT", "WITH")) and "set_config" not in sql:
            asked.append((sql, values))

    event.listen(store.engine.sync_engine, "before_cursor_execute", note)
    yield
    event.remove(store.engine.sync_engine, "before_cursor_execute", note)
    async with store.engine.connect() as line:
        how = "EXPLAIN QUERY PLAN"
        if store.engine.dialect.name == "postgresql":
            how = "EXPLAIN"
            for other in ("seqscan", "sort"):  # which so few rows would be read with
                await line.exec_driver_sql(f"SET LOCAL enable_{other} = off")
        for sql, values in asked:
            found = await line.exec_driver_sql(f"{how} {sql}", tuple(values))
            into.append("\n".join(str(tuple(row)) for row in found))


async def test_each_queue_is_read_from_its_own_index_however_much_lies_ahead(inn: Inn) -> None:
    await inn.plans(*several(inn, 1))
    plans: list[str] = []
    async with explained(inn.store, plans):
        await claim(inn.store)
        async with inn.store.queues(claiming=True) as queues:
            await queues.next_offer_due()
            await queues.claim_events(MONDAY, LEASE)
            await queues.stay_offers(MONDAY)
            await queues.leaving_offers(MONDAY)
    claimed, free, back, events, open_, leaving = plans
    for plan in (claimed, free, back):
        assert "offers_due_idx" in plan
    assert "pms_events_ready_idx" in events
    assert "offers_open_idx" in open_
    assert "offers_leaving_idx" in leaving
