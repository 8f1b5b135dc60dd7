"""What a PMS tells is laid aside where nothing can be made of it, with the reason (U2, U3)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from jirani.connectors.memory_pms import MemoryPms
from jirani.connectors.pms import Direction, EventKind, PmsEvent, PmsMessage, PmsReservation
from jirani.rules.facts import StayPayment, StayStatus
from jirani.services.clock import SetClock
from jirani.services.stays import intake
from jirani.services.stays.intake import Nonsense, _again, _Later, _one, _take_in, keep, sync
from jirani.services.stays.looking import Seen
from jirani.store.rows.pms_events import PmsEvent as Kept
from tests.support.lodge import FLAT
from tests.support.one_row import OneRow, a_store
from tests.support.stay_facts import booked, local

pytestmark = pytest.mark.anyio

CLOCK = SetClock(local(6, 12, 9))
FIRST = date(2026, 6, 15)
TOLD = PmsReservation(
    *("R1", "flat", StayStatus.CONFIRMED, StayPayment.PAID), FIRST, FIRST + timedelta(days=5)
)
SAID = PmsMessage("M1", "C9", Direction.IN, "Hello", CLOCK.now())


def services(pms: Any = None, **rows: Any) -> Any:
    accounts = SimpleNamespace(of=lambda *_: pms)
    return SimpleNamespace(store=a_store(**rows), pms=accounts, clock=CLOCK, ids=OneRow())


@pytest.mark.parametrize("fresh", [True, False])
async def test_whether_it_came_before_is_said(fresh: bool) -> None:
    known = services(pms_events=OneRow(fresh))
    known.ids = SimpleNamespace(new=lambda: "e")
    hook: Any = SimpleNamespace(pms="memory", dedupe_key="k", body=b"{}")
    assert await keep(known, "lodge", hook) is fresh


async def test_without_an_account_nothing_is_taken_in() -> None:
    event: Any = SimpleNamespace(pms="memory")
    with pytest.raises(Nonsense, match="no account with memory"):
        await _take_in(services(), "lodge", event)
    with pytest.raises(Nonsense, match="no account with memory"):
        await sync(services(), "lodge", "memory", "R1")


async def test_news_of_no_stay_and_strangers_words_are_nonsense() -> None:
    nobody = services(threads=None, reservations=None)
    with pytest.raises(Nonsense, match="Nobody is known who writes about C9"):
        await _one(nobody, "lodge", "memory", PmsEvent(EventKind.MESSAGE, None, message=SAID))
    kinds = sorted(set(EventKind) - {EventKind.MESSAGE})
    with pytest.raises(Nonsense, match="names no reservation"):
        await _one(nobody, "lodge", "memory", PmsEvent(kinds[0], None))


async def test_only_what_guests_wrote_is_given_on(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: Sequence[Any] = ("received", None)
    left = iter(heard)

    async def one(*_: Any) -> Any:
        return next(left)

    monkeypatch.setattr(intake, "_one", one)
    pms = SimpleNamespace(events=lambda hook: [object()] * len(heard))
    event: Any = SimpleNamespace(pms="memory", dedupe_key="k", body=b"{}")
    found: Sequence[Any] = await _take_in(services(pms), "lodge", event)
    assert found == ("received",)


@pytest.mark.parametrize(
    ("told", "known", "entered", "sees_around"),
    [
        (TOLD, False, True, True),
        (replace(TOLD, departure=FIRST), False, False, False),
        (replace(TOLD, departure=FIRST), True, True, False),
        (replace(TOLD, status=StayStatus.CANCELLED), True, True, False),
    ],
)
async def test_nonsense_about_a_stay_counts_only_where_we_know_it(
    monkeypatch: pytest.MonkeyPatch,
    told: PmsReservation,
    known: bool,
    entered: bool,
    sees_around: bool,
) -> None:
    pms = MemoryPms(CLOCK.now)
    seen: list[Seen] = []

    async def look(*_: Any, **__: Any) -> Seen:
        return Seen(CLOCK.now(), told, FLAT, None)

    async def enter(services: Any, business_id: str, name: str, what: Seen, ours: Any) -> None:
        seen.append(what)

    monkeypatch.setattr(intake, "look", look)
    monkeypatch.setattr(intake, "_entered", enter)
    pms.book(TOLD)
    ours = booked(FIRST, FIRST + timedelta(days=5)) if known else None
    there = services(pms, reservations=ours)
    if told.departure == FIRST:
        with pytest.raises(Nonsense, match="no night"):
            await sync(there, "lodge", "memory", "R1")
    else:
        await sync(there, "lodge", "memory", "R1")
    assert [each.around is not None for each in seen] == ([sees_around] if entered else [])


@pytest.mark.parametrize(("attempts", "parked"), [(2, False), (3, True), (4, True)])
async def test_what_cannot_be_read_is_tried_as_often_as_that_may_help(
    attempts: int, parked: bool
) -> None:
    events = OneRow()
    event: Any = SimpleNamespace(id="e", pms="memory", attempts=attempts)
    kept: Kept = event
    await _again(services(pms_events=events), "lodge", kept, _Later("down", 3))
    assert (len(events.told("park")), len(events.told("retry"))) == (parked, not parked)
