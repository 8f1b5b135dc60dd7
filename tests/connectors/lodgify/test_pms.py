"""What is asked of Lodgify, and what becomes of every answer it may give."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import httpx2
import pytest
import respx

from jirani.connectors.lodgify.pms import PLACES, SIZE, LodgifyPms
from jirani.connectors.pms import Pms, PmsUnavailable, WriteOutcome, Wrong
from jirani.rules.facts import NightState, StayStatus
from tests.support.lodgify_wire import (
    AVAILABILITY,
    KEY,
    NOW,
    PROPERTY,
    RATES,
    SETTINGS,
    booking,
    said,
    thread,
)
from tests.support.pms_rigs import cleaning

pytestmark = pytest.mark.anyio
FIRST, LAST = date(2026, 1, 18), date(2026, 1, 27)
BOOKINGS, BOOKING = "/v2/reservations/bookings", "/v2/reservations/bookings/9000001"
SETTINGS_OF = "/v2/rates/settings"
MESSAGING = f"/v2/messaging/{booking()['thread_uid']}"


def answering(web: respx.MockRouter) -> None:
    """Let it know one booking, one place, and what was said."""
    web.get(BOOKING).respond(json=booking())
    web.get(BOOKINGS).respond(json={"count": None, "items": [booking()]})
    web.get("/v2/properties/5001").respond(json=PROPERTY)
    web.get("/v2/properties").respond(json={"count": None, "items": [PROPERTY]})
    web.get(SETTINGS_OF).respond(json=SETTINGS)
    web.get("/v2/availability/5001/6001").respond(json=AVAILABILITY)
    web.get("/v2/rates/calendar").respond(json=RATES)
    web.get(MESSAGING).respond(json=thread(said()))
    web.route(path__regex=r"^/v2/.*/8$").respond(404, json={"message": "no", "code": 404})


READS: dict[str, Callable[[Pms], Awaitable[Any]]] = {
    "reservation": lambda pms: pms.reservation("9000001"),
    "reservations": lambda pms: pms.reservations(),
    "listing": lambda pms: pms.listing("5001"),
    "listings": lambda pms: pms.listings(),
    "calendar": lambda pms: pms.calendar("5001", FIRST, LAST),
    "conversation": lambda pms: pms.conversation("9000001"),
    "messages": lambda pms: pms.messages("9000001"),
}
WRONGS: list[tuple[dict[str, Any], Wrong]] = [
    ({"return_value": respx.MockResponse(500, json={"message": "x"})}, Wrong.DOWN),
    ({"return_value": respx.MockResponse(401, json={"code": 901})}, Wrong.REFUSED),
    ({"return_value": respx.MockResponse(429, json={"message": "slow down"})}, Wrong.RATE_LIMITED),
    ({"return_value": respx.MockResponse(200, text="<html>")}, Wrong.MALFORMED),
    ({"return_value": respx.MockResponse(200, json="yes")}, Wrong.MALFORMED),
    ({"side_effect": httpx2.ReadTimeout("slow")}, Wrong.TIMEOUT),
]


@pytest.mark.parametrize("call", READS)
@pytest.mark.parametrize(("how", "wrong"), WRONGS)
async def test_a_read_answers_or_says_why_not(
    opened: Callable[..., Pms], web: respx.MockRouter, call: str, how: Any, wrong: Wrong
) -> None:
    answering(web)
    await READS[call](opened())
    for path in {each.request.url.path for each in web.calls}:  # whichever of its calls it is
        answering(web)
        web.get(path).mock(**how)
        if call == "listings" and path == SETTINGS_OF and wrong is Wrong.MALFORMED:
            page = await READS[call](opened())
            assert [each.partition(":")[0] for each in page.skipped] == ["5001"]
            continue
        with pytest.raises(PmsUnavailable) as unread:
            await READS[call](opened())
        assert unread.value.reason is wrong
        assert KEY not in repr((unread.value, unread.value.__cause__))


async def test_what_is_not_there_is_none(pms: Pms, web: respx.MockRouter) -> None:
    answering(web)
    assert await pms.reservation("8") is None
    assert await pms.listing("8") is None
    assert await pms.conversation("8") is None
    for ref in ("", "../secrets", "1/2", "a?b", "9" * 65, "٣"):
        assert await pms.reservation(ref) is None
        assert await pms.listing(ref) is None
    assert not [each for each in web.calls if not each.request.url.path.endswith("/8")]
    for read in (pms.calendar("8", FIRST, LAST), pms.messages("8")):
        with pytest.raises(PmsUnavailable) as missing:
            await read
        assert missing.value.reason is Wrong.NOT_FOUND


async def test_every_call_bears_the_key_and_the_documented_parameters(
    pms: Pms, web: respx.MockRouter
) -> None:
    answering(web)
    await pms.reservations(updated_since=datetime(2026, 1, 15, 11, tzinfo=UTC))
    await pms.calendar("5001", FIRST, LAST)
    asked = {each.request.url.path: dict(each.request.url.params) for each in web.calls}
    assert asked[BOOKINGS] == {
        "stayFilter": "All",
        "updatedSince": "2026-01-15T11:00:00Z",
        "trash": "All",
        "includeExternal": "false",
        "includeTransactions": "false",
        "page": "1",
        "size": "50",
    }
    span = {"start": "2026-01-18", "end": "2026-01-27", "includeDetails": "true"}
    assert asked["/v2/availability/5001/6001"] == span
    assert asked["/v2/rates/calendar"] == {
        "houseId": "5001",
        "roomTypeId": "6001",
        "startDate": "2026-01-18",
        "endDate": "2026-01-27",
    }
    assert {each.request.headers["x-apikey"] for each in web.calls} == {KEY}


async def test_bookings_are_paged_until_a_page_is_short(pms: Pms, web: respx.MockRouter) -> None:
    full = [booking(id=n) for n in range(SIZE - 1)]
    full.append(booking(id=7000, arrival="soon"))
    web.get(BOOKINGS, params={"page": "1"}).respond(json={"count": None, "items": full})
    web.get(BOOKINGS, params={"page": "2"}).respond(json={"items": [booking(), "?", {"id": 9}]})
    first = await pms.reservations()
    assert (len(first.items), first.skipped) == (SIZE - 1, ("7000: arrival is no date",))
    second = await pms.reservations(after=first.after)
    assert [one.ref for one in second.items] == ["9000001"]
    assert second.skipped == ("a row: booking is no object", "9: status is missing")
    assert second.after is None
    web.get(BOOKINGS, params={"page": "3"}).respond(json={"items": full[:-1]})
    assert (await pms.reservations(after="All:3")).after is None


async def test_a_list_without_end_is_none(pms: Pms, web: respx.MockRouter) -> None:
    web.get(BOOKINGS).respond(json={"items": [booking()] * SIZE})
    with pytest.raises(PmsUnavailable, match="does not end"):
        await pms.reservations(after="All:2001")


async def test_arrivals_are_looked_for_in_two_lists_and_compared_here(
    opened: Callable[..., Pms], web: respx.MockRouter
) -> None:
    coming = [booking(), booking(id=2, arrival="2026-02-20", departure="2026-02-25")]
    web.get(BOOKINGS, params={"stayFilter": "Upcoming"}).respond(json={"items": coming})
    there = [booking(id=3, arrival="2026-01-10", status="Declined")]
    web.get(BOOKINGS, params={"stayFilter": "Current"}).respond(json={"items": there})
    web.get(BOOKINGS, params={"stayFilter": "All"}).respond(json={"items": [*coming, *there]})
    window = (date(2026, 1, 10), date(2026, 1, 20))
    pms = opened()
    first = await pms.reservations(arriving=window)
    second = await pms.reservations(arriving=window, after=first.after)
    assert [one.ref for one in (*first.items, *second.items)] == ["9000001", "3"]
    assert second.items[0].status is StayStatus.CANCELLED
    assert (first.after, second.after) == ("Current:1", None)
    everything = await opened(arrivals="all").reservations(arriving=window)
    assert [one.ref for one in everything.items] == ["9000001", "3"]
    assert everything.after is None
    for day, lists in ((16, "Current:1"), (17, None)):
        arriving = (date(2026, 1, day), date(2026, 1, 20))
        assert (await pms.reservations(arriving=arriving)).after == lists
    both = await pms.reservations(arriving=window, updated_since=NOW)
    assert [one.ref for one in both.items] == ["9000001", "3"]


async def test_places_come_with_their_hours_and_without_a_zone(
    pms: Pms, web: respx.MockRouter
) -> None:
    answering(web)
    place = await pms.listing("5001")
    assert place is not None
    assert (place.zone, place.check_in, place.check_out) == (None, time(16), time(11))
    assert (await pms.listings()).items == (place,)
    web.get("/v2/properties").respond(json={"items": [PROPERTY] * PLACES})
    assert (await pms.listings()).after == "2"


async def test_posting_and_reading_have_limits_of_their_own(pms: Pms) -> None:
    assert isinstance(pms, LodgifyPms)
    for wire, calls in ((pms._api.v1, 600), (pms._api.v2, 750)):
        for _ in range(calls):
            await wire._pace.turn()
        with pytest.raises(PmsUnavailable) as full:
            await wire._pace.turn()
        assert full.value.reason is Wrong.RATE_LIMITED


async def test_a_calendar_tells_each_night_once_and_whose_it_is(
    pms: Pms, web: respx.MockRouter
) -> None:
    answering(web)
    calendar = await pms.calendar("5001", FIRST, LAST + timedelta(days=1))
    assert [each.day for each in calendar.nights] == [FIRST + timedelta(days=n) for n in range(11)]
    assert calendar.nights[-1].state is NightState.UNKNOWN  # nobody spoke of it
    (neighbour,) = calendar.neighbours
    assert (neighbour.ref, neighbour.arrival, neighbour.departure) == (
        *("9000001", date(2026, 1, 20)),
        date(2026, 1, 25),
    )
    assert calendar.as_of == NOW


@pytest.mark.parametrize("rooms", [None, [], [{"id": 6001}, {"id": 6002}]])
async def test_a_property_with_several_kinds_of_rooms_has_no_calendar(
    pms: Pms, web: respx.MockRouter, rooms: Any
) -> None:
    web.get("/v2/properties/5001").respond(json={**PROPERTY, "rooms": rooms})
    with pytest.raises(PmsUnavailable, match=f"{len(rooms or ())} room types") as several:
        await pms.calendar("5001", FIRST, LAST)
    assert several.value.reason is Wrong.UNSUPPORTED


async def test_what_lodgify_has_not_is_said_so(pms: Pms) -> None:
    for read in (pms.tasks("5001", FIRST, LAST), pms.fees("9000001")):
        with pytest.raises(PmsUnavailable) as unable:
            await read
        assert unable.value.reason is Wrong.UNSUPPORTED
    for written in (
        await pms.add_task(cleaning()),
        await pms.remove_task("1", "k"),
        await pms.remove_fee("9000001", "1", "k"),
    ):
        assert (written.outcome, written.reason) == (WriteOutcome.REJECTED, Wrong.UNSUPPORTED)
