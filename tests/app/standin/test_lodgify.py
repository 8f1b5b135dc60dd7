"""Lodgify's face of the stand-in, read as the reference of its wire format says."""

import json
import uuid
from datetime import date, time
from typing import Any

import pytest

from jirani.connectors.memory_pms_faults import PmsFault
from jirani.connectors.pms import PmsListing
from jirani.rules.facts import NightState, StayPayment, StayStatus
from tests.support.lodgify_account import Account

pytestmark = pytest.mark.anyio


@pytest.fixture
def account() -> Account:
    return Account()


async def test_a_booking_reads_as_in_the_reference_and_tells_nothing_lodgify_lacks(
    account: Account,
) -> None:
    told = await account.booking()
    uuid.UUID(told.pop("thread_uid"))
    assert told == {
        "id": account.id(),
        "user_id": 31,
        "property_id": account.id("L1", "listing"),
        "arrival": "2026-01-20",
        "departure": "2026-01-25",
        "status": "Booked",
        "source": "AirbnbIntegration",
        "source_text": "HMTEST0001",
        "language": "en",
        "guest": {
            "name": "Test Guest",
            "email": None,
            "phone": "+15550000001",
            "country_code": None,
        },
        "rooms": [
            {
                "room_type_id": account.id("L1", "room"),
                "people": 2,
                "guest_breakdown": {"adults": 2, "children": 0, "infants": 0, "pets": 0},
            }
        ],
        "total_amount": 500,
        "amount_paid": 500,
        "amount_due": 0,
        "currency_code": "EUR",
        "subtotals": {
            **{"stay": 500, "fees": 0, "taxes": 0, "vat": 0, "addons": 0, "promotions": 0}
        },
        "check_in": {"time": None, "initiator": None},
        "check_out": {"time": None, "initiator": None},
        "canceled_at": None,
        "is_deleted": False,
        "notes": None,
        "transactions": [{"amount": 500, "status": "Done", "type": "Payment"}],
        "created_at": "2026-01-02T09:00:05Z",
        "updated_at": "2026-01-02T09:00:05Z",
    }


@pytest.mark.parametrize(
    ("payment", "paid", "due"),
    [("paid", 500, 0), ("partial", 250, 250), ("unpaid", 0, 500), ("unknown", 0, 0)],
)
async def test_money_is_told_as_amounts_alone(
    account: Account, payment: str, paid: int, due: int
) -> None:
    account.memory.change("R2", payment=StayPayment(payment))
    told = await account.booking("R2")
    assert (told["total_amount"], told["amount_paid"], told["amount_due"]) == (500, paid, due)
    assert (told["source"], told["source_text"]) == ("Manual", None)
    account.memory.change("R2", total=None)  # then it is what its nights cost
    assert (await account.booking("R2"))["total_amount"] == 700


@pytest.mark.parametrize(
    ("status", "word", "gone"),
    [
        ("pending", "Tentative", False),
        ("inquiry", "Open", False),
        ("no_show", "Booked", False),
        ("cancelled", "Declined", True),
        ("refunded", "Booked", True),
    ],
)
async def test_a_status_is_a_word_and_a_moment_of_cancelling(
    account: Account, status: str, word: str, gone: bool
) -> None:
    account.memory.change("R1", status=StayStatus(status))
    told = await account.booking()
    assert (told["status"], told["canceled_at"] is not None) == (word, gone)
    everything = {account.id("R1"), account.id("R2")}
    assert (account.id() in await account.listed(stayFilter="All")) is not gone
    assert (account.id() in await account.listed(stayFilter="All", trash="True")) is gone
    assert set(await account.listed(stayFilter="All", trash="All")) == everything


async def test_an_owners_own_nights_are_closed_and_no_booking(account: Account) -> None:
    account.memory.change("R1", status=StayStatus.OWNER)
    answer = await account.client.get(f"/v2/reservations/bookings/{account.id()}")
    assert answer.status_code == 404
    assert account.id() not in await account.listed(stayFilter="All")
    (period,) = await account.nights("2026-01-20", "2026-01-24")
    assert (period["bookings"], bool(period["closed_period"])) == ([], True)


async def test_a_booking_whose_nights_the_owner_takes_is_deleted(account: Account) -> None:
    await account.subscribe("booking_status_change_declined")
    assert (await account.booking())["is_deleted"] is False
    account.memory.change("R1", status=StayStatus.OWNER)
    told = await account.booking()
    assert (told["status"], told["is_deleted"], told["canceled_at"]) == ("Booked", True, None)
    assert await account.listed() == []
    assert await account.listed(trash="True") == [account.id()]
    assert len(account.delivered()) == 1


async def test_bookings_are_listed_by_stay_by_news_and_by_page(account: Account) -> None:
    first, second = account.id("R1"), account.id("R2")
    assert await account.listed() == await account.listed(stayFilter="Upcoming") == [first]
    assert await account.listed(stayFilter="Current") == [second]
    assert await account.listed(stayFilter="Historic") == []
    on = {"stayFilter": "ArrivalDate", "stayFilterDate": "2026-01-20T00:00:00"}
    assert await account.listed(**on) == [first]
    account.memory.change("R2", guests=3)
    news = {"stayFilter": "All", "updatedSince": "2026-01-17T09:00:00Z"}
    assert await account.listed(**news) == [second]
    every = {"stayFilter": "All", "size": 1}
    pages = [
        await account.get("/v2/reservations/bookings", **every, page=page, includeCount=count)
        for page, count in ((1, "true"), (2, "false"), (3, "false"))
    ]
    told = [[item["id"] for item in page["items"]] for page in pages]
    assert told == [[first], [second], []]
    assert [page["count"] for page in pages] == [2, None, None]
    assert pages[0]["items"][0]["transactions"] is None
    for wrong in ({"page": 0}, {"stayFilter": "Soon"}, {"updatedSince": "lately"}):
        answer = await account.client.get("/v2/reservations/bookings", params=wrong)
        assert answer.status_code == 400
        assert set(answer.json()) == {"message", "code", "correlation_id", "event_id"}


async def test_a_stay_nobody_can_read_spoils_no_list(account: Account) -> None:
    account.world.unreadable.add("R1")
    assert (await account.booking())["arrival"] == "0000-00-00"
    assert await account.listed(stayFilter="All") == [account.id("R1"), account.id("R2")]


async def test_a_property_tells_neither_zone_nor_hours_and_its_rates_whole_hours(
    account: Account,
) -> None:
    (item,) = (await account.get("/v2/properties", includeCount="true"))["items"]
    assert item == await account.get(f"/v2/properties/{item['id']}")
    assert "Lisbon" not in json.dumps(item)
    assert (item["name"], item["currency_code"], item["is_active"]) == ("Sea flat", "EUR", True)
    assert item["rooms"] == [{"id": account.id("L1", "room"), "name": "Sea flat"}]
    hours = await account.get("/v2/rates/settings", houseId=item["id"])
    assert (hours["check_in_hour"], hours["check_out_hour"]) == (16, 11)
    account.world.place(PmsListing("L1", "Sea flat", None, "EUR", time(15, 30), None))
    hours = await account.get("/v2/rates/settings", houseId=item["id"])
    assert (hours["check_in_hour"], hours["check_out_hour"]) == (-1, -1)


async def test_nights_alike_are_one_period_and_both_its_ends_are_nights(account: Account) -> None:
    account.world.set_night("L1", date(2026, 1, 27), NightState.BLOCKED)
    account.world.set_night("L1", date(2026, 1, 29), NightState.UNKNOWN)
    free: dict[str, Any] = {"available": 1, "closed_period": None, "bookings": []}
    booked = {**free, "available": 0, "bookings": [{"id": account.id(), "status": "Booked"}]}
    periods = await account.nights("2026-01-18", "2026-01-31")
    assert periods == [
        {"start": "2026-01-18", "end": "2026-01-19", **free},
        {"start": "2026-01-20", "end": "2026-01-24", **booked},
        {"start": "2026-01-25", "end": "2026-01-26", **free},
        {"start": "2026-01-27", "end": "2026-01-27", **free, "available": 0}
        | {"closed_period": {"id": 1}},
        {"start": "2026-01-28", "end": "2026-01-28", **free},
        {"start": "2026-01-30", "end": "2026-01-31", **free},
    ]
    bare = await account.nights("2026-01-20", "2026-01-24", details="false")
    assert bare == [{"start": "2026-01-20", "end": "2026-01-24", **free, "available": 0}]


async def test_nights_too_near_to_be_sold_are_free_and_a_matter_of_notice(account: Account) -> None:
    for day in (17, 18, 26):
        account.world.set_night("L1", date(2026, 1, day), NightState.CLOSED)
    hours = await account.get("/v2/rates/settings", houseId=account.id("L1", "listing"))
    assert hours["advance_notice_days"] == 2
    periods = await account.nights("2026-01-17", "2026-01-27")
    told = [(each["start"][-2:], each["end"][-2:], each["available"]) for each in periods]
    assert told[:3] == [("17", "19", 1), ("20", "24", 0), ("25", "25", 1)]
    assert told[3:] == [("26", "26", 0), ("27", "27", 1)]


async def test_a_stale_calendar_shows_what_was_so_when_it_was_last_read(account: Account) -> None:
    before = await account.nights("2026-01-18", "2026-01-27")
    account.memory.cancel("R1")
    account.memory.faults.next("calendar", PmsFault.STALE)
    assert await account.nights("2026-01-18", "2026-01-27") == before
    assert len(await account.nights("2026-01-18", "2026-01-27")) == 1


async def test_prices_are_a_default_and_the_days_that_differ(account: Account) -> None:
    room = {"houseId": account.id("L1", "listing"), "roomTypeId": account.id("L1", "room")}
    days = {"startDate": "2026-01-18", "endDate": "2026-01-27"}
    told = await account.get("/v2/rates/calendar", **room, **days)
    one = {"min_stay": 1, "max_stay": 0}
    assert told["calendar_items"] == [
        {"date": "2026-01-19", "is_default": False, "prices": [{**one, "price_per_day": 95.5}]},
        {"date": None, "is_default": True, "prices": [{**one, "price_per_day": 100}]},
    ]
    assert told["rate_settings"]["currency_code"] == "EUR"


async def test_a_thread_is_html_and_tells_who_wrote(account: Account) -> None:
    account.memory.guest_says("R1", "Yes <please> &\nthank you")
    account.memory.host_says("R1", "Karibu")
    (first, second) = await account.thread()
    assert first["message"] == "<p>Yes &lt;please&gt; &amp;<br />thank you</p>"
    assert (first["type"], first["message_status"], first["route"]) == (
        *("Renter", "Delivered", "Airbnb"),
    )
    assert (first["date_created"], second["type"]) == ("2026-01-17T09:00:00Z", "Owner")
    answer = await account.client.get(f"/v2/messaging/{uuid.uuid4()}")
    assert answer.status_code == 404
