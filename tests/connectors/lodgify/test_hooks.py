"""A webhook is believed for its signature alone, and read in every shape it comes in."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
import respx

from jirani.connectors.connector import Outside
from jirani.connectors.hooks import LARGEST, NotGenuine, RawHook
from jirani.connectors.lodgify import hooks
from jirani.connectors.lodgify.connector import LODGIFY
from jirani.connectors.pms import Direction, EventKind, Hook, PmsUnavailable, Wrong
from tests.support.fuzzing import ANYTHING, JSON, bombard, examples, spoilt
from tests.support.lodgify_wire import KEY, MESSAGE_HOOK, NOW, SECRET, account

pytestmark = pytest.mark.anyio
# The vector of the reference.
BODY = (
    b'[{"action":"booking_change","booking":{"id":9000001,"date_arrival":"2026-01-20T00:00:00",'
    b'"date_departure":"2026-01-25T00:00:00","property_id":5001,"status":"Booked",'
    b'"source":"AirbnbIntegration","source_text":"HMTEST0001","nights":5},'
    b'"guest":{"name":"Test Guest","email":null,"phone_number":null},'
    b'"booking_total_amount":"500","booking_currency_code":"EUR","balance_due":"0"}]'
)
SIGNED = "sha256=5e7597f5ccbf8f048f020108387f14b4b1d7f369ff5a3fb1740abed7580006c7"
DIGEST = hashlib.sha256(BODY).hexdigest()


def taken(
    body: bytes = BODY, signed: str | None = SIGNED, event: str | None = "booking_change"
) -> Hook:
    headers = {} if signed is None else {"ms-signature": signed}
    return LODGIFY.hook(RawHook(headers, body, event), account(), NOW)


def sign(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def read(told: Any) -> list[tuple[EventKind, str | None]]:
    return [(each.kind, each.reservation_ref) for each in hooks.events(json.dumps(told))]


def test_the_vector_of_the_reference_is_genuine() -> None:
    assert taken() == Hook("lodgify", DIGEST, BODY.decode())
    assert taken(signed=SIGNED.upper().replace("SHA256", "sha256")) == taken()


HUGE = b" " * LARGEST + b"[]"


@pytest.mark.parametrize(
    "given",
    [
        {"body": BODY + b" "},
        {"body": BODY.replace(b"9000001", b"9000002")},
        {"signed": None},
        {"signed": ""},
        {"signed": SIGNED.removeprefix("sha256=")},
        {"signed": SIGNED.replace("sha256", "sha1")},
        {"signed": "sha256=" + "0" * 64},
        {"signed": "sha256=ünïcode"},
        {"event": None},
        {"event": "rate_change"},
        {"event": "booking_new_any_status"},  # no secret is known for it
        {"event": "api_key", "signed": sign(BODY, KEY)},  # it is no webhook's
        {"body": b"\xff", "signed": sign(b"\xff")},
        {"body": HUGE, "signed": sign(HUGE)},
    ],
)
def test_anything_else_is_not(given: dict[str, Any]) -> None:
    with pytest.raises(NotGenuine) as refused:
        taken(**given)
    assert SECRET not in repr((refused.value, account()))


def test_a_message_is_known_by_its_number_and_other_news_by_its_body() -> None:
    for body in ([MESSAGE_HOOK], MESSAGE_HOOK):
        told = json.dumps(body).encode()
        assert taken(told, sign(told), "guest_message_received").dedupe_key == "message:71"
    for other in ("[", "[" * 99_999, "[{}, {}]", "null"):
        told = other.encode()
        assert taken(told, sign(told)).dedupe_key == hashlib.sha256(told).hexdigest()


BOOKING = {"booking": {"id": 9000001, "status": "Booked", "property_id": 5001}}


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ("booking_new_any_status", EventKind.CREATED),
        ("booking_new_status_booked", EventKind.CREATED),
        ("booking_change", EventKind.CHANGED),
        ("booking_status_change_booked", EventKind.CHANGED),
        ("booking_status_change_tentative", EventKind.CHANGED),
        ("booking_status_change_open", EventKind.CHANGED),
        ("booking_status_change_declined", EventKind.CANCELLED),
        ("booking_cancelled", EventKind.CANCELLED),
        ("booking_deleted", EventKind.CANCELLED),
    ],
)
def test_news_of_a_booking_is_read_in_all_three_shapes(action: str, kind: EventKind) -> None:
    bare = {"action": action, **BOOKING}
    called = {"event": action, "data": {"bookingId": 9000001}}
    for told in (bare, [bare], called, {"event": action, "data": BOOKING}):
        assert read(told) == [(kind, "9000001")]


def test_news_nobody_asked_for_is_none_and_nonsense_is_named() -> None:
    assert read([{"action": "rate_change", "property_id": 5001}, {"action": "new_thing"}, {}]) == []
    assert read([]) == []
    assert read({"action": "booking_change", "booking": {"id": 1, "status": "Declined"}}) == [
        (EventKind.CANCELLED, "1")
    ]
    for told in ("x", 1, [1], {"action": "booking_change"}, {"action": ["booking_change"]}):
        with pytest.raises(ValueError, match="is"):
            read(told)
    with pytest.raises(ValueError, match="deep"):
        hooks.events("[" * 99_999)


def test_a_guest_s_words_come_with_their_booking() -> None:
    (event,) = hooks.events(json.dumps([{**MESSAGE_HOOK, "message": "<p>Yes please</p>"}]))
    at = datetime(2026, 1, 17, 10, tzinfo=UTC)
    assert (event.kind, event.reservation_ref, event.at) == (EventKind.MESSAGE, "9000001", at)
    message = event.message
    assert message is not None
    assert (message.ref, message.conversation, message.text) == ("71", "9000001", "Yes please")
    assert (message.direction, message.sent_at) == (Direction.IN, at)
    assert read({**MESSAGE_HOOK, "inbox_uid": "E12"}) == []  # an enquiry is no stay
    for wrong in (
        {"inbox_uid": None},
        {"inbox_uid": "B"},
        {"creation_time": ""},
        {"message_id": None},
    ):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            read({**MESSAGE_HOOK, **wrong})


@examples(1000)
def test_whatever_a_body_says_is_read_or_named(examples: int) -> None:
    def check(body: str) -> None:
        try:
            events = hooks.events(body)
        except ValueError:
            return
        assert all(event.reservation_ref for event in events)

    bombard(check, ANYTHING | JSON.map(json.dumps), examples)
    bombard(check, spoilt((BODY.decode(), json.dumps([MESSAGE_HOOK]))), examples)


async def test_each_event_has_an_address_and_a_secret_of_its_own(
    outside: Outside, web: respx.MockRouter
) -> None:
    url = "https://jirani.example/hooks/lodge/lodgify"
    old = {"id": "sub-0", "target_url": f"{url}/booking_change", "event": "booking_change"}
    others = {"id": "sub-9", "url": "https://other.example/booking_change"}
    web.get("/webhooks/v1/list").respond(json=[old, others])
    ended = web.delete("/webhooks/v1/unsubscribe").respond(200)
    made = web.post("/webhooks/v1/subscribe").mock(
        side_effect=lambda request: respx.MockResponse(
            201, json={"id": "s", "secret": f"of {json.loads(request.content)['event']}"}
        )
    )
    secrets = await LODGIFY.register(account(), outside, url)
    assert secrets == {event: f"of {event}" for event in hooks.EVENTS}
    assert [json.loads(call.request.content) for call in made.calls] == [
        {"target_url": f"{url}/{event}", "event": event} for event in hooks.EVENTS
    ]
    assert [json.loads(call.request.content) for call in ended.calls] == [{"id": "sub-0"}]


@pytest.mark.parametrize(
    ("listed", "made", "wrong"),
    [
        ({"status_code": 401}, {}, Wrong.REFUSED),
        ({"json": "?"}, {}, Wrong.MALFORMED),
        ({"json": {"items": [{"url": "x"}]}}, {}, Wrong.MALFORMED),
        ({"json": []}, {"status_code": 403}, Wrong.REFUSED),
        ({"json": []}, {"status_code": 400}, Wrong.REFUSED),
        ({"json": []}, {"status_code": 500}, Wrong.DOWN),
        ({"json": []}, {"status_code": 201, "json": {"id": "s"}}, Wrong.MALFORMED),
        ({"status_code": 404}, {"status_code": 201, "text": "ok"}, Wrong.MALFORMED),
    ],
)
async def test_who_may_not_subscribe_is_told_why(
    outside: Outside, web: respx.MockRouter, listed: Any, made: Any, wrong: Wrong
) -> None:
    web.get("/webhooks/v1/list").respond(**listed)
    web.post("/webhooks/v1/subscribe").respond(**made)
    with pytest.raises(PmsUnavailable) as unable:
        await LODGIFY.register(account(), outside, "https://jirani.example/hooks")
    assert unable.value.reason is wrong
    assert KEY not in str(unable.value)
