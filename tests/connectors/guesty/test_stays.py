"""Stays of Guesty's, read by its new calls and its old ones."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from jirani.connectors.guesty.options import RETIRED
from jirani.connectors.guesty.reading import STATUSES
from jirani.connectors.pms import PmsUnavailable, Wrong
from jirani.rules.facts import StayPayment, StayStatus
from tests.support.guesty import (
    ANSWERED,
    FLAT,
    GUEST,
    STAY,
    TALK,
    Desk,
    airbnb,
    bill,
    flat,
    folio,
    item,
    old_stay,
    part,
    stay,
)

pytestmark = pytest.mark.anyio
OLD = f"/reservations/{STAY}"
UNPAID = {"totalPaid": 0, "balanceDue": 500}


async def test_a_stay_is_read_with_its_guest_and_its_money(desk: Desk) -> None:
    desk.tells(stay())
    guest = {"_id": GUEST, "firstName": "Test", "lastName": "Guest", "emails": ["g@example.com"]}
    desk.get(f"/guests-crud/{GUEST}", {**guest, "preferredLanguage": "pt", "phone": ""})
    found = await desk.open().reservation(STAY)
    assert found is not None
    assert (found.ref, found.listing_ref, found.conversation) == (STAY, FLAT, TALK)
    assert (found.arrival, found.departure) == (date(2026, 1, 20), date(2026, 1, 25))
    assert (found.check_in, found.check_out) == (time(16), time(11))
    assert (found.status, found.channel, found.code) == ("confirmed", "direct", "GY-8ydrVnr8")
    assert (found.guest_name, found.guest_email, found.guest_phone) == (
        *("Test Guest", "g@example.com"),
        None,
    )
    assert (found.guest_ref, found.guest_locale, found.guests) == (GUEST, "pt", 2)
    assert (found.payment, found.payment_basis) == (StayPayment.PAID, "balance")
    assert (found.total, found.currency) == (50000, "EUR")
    assert found.updated_at == datetime(2026, 1, 2, 9, 0, 5, tzinfo=UTC)
    assert desk.asked() == ["/reservations-v3", f"/guests-crud/{GUEST}", "/guest-folio/overview"]
    asked = desk.web.calls[0].request.url
    assert asked.params.get_list("reservationIds[]") == [STAY]
    assert desk.web.calls[1].request.url.params["fields"].startswith("firstName lastName")


async def test_what_is_not_told_is_unknown(desk: Desk) -> None:
    bare = {"_id": STAY, "stay": [{"unitId": FLAT, **_dates()}]}
    desk.tells({**bare, **dict.fromkeys(("status", "platform", "bookerId", "customFields"))})
    desk.get("/guest-folio/overview", {"results": [], "notFound": [STAY]})
    found = await desk.open(legacy="off").reservation(STAY)
    assert found is not None
    assert (found.status, found.status_raw, found.channel) == (StayStatus.UNKNOWN, "", "other")
    assert (found.payment, found.payment_basis) == (StayPayment.UNKNOWN, "")
    unknown = (found.code, found.conversation, found.guest_name, found.guest_email, found.total)
    assert unknown == (None,) * 5
    assert (found.guests, found.check_in, found.currency, found.updated_at) == (None,) * 4


@pytest.mark.parametrize("status", [*STATUSES, "moved", ""])
async def test_each_status_is_ours_or_unknown(desk: Desk, status: str) -> None:
    desk.tells(stay(status=status))
    found = await desk.open().reservation(STAY)
    assert found is not None
    assert (found.status, found.status_raw) == (STATUSES.get(status, "unknown"), status)


@pytest.mark.parametrize(
    ("told", "channel"),
    [
        (("airbnb2", "airbnb2"), "airbnb"),
        (("manual", "Airbnb"), "airbnb"),
        (("bookingCom", "Booking.com"), "booking"),
        (("homeaway2", None), "vrbo"),
        ((None, "Expedia"), "expedia"),
        (("manual", "phone"), "direct"),
        (("rentalsUnited", "Some portal"), "other"),
    ],
)
async def test_the_channel_is_told_in_one_of_two_places(
    desk: Desk, told: tuple[str | None, str | None], channel: str
) -> None:
    desk.tells(stay(platform=told[0], source=told[1]))
    found = await desk.open().reservation(STAY)
    assert found is not None
    assert found.channel == channel


@pytest.mark.parametrize(
    ("money", "payment", "basis"),
    [
        ({"isFullyPaid": True, "balanceDue": None}, "paid", "flag"),
        ({"balanceDue": -1}, "paid", "balance"),
        ({"totalPaid": 100, "balanceDue": 400}, "partial", "balance"),
        (UNPAID, "unpaid", "balance"),
        ({"isFullyPaid": False, "balanceDue": None, "totalPaid": None}, "unpaid", "flag"),
        ({"balanceDue": None}, "unknown", ""),
    ],
)
async def test_paid_is_what_a_flag_or_a_balance_says(
    desk: Desk, money: dict[str, Any], payment: str, basis: str
) -> None:
    desk.tells(stay(), folio(**money))
    desk.get("/guest-folio/invoice-items", bill())
    found = await desk.open(legacy="off").reservation(STAY)
    assert found is not None
    assert (found.payment, found.payment_basis) == (payment, basis)


@pytest.mark.parametrize(("lines", "payment"), [((item(),), "paid"), ((item(None),), "partial")])
async def test_what_we_sold_makes_no_debtor_of_a_guest_who_had_paid(
    desk: Desk, lines: tuple[dict[str, Any], ...], payment: str
) -> None:
    desk.tells(stay(), folio(totalPaid=500, balanceDue=25, isFullyPaid=False))
    desk.get("/guest-folio/invoice-items", bill(*lines))
    found = await desk.open().reservation(STAY)
    assert found is not None
    assert found.payment == payment


async def test_airbnb_is_taken_for_paid_only_where_a_host_says_so(desk: Desk) -> None:
    desk.tells(airbnb(), folio(**UNPAID))
    desk.get("/guest-folio/invoice-items", bill())
    for option, payment, basis in (
        ("off", StayPayment.UNPAID, "balance"),
        ("on", StayPayment.PAID, "ota_prepaid"),
    ):
        found = await desk.open(airbnb_prepaid=option).reservation(STAY)
        assert found is not None
        assert (found.payment, found.payment_basis) == (payment, basis)


async def test_a_field_the_folio_does_not_know_leads_to_the_old_call_and_is_not_asked_again(
    desk: Desk,
) -> None:
    desk.tells(airbnb(lastUpdatedAt=None))
    folios = desk.get("/guest-folio/overview", ANSWERED(400, json={"message": "balanceDue"}))
    desk.get(OLD, old_stay())
    pms = desk.open(folio_fields="currency,balance")
    for _ in range(2):
        found = await pms.reservation(STAY)
        assert found is not None
        assert (found.payment, found.payment_basis) == (StayPayment.PAID, "flag")
        assert found.updated_at == datetime(2026, 1, 2, 9, 0, 5, tzinfo=UTC)
    assert folios.call_count == 1
    assert folios.calls[0].request.url.params["fields"] == "currency,balance"


async def test_a_stay_the_new_call_leaves_out_is_read_by_the_old_one(desk: Desk) -> None:
    desk.tells(None)
    asked = desk.get(OLD, old_stay(), ANSWERED(404, json={"message": "not found"}))
    found = await desk.open().reservation(STAY)
    assert found is not None
    assert (found.channel, found.payment, found.total) == ("airbnb", StayPayment.PAID, 50000)
    assert (found.guest_name, found.guest_phone) == ("Test Guest", "+15550000001")
    assert found.listing_ref == FLAT
    assert await desk.open().reservation(STAY) is None
    assert "money.isFullyPaid" in asked.calls[0].request.url.params["fields"]


@pytest.mark.parametrize("how", ["retired", "switched off"])
async def test_once_the_old_calls_are_gone_a_stay_that_is_not_told_of_stays_an_unknown(
    desk: Desk, how: str
) -> None:
    desk.tells(None)
    desk.now = RETIRED if how == "retired" else desk.now
    pms = desk.open(legacy="on" if how == "retired" else "off")
    with pytest.raises(PmsUnavailable) as unknown:
        await pms.reservation(STAY)
    assert unknown.value.reason is Wrong.NOT_FOUND
    desk.now = RETIRED - timedelta(seconds=1) if how == "retired" else desk.now
    if how == "retired":
        desk.get(OLD, old_stay())
        assert await pms.reservation(STAY) is not None


async def test_an_answer_about_another_stay_is_not_believed(desk: Desk) -> None:
    desk.tells(stay(_id="66f000000000000000000099"))
    desk.get(OLD, old_stay(_id="66f000000000000000000099"))
    with pytest.raises(PmsUnavailable, match="malformed"):
        await desk.open().reservation(STAY)


async def test_a_stay_in_pieces_is_one_only_in_one_unit_and_without_a_gap(desk: Desk) -> None:
    later = part("2026-01-25", "2026-01-27")
    desk.tells(stay(stay=[later, part()]))
    found = await desk.open().reservation(STAY)
    assert found is not None
    assert (found.arrival, found.departure) == (date(2026, 1, 20), date(2026, 1, 27))
    for wrong, why in (
        (part("2026-01-25", "2026-01-27", unitId="66f0000000000000000000e2"), "several units"),
        (part("2026-01-26", "2026-01-27"), "apart"),
    ):
        desk.get("/reservations-v3", [stay(stay=[part(), wrong])])
        with pytest.raises(PmsUnavailable, match=why) as refused:
            await desk.open().reservation(STAY)
        assert refused.value.reason is Wrong.MALFORMED


async def test_stays_are_listed_by_the_old_search_page_by_page(desk: Desk) -> None:
    page = [old_stay(_id=f"66f0000000000000000000{n:02}") for n in range(10, 99)]
    wrong = [None, {"_id": "odd"}, old_stay(_id="s", checkInDateLocalized="soon")]
    late = [old_stay(_id=f"late{n}", lastUpdatedAt="2026-01-14T00:00:00.000Z") for n in range(8)]
    search = desk.get(
        "/reservations",
        {"results": [*page, *late, *wrong], "count": 101, "limit": 100, "skip": 0},
        {"results": [old_stay(_id="last")], "count": 101, "limit": 100, "skip": 100},
    )
    pms, since = desk.open(), datetime(2026, 1, 13, tzinfo=UTC)
    first = await pms.reservations(updated_since=since)
    assert [each.ref for each in first.items] == [each["_id"] for each in late]
    assert first.after == "100"
    assert [each.partition(":")[0] for each in first.skipped] == [
        *("reservation without an id", "reservation odd", "reservation s")
    ]
    second = await pms.reservations(
        arriving=(date(2026, 1, 20), date(2026, 1, 21)), after=first.after
    )
    assert ([each.ref for each in second.items], second.after) == (["last"], None)
    asked = [dict(call.request.url.params) for call in search.calls]
    assert (asked[0]["limit"], asked[0]["skip"], asked[1]["skip"]) == ("100", "0", "100")
    status, delta = json.loads(asked[0]["filters"])
    assert {"canceled", "confirmed", "inquiry"} <= set(status["value"])
    assert (delta["field"], delta["operator"]) == ("lastUpdatedAt", "$between")
    assert delta["from"] == since.isoformat()
    assert delta["to"] > desk.now.isoformat()
    arriving = json.loads(asked[1]["filters"])[1]
    assert (arriving["from"], arriving["to"]) == ("2026-01-20", "2026-01-21")


async def test_without_the_old_calls_arrivals_are_searched_and_changes_are_not(desk: Desk) -> None:
    row = {"reservationId": STAY, "status": "confirmed", "guestId": GUEST, **_dates()}
    told = {"source": "airbnb2", "confirmationCode": "HMTEST0001", "stay": [{"listingId": FLAT}]}
    pagination = {"skip": 0, "limit": 100, "hasMore": True}
    search = desk.get(
        "/reservations-v3/search", {"results": [{**row, **told}], "pagination": pagination}
    )
    pms = desk.open(legacy="off")
    page = await pms.reservations(arriving=(date(2026, 1, 18), date(2026, 1, 25)))
    (found,) = page.items
    assert (found.ref, found.listing_ref, found.channel) == (STAY, FLAT, "airbnb")
    assert (found.payment, page.after) == (StayPayment.UNKNOWN, "1")
    assert search.calls[0].request.url.params["filter[checkIn][gte]"] == "2026-01-18"
    with pytest.raises(PmsUnavailable) as unable:
        await pms.reservations(updated_since=desk.now)
    assert unable.value.reason is Wrong.UNSUPPORTED


async def test_a_listing_tells_its_zone_and_its_times(desk: Desk) -> None:
    odd = flat(timezone="Mars/Base", active=None, prices=None, defaultCheckInTime="", title=None)
    desk.get(f"/listings/{FLAT}", flat(), odd, ANSWERED(404))
    pms = desk.open()
    place = await pms.listing(FLAT)
    assert place is not None
    assert (place.name, place.zone, place.currency) == ("Sea flat", "Europe/Lisbon", "EUR")
    assert (place.check_in, place.check_out, place.active) == (time(16), time(11), True)
    place = await pms.listing(FLAT)
    assert place is not None
    assert (place.name, place.zone, place.currency) == ("SF-1", None, None)
    assert (place.check_in, place.active) == (None, False)
    assert await pms.listing(FLAT) is None
    desk.get("/listings", {"results": [flat(), {"title": "?"}], "count": 2})
    page = await pms.listings()
    assert ([each.ref for each in page.items], page.after) == ([FLAT], None)
    assert page.skipped == ("listing without an id: _id is missing",)


def _dates() -> dict[str, str]:
    return {"checkInDateLocalized": "2026-01-20", "checkOutDateLocalized": "2026-01-25"}
