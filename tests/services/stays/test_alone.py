"""One due offer, one step on: only while it is due, and a lost text only as it may be (U5, O4)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from jirani.connectors.channels import SendOutcome, SendResult
from jirani.connectors.pms import PmsUnavailable
from jirani.rules.facts import OfferStatus, StayOffer
from jirani.services.clock import SetClock
from jirani.services.stays import alone
from jirani.services.stays.alone import Known, _is_due, _looked_for, asked, dispatch, known_of
from jirani.services.stays.dispatch import _groups, dispatch_due
from jirani.store.queues import Claim
from jirani.store.rows.outbox import Entry
from tests.support.one_row import OneRow, a_store, a_work
from tests.support.stay_facts import EARLY, FLAT, booked, local, scheduled

pytestmark = pytest.mark.anyio

NOW = local(6, 12, 9)
ROW = scheduled(EARLY, NOW)
STAY = booked(date(2026, 6, 15), date(2026, 6, 20))
CLAIM = Claim("lodge", ROW.id, "token")
LEFT = Entry("e", "message", "unknown", {"contact": "c", "offer": ROW.id}, 1, NOW, "M1")
Became = list[tuple[str, Any]]


def due(row: StayOffer) -> bool:
    services: Any = SimpleNamespace(clock=SetClock(NOW))
    return _is_due(services, row)


def test_what_is_due_is_so_from_its_very_moment_until_it_leaves() -> None:
    assert due(ROW)
    assert not due(replace(ROW, due_at=NOW + timedelta(microseconds=1)))
    assert not due(replace(ROW, due_at=None))
    assert not due(replace(ROW, leaving_at=NOW))


@pytest.fixture
def became(monkeypatch: pytest.MonkeyPatch) -> Became:
    """What is done with an offer, instead of doing it."""
    became: Became = []

    def note(name: str, of: int) -> None:
        async def noted(*args: Any, **named: Any) -> None:
            became.append((name, args[of]))

        monkeypatch.setattr(alone, name, noted)

    note("answered", 3)
    note("give_up", 5)
    note("unread", 2)
    return became


@pytest.mark.parametrize(
    ("outcome", "attempts", "goes_on", "then"),
    [
        (SendOutcome.ACCEPTED, 1, False, ["answered"]),
        (SendOutcome.REJECTED, 1, False, ["answered"]),
        (SendOutcome.RETRY, 1, True, []),
        (SendOutcome.RETRY, 4, True, []),
        (SendOutcome.RETRY, 5, False, ["give_up"]),
    ],
)
async def test_a_lost_text_is_posted_again_only_if_it_is_not_there_and_five_times_in_all(
    monkeypatch: pytest.MonkeyPatch,
    became: Became,
    outcome: SendOutcome,
    attempts: int,
    goes_on: bool,
    then: list[str],
) -> None:
    async def find(*_: Any) -> SendResult:
        return SendResult(outcome)

    monkeypatch.setattr(alone, "find", find)
    contacts = OneRow()
    services: Any = SimpleNamespace(store=a_store(outbox=None, offers=contacts, listings=FLAT))
    known = Known(replace(ROW, attempts=attempts), STAY, LEFT)
    nothing: Any = None
    assert await _looked_for(services, CLAIM, known, LEFT, nothing) is goes_on
    assert [name for name, _ in became] == then
    # The guest has not been contacted by what is not there.
    assert len(contacts.told("uncontacted")) == (outcome is SendOutcome.RETRY)


async def test_while_nobody_can_tell_whether_it_is_there_it_is_an_unknown_o12(
    monkeypatch: pytest.MonkeyPatch, became: Became
) -> None:
    async def find(*_: Any) -> SendResult:
        return SendResult(SendOutcome.UNKNOWN, reason="unread: down")

    monkeypatch.setattr(alone, "find", find)
    nothing: Any = None
    with pytest.raises(PmsUnavailable):
        await _looked_for(nothing, CLAIM, Known(ROW, STAY, LEFT), LEFT, nothing)
    assert became == []


async def test_without_an_account_the_stay_cannot_be_read(became: Became) -> None:
    services: Any = SimpleNamespace(pms=SimpleNamespace(of=lambda *_: None))
    assert await asked(services, CLAIM, Known(ROW, STAY)) is None
    assert became == [("unread", "down")]


@pytest.mark.parametrize(
    ("row", "left"),
    [
        (None, False),
        (replace(ROW, status=OfferStatus.OFFERED), False),
        (replace(ROW, leaving_at=NOW), False),
        (ROW, True),
        (replace(ROW, status=OfferStatus.DEFERRED), True),
    ],
)
async def test_what_is_settled_or_leaving_already_is_left_alone(
    row: StayOffer | None, left: bool, became: Became
) -> None:
    rows = {"stay_offers": row, "reservations": STAY}
    outbox = OneRow(None, of_thread=())
    work = a_work(**rows, outbox=outbox)
    assert bool(await known_of(work, CLAIM)) is left
    accounts = SimpleNamespace(of=lambda *_: None)
    services: Any = SimpleNamespace(store=a_store(**rows, outbox=outbox), pms=accounts)
    await dispatch(services, CLAIM)
    assert became == ([("unread", "down")] if left else [])


async def test_who_takes_an_offer_has_three_minutes_for_it() -> None:
    queues = OneRow(())

    @asynccontextmanager
    async def claiming(**_: Any) -> AsyncIterator[OneRow]:
        yield queues

    services: Any = SimpleNamespace(clock=SetClock(NOW), store=SimpleNamespace(queues=claiming))
    assert await dispatch_due(services) == 0
    assert queues.told("claim_offers") == [(NOW, timedelta(minutes=3), 80)]


def test_twenty_are_decided_about_in_one_unit_each_of_one_business() -> None:
    claims = [Claim("one" if n % 3 else "two", str(n), "token") for n in range(63)]
    units = [(business, len(some)) for business, some in _groups(claims)]
    assert sorted(units) == [("one", 2), ("one", 20), ("one", 20), ("two", 1), ("two", 20)]
