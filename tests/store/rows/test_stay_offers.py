"""An offer around a stay goes from step to step, each taken once (U2, U5, O10)."""

import asyncio
from dataclasses import fields, replace
from datetime import time, timedelta
from typing import Any

import pytest

from jirani.rules.facts import Group, OfferKind, OfferStatus, StayOffer, Terms, Trial
from jirani.store.refusals import Twice
from jirani.store.rows.stay_terms import from_json, to_json
from jirani.store.work import Store
from tests.support.house import MONDAY
from tests.support.inn import ARRIVAL, DAY, HOUR, TERMS, Inn, open_inn

pytestmark = pytest.mark.anyio

LATER = MONDAY + 72 * HOUR
ENDED = ("accepted", "declined", "expired", "withdrawn")


@pytest.fixture
async def inn(store: Store) -> Inn:
    return await open_inn(store)


async def plan(inn: Inn, offer: StayOffer) -> bool:
    async with inn.store.begin(inn.id) as work:
        return await work.stay_offers.plan(offer)


def test_terms_are_written_down_whole() -> None:
    assert to_json(TERMS).keys() == {field.name for field in fields(Terms)}
    for terms in (TERMS, Terms(ARRIVAL, 0, "KES")):
        assert from_json(to_json(terms)) == terms
    assert from_json(None) is None


async def test_an_offer_comes_back_with_everything_it_has(inn: Inn) -> None:
    first = inn.offer(id="o1", planned_for=MONDAY)
    await inn.plans(first)
    async with inn.store.begin(inn.id) as work:
        await work.stay_offers.settle("o1", OfferStatus.EXPIRED, at=MONDAY)
    full = inn.offer(
        id="o2",
        planned_for=MONDAY,
        due_at=MONDAY + HOUR,
        status=OfferStatus.DEFERRED,
        terms=TERMS,
        offered_seq=3,
        offered_at=MONDAY,
        expires_at=LATER,
        reason="later",
        replaces="o1",
        settled_seq=4,
        settled_at=LATER,
        asked_again=True,
        deferred_at=LATER,
        time_named=True,
        attempts=2,
        leaving_at=LATER,
        trial=Trial(Group.LEARNING, 2500, time(18)),
    )
    assert [each.name for each in fields(full) if getattr(full, each.name) is None] == []
    await inn.plans(full)
    assert await inn.finds("o2") == full
    async with inn.store.read(inn.id) as work:
        assert [each.id for each in await work.stay_offers.of_reservation("stay-1")] == ["o1", "o2"]
        assert [each.id for each in await work.stay_offers.of_thread("thread-1")] == ["o1", "o2"]
        assert await work.stay_offers.of_customer("guest-1") == (full,)
        assert await work.stay_offers.of_customer("guest-2") == ()
        assert await work.stay_offers.get("o3") is None


async def test_a_plan_is_made_once_and_moved_while_it_is_not_sent_u2(inn: Inn) -> None:
    assert await plan(inn, inn.offer(id="o1"))
    assert not await plan(inn, inn.offer(id="o2"))
    assert await plan(inn, inn.offer(id="o3", due_at=LATER))
    moved = await inn.finds("o1")
    assert (moved.due_at, moved.planned_for) == (LATER, LATER)
    await inn.sends(moved)
    assert not await plan(inn, inn.offer(id="o4", due_at=MONDAY))
    assert await plan(inn, inn.offer(OfferKind.LATE_CHECK_OUT))
    assert await plan(inn, inn.offer(n=2))


async def test_what_was_postponed_is_not_moved_back_by_the_same_plan_o6(inn: Inn) -> None:
    offer = inn.offer(id="o1")
    await plan(inn, offer)
    async with inn.store.begin(inn.id) as work:
        assert await work.stay_offers.postpone("o1", LATER, "spacing")
    assert not await plan(inn, offer)
    waiting = await inn.finds("o1")
    assert (waiting.due_at, waiting.planned_for, waiting.reason) == (LATER, MONDAY, "spacing")


async def test_what_is_leaving_is_moved_by_no_plan_and_by_no_postponement(inn: Inn) -> None:
    await plan(inn, inn.offer(id="o1"))
    async with inn.store.begin(inn.id) as work:
        offers = work.stay_offers
        on: dict[str, Any] = {"at": MONDAY, "terms": TERMS, "expires_at": LATER}
        assert await offers.leaving("o1", offered_seq=0, **on)
        assert not await offers.leaving("o1", offered_seq=0, **on)
        assert not await offers.offer_now("o1", offered_seq=0, **on)
        assert not await offers.postpone("o1", LATER)
        assert not await offers.plan(inn.offer(id="o2", due_at=LATER))


async def test_planned_at_once_by_many_it_is_planned_once(inn: Inn) -> None:
    made = await asyncio.gather(*(plan(inn, inn.offer(id=f"o{n}")) for n in range(6)))
    assert sorted(made) == [False] * 5 + [True]


@pytest.mark.parametrize("sent", [False, True])
async def test_a_stay_has_one_of_a_kind_planned_open_or_ever_sent_u2(inn: Inn, sent: bool) -> None:
    offer = inn.offer(id="o1")
    await inn.plans(offer)
    with pytest.raises(Twice):
        await inn.plans(inn.offer(id="o2"))
    if sent:
        await inn.sends(offer)
    async with inn.store.begin(inn.id) as work:
        assert await work.stay_offers.settle("o1", OfferStatus.WITHDRAWN, at=MONDAY)
    if sent:
        with pytest.raises(Twice):
            await inn.plans(inn.offer(id="o2"))
        await inn.plans(inn.offer(id="o2", replaces="o1"))  # the guest asks first (U11)
        with pytest.raises(Twice):
            await inn.plans(inn.offer(id="o3", replaces="o1"))
    else:
        await inn.plans(inn.offer(id="o2"))


async def test_an_offer_that_leaves_has_its_terms_and_is_open_once_it_arrived_u5(inn: Inn) -> None:
    offer = inn.offer(id="o1")
    await inn.plans(offer)
    async with inn.store.begin(inn.id) as work:
        assert not await work.stay_offers.arrived("o1", at=MONDAY)
        await work.stay_offers.leaving(
            "o1", at=MONDAY, terms=TERMS, offered_seq=2, expires_at=LATER
        )
    underway = await inn.finds("o1")
    assert (underway.status, underway.leaving_at, underway.terms, underway.offered_at) == (
        OfferStatus.SCHEDULED,
        MONDAY,
        TERMS,
        None,
    )
    async with inn.store.begin(inn.id) as work:
        assert await work.stay_offers.arrived("o1", at=MONDAY + HOUR, offered_seq=4)
        assert not await work.stay_offers.arrived("o1", at=MONDAY + 2 * HOUR)
    sent = await inn.finds("o1")
    assert sent == replace(
        underway,
        status=OfferStatus.OFFERED,
        leaving_at=None,
        offered_at=MONDAY + HOUR,
        offered_seq=4,
    )


async def test_what_failed_on_its_way_waits_for_another_attempt(inn: Inn) -> None:
    await inn.plans(inn.offer(id="o1"))
    async with inn.store.begin(inn.id) as work:
        await work.stay_offers.leaving(
            "o1", at=MONDAY, terms=TERMS, offered_seq=0, expires_at=LATER
        )
        assert await work.stay_offers.retry("o1", MONDAY + HOUR, "pms_unavailable")
        assert not await work.stay_offers.arrived("o1", at=MONDAY)
        assert await work.stay_offers.retry("o1", MONDAY + 2 * HOUR, "pms_unavailable")
    again = await inn.finds("o1")
    assert (again.attempts, again.due_at, again.leaving_at) == (2, MONDAY + 2 * HOUR, None)


async def test_an_offer_withdrawn_on_its_way_does_not_arrive_u3(inn: Inn) -> None:
    await inn.plans(inn.offer(id="o1"))
    async with inn.store.begin(inn.id) as work:
        await work.stay_offers.leaving(
            "o1", at=MONDAY, terms=TERMS, offered_seq=0, expires_at=LATER
        )
        assert await work.stay_offers.settle("o1", OfferStatus.WITHDRAWN, at=MONDAY)
        assert not await work.stay_offers.arrived("o1", at=MONDAY)
    assert (await inn.finds("o1")).status is OfferStatus.WITHDRAWN


async def test_a_guest_who_asks_first_is_offered_the_planned_one_at_once_u11(inn: Inn) -> None:
    await inn.plans(inn.offer(id="o1", due_at=LATER))
    async with inn.store.begin(inn.id) as work:
        on: dict[str, Any] = {"at": MONDAY, "terms": TERMS, "offered_seq": 5, "expires_at": LATER}
        assert await work.stay_offers.offer_now("o1", **on)
        assert not await work.stay_offers.offer_now("o1", **on)
    now = await inn.finds("o1")
    assert (now.status, now.offered_at, now.offered_seq, now.terms) == ("offered", MONDAY, 5, TERMS)


async def test_what_was_deferred_is_asked_once_more_and_never_twice_o10(inn: Inn) -> None:
    offer = inn.offer(id="o1")
    await inn.plans(offer)

    async def defer() -> bool:
        async with inn.store.begin(inn.id) as work:
            return await work.stay_offers.defer(
                "o1", at=MONDAY, due_at=MONDAY + 3 * DAY, time_named=True
            )

    assert not await defer()  # it was never sent
    await inn.sends(offer)
    assert await defer()
    assert await defer()  # the guest may name another time while it waits
    later = await inn.finds("o1")
    assert (later.status, later.deferred_at, later.due_at, later.time_named, later.asked_again) == (
        *("deferred", MONDAY, MONDAY + 3 * DAY),
        *(True, False),
    )
    await inn.sends(later, MONDAY + 3 * DAY)
    again = await inn.finds("o1")
    assert (again.status, again.asked_again) == ("offered", True)
    assert not await defer()


@pytest.mark.parametrize("status", ENDED)
async def test_an_offer_ends_once_and_an_answer_only_what_was_asked(inn: Inn, status: str) -> None:
    end, answer = OfferStatus(status), status in ENDED[:2]
    await inn.plans(inn.offer(id="planned"), inn.offer(n=2, id="open"))
    await inn.sends(await inn.finds("open"))
    async with inn.store.begin(inn.id) as work:
        settle = work.stay_offers.settle
        assert await settle("planned", end, at=MONDAY) is not answer
        assert await settle("open", end, at=LATER, reason="why", seq=7)
        for again in (OfferStatus.ACCEPTED, OfferStatus.EXPIRED):
            assert not await settle("open", again, at=LATER)
        assert not await settle("no such", end, at=LATER)
    ended = await inn.finds("open")
    assert (ended.status, ended.reason, ended.settled_seq, ended.settled_at) == (
        status,
        "why",
        7,
        LATER,
    )


async def test_silence_ends_what_is_open_and_out_of_time_and_nothing_else_o14(inn: Inn) -> None:
    offer = inn.offer(id="o1")
    await inn.plans(offer)
    out = MONDAY + 48 * HOUR

    async def expire(now: timedelta = timedelta()) -> bool:
        async with inn.store.begin(inn.id) as work:
            return await work.stay_offers.expire("o1", out + now, "silence")

    assert not await expire(HOUR)
    await inn.sends(offer)
    assert not await expire(-timedelta(microseconds=1))
    async with inn.store.begin(inn.id) as work:
        await work.stay_offers.defer("o1", at=MONDAY, due_at=LATER, time_named=False)
    assert not await expire()  # the guest answered before
    await inn.sends(await inn.finds("o1"), LATER)
    assert not await expire()  # it is asked anew
    assert await expire(LATER - MONDAY)
    assert (await inn.finds("o1")).reason == "silence"


async def test_yes_and_time_out_at_once_settle_one_of_them(inn: Inn) -> None:
    await inn.plans(inn.offer(id="o1"))
    await inn.sends(await inn.finds("o1"))

    async def end(status: OfferStatus) -> bool:
        async with inn.store.begin(inn.id) as work:
            return await work.stay_offers.settle("o1", status, at=MONDAY)

    ends = [OfferStatus.ACCEPTED, OfferStatus.EXPIRED] * 3
    assert sum(await asyncio.gather(*map(end, ends))) == 1


async def test_many_end_in_one_statement_and_which_they_were_is_told(inn: Inn) -> None:
    await inn.plans(inn.offer(id="o1"), inn.offer(n=2, id="o2"))
    async with inn.store.begin(inn.id) as work:
        await work.stay_offers.settle("o1", OfferStatus.WITHDRAWN, at=MONDAY)
        ended = await work.stay_offers.complete(
            ["o1", "o2", "o3"], OfferStatus.EXPIRED, at=MONDAY, reason="too_late"
        )
    assert ended == ("o2",)
    assert (await inn.finds("o2")).reason == "too_late"


async def test_a_stay_s_or_a_guest_s_offers_are_withdrawn_by_kind_and_state(inn: Inn) -> None:
    early, late = inn.offer(id="a"), inn.offer(OfferKind.LATE_CHECK_OUT, id="b")
    cleaning = inn.offer(OfferKind.MID_STAY_CLEANING, id="c")
    await inn.plans(early, late, cleaning, inn.offer(n=2, id="d"))
    await inn.sends(early)
    async with inn.store.begin(inn.id) as work:
        withdraw = work.stay_offers.withdraw
        why: dict[str, Any] = {"at": MONDAY, "reason": "cancelled"}
        with pytest.raises(ValueError, match="whose"):
            await withdraw(**why)
        kinds = [OfferKind.LATE_CHECK_OUT]
        assert await withdraw(reservation_id="stay-1", kinds=kinds, **why) == ("b",)
        open_ = [OfferStatus.OFFERED, OfferStatus.ACCEPTED]
        assert await withdraw(reservation_id="stay-1", statuses=open_, **why) == ("a",)
        assert await withdraw(customer_id="guest-1", seq=9, **why) == ("c",)
        assert await withdraw(customer_id="guest-1", **why) == ()
    assert (await inn.finds("c")).settled_seq == 9
    assert (await inn.finds("d")).status is OfferStatus.SCHEDULED
