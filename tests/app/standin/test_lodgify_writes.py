"""What is written through Lodgify's face of the stand-in, what befalls it, what it tells."""

import json
import uuid
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from app.standin.lodgify import KEY
from app.standin.lodgify_hooks import signature
from jirani.connectors.memory_pms_faults import PmsFault
from jirani.connectors.pms import Direction
from jirani.rules.facts import StayPayment
from tests.support.lodgify_account import OURS, Account

pytestmark = pytest.mark.anyio


@pytest.fixture
def account() -> Account:
    return Account()


def text(message: str = "Would you like to check in at 12:00?", **fields: Any) -> dict[str, Any]:
    told = {"subject": "Your stay", "message": message, "type": "Owner"}
    return {**told, "send_notification": True, "message_id": OURS, **fields}


async def test_a_text_arrives_once_and_a_repeat_is_a_200_that_failed(account: Account) -> None:
    answer = await account.send(text())
    assert (answer.status_code, answer.content) == (200, b"null")
    again = await account.send(text())
    assert again.status_code == 200
    assert again.json()["success"] is False
    (there,) = await account.thread()
    assert there["message_id"] == OURS.lower()
    assert (there["type"], there["message_status"]) == ("Owner", "Sent")
    assert account.world.texts("conversation-R1") == ["Would you like to check in at 12:00?"]


@pytest.mark.parametrize(
    "unheard",
    [{"send_notification": False}, {"send_notification": None}, {"type": "Comment"}],
)
async def test_a_text_nobody_is_notified_of_reaches_no_guest(
    account: Account, unheard: dict[str, Any]
) -> None:
    assert (await account.send(text(**unheard))).content == b"null"
    assert await account.thread() == []


async def test_a_text_may_fail_in_every_way(account: Account) -> None:
    faults = account.memory.faults
    faults.next("post", "refused", "timeout_before", "timeout_after", "undelivered")
    refused = await account.send(text())
    assert (refused.status_code, refused.json()["statusCode"]) == (200, "400")
    for there in (0, 1):
        with pytest.raises(httpx2.ReadTimeout):
            await account.send(text())
        assert len(await account.thread()) == there
    assert (await account.send(text(message_id=str(uuid.uuid4())))).content == b"null"
    assert [one["message_status"] for one in await account.thread()] == ["Sent", "Failed"]
    path = f"/v1/reservation/booking/{account.id()}/messages"
    no_list = await account.client.post(path, json=text())
    assert no_list.json()["success"] is False


async def test_a_payment_link_is_for_who_booked_directly_and_owes_nothing(
    account: Account,
) -> None:
    async def asked(ref: str, amount: float) -> Any:
        path = f"/v2/reservations/bookings/{account.id(ref)}/quote/paymentLink"
        made = await account.client.post(path, json={"amount": amount})
        assert made.status_code == 200
        return made.json()["succeeded"], (await account.get(path))["url"]

    assert await asked("R1", 50) == (False, None)
    succeeded, owed = await asked("R2", 50)
    assert (succeeded, owed.startswith("https://")) == (False, True)  # for what it owes
    account.memory.change("R2", payment=StayPayment.PAID)
    account.memory.faults.next("add_fee", PmsFault.IGNORED)
    assert await asked("R2", 50) == (True, None)
    succeeded, link = await asked("R2", 50)
    assert (succeeded, link.startswith("https://")) == (True, True)
    assert await asked("R2", 70) == (False, link)
    path = f"/v2/reservations/bookings/{account.id('R2')}/quote/paymentLink"
    for nothing in (0, True, "50", None):
        assert (await account.client.post(path, json={"amount": nothing})).status_code == 400


@pytest.mark.parametrize("key", [None, "", "another", "é"])
async def test_without_the_key_nothing_is_told_and_no_fault_used_up(
    account: Account, key: str | None
) -> None:
    account.memory.faults.next("listings", "rate_limited")
    told = [] if key is None else [(b"X-ApiKey", key.encode())]
    account.client.headers = httpx2.Headers(told)
    answer = await account.client.get("/v2/properties")
    assert answer.status_code == 401
    assert set(answer.json()) == {"message", "code", "correlation_id", "event_id"}
    account.client.headers["X-ApiKey"] = KEY
    assert (await account.client.get("/v2/properties")).status_code == 429


async def test_faults_show_as_lodgify_shows_them(account: Account) -> None:
    faults = account.memory.faults
    path = f"/v2/reservations/bookings/{account.id()}"
    faults.next("reservation", "rate_limited", "malformed", "refused", "status_unknown")
    limited = await account.client.get(path)
    assert (limited.status_code, "retry-after" in limited.headers) == (429, False)
    garbled = await account.client.get(path)
    assert (garbled.status_code, garbled.text[:1]) == (200, "<")
    assert (await account.client.get(path)).status_code == 400
    assert (await account.booking())["status"] == "Unknown"
    faults.next("reservations", PmsFault.PAYMENT_UNKNOWN)
    (item,) = (await account.get("/v2/reservations/bookings"))["items"]
    assert (item["total_amount"], item["amount_paid"], item["amount_due"]) == (500, 0, 0)


async def test_webhooks_leave_to_each_subscription_with_its_own_proof(account: Account) -> None:
    events = (
        *("booking_new_status_booked", "booking_change", "booking_status_change_declined"),
        "guest_message_received",
    )
    known = {event: await account.subscribe(event) for event in events}
    account.memory.book(replace(account.world.reservations["R2"], ref="R3", total=12345))
    account.memory.change("R1", guests=3)
    message = account.memory.guest_says("R1", "Yes please")
    account.memory.host_says("R1", "Karibu")
    account.memory.cancel("R1")
    deliveries = account.delivered()
    assert [each.url.rpartition("/")[2] for each in deliveries] == [
        *("booking_new_status_booked", "booking_change", "guest_message_received"),
        "booking_status_change_declined",
    ]
    bodies = []
    for each in deliveries:
        action = each.url.rpartition("/")[2]
        assert each.headers["ms-signature"] == signature(known[action], each.body)
        (body,) = json.loads(each.body)
        assert body["action"] == action
        bodies.append(body)
    booked, _, said, declined = bodies
    assert (booked["booking_total_amount"], booked["balance_due"]) == ("123.45", "123.45")
    assert booked["booking"]["date_arrival"] == "2026-01-10T00:00:00"
    assert booked["booking"]["date_created"] == "2026-01-17T09:00:00+00:00"
    assert (declined["booking"]["id"], declined["booking"]["status"]) == (account.id(), "Booked")
    (first, _) = await account.thread()
    assert said == {
        "action": "guest_message_received",
        "thread_uid": (await account.booking())["thread_uid"],
        "message_id": first["id"],
        "inbox_uid": f"B{account.id()}",
        "guest_name": "Test Guest",
        "subject": "",
        "message": "Yes please",
        "creation_time": "2026-01-17T09:00:00+00:00",
        "has_attachments": False,
    }
    assert message.direction is Direction.IN
    account.memory.hooks.upcoming.append("garbled")
    account.memory.cancel("R2")
    assert len(account.delivered()) == len(events)


async def test_an_address_hears_of_one_event_and_its_secret_is_shown_once(
    account: Account,
) -> None:
    secret = await account.subscribe("booking_change")
    asked = {"target_url": "https://hooks.example/booking_change", "event": "rate_change"}
    unknown = {"target_url": "https://else.example", "event": "tea"}
    wrongs: tuple[object, ...] = (asked, unknown, [])
    for wrong in wrongs:
        answer = await account.client.post("/webhooks/v1/subscribe", json=wrong)
        assert answer.status_code == 400
    (listed,) = await account.get("/webhooks/v1/list")
    assert listed["event"] == "booking_change"
    assert secret not in json.dumps(listed)
    gone = [
        await account.client.request(
            "DELETE", "/webhooks/v1/unsubscribe", json={"id": listed["id"]}
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in gone] == [200, 404]
    assert await account.get("/webhooks/v1/list") == []


def test_a_signature_is_that_of_the_reference() -> None:
    body = (
        b'[{"action":"booking_change","booking":{"id":9000001,"date_arrival":"2026-01-20T00:00:00",'
        b'"date_departure":"2026-01-25T00:00:00","property_id":5001,"status":"Booked",'
        b'"source":"AirbnbIntegration","source_text":"HMTEST0001","nights":5},"guest":{"name":'
        b'"Test Guest","email":null,"phone_number":null},"booking_total_amount":"500",'
        b'"booking_currency_code":"EUR","balance_due":"0"}]'
    )
    proof = "sha256=5e7597f5ccbf8f048f020108387f14b4b1d7f369ff5a3fb1740abed7580006c7"
    assert signature("lodgify-test-secret-0001", body) == proof
