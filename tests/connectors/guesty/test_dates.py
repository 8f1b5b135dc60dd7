"""Nights added to a stay in Guesty and taken off it, proven by reading the stay."""

import asyncio
import json
from datetime import date
from typing import Any

import httpx2
import pytest

from jirani.connectors.pms import Extension, FeeOutcome
from tests.support.guesty import ANSWERED, FLAT, STAY, Desk, airbnb, day, folio, part, stay

pytestmark = pytest.mark.anyio
PATH = f"/reservations-v3/{STAY}/dates"
CALENDAR = f"/availability-pricing/api/calendar/listings/{FLAT}"
NIGHT = date(2026, 1, 25)
ONE_MORE = Extension("sale-2", STAY, (NIGHT,), 9000, "EUR")
LONGER = stay(stay=[part(last="2026-01-26")])
FREE = {"data": {"days": [day("2026-01-25")]}}


def told(desk: Desk, *rows: dict[str, Any], money: Any = None) -> None:
    desk.tells(stay(), money)
    desk.get("/reservations-v3", *[[row] for row in rows])
    desk.get(CALENDAR, FREE)


@pytest.mark.parametrize("answer", [{"reservationId": STAY}, httpx2.ReadTimeout("slow")])
async def test_a_night_is_added_once_and_proven_by_reading(desk: Desk, answer: Any) -> None:
    told(desk, stay(), LONGER)
    changed = desk.answers("PUT", PATH, answer)
    results = [await desk.open().extend(ONE_MORE) for _ in range(2)]
    assert {(one.outcome, one.method, one.verified) for one in results} == {
        (FeeOutcome.APPLIED, "dates", True)
    }
    assert changed.call_count == 1
    assert json.loads(changed.calls[0].request.content) == {
        "checkInDateLocalized": "2026-01-20",
        "checkOutDateLocalized": "2026-01-26",
    }


async def test_a_night_is_taken_off_again_and_once(desk: Desk) -> None:
    told(desk, LONGER, stay())
    changed = desk.answers("PUT", PATH, {"reservationId": STAY})
    results = [await desk.open().shorten(ONE_MORE) for _ in range(2)]
    assert {one.outcome for one in results} == {FeeOutcome.APPLIED}
    assert changed.call_count == 1
    assert json.loads(changed.calls[0].request.content)["checkOutDateLocalized"] == "2026-01-25"


async def test_a_price_guesty_made_by_itself_is_told(desk: Desk) -> None:
    told(desk, stay(), LONGER)
    desk.get("/guest-folio/overview", folio(), folio(totalPaid=500, balanceDue=110))
    desk.get("/guest-folio/invoice-items", {"results": []})
    desk.answers("PUT", PATH, {"reservationId": STAY})
    result = await desk.open().extend(ONE_MORE)
    assert result.outcome is FeeOutcome.APPLIED
    assert result.reason == "priced_otherwise: 11000 instead of 9000"


@pytest.mark.parametrize(
    ("status", "fields", "outcome", "reason"),
    [
        ("booked", {"reservationId": "x"}, FeeOutcome.FAILED, "night_not_free"),
        ("unavailable", {"blocks": {"m": True}}, FeeOutcome.FAILED, "night_not_free"),
        ("odd", {}, FeeOutcome.RETRY, "night_unknown"),
    ],
)
async def test_a_night_that_is_not_known_to_be_free_is_not_sold(
    desk: Desk, status: str, fields: dict[str, Any], outcome: FeeOutcome, reason: str
) -> None:
    told(desk, stay())
    desk.get(CALENDAR, {"data": {"days": [day("2026-01-25", status, **fields)]}})
    result = await desk.open().extend(ONE_MORE)
    assert (result.outcome, result.reason) == (outcome, reason)
    assert desk.asked("PUT") == []


async def test_a_night_closed_to_strangers_may_be_had_by_who_is_there(desk: Desk) -> None:
    told(desk, stay(), LONGER)
    closed = day("2026-01-25", "unavailable", blocks={"an": True})
    desk.get(CALENDAR, {"data": {"days": [closed]}})
    desk.answers("PUT", PATH, {"reservationId": STAY})
    assert (await desk.open().extend(ONE_MORE)).outcome is FeeOutcome.APPLIED


@pytest.mark.parametrize(
    ("answer", "outcome", "reason"),
    [
        ({"reservationId": STAY}, FeeOutcome.NEEDS_HOST_ACTION, "ignored"),
        (ANSWERED(500), FeeOutcome.UNKNOWN, "down"),
        (ANSWERED(422), FeeOutcome.FAILED, "refused"),
        (ANSWERED(429, headers={"Retry-After": "3"}), FeeOutcome.RETRY, "rate_limited"),
    ],
)
async def test_dates_that_did_not_change_are_told_as_such(
    desk: Desk, answer: Any, outcome: FeeOutcome, reason: str
) -> None:
    told(desk, stay())
    changed = desk.answers("PUT", PATH, answer)
    result = await desk.open().extend(ONE_MORE)
    assert (result.outcome, result.reason, result.verified) == (outcome, reason, False)
    assert changed.call_count == 1


async def test_a_refusal_since_somebody_was_faster_says_so(desk: Desk) -> None:
    told(desk, stay())
    desk.get(CALENDAR, FREE, {"data": {"days": [day("2026-01-25", "booked")]}})
    desk.answers("PUT", PATH, ANSWERED(422))
    assert (await desk.open().extend(ONE_MORE)).reason == "night_not_free"


@pytest.mark.parametrize(
    ("row", "url"),
    [
        (airbnb(), "https://www.airbnb.com/hosting/stay/HMTEST0001"),
        (airbnb(confirmationCode=None), "https://www.airbnb.com/resolutions"),
        (stay(platform="bookingCom", source=None), None),
    ],
)
async def test_a_channel_would_overwrite_it_so_the_host_changes_the_reservation_there(
    desk: Desk, row: dict[str, Any], url: str | None
) -> None:
    told(desk, row)
    for result in (await desk.open().extend(ONE_MORE), await desk.open().shorten(ONE_MORE)):
        assert result.outcome is FeeOutcome.NEEDS_HOST_ACTION
        assert (result.method, result.host_url) == ("change_reservation", url)
    assert desk.asked("PUT") == []


@pytest.mark.parametrize(
    ("row", "nights", "reason"),
    [
        (stay(), (date(2026, 1, 27),), "nights_apart"),
        (stay(stay=[part("2026-01-25", "2026-01-20")]), (NIGHT,), "bad_dates"),
        (stay(stay=[part("0001-01-01", "9999-12-31")]), (NIGHT,), "bad_dates"),
    ],
)
async def test_dates_that_make_no_stay_are_refused(
    desk: Desk, row: dict[str, Any], nights: tuple[date, ...], reason: str
) -> None:
    told(desk, row)
    result = await desk.open().extend(Extension("k", STAY, nights, 9000, "EUR"))
    assert (result.outcome, result.reason) == (FeeOutcome.FAILED, reason)


async def test_nights_in_the_middle_are_not_taken_off(desk: Desk) -> None:
    told(desk, stay())
    middle = Extension("k", STAY, (date(2026, 1, 22),), 9000, "EUR")
    assert (await desk.open().shorten(middle)).reason == "nights_inside"


async def test_two_changes_of_a_stay_do_not_overwrite_each_other(desk: Desk) -> None:
    dates = {"checkInDateLocalized": "2026-01-20", "checkOutDateLocalized": "2026-01-25"}
    told(desk, stay())
    days = [day("2026-01-19"), day("2026-01-25")]
    desk.get(CALENDAR, {"data": {"days": days}})

    async def tell(_: Any) -> Any:
        now = [stay(stay=[part() | dates])]
        await asyncio.sleep(0)
        return ANSWERED(json=now)

    async def change(request: Any) -> Any:
        await asyncio.sleep(0)
        dates.update(json.loads(request.content))
        return ANSWERED(json={})

    desk.web.get(path="/v1/reservations-v3").mock(side_effect=tell)
    desk.web.put(path=f"/v1{PATH}").mock(side_effect=change)
    pms, before = desk.open(), Extension("k", STAY, (date(2026, 1, 19),), 9000, "EUR")
    results = await asyncio.gather(pms.extend(ONE_MORE), pms.extend(before))
    assert {each.outcome for each in results} == {FeeOutcome.APPLIED}
    assert list(dates.values()) == ["2026-01-19", "2026-01-26"]
