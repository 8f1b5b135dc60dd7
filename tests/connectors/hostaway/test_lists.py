"""Lists are read to their end, page by page, and one row nobody can read hides no other."""

from datetime import timedelta
from typing import Any

import pytest

from jirani.connectors.hostaway import api
from jirani.connectors.pms import PmsUnavailable, Wrong
from jirani.rules.facts import NightState, TaskKind
from tests.support.hostaway_rig import HostawayRig
from tests.support.pms_rigs import ARRIVAL, DEPARTURE, NOW, ONE_DAY, cleaning

pytestmark = pytest.mark.anyio


def crowded(stays: int, **options: str) -> HostawayRig:
    rig = HostawayRig(**options)
    rig.desk.reservations.clear()
    for n in range(stays):
        rig.desk.stay(str(9100000 + n), 2000, ARRIVAL, 5)
    return rig


async def read_all(rig: HostawayRig, **asked: Any) -> tuple[list[str], list[str], int]:
    found: list[str] = []
    skipped: list[str] = []
    after, calls = None, 0
    while True:
        page = await rig.pms.reservations(after=after, **asked)
        found += [one.ref for one in page.items]
        skipped += page.skipped
        after, calls = page.after, calls + 1
        if after is None:
            return found, skipped, calls


@pytest.mark.parametrize("paging", ["after_id", "offset"])
@pytest.mark.parametrize(("stays", "pages"), [(0, 1), (99, 1), (100, 2), (230, 3)])
async def test_every_stay_is_told_once(paging: str, stays: int, pages: int) -> None:
    rig = crowded(stays, paging=paging)
    found, _, calls = await read_all(rig)
    assert len(found) == len(set(found)) == stays
    assert calls <= pages
    asked = rig.desk.params[-1]
    assert (asked["limit"], asked["includePayments"]) == ("100", "1")
    assert ("afterId" in asked) is (paging == "after_id" and calls > 1)


async def test_pages_cut_shorter_than_asked_for_are_followed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = crowded(120)
    monkeypatch.setattr(rig.desk, "most", 50)
    found, _, _ = await read_all(rig)
    assert len(set(found)) == 120


async def test_a_system_that_knows_no_cursor_is_not_asked_for_ever() -> None:
    rig = crowded(100)
    rig.desk.no_cursor = True
    found, _, calls = await read_all(rig)
    assert (len(set(found)), calls) == (100, 2)


async def test_a_row_nobody_can_read_is_named_and_hides_no_other() -> None:
    rig = crowded(101)
    rig.desk.reservations["9100007"]["arrivalDate"] = "soon"
    rig.desk.reservations["9100008"]["isDatesUnspecified"] = 1
    rig.desk.reservations["9100099"] = {"id": 9100099}
    found, skipped, _ = await read_all(rig)
    assert len(found) == 98
    assert skipped == [
        "9100007: arrivalDate is no date",
        "9100099: listingMapId is missing",
    ]


async def test_news_is_asked_for_by_the_day_and_minded_by_the_minute(rig: HostawayRig) -> None:
    rig.clock.now += timedelta(hours=3)
    rig.cancel("R2")
    found, _, _ = await read_all(rig, updated_since=NOW + timedelta(hours=1))
    assert found == ["R2"]
    assert rig.desk.params[-1]["latestActivityStart"] == "2026-06-11"
    await read_all(rig, arriving=(ARRIVAL, DEPARTURE))
    asked = rig.desk.params[-1]
    assert (asked["arrivalStartDate"], asked["arrivalEndDate"]) == ("2026-06-15", "2026-06-20")


async def test_places_are_read_page_by_page(rig: HostawayRig) -> None:
    for n in range(101):
        rig.desk.listings[f"L{n}"] = {"id": f"L{n}", "timeZoneName": "Europe/Lisbon"}
    rig.desk.listings["L5"]["checkOutTime"] = 99
    first = await rig.pms.listings()
    second = await rig.pms.listings(after=first.after)
    assert (len(first.items), len(second.items), second.after) == (99, 1, None)
    assert first.skipped == ("L5: checkOutTime is no hour",)


async def test_one_night_more_is_asked_for_and_left_out_again(rig: HostawayRig) -> None:
    first, last = ARRIVAL - ONE_DAY, ARRIVAL
    for _ in range(2):
        calendar = await rig.pms.calendar("L1", first, last)
        assert [night.day for night in calendar.nights] == [first, last]
    asked = rig.desk.params[-1]
    assert asked == {"startDate": "2026-06-14", "endDate": "2026-06-16", "includeResources": "1"}
    assert [path for _, path, _ in rig.desk.asked].count("/listings/L1") == 1
    assert (calendar.nights[0].price, calendar.nights[0].currency) == (10000, "EUR")
    assert calendar.as_of == NOW


async def test_an_empty_calendar_is_an_unknown_one_and_no_place_has_none(rig: HostawayRig) -> None:
    answer = rig.desk._nights
    rig.desk._nights = lambda *_: []  # type: ignore[method-assign]
    calendar = await rig.pms.calendar("L1", ARRIVAL, DEPARTURE)
    assert {night.state for night in calendar.nights} == {NightState.UNKNOWN}
    rig.desk._nights = answer  # type: ignore[method-assign]
    for ref in ("nowhere", "../L1"):
        with pytest.raises(PmsUnavailable) as missing:
            await rig.pms.calendar(ref, ARRIVAL, DEPARTURE)
        assert missing.value.reason is Wrong.NOT_FOUND


TASK = {
    **{"id": 3001, "listingMapId": "L1", "reservationId": "R1", "title": "Mid-stay clean"},
    **{"status": "confirmed", "canStartFrom": "2026-06-16 23:30:00", "categoriesMap": [1]},
    "canStartFromListingTime": "2026-06-17 00:30:00",
    **{"shouldEndBy": "2026-06-17 13:00:00", "shouldEndByListingTime": "2026-06-17 14:00:00"},
}


@pytest.mark.parametrize(
    ("told", "kind", "done", "cancelled"),
    [
        ({}, TaskKind.CLEANING, False, False),
        ({"categoriesMap": [2], "status": "completed"}, TaskKind.MAINTENANCE, True, False),
        ({"categoriesMap": ["3", 6]}, TaskKind.OTHER, False, False),
        ({"categoriesMap": [4], "status": "cancelled"}, TaskKind.OTHER, False, True),
        ({"categoriesMap": None, "title": "Limpieza"}, TaskKind.CLEANING, False, False),
        ({"categoriesMap": None, "title": "Fix the tap"}, TaskKind.MAINTENANCE, False, False),
        ({"categoriesMap": [], "title": None}, TaskKind.OTHER, False, False),
    ],
)
async def test_a_task_is_read_by_its_local_day_and_its_kind(
    rig: HostawayRig, told: dict[str, Any], kind: TaskKind, done: bool, cancelled: bool
) -> None:
    rig.desk.tasks["3001"] = TASK | told
    (task,) = await rig.pms.tasks("L1", ARRIVAL, DEPARTURE)
    assert (task.day, task.kind) == (ARRIVAL + 2 * ONE_DAY, kind)
    assert (task.done, task.cancelled, task.reservation_ref) == (done, cancelled, "R1")
    assert task.starts_at
    assert task.starts_at.isoformat() == "2026-06-16T23:30:00+00:00"
    assert await rig.pms.tasks("L1", ARRIVAL, ARRIVAL + ONE_DAY) == ()
    assert await rig.pms.tasks("L2", ARRIVAL, DEPARTURE) == ()


async def test_tasks_of_other_places_and_of_no_day_hide_none(rig: HostawayRig) -> None:
    undated = {name: None for name in TASK if name.startswith(("canStart", "should"))}
    rig.desk.tasks = {
        "1": TASK | {"id": 1, "listingMapId": "L2", "canStartFrom": "whenever"},
        "2": TASK | {"id": 2} | undated,
        "3": TASK,
    }
    assert [one.ref for one in await rig.pms.tasks("L1", ARRIVAL, DEPARTURE)] == ["3001"]
    asked = rig.desk.params[-1]
    assert (asked["canStartFromStart"], asked["canStartFromEnd"]) == ("2026-06-14", "2026-06-22")
    rig.desk.tasks["3"] = TASK | {"canStartFromListingTime": "whenever"}
    with pytest.raises(PmsUnavailable) as unknown:
        await rig.pms.tasks("L1", ARRIVAL, DEPARTURE)
    assert unknown.value.reason is Wrong.MALFORMED


async def test_a_task_is_written_in_utc_with_our_key_and_found_without_it(
    rig: HostawayRig,
) -> None:
    written = await rig.pms.add_task(cleaning())
    (sent,) = [
        body for method, path, body in rig.desk.asked if (method, path) == ("POST", "/tasks")
    ]
    assert sent == {
        **{"title": "Mid-stay cleaning", "description": "upsell task-1", "categoriesMap": [1]},
        **{"listingMapId": "L1", "reservationId": "R1"},
        **{"canStartFrom": "2026-06-16 23:00:00", "shouldEndBy": "2026-06-17 22:59:00"},
    }
    for description in ("upsell task-1", None):
        rig.desk.tasks[str(written.ref)]["description"] = description
        assert (await rig.pms.add_task(cleaning())).ref == written.ref
    rig.desk.tasks[str(written.ref)]["description"] = "upsell task-0"
    assert (await rig.pms.add_task(cleaning())).ref != written.ref
    rig.desk.tasks.clear()
    rig.desk.listings["L1"]["timeZoneName"] = None
    assert "time zone" in (await rig.pms.add_task(cleaning("task-2"))).reason


async def test_a_list_without_an_end_is_given_up(
    rig: HostawayRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "MOST", 150)
    rig.desk.tasks = {str(n): TASK | {"id": n} for n in range(400)}
    with pytest.raises(PmsUnavailable, match="no end"):
        await rig.pms.tasks("L1", ARRIVAL, DEPARTURE)
