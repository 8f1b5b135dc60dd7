"""Guesty's face speaks as the reference of its wire format says, example by example."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from svix.webhooks import Webhook

from app.standin.ground import StandIn
from app.standin.guesty import GuestyFace
from app.standin.guesty_account import BALANCE, Terms
from app.standin.guesty_hooks import signature
from app.standin.serving import InProcess, application, due
from jirani.connectors.memory_pms import MemoryPms
from jirani.connectors.memory_pms_faults import HookFault, PmsFault
from jirani.rules.facts import NightState, StayPayment, StayStatus
from tests.support.pms_rigs import ARRIVAL, DEPARTURE, ONE_DAY, Ticking, memory_house, stay

pytestmark = pytest.mark.anyio
BASE = "http://pms.test/guesty"
HOOK = "https://us.test/hooks/guesty"
FORM = {
    "grant_type": "client_credentials",
    "scope": "open-api",
    "client_id": "CID",
    "client_secret": "SECRET",
}
FEE = {
    "title": "Early check-in 12:00",
    "amount": 25,
    "normalType": "AFE",
    "secondIdentifier": "EARLY_CHECK_IN",
    "description": "upsell UP-1",
    "isUpsellFee": True,
    "realizationDates": [{"date": "2026-01-20"}],
}


class Guesty:
    """The face, and somebody who asks it."""

    def __init__(self, client: httpx2.AsyncClient, face: GuestyFace, clock: Ticking) -> None:
        self.client, self.face, self.clock = client, face, clock
        self.memory: MemoryPms = face.account.memory
        self.world = self.memory.world
        self.r1, self.r2 = self.id("reservation", "R1"), self.id("reservation", "R2")
        self.place = self.id("listing", "L1")

    def id(self, kind: str, ref: str) -> str:
        return self.face.account.id(kind, ref)

    async def ask(self, path: str, code: int = 200, /, **params: Any) -> Any:
        return await self.call("GET", path, code, params=params)

    async def call(self, method: str, path: str, status: int = 200, **how: Any) -> Any:
        answer = await self.client.request(method, f"{BASE}/v1{path}", **how)
        assert answer.status_code == status, answer.text
        if answer.status_code >= 400:
            assert {"message", "code", "data", "requestId"} == answer.json().keys()
        return answer.json() if answer.content else None

    def deliveries(self) -> list[tuple[dict[str, str], Any]]:
        left = due(self.memory, [self.face], self.clock.now)
        return [(each.headers, each.body) for each in left]


@pytest.fixture
def terms() -> Terms:
    return Terms()


@pytest.fixture
async def guesty(terms: Terms) -> AsyncIterator[Guesty]:
    clock = Ticking()
    face = GuestyFace(StandIn(memory_house(clock)), terms)
    app = application({face.name: face})
    async with httpx2.AsyncClient(transport=InProcess(app)) as client:
        token = await client.post(f"{BASE}/oauth2/token", data=FORM)
        client.headers["Authorization"] = f"Bearer {token.json()['access_token']}"
        yield Guesty(client, face, clock)


async def test_of_tokens_there_are_five_a_day_and_each_lives_a_day(guesty: Guesty) -> None:
    for _ in range(4):
        answer = await guesty.client.post(f"{BASE}/oauth2/token", data=FORM)
        told = answer.json()
        assert answer.status_code == 200
        assert (told["token_type"], told["expires_in"]) == ("Bearer", 86400)
    guesty.clock.now += timedelta(hours=1)
    refused = await guesty.client.post(f"{BASE}/oauth2/token", data=FORM)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, str(23 * 3600))
    other = await guesty.client.post(f"{BASE}/oauth2/token", data={**FORM, "client_id": "C2"})
    assert other.status_code == 200
    await guesty.ask(f"/listings/{guesty.place}")
    guesty.clock.now += timedelta(hours=23)
    await guesty.ask(f"/listings/{guesty.place}", 401)
    renewed = await guesty.client.post(f"{BASE}/oauth2/token", data=FORM)
    assert renewed.status_code == 200
    guesty.client.headers["Authorization"] = f"Bearer {renewed.json()['access_token']}"
    guesty.face.door.forget()
    await guesty.ask(f"/listings/{guesty.place}", 401)


async def test_a_wrong_client_gets_no_token_and_nobody_gets_in_without(guesty: Guesty) -> None:
    for wrong in ({"scope": "other"}, {"grant_type": "password"}, {"client_secret": ""}):
        answer = await guesty.client.post(f"{BASE}/oauth2/token", data={**FORM, **wrong})
        assert answer.status_code in (400, 401)
    assert (await guesty.client.post(f"{BASE}/oauth2/token", json=FORM)).status_code == 400
    guesty.client.headers["Authorization"] = "Bearer none"
    await guesty.ask("/listings", 401)


async def test_v3_gives_stays_by_an_array_of_ids_and_without_guest_and_money(
    guesty: Guesty,
) -> None:
    [row] = await guesty.ask("/reservations-v3", 200, **{"reservationIds[]": guesty.r1})
    assert (row["_id"], row["status"], row["platform"]) == (guesty.r1, "confirmed", "direct")
    assert row["confirmationCode"].startswith("GY-")
    assert row["conversationId"] == guesty.id("conversation", "conversation-R1")
    [part] = row["stay"]
    dates = part["checkInDateLocalized"], part["checkOutDateLocalized"]
    assert dates == (str(ARRIVAL), str(DEPARTURE))
    assert part["unitTypeId"] == part["unitId"] == guesty.place
    assert not {"guest", "money", "payment", "key"} & row.keys()
    both = await guesty.ask("/reservations-v3", 200, **{"reservationIds[]": [guesty.r2, "0" * 24]})
    assert [each["platform"] for each in both] == ["airbnb2"]
    await guesty.ask("/reservations-v3", 400, reservationIds=guesty.r1)
    await guesty.ask("/reservations-v3", 400, **{"reservationIds[]": [guesty.r1] * 11})


async def test_statuses_are_spelt_as_guesty_spells_them(guesty: Guesty) -> None:
    words = {
        StayStatus.PENDING: "reserved",
        StayStatus.INQUIRY: "inquiry",
        StayStatus.CANCELLED: "canceled",
        StayStatus.CHECKED_IN: "confirmed",
        StayStatus.OWNER: "confirmed",
    }
    for status, word in words.items():
        guesty.memory.change("R1", status=status)
        [row] = await guesty.ask("/reservations-v3", 200, **{"reservationIds[]": guesty.r1})
        assert row["status"] == word
        assert (row["canceledAt"] is not None) == (word == "canceled")
    assert row["source"] == "owner"


async def test_v3_searches_and_the_older_api_filters(guesty: Guesty) -> None:
    window = {
        "filter[listingId]": guesty.place,
        "filter[status]": "confirmed,reserved",
        "filter[checkIn][gte]": str(ARRIVAL),
        "filter[checkIn][lte]": str(ARRIVAL + ONE_DAY),
    }
    found = await guesty.ask("/reservations-v3/search", limit=100, skip=0, **window)
    assert found["pagination"] == {"skip": 0, "limit": 100, "hasMore": False}
    [row] = found["results"]
    assert (row["reservationId"], row["stay"]) == (guesty.r1, [{"listingId": guesty.place}])
    await guesty.ask("/reservations-v3/search", 400, **{"filter[colour]": "red"})
    first = await guesty.ask("/reservations-v3/search", limit=1)
    assert first["pagination"]["hasMore"]

    guesty.clock.now += timedelta(hours=1)
    guesty.memory.change("R2", guests=3)
    since = (guesty.clock.now - timedelta(minutes=1)).isoformat()
    until = (guesty.clock.now + ONE_DAY).isoformat()
    changed = [{"field": "lastUpdatedAt", "operator": "$between", "from": since, "to": until}]
    arriving = [
        {
            "field": "checkInDateLocalized",
            "operator": "$between",
            "from": str(ARRIVAL),
            "to": str(ARRIVAL),
        },
        {"field": "status", "operator": "$in", "value": ["confirmed"]},
    ]
    fields = "status listingId guest.fullName money.isFullyPaid money.balanceDue"
    for filters, ids in ((changed, [guesty.r2]), (arriving, [guesty.r1])):
        asked = {"filters": json.dumps(filters), "fields": fields, "sort": "_id"}
        told = await guesty.ask("/reservations", limit=100, skip=0, **asked)
        assert [each["_id"] for each in told["results"]] == ids
        assert (told["count"], told["limit"], told["skip"]) == (1, 100, 0)
        assert told["results"][0].keys() <= {"_id", "status", "listingId", "guest", "money"}
        assert told["results"][0]["money"] == {"isFullyPaid": True, "balanceDue": 0}
    guesty.memory.faults.next("reservations", PmsFault.STATUS_UNKNOWN)
    told = await guesty.ask("/reservations", filters=json.dumps(arriving[1:]))
    assert {each["status"] for each in told["results"]} == {"under_review"}
    for wrong in ("{", '[{"field":"colour","operator":"$eq","value":1}]', '[{"field":"status"}]'):
        await guesty.ask("/reservations", 400, filters=wrong)
    await guesty.ask("/reservations", 400, limit=101)


async def test_the_older_api_ends_in_march_2027(guesty: Guesty) -> None:
    told = await guesty.ask(f"/reservations/{guesty.r1}", fields="status plannedArrival")
    assert told == {"_id": guesty.r1, "status": "confirmed", "plannedArrival": None}
    await guesty.ask(f"/reservations/{'0' * 24}", 404)
    guesty.clock.now = guesty.clock.now.replace(year=2027)
    told = await guesty.client.post(f"{BASE}/oauth2/token", data=FORM)
    guesty.client.headers["Authorization"] = f"Bearer {told.json()['access_token']}"
    await guesty.ask(f"/reservations/{guesty.r1}", 410)


async def test_a_guest_is_told_of_by_the_fields_asked_for(guesty: Guesty) -> None:
    guesty.memory.change("R1", guest_phone="+15550000001", guest_locale="pt")
    [row] = await guesty.ask("/reservations-v3", 200, **{"reservationIds[]": guesty.r1})
    path = f"/guests-crud/{row['bookerId']}"
    told = await guesty.ask(path, fields="fullName email phone preferredLanguage")
    assert told == {
        "_id": row["bookerId"],
        "fullName": "Ana Lopes",
        "email": None,
        "phone": "+15550000001",
        "preferredLanguage": "pt",
    }
    await guesty.ask(path, 400)


async def test_a_folio_knows_only_so_many_fields(guesty: Guesty) -> None:
    path, ids = "/guest-folio/overview", f"{guesty.r1},{'0' * 24}"
    told = await guesty.ask(path, reservationIds=ids, fields="currency,hostPayout")
    row = {"reservationId": guesty.r1, "currency": "EUR", "hostPayout": 500}
    assert told == {"results": [row], "notFound": ["0" * 24]}
    await guesty.ask(path, 400, reservationIds=ids, fields="currency,balanceDue")
    await guesty.ask(path, 400, reservationIds=ids)
    guesty.memory.cancel("R1")
    told = await guesty.ask(path, reservationIds=guesty.r1, fields="currency")
    assert told["notFound"] == [guesty.r1]


@pytest.mark.parametrize("terms", [Terms(overview_fields=BALANCE)])
async def test_a_payment_is_told_as_a_balance_or_not_at_all(guesty: Guesty) -> None:
    wanted = {
        StayPayment.PAID: {"isFullyPaid": True, "balanceDue": 0, "totalPaid": 500},
        StayPayment.PARTIAL: {"isFullyPaid": False, "balanceDue": 250, "totalPaid": 250},
        StayPayment.UNPAID: {"isFullyPaid": False, "balanceDue": 500, "totalPaid": 0},
        StayPayment.UNKNOWN: {},
    }
    asked = {"reservationIds": guesty.r1, "fields": ",".join(BALANCE)}
    for payment, balance in wanted.items():
        guesty.memory.change("R1", payment=payment)
        told = await guesty.ask("/guest-folio/overview", 200, **asked)
        assert told["results"] == [{"reservationId": guesty.r1, **balance}]
        row = await guesty.ask(f"/reservations/{guesty.r1}", fields="money")
        assert {name: row["money"].get(name) for name in balance} == balance
        assert payment is not StayPayment.UNKNOWN or not BALANCE & row["money"].keys()


async def test_a_fee_is_a_line_that_is_read_back_and_taken_off_again(guesty: Guesty) -> None:
    path = f"/invoice-items/reservation/{guesty.r1}"
    await guesty.call("POST", path, 201, json=FEE)
    asked = {
        "reservationIds": guesty.r1,
        "fields": "title,totalPrice,normalType,secondIdentifier",
    }
    told = await guesty.ask("/guest-folio/invoice-items", 200, **asked)
    [line] = told["results"][0]["invoiceItems"]
    id = line.pop("_id")
    assert line == {
        "title": "Early check-in 12:00",
        "totalPrice": 25,
        "normalType": "AFE",
        "secondIdentifier": "EARLY_CHECK_IN",
    }
    [kept] = guesty.world.fees["R1"]
    assert (kept.amount, kept.currency, kept.key) == (2500, "EUR", "UP-1")
    await guesty.call("POST", path, 201, json={**FEE, "description": "for the dog"})
    assert guesty.world.fees["R1"][1].key is None
    await guesty.call("DELETE", f"{path}/{id}")
    assert len(guesty.world.fees["R1"]) == 1
    await guesty.call("DELETE", f"{path}/{id}", 404)


@pytest.mark.parametrize(
    "wrong",
    [
        {"secondIdentifier": None},
        {"normalType": "CF"},
        {"secondIdentifier": "GAP_NIGHT"},
        {"amount": "25"},
        {"title": ""},
        {"colour": "red"},
    ],
)
async def test_a_fee_that_makes_no_sense_is_refused(guesty: Guesty, wrong: Any) -> None:
    path = f"/invoice-items/reservation/{guesty.r1}"
    await guesty.call("POST", path, 400, json={**FEE, **wrong})
    assert not guesty.world.fees


async def test_what_is_no_fee_is_recorded_as_a_payment_a_note_or_a_field(guesty: Guesty) -> None:
    paid = {"method": "CASH"}, "2026-01-20T12:00:00.000Z"
    body = {"paymentMethod": paid[0], "amount": 25, "paidAt": paid[1], "note": "upsell UP-2"}
    await guesty.call("POST", f"/reservations/{guesty.r1}/payments", json=body)
    assert guesty.world.charges["UP-2"].amount == 2500
    note = {"notes": {"other": "upsell UP-2"}}
    told = await guesty.call("PUT", f"/reservations-v3/{guesty.r1}/notes", json=note)
    assert told["notes"]["other"] == "upsell UP-2"
    await guesty.call("PUT", f"/reservations-v3/{guesty.r2}/notes", 404, json=note)
    fields = {"customFields": [{"fieldId": "f1", "value": "x"}]}
    told = await guesty.call("PUT", f"/reservations-v3/{guesty.r2}/custom-fields", json=fields)
    assert [(each["fieldId"], each["value"]) for each in told["customFields"]] == [("f1", "x")]


async def test_other_dates_are_taken_where_the_nights_are_empty(guesty: Guesty) -> None:
    path = f"/reservations-v3/{guesty.r1}/dates"
    guesty.world.set_night("L1", DEPARTURE, NightState.CLOSED, 9000)
    longer = {
        "checkInDateLocalized": str(ARRIVAL),
        "checkOutDateLocalized": str(DEPARTURE + ONE_DAY),
    }
    await guesty.call("PUT", path, json={**longer, "plannedArrival": "12:00"})
    assert guesty.world.reservations["R1"].departure == DEPARTURE + ONE_DAY
    assert guesty.world.reservations["R1"].total == 59000
    occupied = {"checkOutDateLocalized": str(DEPARTURE + 4 * ONE_DAY)}
    for body in (occupied, {"checkOutDateLocalized": str(ARRIVAL)}, {}, {"plannedArrival": "noon"}):
        await guesty.call("PUT", path, 400, json=body)
    guesty.memory.faults.next("shorten", PmsFault.IGNORED)
    shorter = {"checkOutDateLocalized": str(DEPARTURE)}
    await guesty.call("PUT", path, json=shorter)
    assert guesty.world.reservations["R1"].departure == DEPARTURE + ONE_DAY
    events = [json.loads(body)["event"] for _, body in guesty.deliveries()]
    assert events == []  # nobody subscribed


async def test_a_place_tells_its_zone_and_its_times(guesty: Guesty) -> None:
    fields = "title nickname timezone defaultCheckInTime defaultCheckOutTime prices terms active"
    told = await guesty.ask(f"/listings/{guesty.place}", fields=fields)
    assert told == {
        "_id": guesty.place,
        "title": "Sea flat",
        "nickname": "Sea flat",
        "timezone": "Europe/Lisbon",
        "defaultCheckInTime": "15:00",
        "defaultCheckOutTime": "11:00",
        "prices": {"currency": "EUR"},
        "terms": {},
        "active": True,
    }
    assert (await guesty.ask("/listings", limit=1, skip=5))["results"] == []
    await guesty.ask(f"/listings/{'0' * 24}", 404)


async def test_a_calendar_tells_why_a_night_is_not_to_be_had(guesty: Guesty) -> None:
    free, blocked, closed = (DEPARTURE + n * ONE_DAY for n in range(-6, -9, -1))
    guesty.world.set_night("L1", blocked, NightState.BLOCKED)
    guesty.world.set_night("L1", closed, NightState.CLOSED)
    path = f"/availability-pricing/api/calendar/listings/{guesty.place}"
    asked = {"startDate": str(closed), "endDate": str(ARRIVAL)}
    told = await guesty.ask(path, 200, **asked, includeAllotment="true")
    assert told["status"] == 200
    days = {day["date"]: day for day in told["data"]["days"]}
    flags = {at: {n for n, on in day["blocks"].items() if on} for at, day in days.items()}
    assert flags == {
        str(free): set(),
        str(blocked): {"m"},
        str(closed): {"an"},
        str(ARRIVAL): {"b"},
    }
    statuses = [days[str(day)]["status"] for day in (free, blocked, closed, ARRIVAL)]
    assert statuses == ["available", "unavailable", "unavailable", "booked"]
    assert days[str(ARRIVAL)]["reservationId"] == guesty.r1
    assert [days[str(day)]["allotment"] for day in (free, ARRIVAL)] == [1, 0]
    guesty.memory.faults.next("calendar", PmsFault.STALE)
    guesty.memory.cancel("R1")
    stale = await guesty.ask(path, 200, **asked)
    assert stale["data"]["days"][-1]["status"] == "booked"
    fresh = await guesty.ask(path, 200, **asked)
    assert fresh["data"]["days"][-1]["status"] == "available"
    await guesty.ask(path, 400, startDate=str(ARRIVAL))


async def test_a_conversation_is_found_read_by_cursor_and_written_to(guesty: Guesty) -> None:
    about = [{"field": "reservation._id", "operator": "$eq", "value": guesty.r2}]
    path = "/communication/conversations"
    told = await guesty.ask(path, filters=json.dumps(about), limit=10)
    [talk] = told["data"]["conversations"]
    assert [each["_id"] for each in talk["meta"]["reservations"]] == [guesty.r2]
    for n in range(3):
        guesty.memory.guest_says("R2", f"Hello {n}")
        guesty.clock.now += timedelta(minutes=1)
    path = f"{path}/{talk['_id']}"
    body = {"module": {"type": "airbnb2"}, "body": "Would you like to check in at 12:00?"}
    sent = await guesty.call("POST", f"{path}/send-message", json=body)
    assert sent["data"]["conversationId"] == talk["_id"]
    await guesty.call("POST", f"{path}/posts", json={**body, "module": {"type": "note"}})
    seen, cursor = [], None
    while True:
        more: dict[str, str] = {} if cursor is None else {"cursorAfter": cursor}
        page = (await guesty.ask(f"{path}/posts", sort="-createdAt", limit=2, **more))["data"]
        seen += page["posts"]
        if (cursor := page["cursor"]["after"]) is None:
            break
    told = [(each["body"], each["sentBy"], each["module"]["type"]) for each in seen]
    assert told[1] == (body["body"], "host", "airbnb2")
    assert seen[1]["_id"] == sent["data"]["_id"]
    assert told[0][1:] == ("log", "note")
    assert told[2:] == [(f"Hello {n}", "guest", "airbnb2") for n in (2, 1, 0)]
    for wrong in ({"body": "x"}, {"module": {"type": "dove"}, "body": "x"}, {**body, "body": ""}):
        await guesty.call("POST", f"{path}/send-message", 400, json=wrong)
    await guesty.ask(f"/communication/conversations/{'0' * 24}/posts", 404)


async def test_a_text_that_never_arrives_is_taken_all_the_same(guesty: Guesty) -> None:
    talk = guesty.id("conversation", "conversation-R1")
    guesty.memory.faults.next("post", PmsFault.UNDELIVERED, PmsFault.TIMEOUT_AFTER)
    path = f"/communication/conversations/{talk}/send-message"
    body = {"module": {"type": "email"}, "body": "Late check-out?"}
    await guesty.call("POST", path, json=body)
    with pytest.raises(httpx2.ReadTimeout):
        await guesty.call("POST", path, json=body)
    assert [one.failed for one in guesty.world.messages["conversation-R1"]] == [True, False]


async def test_a_task_is_made_listed_in_cells_and_called_off(guesty: Guesty) -> None:
    body = {
        "title": "Mid-stay clean",
        "type": "mid-stay",
        "listingId": guesty.place,
        "reservationId": guesty.r1,
        "canStartAfter": "2026-06-17T10:00:00.000Z",
        "mustFinishBefore": None,
    }
    made = await guesty.call("POST", "/tasks-open-api/create-single-task", 201, json=body)
    columns = "status taskTitle type listing reservation scheduledFor id"
    open_ones = json.dumps({"status": {"@nin": ["completed", "canceled"]}})
    asked = {"columns": columns, "filters": open_ones, "limit": 25, "skip": 0}
    [row] = await guesty.ask("/tasks-open-api/tasks", 200, **asked)
    assert row == {
        "id": made["id"],
        "status": {"children": "confirmed"},
        "taskTitle": {"children": "Mid-stay clean"},
        "type": {"children": "mid-stay"},
        "listing": {"listingId": guesty.place, "title": "Sea flat"},
        "reservation": {"reservationId": guesty.r1},
        "scheduledFor": {
            "startTime": "2026-06-17T10:00:00.000Z",
            "canStartAfter": None,
            "mustFinishBefore": None,
        },
    }
    for wrong in ({"columns": ""}, {"limit": 24}, {"filters": "{'status':1}"}):
        await guesty.ask("/tasks-open-api/tasks", 400, **{**asked, **wrong})
    canceled = {"status": "canceled"}
    await guesty.call("PUT", f"/tasks-open-api/{made['id']}", json=canceled)
    assert await guesty.ask("/tasks-open-api/tasks", 200, **asked) == []
    await guesty.call("DELETE", f"/tasks-open-api/{made['id']}")
    assert not guesty.world.tasks


async def test_webhooks_are_signed_as_svix_does_and_a_second_one_is_known_by_its_id(
    guesty: Guesty,
) -> None:
    events = ["reservation.created.v2", "reservation.updated.v2", "reservation.messageReceived"]
    made = await guesty.call("POST", "/webhooks", 201, json={"url": HOOK, "events": events})
    assert made.keys() == {"_id", "accountId", "url", "events"}
    assert await guesty.ask("/webhooks") == [made]
    secret = (await guesty.ask("/webhooks-v2/secret", url=HOOK))["key"]
    guesty.memory.hooks.upcoming.extend((HookFault.DUPLICATE, HookFault.GARBLED))
    guesty.memory.cancel("R1")
    guesty.memory.change("R2", guests=2)
    guesty.memory.change("R2", guests=3)
    guesty.memory.guest_says("R2", "Yes please")
    guesty.memory.host_says("R2", "Fine")
    left = guesty.deliveries()
    for headers, body in left:
        id, at = headers["svix-id"], guesty.clock.now
        assert headers["svix-timestamp"] == str(int(at.timestamp()))
        assert headers["svix-signature"] == Webhook(secret).sign(id, at, body.decode())
    ids = [headers["svix-id"] for headers, _ in left]
    assert len(left) == 5
    assert ids[0] == ids[1]
    assert len(set(ids)) == 4
    cancelled, said = json.loads(left[0][1]), json.loads(left[4][1])
    assert cancelled["event"] == "reservation.updated.v2"
    assert cancelled["data"] == {"reservationId": guesty.r1, "status": "canceled"}
    with pytest.raises(json.JSONDecodeError):
        json.loads(left[2][1])
    assert said["event"] == "reservation.messageReceived"
    assert said["reservationId"] == guesty.r2
    assert said["conversation"]["conversationWith"] == "Guest"
    assert said["message"]["type"] == "fromGuest"
    assert said["message"]["body"] == "Yes please"
    await guesty.call("DELETE", f"/webhooks/{made['_id']}", 204)
    await guesty.ask("/webhooks-v2/secret", 404, url=HOOK)
    await guesty.call("POST", "/webhooks", 400, json={"url": HOOK, "events": ["weather"]})


async def test_what_the_host_says_is_told_to_who_asked_for_it(guesty: Guesty) -> None:
    sent = {"url": HOOK, "events": ["reservation.messageSent"]}
    await guesty.call("POST", "/webhooks", 201, json=sent)
    talk = guesty.id("conversation", "conversation-R1")
    body = {"module": {"type": "email"}, "body": "Late check-out?"}
    await guesty.call("POST", f"/communication/conversations/{talk}/send-message", json=body)
    guesty.memory.guest_says("R1", "Yes")
    [(_, told)] = guesty.deliveries()
    assert json.loads(told)["message"]["type"] == "fromHost"


def test_the_signature_is_that_of_the_reference() -> None:
    body = (
        b'{"event":"reservation.updated.v2",'
        b'"data":{"reservationId":"66f000000000000000000001","status":"canceled"}}'
    )
    secret = "whsec_Z3Vlc3R5LXRlc3Qtc2lnbmluZy1rZXktMDAwMQ=="
    signed = signature(secret, "msg_test0001", 1768478400, body)
    assert signed == "v1,w9FEafYZYMGMXGx1phN7jQntJI9fsyAagV/61pnc1po="


async def test_one_fault_befalls_one_read_and_not_what_belongs_to_it(guesty: Guesty) -> None:
    faults = guesty.memory.faults
    ids = {"reservationIds[]": guesty.r1}
    faults.next("reservation", PmsFault.STATUS_UNKNOWN, PmsFault.PAYMENT_UNKNOWN, PmsFault.DOWN)
    [row] = await guesty.ask("/reservations-v3", 200, **ids)
    assert row["status"] not in ("confirmed", "reserved", "inquiry", "canceled")
    told = await guesty.ask(f"/reservations/{guesty.r1}", fields="money.isFullyPaid")
    assert told["money"] == {"isFullyPaid": True}
    await guesty.ask("/reservations-v3", 200, **ids)
    told = await guesty.ask(f"/reservations/{guesty.r1}", fields="money.isFullyPaid")
    assert told["money"] == {}
    await guesty.ask(f"/guests-crud/{row['bookerId']}", fields="fullName")
    down = await guesty.client.get(f"{BASE}/v1/reservations-v3", params=ids)
    assert down.status_code == 503
    faults.next("reservation", PmsFault.REFUSED)
    await guesty.ask("/reservations-v3", 422, **ids)
    await guesty.ask(f"/reservations/{guesty.r1}", 422)
    await guesty.ask(f"/reservations/{guesty.r1}")
    faults.next("reservations", PmsFault.RATE_LIMITED)
    limited = await guesty.client.get(f"{BASE}/v1/reservations-v3/search")
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "10")
    assert limited.headers["x-ratelimit-limit-minute"] == "120"
    faults.next("reservation", PmsFault.MALFORMED)
    found = await guesty.ask("/reservations-v3/search")
    listed = [each["reservationId"] for each in found["results"]]
    assert len(await guesty.ask("/reservations-v3", 200, **{"reservationIds[]": listed})) == 2
    garbage = await guesty.client.get(f"{BASE}/v1/reservations-v3", params=ids)
    assert garbage.text.startswith("<html>")


async def test_a_fee_may_be_ignored_refused_or_done_unheard(guesty: Guesty) -> None:
    path = f"/invoice-items/reservation/{guesty.r1}"
    guesty.memory.faults.next("add_fee", PmsFault.IGNORED, PmsFault.REFUSED, PmsFault.TIMEOUT_AFTER)
    await guesty.call("POST", path, 201, json=FEE)
    await guesty.call("POST", path, 422, json=FEE)
    assert not guesty.world.fees.get("R1")
    with pytest.raises(httpx2.ReadTimeout):
        await guesty.call("POST", path, json=FEE)
    assert len(guesty.world.fees["R1"]) == 1


@pytest.mark.parametrize(
    "terms", [Terms(overview_fields=BALANCE, lines_are_due=True, names_conversation=False)]
)
async def test_terms_may_let_a_fee_be_owed_and_name_no_conversation(guesty: Guesty) -> None:
    await guesty.call("POST", f"/invoice-items/reservation/{guesty.r1}", 201, json=FEE)
    asked = {"reservationIds": guesty.r1, "fields": "isFullyPaid,balanceDue,totalPaid"}
    [row] = (await guesty.ask("/guest-folio/overview", **asked))["results"]
    assert (row["isFullyPaid"], row["balanceDue"], row["totalPaid"]) == (False, 25, 500)
    [row] = await guesty.ask("/reservations-v3", **{"reservationIds[]": guesty.r1})
    assert row["conversationId"] is None


@pytest.mark.parametrize("terms", [Terms(v3_hides=frozenset({"booking"}), limited=True)])
async def test_terms_may_hide_stays_from_v3_and_count_calls(guesty: Guesty) -> None:
    guesty.memory.book(replace(stay("R3"), channel="booking"))
    hidden = guesty.id("reservation", "R3")
    assert await guesty.ask("/reservations-v3", 200, **{"reservationIds[]": hidden}) == []
    assert (await guesty.ask(f"/reservations/{hidden}"))["source"] == "bookingCom"
    for _ in range(12):
        await guesty.ask("/webhooks")
    over = await guesty.client.get(f"{BASE}/v1/webhooks")
    assert (over.status_code, over.headers["retry-after"]) == (429, "1")
    assert over.headers["x-ratelimit-remaining-second"] == "0"
    guesty.clock.now += timedelta(seconds=1)
    await guesty.ask("/webhooks")


async def test_a_stay_nobody_can_read_has_no_dates(guesty: Guesty) -> None:
    guesty.world.unreadable.add("R1")
    [row] = await guesty.ask("/reservations-v3", 200, **{"reservationIds[]": guesty.r1})
    assert row["stay"][0]["checkInDateLocalized"] == "soon"
