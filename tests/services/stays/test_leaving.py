"""An offer's text leaves only while what it was decided on is fresh, and once (U5)."""

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from jirani.connectors.channels import SendOutcome, SendResult
from jirani.connectors.memory_pms import MemoryPms
from jirani.rules.facts import OfferStatus, StayOffer
from jirani.services.clock import Ids, SetClock, made_at
from jirani.services.stays import leaving
from jirani.services.stays.leaving import find, post
from jirani.store.rows.outbox import Entry
from tests.support.stay_facts import EARLY, local, scheduled

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
    return result and (result.reason or str(result.outcome))


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
