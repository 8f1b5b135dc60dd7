"""What a sale's status becomes, and which mail tells of it, by how it is on record (U7)."""

from dataclasses import replace
from datetime import date, time
from types import SimpleNamespace
from typing import Any

import pytest

from jirani.connectors.pms import Capabilities, FeeOutcome, FeeResult, WriteOutcome, Written
from jirani.rules.facts import Terms
from jirani.services.stays import recording
from jirani.services.stays.recording import _plan_task, _record, _recorded
from jirani.store.rows.outbox import Entry
from tests.support.one_row import OneRow, a_store
from tests.support.stay_facts import EARLY, FLAT, booked, local, offered

pytestmark = pytest.mark.anyio

NOW = local(6, 12, 9)
STAY = booked(date(2026, 6, 15), date(2026, 6, 20))
TERMS = Terms(date(2026, 6, 15), 2500, "USD", wall=time(9), standard=time(16))
OFFER = offered(EARLY, TERMS, NOW, NOW)
SOLD: Any = SimpleNamespace(offer=OFFER, reservation=STAY, listing=FLAT, fee="F", task="T")
ENTRY = Entry("e", "fee", "claimed", {"sale": OFFER.id, "pms": "memory"}, 1, NOW)
DUE: Any = SimpleNamespace(id="e", business_id="lodge")


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize(
    ("outcome", "status", "state", "mail"),
    [
        (FeeOutcome.APPLIED, "applied", "sent", "host_sold"),
        (FeeOutcome.RECORDED_ELSEWHERE, "applied", "sent", "host_sold"),
        (FeeOutcome.INTERNAL_ONLY, "applied_internally", "sent", "host_sold"),
        (FeeOutcome.NEEDS_HOST_ACTION, "awaiting_payment", "sent", "host_sold_by_hand"),
        (FeeOutcome.FAILED, "failed", "dead", "host_sale_failed"),
    ],
)
async def test_the_host_is_told_how_a_sale_is_on_record_unless_it_was_taken_back(
    monkeypatch: pytest.MonkeyPatch,
    outcome: FeeOutcome,
    status: str,
    state: str,
    mail: str,
    kept: bool,
) -> None:
    sales, outbox, told = OneRow(change=kept), OneRow(), OneRow()
    monkeypatch.setattr(recording, "tell_of", told.tell)
    services: Any = SimpleNamespace(store=a_store(stay_sales=sales, outbox=outbox))
    await _recorded(services, DUE, ENTRY, SOLD, FeeResult(outcome, "fee", reason="why"))
    [(_, _, changed)] = sales.asked
    assert changed["status"] == status
    assert [named["state"] for _, _, named in outbox.asked] == [state]
    assert [args[2] for args in told.told("tell")] == ([mail] if kept else [])


@pytest.mark.parametrize(
    ("outcome", "asked_again"),
    [
        (FeeOutcome.APPLIED, False),
        (FeeOutcome.FAILED, False),
        (FeeOutcome.UNKNOWN, True),
        (FeeOutcome.RETRY, True),
    ],
)
async def test_a_sale_is_asked_for_until_it_is_settled(
    monkeypatch: pytest.MonkeyPatch, outcome: FeeOutcome, asked_again: bool
) -> None:
    calls, pms = OneRow(), OneRow(FeeResult(outcome, "fee"))
    vars(pms)["name"] = "memory"
    found: list[Any] = [(SOLD, pms), None]

    async def sold(*_: Any) -> Any:
        return found.pop(0)

    monkeypatch.setattr(recording, "sold", sold)
    monkeypatch.setattr(recording, "again", calls.again)
    monkeypatch.setattr(recording, "_recorded", calls.recorded)
    nothing: Any = None
    await _record(nothing, DUE, ENTRY)
    await _record(nothing, DUE, ENTRY)  # taken back by now: nothing is to be done
    assert len(calls.told("again")) == asked_again
    assert [args[4].outcome for args in calls.told("recorded")] == [outcome] * (not asked_again)


@pytest.mark.parametrize(
    ("tasks", "there", "asked"), [(True, True, 1), (False, True, 0), (True, False, 0)]
)
async def test_a_task_is_planned_where_there_are_tasks(
    monkeypatch: pytest.MonkeyPatch, tasks: bool, there: bool, asked: int
) -> None:
    calls, pms = OneRow(), OneRow(Written(WriteOutcome.ACCEPTED, "T1"))
    vars(pms).update(name="memory", capabilities=replace(Capabilities(), tasks=tasks))

    async def sold(*_: Any) -> Any:
        return (SOLD, pms) if there else None

    monkeypatch.setattr(recording, "sold", sold)
    for name in ("done", "wrote"):
        monkeypatch.setattr(recording, name, getattr(calls, name))
    nothing: Any = None
    await _plan_task(nothing, DUE, ENTRY)
    assert len(pms.told("add_task")) == asked
