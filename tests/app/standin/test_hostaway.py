"""Hostaway's face of the stand-in, read as the reference of its wire format says (§1)."""

import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, timedelta
from typing import Any

import httpx2
import pytest

from app.standin.ground import StandIn
from app.standin.hostaway import LIFE, Hostaway
from app.standin.hostaway_words import STATUSES
from app.standin.serving import InProcess, application, due
from jirani.connectors.connector import Account, Outside
from jirani.connectors.hostaway.connector import HOSTAWAY
from jirani.connectors.memory_pms_faults import HookFault, PmsFault
from jirani.connectors.pms import EventKind
from jirani.connectors.wire.authority import MemoryTokens
from jirani.rules.facts import NightState, StayPayment, StayStatus
from tests.support.pms_rigs import ARRIVAL, DEPARTURE, ONE_DAY, Ticking, memory_house, stay

pytestmark = pytest.mark.anyio
HOOK = "https://us.test/hooks/hostaway"
HOOKS = "/webhooks/unifiedWebhooks"


class Asking:
    """The face, and somebody who asks it."""

    def __init__(self) -> None:
        self.clock = Ticking()
        self.memory = memory_house(self.clock)
        self.world = self.memory.world
        self.standin = StandIn(self.memory)
        self.face = Hostaway(self.standin)
        app = application({"hostaway": self.face})
        base = "http://pms.test" + self.face.base
        self.client = httpx2.AsyncClient(transport=InProcess(app), base_url=base)
        self.r1, self.r2 = self.id("reservation", "R1"), self.id("reservation", "R2")
        self.place = self.id("listing", "L1")
        self.talk = self.id("conversation", "conversation-R1")

    def id(self, kind: str, ref: str) -> int:
        return self.standin.ids.number(kind, ref)

    async def token(self, **but: str) -> httpx2.Response:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.face.secrets["account_id"],
            "client_secret": self.face.secrets["api_key"],
            "scope": "general",
        }
        return await self.client.post("/accessTokens", data={**form, **but})

    async def get(self, path: str, **params: Any) -> Any:
        return await self.call("GET", path, params=params)

    async def call(self, method: str, path: str, status: int = 200, /, **how: Any) -> Any:
        answer = await self.client.request(method, path, **how)
        assert answer.status_code == status, answer.text
        told = answer.json()
        assert told["status"] == ("success" if status == 200 else "fail")
        return told["result"]

    async def put(self, body: dict[str, Any], status: int = 200, **params: Any) -> Any:
        """Change R1."""
        return await self.call("PUT", f"/reservations/{self.r1}", status, json=body, params=params)

    async def bill(self) -> list[tuple[int, str, float]]:
        lines = await self.get(f"/financeField/{self.r1}")
        return [(each["id"], each["title"], each["total"]) for each in lines]

    def deliveries(self) -> list[tuple[str, dict[str, str], Any]]:
        left = due(self.memory, [self.face], self.clock.now)
        return [(each.url, each.headers, each.body) for each in left]


@pytest.fixture
async def asking() -> AsyncIterator[Asking]:
    made = Asking()
    async with made.client:
        token = (await made.token()).json()["access_token"]
        made.client.headers["Authorization"] = f"Bearer {token}"
        yield made


async def test_a_token_is_given_for_a_form_lives_for_half_a_year_and_nobody_gets_in_without(
    asking: Asking,
) -> None:
    told = (await asking.token()).json()
    assert told.keys() == {"token_type", "expires_in", "access_token"}  # in no envelope
    assert (told["token_type"], told["expires_in"]) == ("Bearer", LIFE)
    for wrong in ("grant_type", "client_id", "client_secret"):
        assert (await asking.token(**{wrong: "another"})).status_code == 401
    login = dict(asking.face.secrets)
    assert (await asking.client.post("/accessTokens", json=login)).status_code == 401
    await asking.get("/listings")
    asking.clock.now += timedelta(seconds=LIFE)
    assert await asking.call("GET", "/listings", 403) == "Access denied"
    del asking.client.headers["Authorization"]
    await asking.call("GET", f"/reservations/{asking.r1}", 403)


async def test_a_reservation_reads_as_in_the_reference(asking: Asking) -> None:
    told = await asking.get(f"/reservations/{asking.r2}", includeResources=1)
    assert (told["id"], told["hostawayReservationId"]) == (asking.r2, str(asking.r2))
    assert told["reservationId"] == f"{asking.place}-guest-777-confirmation-HMTEST0002"
    assert (told["channelId"], told["channelName"]) == (2018, "airbnbOfficial")
    assert (told["listingMapId"], told["confirmationCode"]) == (asking.place, "HMTEST0002")
    assert (told["arrivalDate"], told["nights"]) == (str(DEPARTURE + 2 * ONE_DAY), 3)
    assert (told["checkInTime"], told["totalPrice"], told["currency"]) == (None, 500, "EUR")
    assert (told["isDatesUnspecified"], told["isPaid"], told["guestEmail"]) == (0, 1, None)
    assert told["updatedOn"] == "2026-06-12 09:00:00"  # UTC, without an offset
    [rate] = told["financeField"]
    assert (rate["type"], rate["name"], rate["total"]) == ("price", "baseRate", 500)
    await asking.call("GET", "/reservations/1", 404)


@pytest.mark.parametrize("status", list(StayStatus))
async def test_every_status_and_payment_has_a_word_that_the_reference_has(
    asking: Asking, status: StayStatus
) -> None:
    asking.memory.change("R1", status=status)
    told = await asking.get(f"/reservations/{asking.r1}")
    assert told["status"] == STATUSES.get(status, "unknown")
    assert (told["cancellationDate"] is not None) == (told["status"] == "cancelled")
    paid = {StayPayment.PAID: 1, StayPayment.UNKNOWN: None}
    for payment in StayPayment:
        asking.memory.change("R1", payment=payment)
        told = await asking.get(f"/reservations/{asking.r1}")
        assert told["isPaid"] == paid.get(payment, 0)
        assert told["paymentStatus"] == ("Paid" if told["isPaid"] else "Unknown")


async def test_reservations_are_paged_by_the_last_id_and_filtered(asking: Asking) -> None:
    async def ids(**params: Any) -> list[int]:
        return [each["id"] for each in await asking.get("/reservations", **params)]

    night = {"arrival": DEPARTURE, "departure": DEPARTURE + ONE_DAY}
    asking.world.put(stay("R3", conversation="", **night))  # only the calendar knows of them
    first = (await asking.client.get("/reservations", params={"limit": 1})).json()
    assert (first["limit"], first["count"]) == (1, 2)
    assert [each["id"] for each in first["result"]] == [asking.r1]
    assert await ids(limit=1, afterId=asking.r1) == [asking.r2]
    assert await ids(limit=1, afterId=asking.r2) == []
    assert await ids(arrivalStartDate=ARRIVAL, arrivalEndDate=ARRIVAL) == [asking.r1]
    assert await ids(arrivalStartDate=ARRIVAL + ONE_DAY) == [asking.r2]
    asking.clock.now += timedelta(hours=1)
    asking.memory.change("R2", guests=3)
    assert await ids(latestActivityStart="2026-06-12 09:30:00") == [asking.r2]
    asking.world.unreadable.add("R1")
    assert [each["status"] for each in await asking.get("/reservations")] == [
        {"unreadable": True},
        "new",
    ]


async def test_a_listing_knows_whole_hours_and_a_calendar_its_nights(asking: Asking) -> None:
    [place] = await asking.get("/listings")
    assert place == await asking.get(f"/listings/{asking.place}")
    assert (place["checkInTimeStart"], place["checkOutTime"]) == (15, 11)
    assert (place["timeZoneName"], place["currencyCode"]) == ("Europe/Lisbon", "EUR")
    eve, later = ARRIVAL - ONE_DAY, ARRIVAL - 2 * ONE_DAY
    asking.world.set_night("L1", later, NightState.BLOCKED, 9550)
    path = f"/listings/{asking.place}/calendar"
    range_ = {"startDate": str(later), "endDate": str(ARRIVAL)}  # both ends count
    nights = await asking.get(path, **range_, includeResources=1)
    assert [(each["date"], each["status"], each["isAvailable"]) for each in nights] == [
        (str(later), "blocked", 0),
        (str(eve), "available", 1),
        (str(ARRIVAL), "reserved", 0),
    ]
    assert [each["price"] for each in nights] == [95.5, 100, 100]
    assert [[one["id"] for one in each["reservations"]] for each in nights] == [
        [],
        [],
        [asking.r1],
    ]
    bare = await asking.get(path, **range_)
    assert [each["reservations"] for each in bare] == [[], [], []]
    asking.world.set_night("L1", eve, NightState.BLOCKED)
    asking.memory.faults.next("calendar", PmsFault.STALE)
    assert await asking.get(path, **range_) == bare
    assert (await asking.get(path, **range_))[1]["status"] == "blocked"
    asking.world.set_night("L1", eve, NightState.UNKNOWN)
    assert [each["date"] for each in await asking.get(path, **range_)] == [
        str(later),
        str(ARRIVAL),
    ]


async def test_a_bill_is_rewritten_whole_and_lines_that_stay_keep_their_ids(
    asking: Asking,
) -> None:
    [(rate, _, _)] = await asking.bill()
    new = {"id": None, "type": "fee", "name": "lateCheckoutFee", "isIncludedInTotalPrice": 1}
    late = {**new, "title": "Late check-out 14:00", "value": 50, "total": 50}
    told = await asking.put({"financeField": [{"id": rate}, late]})
    added = told["financeField"][1]
    assert (added["type"], added["name"], added["total"]) == ("fee", "lateCheckoutFee", 50)
    assert (added["isOverriddenByUser"], added["isDeleted"]) == (1, 0)
    early = {**new, "title": "Early", "value": 25.5, "total": 25.5, "alias": "upsell UP-2"}
    told = await asking.put({"financeField": [*told["financeField"], early]})
    bill = await asking.bill()
    assert [each[0] for each in bill[:2]] == [rate, added["id"]]
    assert [each[1:] for each in bill[1:]] == [("Late check-out 14:00", 50), ("Early", 25.5)]
    assert told["financeField"][2]["alias"] == "upsell UP-2"
    changed = {"value": 40, "isOverriddenByUser": 1}
    line = f"/financeField/{asking.r1}/{added['id']}"
    await asking.call("PUT", line, json=changed)
    assert (await asking.bill())[1] == (added["id"], "Late check-out 14:00", 40)
    await asking.call("PUT", line, json={"value": 0})
    assert [each[1] for each in await asking.bill()] == ["Base rate", "Early"]
    gone = {**told["financeField"][2], "isDeleted": 1}
    await asking.put({"financeField": [{"id": rate}, gone]})
    assert [each[0] for each in await asking.bill()] == [rate]
    await asking.put({"financeField": [{"id": 1}]}, 404)
    asking.memory.faults.next("add_fee", PmsFault.IGNORED)
    await asking.put({"financeField": [{"id": rate}, late]})
    asking.face.bills.ignores_lines = True
    await asking.put({"financeField": [{"id": rate}, late]})
    assert [each[0] for each in await asking.bill()] == [rate]


async def test_a_charge_is_a_record_beside_the_bill(asking: Asking) -> None:
    body = {"title": "Late check-out 14:00", "description": "upsell UP-1", "amount": 50}
    made = await asking.call("POST", f"/guestPayments/charges/{asking.r1}", json=body)
    assert made.items() >= body.items()
    assert (made["reservationId"], made["listingMapId"]) == (asking.r1, asking.place)
    assert (made["currency"], made["status"], made["type"]) == ("EUR", "awaiting", "charge")
    assert (made["paymentProvider"], made["isManual"]) == ("offline", 1)
    assert await asking.get("/guestPayments/charges", reservationId=asking.r1) == [made]
    assert await asking.get("/guestPayments/charges", reservationId=asking.r2) == []
    assert len(await asking.bill()) == 1
    asking.memory.faults.next("charge", PmsFault.TIMEOUT_BEFORE)
    with pytest.raises(httpx2.ReadTimeout):
        await asking.client.post(f"/guestPayments/charges/{asking.r1}", json=body)
    assert len(asking.world.charges) == 1


async def test_dates_are_changed_unless_somebody_sleeps_there(asking: Asking) -> None:
    longer = {"departureDate": str(DEPARTURE + ONE_DAY), "totalPrice": 590}
    told = await asking.put(longer, forceOverbooking=0)
    assert (told["departureDate"], told["nights"]) == (str(DEPARTURE + ONE_DAY), 6)
    assert told["totalPrice"] == 590
    taken = {"departureDate": str(DEPARTURE + 3 * ONE_DAY)}
    assert await asking.put(taken, 400) == "Dates are not available"
    asking.memory.faults.next("shorten", PmsFault.IGNORED)
    await asking.put({"departureDate": str(DEPARTURE)})
    assert asking.world.reservations["R1"].departure == DEPARTURE + ONE_DAY
    assert (await asking.put(taken, forceOverbooking=1))["nights"] == 8


async def test_messages_come_the_newest_first_and_a_post_proves_no_delivery(
    asking: Asking,
) -> None:
    asking.memory.guest_says("R1", "Yes please")
    [talk] = await asking.get("/conversations", reservationId=asking.r1)
    assert (talk["id"], talk["reservationId"]) == (asking.talk, asking.r1)
    assert talk == await asking.get(f"/conversations/{asking.talk}")
    assert await asking.get(f"/reservations/{asking.r1}/conversations") == [talk]
    asking.clock.now += timedelta(minutes=1)
    path = f"/conversations/{asking.talk}/messages"
    said = {"body": "Done — enjoy!", "communicationType": "channel"}
    made = await asking.call("POST", path, json=said)
    assert (made["body"], made["isIncoming"], made["status"]) == ("Done — enjoy!", 0, "sent")
    asking.memory.faults.next("post", PmsFault.UNDELIVERED)
    made = await asking.call("POST", path, json={**said, "body": "Are you there?"})
    assert made["status"] == "sent"
    told = await asking.get(path)
    assert [(each["body"], each["isIncoming"], each["status"]) for each in told] == [
        ("Are you there?", 0, "failed"),
        ("Done — enjoy!", 0, "sent"),
        ("Yes please", 1, "sent"),
    ]
    assert [each["date"][-8:] for each in told] == ["09:01:00", "09:01:00", "09:00:00"]
    assert [each["id"] for each in await asking.get(path, limit=1, offset=2)] == [told[2]["id"]]
    asking.memory.change("R2", conversation="")
    assert await asking.get(f"/reservations/{asking.r2}/conversations") == []


async def test_tasks_are_planned_for_a_time_and_found_by_stay_or_window(asking: Asking) -> None:
    new = {
        "title": "Mid-stay clean",
        "categoriesMap": [1],
        "listingMapId": asking.place,
        "reservationId": asking.r1,
        "canStartFrom": "2026-06-17 23:30:00",
        "shouldEndBy": "2026-06-18 02:00:00",
    }
    made = await asking.call("POST", "/tasks", json=new)
    assert made.items() >= new.items()
    assert made["status"] == "confirmed"
    assert made["canStartFromListingTime"] == "2026-06-18 00:30:00"  # Lisbon is an hour ahead
    [task] = asking.world.tasks.values()
    assert (task.day, task.starts_at and task.starts_at.tzinfo) == (date(2026, 6, 18), UTC)
    assert await asking.get("/tasks", reservationId=asking.r1) == [made]
    assert await asking.get("/tasks", reservationId=asking.r2) == []
    window = {"canStartFromStart": "2026-06-17", "canStartFromEnd": "2026-06-17"}
    assert await asking.get("/tasks", **window) == [made]
    assert await asking.get("/tasks", **window | {"canStartFromStart": "2026-06-18"}) == []
    await asking.call("DELETE", f"/tasks/{made['id']}")
    assert await asking.get("/tasks") == []
    await asking.call("DELETE", "/tasks/1", 404)


async def test_one_webhook_hears_of_everything_and_is_signed_by_its_login(asking: Asking) -> None:
    hook = {"isEnabled": 1, "url": HOOK, "login": "hook-user", "password": "first"}
    made = await asking.call("POST", HOOKS, json=hook)
    assert await asking.get(HOOKS) == [{"id": made["id"], "url": HOOK}]
    await asking.call("PUT", f"{HOOKS}/{made['id']}", json={**hook, "password": "hook-pass"})
    await asking.call("PUT", f"{HOOKS}/99", 404, json=hook)
    asking.memory.change("R1", guests=3)
    asking.memory.put(asking.world.reservations["R2"], EventKind.CREATED)
    asking.memory.guest_says("R1", "Yes please")
    told = asking.deliveries()
    proof = base64.b64encode(b"hook-user:hook-pass").decode()
    assert {(url, headers["Authorization"]) for url, headers, _ in told} == {
        (HOOK, f"Basic {proof}")
    }
    bodies = [json.loads(body) for *_, body in told]
    assert {each["accountId"] for each in bodies} == {70001}
    assert [(each["object"], each["event"]) for each in bodies] == [
        ("reservation", "reservation.updated"),
        ("reservation", "reservation.created"),
        ("conversationMessage", "message.received"),
    ]
    assert bodies[0]["data"] == await asking.get(f"/reservations/{asking.r1}")
    said = bodies[2]["data"]
    assert (said["body"], said["isIncoming"], said["conversationId"]) == (
        *("Yes please", 1),
        asking.talk,
    )
    asking.memory.hooks.upcoming += [HookFault.GARBLED, HookFault.LOST]
    asking.memory.cancel("R1")
    asking.memory.change("R2", guests=1)
    [(_, headers, half)] = asking.deliveries()
    assert headers["Authorization"] == f"Basic {proof}"
    with pytest.raises(json.JSONDecodeError):
        json.loads(half)
    await asking.call("DELETE", f"{HOOKS}/{made['id']}")
    asking.memory.change("R2", guests=2)
    assert (await asking.get(HOOKS), asking.deliveries()) == ([], [])


@pytest.mark.parametrize(
    ("fault", "status"),
    [(PmsFault.RATE_LIMITED, 429), (PmsFault.REFUSED, 422), (PmsFault.MALFORMED, 200)],
)
async def test_what_befalls_a_call_is_an_answer_as_hostaway_gives_it(
    asking: Asking, fault: PmsFault, status: int
) -> None:
    asking.memory.faults.next("reservation", fault)
    answer = await asking.client.get(f"/reservations/{asking.r1}")
    assert answer.status_code == status
    if fault is PmsFault.MALFORMED:
        assert answer.text.startswith("<html>")
    else:  # a rate limit has other words than any other failure
        word = "message" if fault is PmsFault.RATE_LIMITED else "result"
        assert answer.json().keys() == {"status", word}
    await asking.get(f"/reservations/{asking.r1}")


async def test_nobody_there_is_no_connection_and_no_answer_may_have_been_a_yes(
    asking: Asking,
) -> None:
    asking.memory.faults.next("post", PmsFault.DOWN, PmsFault.TIMEOUT_AFTER)
    path, said = f"/conversations/{asking.talk}/messages", {"body": "Hello"}
    with pytest.raises(httpx2.ConnectError):
        await asking.client.post(path, json=said)
    assert await asking.get(path) == []
    with pytest.raises(httpx2.ReadTimeout):
        await asking.client.post(path, json=said)
    assert [each["body"] for each in await asking.get(path)] == ["Hello"]


async def test_no_two_things_share_a_number_and_an_id_is_known_again_by_its_kind(
    asking: Asking,
) -> None:
    ids = asking.standin.ids
    kinds = ("reservation", "listing", "line", "task")
    assert len({ids.number(kind, ref) for kind in kinds for ref in ("R1", "L1")}) == 8
    for form in (ids.number, ids.hexed, ids.uuid):
        id = form("reservation", "R1")
        assert id == form("reservation", "R1")
        assert ids.ref("reservation", id) == "R1"
        assert ids.ref("listing", id) is None


async def test_hostaways_connector_may_ask_for_its_webhooks_again(asking: Asking) -> None:
    base = {"base_url": str(asking.client.base_url)}
    account = Account("b1", "hostaway", asking.face.secrets, base)
    outside = Outside(asking.client, MemoryTokens(), asking.clock, plays=True)
    first = await HOSTAWAY.register(account, outside, HOOK)
    second = await HOSTAWAY.register(account, outside, HOOK)
    assert first != second
    asking.memory.cancel("R1")
    [(_, headers, _)] = asking.deliveries()
    proof = ":".join(second[name] for name in ("webhook_login", "webhook_password"))
    assert headers["Authorization"] == f"Basic {base64.b64encode(proof.encode()).decode()}"
