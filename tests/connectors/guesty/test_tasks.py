"""Guesty's tasks: read from a table of cells, planned once, taken off."""

import json
from datetime import UTC, date, datetime
from typing import Any

import httpx2
import pytest

from jirani.connectors.pms import NewTask, PmsUnavailable, WriteOutcome, Wrong
from jirani.rules.facts import TaskKind
from tests.support.guesty import ANSWERED, FLAT, STAY, Desk, flat, task

pytestmark = pytest.mark.anyio
LIST, CREATE = "/tasks-open-api/tasks", "/tasks-open-api/create-single-task"
FIRST, LAST = date(2026, 1, 20), date(2026, 1, 25)
NEW = NewTask("task-1", FLAT, TaskKind.CLEANING, "Mid-stay cleaning", date(2026, 1, 22), STAY)
OURS = task(taskTitle={"children": "Mid-stay cleaning (upsell task-1)"})


@pytest.fixture(autouse=True)
def _place(desk: Desk) -> None:
    desk.get(f"/listings/{FLAT}", flat(timezone="Pacific/Auckland"))


@pytest.mark.parametrize("wrap", ["bare", "results", "data"])
async def test_tasks_are_told_by_the_days_of_the_place(desk: Desk, wrap: str) -> None:
    flexible = {"startTime": None, "canStartAfter": None, "mustFinishBefore": "2026-01-24T02:00Z"}
    rows = [
        task(),
        task(id="t2", type="inspection", scheduledFor={"children": flexible}, status="completed"),
        task(id="t3", listing="another", scheduledFor="soon"),
        task(id="t4", scheduledFor=None),
        task(id="t5", listing=None, reservation=None),
        task(id="t6", type=None, reservation=None, listing=FLAT),
    ]
    asked = desk.get(LIST, rows if wrap == "bare" else {wrap: rows})
    mid, six, flexed = await desk.open().tasks(FLAT, FIRST, LAST)
    assert (mid.ref, mid.kind, mid.reservation_ref) == (task()["id"], TaskKind.CLEANING, STAY)
    assert mid.starts_at == datetime(2026, 1, 22, 10, tzinfo=UTC)
    assert mid.day == date(2026, 1, 22)
    assert (six.ref, six.kind) == ("t6", TaskKind.CLEANING)  # by its title
    assert (flexed.day, flexed.kind, flexed.done) == (date(2026, 1, 24), TaskKind.OTHER, True)
    params = asked.calls[0].request.url.params
    assert "scheduledFor" in params["columns"].split()
    assert json.loads(params["filters"]) == {"status": {"@nin": ["completed", "canceled"]}}
    assert await desk.open().tasks(FLAT, FIRST, FIRST) == ()


async def test_all_pages_are_read(desk: Desk) -> None:
    others = [task(id=f"o{n}", listing="another") for n in range(100)]
    asked = desk.get(LIST, others, [task()])
    assert len(await desk.open(task_filters="").tasks(FLAT, FIRST, LAST)) == 1
    assert [dict(call.request.url.params)["skip"] for call in asked.calls] == ["0", "100"]
    assert "filters" not in asked.calls[0].request.url.params


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ([task(scheduledFor={"startTime": "soon"})], Wrong.MALFORMED),
        ([task(id=None)], Wrong.MALFORMED),
        (["odd"], Wrong.MALFORMED),
        ({}, Wrong.MALFORMED),
        (ANSWERED(403), Wrong.REFUSED),
    ],
)
async def test_a_task_that_may_be_a_cleaning_is_not_passed_over(
    desk: Desk, answer: Any, wrong: Wrong
) -> None:
    desk.get(LIST, answer)
    desk.web.post("/oauth2/token").respond(429)
    with pytest.raises(PmsUnavailable) as unread:
        await desk.open().tasks(FLAT, FIRST, LAST)
    assert unread.value.reason is wrong


async def test_a_place_without_a_zone_or_that_is_not_there_has_no_days(desk: Desk) -> None:
    for answer, wrong in ((flat(timezone=None), Wrong.MALFORMED), (ANSWERED(404), Wrong.NOT_FOUND)):
        desk.get(f"/listings/{FLAT}", answer)
        with pytest.raises(PmsUnavailable) as unread:
            await desk.open().tasks(FLAT, FIRST, LAST)
        assert unread.value.reason is wrong
        written = await desk.open().add_task(NEW)
        assert written.outcome is not WriteOutcome.ACCEPTED
    assert desk.asked("POST") == []


async def test_a_task_is_planned_for_its_day_at_the_place(desk: Desk) -> None:
    desk.get(LIST, [])
    created = desk.answers("POST", CREATE, ANSWERED(201, json={"_id": "t9"}))
    written = await desk.open(cleaning_task="cleaning").add_task(NEW)
    assert (written.outcome, written.ref) == (WriteOutcome.ACCEPTED, "t9")
    assert json.loads(created.calls[0].request.content) == {
        "title": "Mid-stay cleaning (upsell task-1)",
        "type": "cleaning",
        "listingId": FLAT,
        "reservationId": STAY,
        "canStartAfter": "2026-01-21T11:00:00.000Z",
        "mustFinishBefore": "2026-01-22T11:00:00.000Z",
    }


async def test_a_task_is_planned_once(desk: Desk) -> None:
    desk.get(LIST, [], [OURS])
    created = desk.answers("POST", CREATE, httpx2.ReadTimeout("slow"))
    assert (await desk.open().add_task(NEW)).outcome is WriteOutcome.UNKNOWN
    again = await desk.open().add_task(NEW)
    assert (again.outcome, again.ref) == (WriteOutcome.ACCEPTED, OURS["id"])
    assert created.call_count == 1


async def test_a_yes_without_an_id_is_looked_up(desk: Desk) -> None:
    for answer, outcome in (([OURS], WriteOutcome.ACCEPTED), ([], WriteOutcome.UNKNOWN)):
        desk.get(LIST, [], answer)
        desk.answers("POST", CREATE, ANSWERED(201, json={"ok": True}))
        assert (await desk.open().add_task(NEW)).outcome is outcome


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(204, "accepted"), (404, "accepted"), (400, "rejected"), (500, "unknown")],
)
async def test_a_task_is_taken_off(desk: Desk, status: int, outcome: str) -> None:
    desk.answers("DELETE", "/tasks-open-api/t9", ANSWERED(status))
    assert (await desk.open().remove_task("t9", "undo")).outcome == outcome
