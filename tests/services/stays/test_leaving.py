"""An offer's text leaves only while what it was decided on is fresh, and once (U5)."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from jirani.connectors.channels import SendOutcome, SendResult
from jirani.connectors.memory_pms import MemoryPms
from jirani.rules.facts import OfferStatus, StayOffer
from jirani.services.clock import Ids, SetClock, made_at
from jirani.services.stays import leaving
from jirani.services.stays.leaving import answered, enter_answer, find, post, queue_offer
from jirani.store.rows.outbox import Entry
from tests.support.one_row import OneRow, a_store, a_work
from tests.support.stay_facts import EARLY, booked, local, scheduled

pytestmark = pytest.mark.anyio

NOW = local(6, 12, 9)
TICK = timedelta(microseconds=1)
CLOCK = SetClock(NOW)
PMS = MemoryPms(CLOCK.now)
SAID = {"pms": "memory", "thread": "thread", "peer": "C1", "text": "Hello", "offer": "o"}
ENTRY = Entry(Ids(CLOCK).new(), "message", "sending", SAID, 1, NOW)
LEAVING = replace(scheduled(EARLY, NOW), leaving_at=NOW)


class Took:
    """A channel that takes everything, and remembers from when on it was read."""

    since: datetime | None = None

    def __init__(self, pms: object) -> None:
        pass

    async def send(self, message: object) -> SendResult:
        return SendResult(SendOutcome.ACCEPTED, "M1")

    async def find(self, message: object, since: datetime, known: object) -> SendResult:
        Took.since = since
        return SendResult(SendOutcome.RETRY, reason="not_there")


@pytest.fixture(autouse=True)
def channel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "PmsChannel", Took)


async def posted(
    offer: StayOffer | None = LEAVING, entry: Entry = ENTRY, now: datetime = NOW, pms: Any = PMS
) -> str | None:
    accounts = SimpleNamespace(of=lambda business_id, name: pms)
    services: Any = SimpleNamespace(clock=SetClock(now), pms=accounts)
    result = await post(services, "lodge", offer, entry)
    return (result.reason or str(result.outcome)) if result else None


async def test_a_text_waits_ten_minutes_at_most_before_it_is_judged_anew() -> None:
    ten = timedelta(minutes=10)
    assert await posted(now=NOW + ten) == "accepted"
    assert await posted(now=NOW + ten + TICK) == "waited"


async def test_what_has_ended_or_is_not_leaving_does_not_leave() -> None:
    assert await posted() == "accepted"
    for gone in (
        None,
        replace(LEAVING, leaving_at=None),
        *(replace(LEAVING, status=OfferStatus(s)) for s in ("offered", "expired", "withdrawn")),
    ):
        assert await posted(gone) is None


async def test_what_may_have_left_before_is_looked_for_first() -> None:
    assert await posted(entry=replace(ENTRY, attempts=2)) == "interrupted"
    assert await posted(pms=None) == "no_account"


async def test_a_pms_whose_clock_is_ten_minutes_behind_has_it_found() -> None:
    await find(PMS, ENTRY, frozenset())
    assert made_at(ENTRY.id) - Took.since == timedelta(minutes=10)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("offer", "known", "fresh"),
    [
        (LEAVING, ENTRY, True),
        (LEAVING, replace(ENTRY, state="unknown"), True),
        (LEAVING, replace(ENTRY, state="sent"), False),
        (LEAVING, None, False),
        (None, ENTRY, False),
    ],
)
async def test_an_answer_is_entered_once(
    monkeypatch: pytest.MonkeyPatch, offer: StayOffer | None, known: Entry | None, fresh: bool
) -> None:
    became = OneRow()
    monkeypatch.setattr(leaving, "arrived", became.arrived)
    work, result = a_work(stay_offers=offer, outbox=known), SendResult(SendOutcome.ACCEPTED, "M1")
    services: Any = SimpleNamespace()
    assert await enter_answer(services, work, ENTRY, result) is fresh
    assert len(became.told("arrived")) == fresh


async def test_an_answer_about_nothing_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    entered = OneRow(True)
    monkeypatch.setattr(leaving, "enter_answer", entered.enter)
    result, due = SendResult(SendOutcome.ACCEPTED, "M1"), SimpleNamespace(id="e", business_id="l")
    for offer in (None, LEAVING):
        stay = booked(date(2026, 6, 15), date(2026, 6, 20))
        services: Any = SimpleNamespace(store=a_store(stay_offers=offer, reservations=stay))
        gone: Any = due
        await answered(services, gone, ENTRY, result)
        assert len(entered.told("enter")) == (offer is not None)


@pytest.mark.parametrize("known", [None, replace(ENTRY, state="dead")])
async def test_asked_for_once_more_it_is_the_same_entry(known: Entry | None) -> None:
    outbox = OneRow(known)
    services: Any = SimpleNamespace(clock=CLOCK, ids=Ids(CLOCK))
    stay = booked(date(2026, 6, 15), date(2026, 6, 20))
    words = ("Hello", "en", "contact")
    await queue_offer(services, a_work(outbox=outbox), LEAVING, stay, *words)
    assert (len(outbox.told("put")), len(outbox.told("change"))) == ((0, 1) if known else (1, 0))
