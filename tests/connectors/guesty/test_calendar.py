"""Guesty's calendar: somebody may be in, or a night is merely not sold, or nothing is known."""

from datetime import date, timedelta
from typing import Any

import pytest

from jirani.connectors.pms import PmsUnavailable, Wrong
from jirani.rules.facts import NightState
from tests.support.guesty import ANSWERED, FLAT, NOW, STAY, Desk, day

pytestmark = pytest.mark.anyio
PATH = f"/availability-pricing/api/calendar/listings/{FLAT}"
FIRST, LAST = date(2026, 1, 19), date(2026, 1, 21)
NOT_SOLD = {"m": False, "r": False, "b": False}


async def states(desk: Desk, *days: dict[str, Any], **options: str) -> list[str]:
    desk.get(PATH, {"status": 200, "data": {"days": list(days)}})
    calendar = await desk.open(**options).calendar(FLAT, FIRST, FIRST)
    return [str(night.state) for night in calendar.nights]


async def test_a_night_is_told_with_its_price_and_whose_it_is(desk: Desk) -> None:
    neighbour = {"_id": "66f000000000000000000002", "status": "confirmed"}
    gone = {"_id": "66f000000000000000000003", "status": "canceled"}
    days = [
        day("2026-01-19", price=95.5, cta=False, ctd=True, allotment=1, blocks=NOT_SOLD),
        day("2026-01-20", "booked", blocks={"b": True}, reservationId=STAY),
        day(
            "2026-01-21",
            "booked",
            blocks={"b": True},
            reservation=neighbour,
            blockRefs=[
                {"type": "b", "reservationId": neighbour["_id"]},
                {"type": "b", "reservationId": gone["_id"], "reservation": gone},
            ],
        ),
    ]
    asked = desk.get(PATH, {"status": 200, "data": {"days": days}})
    calendar = await desk.open().calendar(FLAT, FIRST, LAST)
    free, booked, other = calendar.nights
    assert (free.state, free.price, free.currency, free.min_stay) == ("free", 9550, "EUR", 2)
    assert (free.units, free.closed_to_arrival, free.closed_to_departure) == (1, False, True)
    assert (booked.state, booked.reservation_refs) == ("booked", (STAY,))
    assert other.reservation_refs == (neighbour["_id"],)
    assert [one.ref for one in calendar.neighbours] == [STAY, neighbour["_id"]]
    assert calendar.as_of == NOW
    assert dict(asked.calls[0].request.url.params) == {
        **{"startDate": "2026-01-19", "endDate": "2026-01-21"},
        "includeAllotment": "true",
    }


@pytest.mark.parametrize(
    ("status", "fields", "state"),
    [
        ("available", {}, "free"),
        ("available", {"blocks": {"b": True}}, "booked"),
        ("reserved", {}, "booked"),
        *(("unavailable", {"blocks": {flag: True}}, "booked") for flag in "bro"),
        *(("unavailable", {"blocks": {flag: True}}, "blocked") for flag in ("m", "ic", "pt", "a")),
        *(
            ("unavailable", {"blocks": {flag: True}}, "closed")
            for flag in ("an", "bw", "sr", "bd", "abl")
        ),
        ("unavailable", {"blocks": {"an": True, "pt": True}}, "blocked"),
        ("unavailable", {"blocks": {"an": True, "o": True}}, "booked"),
        ("unavailable", {"blocks": {"an": True, "new": True}}, "blocked"),
        ("unavailable", {"blocks": None}, "blocked"),
        ("sold", {}, "unknown"),
        (None, {}, "unknown"),
        ("available", {"blocks": {"b": "perhaps"}}, "unknown"),
        ("available", {"price": "much"}, "unknown"),
        # Where units are counted, the status says nothing.
        ("unavailable", {"allotment": 2}, "free"),
        ("available", {"allotment": 0, "reservationId": STAY}, "booked"),
        ("available", {"allotment": 0, "blocks": {"a": True}}, "blocked"),
        ("unavailable", {"allotment": 0, "blocks": {"an": True}}, "closed"),
    ],
)
async def test_what_a_night_is(
    desk: Desk, status: str | None, fields: dict[str, Any], state: str
) -> None:
    assert await states(desk, {**day("2026-01-19"), "status": status, **fields}) == [state]


async def test_a_host_may_hold_that_another_units_free_night_proves_nothing(desk: Desk) -> None:
    for units, state in ((2, "unknown"), (1, "free")):
        told = day("2026-01-19", allotment=units)
        assert await states(desk, told, multi_unit="unknown") == [state]


@pytest.mark.parametrize("wrap", ["data.days", "days", "data", "bare"])
async def test_every_wrapping_is_taken_and_what_is_not_told_is_unknown(
    desk: Desk, wrap: str
) -> None:
    days = [
        *(day("2026-01-20"), day("2026-01-20")),
        *(day("2026-01-21"), day("2026-01-21", "booked")),
        *(day("2026-01-19", listingId="another"), {"date": "soon"}, "odd", day("2027-01-01")),
    ]
    wrapped = {
        "data.days": {"status": 200, "data": {"days": days}},
        "days": {"days": days},
        "data": {"data": days},
        "bare": days,
    }
    desk.get(PATH, wrapped[wrap])
    calendar = await desk.open().calendar(FLAT, FIRST, LAST)
    assert [night.state for night in calendar.nights] == ["unknown", "free", "unknown"]


async def test_an_empty_calendar_is_no_free_one(desk: Desk) -> None:
    desk.get(PATH, {"status": 200, "data": {"days": []}})
    calendar = await desk.open().calendar(FLAT, FIRST, FIRST + timedelta(days=40))
    assert {night.state for night in calendar.nights} == {NightState.UNKNOWN}


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ({"status": 500, "data": {"days": []}}, Wrong.MALFORMED),
        ({"status": 200, "data": None}, Wrong.MALFORMED),
        ({}, Wrong.MALFORMED),
        (ANSWERED(404), Wrong.NOT_FOUND),
        (ANSWERED(204), Wrong.NOT_FOUND),
        (ANSWERED(500), Wrong.DOWN),
    ],
)
async def test_a_calendar_that_cannot_be_read_says_why(
    desk: Desk, answer: Any, wrong: Wrong
) -> None:
    desk.get(PATH, answer)
    with pytest.raises(PmsUnavailable) as unread:
        await desk.open().calendar(FLAT, FIRST, LAST)
    assert unread.value.reason is wrong
