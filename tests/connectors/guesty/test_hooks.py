"""Guesty's webhooks: signed by Svix on their bytes, and hints of what to read."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from svix.webhooks import Webhook

from jirani.connectors.connector import Account
from jirani.connectors.guesty.connector import GUESTY
from jirani.connectors.hooks import LARGEST, NotGenuine, RawHook
from jirani.connectors.pms import Direction, EventKind, Hook
from tests.support.guesty import NOW, STAY, TALK, Desk, post, posts

SECRET = "whsec_Z3Vlc3R5LXRlc3Qtc2lnbmluZy1rZXktMDAwMQ=="
BODY = (
    b'{"event":"reservation.updated.v2","data":'
    b'{"reservationId":"66f000000000000000000001","status":"canceled"}}'
)
HEADERS = {
    "svix-id": "msg_test0001",
    "svix-timestamp": "1768478400",
    "svix-signature": "v1,w9FEafYZYMGMXGx1phN7jQntJI9fsyAagV/61pnc1po=",
}
ACCOUNT = Account("b1", "guesty", {"webhook_secret": SECRET})


def taken(headers: dict[str, str], body: bytes = BODY, now: datetime = NOW) -> Hook:
    return GUESTY.hook(RawHook(headers, body), ACCOUNT, now)


def test_the_vector_of_the_reference_is_genuine() -> None:
    assert taken(HEADERS) == Hook("guesty", "msg_test0001", BODY.decode())
    named = {name.replace("svix", "webhook"): value for name, value in HEADERS.items()}
    assert taken(named).dedupe_key == "msg_test0001"


def test_what_svix_signs_is_genuine() -> None:
    body = '{"event":"reservation.created.v2","data":{"reservationId":"ñ🙂"}}'
    at = NOW + timedelta(seconds=299)
    signed = {
        "svix-id": "msg_2",
        "svix-timestamp": str(int(at.timestamp())),
        "svix-signature": Webhook(SECRET).sign("msg_2", at, body),
    }
    assert taken(signed, body.encode()).body == body


@pytest.mark.parametrize("before", ["v1,AAAA", "v1a,xyz", "v1,", "x", "v2,w9FEafYZ"])
def test_any_signature_of_the_list_will_do(before: str) -> None:
    assert taken({**HEADERS, "svix-signature": f"{before} {HEADERS['svix-signature']}"})


@pytest.mark.parametrize(
    "changed",
    [
        {"svix-id": ""},
        {"svix-id": "msg_test0002"},
        {"svix-timestamp": ""},
        {"svix-timestamp": "1768478401"},
        {"svix-timestamp": "soon"},
        {"svix-timestamp": "٣"},
        {"svix-timestamp": "9" * 400},
        {"svix-signature": ""},
        {"svix-signature": "v1,AAAA"},
        {"svix-signature": HEADERS["svix-signature"][3:]},
        {"svix-signature": "v2" + HEADERS["svix-signature"][2:]},
        {"svix-signature": "v1,é\ud800"},
    ],
)
def test_what_is_signed_otherwise_proves_nothing(changed: dict[str, str]) -> None:
    with pytest.raises(NotGenuine):
        taken({**HEADERS, **changed})


@pytest.mark.parametrize("seconds", [-301, 301])
def test_what_is_not_of_this_time_proves_nothing(seconds: int) -> None:
    with pytest.raises(NotGenuine, match="time"):
        taken(HEADERS, now=NOW + timedelta(seconds=seconds))
    assert taken(HEADERS, now=NOW + timedelta(seconds=seconds - seconds // abs(seconds)))


def test_one_byte_more_or_too_many_or_none_of_a_text_prove_nothing() -> None:
    for body in (BODY + b" ", b"", b" " * (LARGEST + 1)):
        with pytest.raises(NotGenuine):
            taken(HEADERS, body)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_***", "whsec_\xe9"])
def test_without_a_secret_nothing_is_genuine(secret: str) -> None:
    account = replace(ACCOUNT, secrets={"webhook_secret": secret})
    with pytest.raises(NotGenuine):
        GUESTY.hook(RawHook(HEADERS, BODY), account, NOW)


async def told(desk: Desk, body: dict[str, Any]) -> list[tuple[EventKind, str | None]]:
    events = desk.open().events(Hook("guesty", "k", json.dumps(body)))
    return [(event.kind, event.reservation_ref) for event in events]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("reservation.created.v2", EventKind.CREATED),
        ("reservation.new", EventKind.CREATED),
        ("reservation.updated.v2", EventKind.CHANGED),
        ("reservation.updated", EventKind.CHANGED),
    ],
)
async def test_each_name_is_known_and_the_stay_is_found_in_any_place(
    desk: Desk, name: str, kind: EventKind
) -> None:
    for where in (
        {"data": {"reservationId": STAY}},
        {"data": {"reservation": {"id": STAY}}},
        {"reservation": {"_id": STAY}},
        {"reservationId": STAY},
        {"data": {"reservationId": STAY}, "reservationId": "another"},
    ):
        assert await told(desk, {"event": name, **where}) == [(kind, STAY)]
    assert await told(desk, {"event": name}) == [(kind, None)]


@pytest.mark.anyio
async def test_a_cancellation_is_told_as_such_and_other_news_is_none(desk: Desk) -> None:
    (event,) = desk.open().events(Hook("guesty", "k", BODY.decode()))
    assert (event.kind, event.reservation_ref) == (EventKind.CANCELLED, STAY)
    at = {"event": "reservation.updated.v2", "publishedAt": "2026-01-10T08:00:00.000Z"}
    (event,) = desk.open().events(Hook("guesty", "k", json.dumps(at)))
    assert event.at == datetime(2026, 1, 10, 8, tzinfo=UTC)
    for name in ("listing.updated", "task.created", "reservation.messageSent", "odd"):
        assert await told(desk, {"event": name, "reservationId": STAY}) == []


def message(**fields: Any) -> dict[str, Any]:
    said = {
        "type": "fromGuest",
        "body": "Yes please",
        "module": "airbnb2",
        "createdAt": "2026-01-17T10:00:00.000Z",
    }
    talk = {"_id": TALK, "conversationWith": fields.pop("who", "Guest"), "thread": []}
    told = {"event": "reservation.messageReceived", "reservationId": STAY}
    return {**told, "conversation": talk, "message": {**said, **fields}}


@pytest.mark.anyio
async def test_a_guests_message_has_one_name_in_webhook_and_conversation(desk: Desk) -> None:
    (event,) = desk.open().events(Hook("guesty", "k", json.dumps(message())))
    assert (event.kind, event.reservation_ref) == (EventKind.MESSAGE, STAY)
    heard = event.message
    assert heard is not None
    assert (heard.direction, heard.text, heard.conversation) == (Direction.IN, "Yes please", TALK)
    desk.get(f"/communication/conversations/{TALK}/posts", posts(post(), post("No", _id="b3")))
    assert [each.ref for each in await desk.open().messages(TALK)].count(heard.ref) == 1


@pytest.mark.anyio
@pytest.mark.parametrize("other", [{"type": "fromHost"}, {"who": "Owner"}, {"who": None}])
async def test_what_others_write_is_no_news(desk: Desk, other: dict[str, Any]) -> None:
    assert await told(desk, message(**other)) == []


@pytest.mark.anyio
@pytest.mark.parametrize(
    "body",
    [
        *("", "[]", "7", "{", "[" * 99_999, "{}", '{"event":7.5}'),
        json.dumps({"event": "reservation.updated.v2", "reservationId": ["x"]}),
        json.dumps({"event": "reservation.updated.v2", "publishedAt": "soon"}),
        json.dumps({**message(), "message": None}),
        json.dumps(message(createdAt=None)),
        json.dumps({**message(), "conversation": {"conversationWith": "Guest"}}),
    ],
)
async def test_nonsense_is_said_to_be_some(desk: Desk, body: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of JSON's kind, or of ours
        desk.open().events(Hook("guesty", "k", body))
