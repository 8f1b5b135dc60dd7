"""Within one business, a statement reads and changes only what it was asked about.

So it is for what is said and meant (O1), for offers (O4, O5), dials (X1) and related services (X4).
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from jirani.rules.facts import (
    HoursException,
    OfferStatus,
    PaymentStatus,
    Service,
    Snippet,
    Staff,
    Thread,
)
from jirani.store.engine import open_engine
from jirani.store.work import Store, Work
from tests.support.databases import fresh_sqlite
from tests.support.house import MONDAY
from tests.support.twins import HOUR, LATER, contents, fill

pytestmark = pytest.mark.anyio

DAY = MONDAY.date()
AT = MONDAY + HOUR  # when all that `fill` writes has happened
MOMENT = timedelta(microseconds=1)


@pytest.fixture
async def store(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Store]:
    """A business with two rows of every kind; it speaks with somebody at other addresses too."""
    opened = Store(open_engine(fresh_sqlite(sqlite_template, tmp_path)))
    async with opened.begin("m") as work:
        await fill(work, "m", 1, ("1", "2"))
        for id, channel, peer in (("t3", "sms", "peer"), ("t4", "memory", "another")):
            await work.threads.add(Thread(id, "c1", channel, peer, LATER, LATER))
            await work.messages.add(id, "guest", "hello", LATER)
        await work.payments.callback("y3", {"payment_id": "no such"}, LATER, routed=False)
    yield opened
    await opened.close()


async def test_only_what_was_asked_for_is_read(store: Store) -> None:
    async with store.read("m") as work:
        part = await work.catalogue.part(["s1"])
        assert [each.id for each in part.services] == ["s1"]
        assert [each.id for each in part.staff] == ["w1"]
        assert [each.service_b for each in await work.catalogue.edges_of("s1")] == ["s1x"]
        assert [each.staff_id for each in await work.catalogue.exceptions(["w1"], DAY, DAY)] == [
            "w1"
        ]
        assert await work.catalogue.exceptions(["w1"], LATER.date(), LATER.date()) == ()
        assert [*await work.customers.some(["c1"])] == ["c1"]
        latest = await work.threads.latest("memory", "peer")
        assert latest
        assert latest.id == "t2"
        assert await work.threads.shown("e2") == []
        assert await work.threads.shown("t2") == [{"of": "m"}]
        assert [each["offer_id"] for each in await work.offers.sales_of("t2")] == ["o2", "r2"]
        decided = await work.decisions.of_thread("t2")
        assert [each["subject"] for each in decided] == ["o2", "g2"]
        routed = [await work.payments.callbacks(routed=each) for each in (True, False)]
        assert [[each["payment_id"] for each in some] for some in routed] == [
            ["p1", "p2"],
            ["no such"],
        ]
        paid = await work.payments.get("p2")
        assert paid
        assert paid.appointment_ids == ("a1", "a2")


async def test_only_messages_of_the_key_thread_or_address_asked_for_are_read(store: Store) -> None:
    async with store.read("m") as work:
        keyed = await work.messages.by_key("2 last")
        assert keyed
        assert keyed.thread_id == "t2"
        assert {each.thread_id for each in await work.messages.last("t2", 9)} == {"t2"}
        assert await work.messages.places("memory", "peer", 9) == {"t1": 3, "t2": 3}
        heard = await work.messages.with_peer("memory", "peer")
        assert {each.thread_id for each in heard} == {"t1", "t2"}
        newer = await work.messages.with_peer("memory", "peer", {"t1": 3, "t2": 2})
        assert [(each.thread_id, each.seq) for each in newer] == [("t2", 3)]


async def test_a_guest_s_declined_offers_count_from_a_moment_on(store: Store) -> None:
    async with store.read("m") as work:
        assert await work.offers.declines("c1", AT - MOMENT) == (AT,)
        assert await work.offers.declines("c1", AT) == ()
    async with store.begin("m") as work:
        await work.offers.settle("o2", OfferStatus.WITHDRAWN, at=LATER)
        assert await work.offers.declines("c2", AT - MOMENT) == (AT,)


async def test_a_phone_is_charging_while_another_thread_s_charge_on_it_is_open_p3(
    store: Store,
) -> None:
    async with store.begin("m") as work:
        assert await work.payments.phone_is_charging("+11", "t2")
        assert not await work.payments.phone_is_charging("+11", "t1")
        assert not await work.payments.phone_is_charging("+13", "t3")
        await work.payments.change("p1", status=PaymentStatus.PAID)
        assert not await work.payments.phone_is_charging("+11", "t2")


async def test_what_differs_from_all_that_was_queued_is_queued(store: Store) -> None:
    entry: dict[str, Any] = {"kind": "message", "peer": "peer", "payload": {}, "at": LATER}
    async with store.begin("m") as work:
        assert not await work.outbox.put("x3", dedupe_key="key 2", **entry)
        assert await work.outbox.put("x3", dedupe_key="key 3", **entry)


async def test_an_offer_is_settled_once_and_no_other_with_it(store: Store) -> None:
    async with store.begin("m") as work:
        assert not await work.offers.settle("r1", OfferStatus.EXPIRED, at=LATER)


@pytest.mark.parametrize(
    ("write", "touched"),
    [
        (
            lambda work: work.business.turn_dial("d3", "dial 2", None, "me", LATER),
            {"dials dial 2", "dial_changes d3"},
        ),
        (
            lambda work: work.catalogue.put_service(Service("s2", "New", 9, 9, 9)),
            {"services s2"},
        ),
        (
            lambda work: work.catalogue.put_staff(Staff("w2", "New", frozenset({"s1", "s2"}))),
            {"staff w2", "staff_services w2"},
        ),
        (
            lambda work: work.catalogue.put_staff(Staff("w2", "w2 of m")),
            {"staff_services w2"},
        ),
        (lambda work: work.catalogue.set_hours("w2", []), {"staff_hours h2"}),
        (
            lambda work: work.catalogue.set_exception("h2", HoursException("w2", DAY)),
            {"staff_exceptions h2"},
        ),
        (
            lambda work: work.catalogue.set_exception("h3", HoursException("w2", LATER.date())),
            {"staff_exceptions h3"},
        ),
        (
            lambda work: work.catalogue.put_snippet(Snippet("n2", "topic", "sw", (), "")),
            {"snippets n2"},
        ),
        (lambda work: work.offers.sales_become("a2", "applied"), {"sales o2", "sales r2"}),
        (
            lambda work: work.offers.settle("o2", OfferStatus.EXPIRED, at=LATER),
            {"offers o2"},
        ),
        (
            lambda work: work.appointments.lapsed(AT, ["w1"], []),
            {"appointments a1"},
        ),
        (
            lambda work: work.appointments.lapsed(AT, [], ["c2"]),
            {"appointments a2"},
        ),
        (lambda work: work.appointments.lapsed(AT - MOMENT, ["w1"], ["c1"]), set()),
    ],
)
async def test_only_what_was_to_be_changed_is_changed(
    store: Store, write: Callable[[Work], Awaitable[object]], touched: set[str]
) -> None:
    """Released is only what stands in the way (X9)."""
    async with store.begin("m") as work:
        before = (await contents(work))["m"]
        await write(work)
        after = (await contents(work))["m"]
    assert {f"{table} {json.loads(row)[1]}" for table, row in before ^ after} == touched


async def test_one_skill_of_one_of_them_is_unlearned_and_the_others_stay(store: Store) -> None:
    async with store.begin("m") as work:
        for id, skills in (("w1", {"s1", "s1x"}), ("w2", {"s1", "s1x"}), ("w1", {"s1x"})):
            await work.catalogue.put_staff(Staff(id, f"{id} of m", frozenset(skills)))
        able = {each.id: each.service_ids for each in (await work.catalogue.load()).staff}
    assert able == {"w1": {"s1x"}, "w2": {"s1", "s1x"}}


async def test_whose_hours_are_set_anew_takes_nobody_s_hours_away(store: Store) -> None:
    async with store.begin("m") as work:
        await work.catalogue.set_hours("w2", [])
        assert [each.staff_id for each in await work.catalogue.hours(["w1", "w2"])] == ["w1"]
