"""A webhook is believed on its raw bytes alone, and then it is but a hint."""

import hashlib
import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest

from jirani.connectors.connector import Account
from jirani.connectors.hooks import LARGEST, NotGenuine, RawHook
from jirani.connectors.hostaway import hooks
from jirani.connectors.hostaway.connector import HOSTAWAY
from jirani.connectors.pms import Direction, EventKind, PmsEvent, PmsMessage
from tests.support.fuzzing import JSON, bombard, examples, spoilt_bytes
from tests.support.hostaway_rig import BASIC, SECRETS

NOW = datetime(2026, 1, 17, 12, tzinfo=UTC)
ACCOUNT = Account("b1", "hostaway", SECRETS)
CREATED: dict[str, Any] = {
    "object": "reservation",
    "event": "reservation.created",
    "accountId": 70001,
    "data": {
        **{"id": 9100001, "hostawayReservationId": "9100001", "listingMapId": 40001},
        "reservationId": "40001-guest-777-confirmation-HMTEST0001",
        **{"channelId": 2018, "channelName": "airbnbOfficial", "guestName": "Test Guest"},
        **{"arrivalDate": "2026-01-20", "departureDate": "2026-01-25", "status": "new"},
        **{"paymentStatus": "Unknown", "financeField": []},
    },
}
CANCELLED: dict[str, Any] = {
    **{"object": "reservation", "event": "reservation.updated", "accountId": 70001},
    "data": {"id": 9100001, "listingMapId": 40001, "status": "cancelled"},
}
MESSAGE: dict[str, Any] = {
    **{"object": "conversationMessage", "event": "message.received", "accountId": 70001},
    "data": {
        **{"id": 880003, "conversationId": 5500001, "reservationId": 9100001},
        **{"listingMapId": 40001, "channelId": 2018, "body": "Yes please", "isIncoming": 1},
        **{"isSeen": 0, "date": "2026-01-17 10:00:00", "status": "sent"},
    },
}
SAID_AT = datetime(2026, 1, 17, 10, tzinfo=UTC)
SAMPLES = [json.dumps(each).encode() for each in (CREATED, CANCELLED, MESSAGE)]


def taken(body: bytes, authorization: str | None = BASIC, account: Account = ACCOUNT) -> str:
    headers = {} if authorization is None else {"authorization": authorization}
    return HOSTAWAY.hook(RawHook(headers, body), account, NOW).dedupe_key


def read(body: object) -> tuple[PmsEvent, ...]:
    return hooks.events(json.dumps(body))


def test_the_login_that_was_agreed_on_proves_a_webhook_and_its_body_is_its_name() -> None:
    body = SAMPLES[0]
    assert taken(body) == hashlib.sha256(body).hexdigest() == taken(body, "basic" + BASIC[5:])
    assert taken(body + b" ") != taken(body)
    hook = HOSTAWAY.hook(RawHook({"authorization": BASIC}, body), ACCOUNT, NOW)
    assert (hook.pms, hook.body) == ("hostaway", body.decode())
    assert "hook-pass" not in repr((ACCOUNT, RawHook({"authorization": BASIC}, body)))


@pytest.mark.parametrize(
    "authorization",
    [
        *(None, "", "Basic", "Basic ", "Bearer " + BASIC[6:], BASIC[:-1], BASIC + "AAAA"),
        "Basic aG9vay11c2VyOmhvb2stcGFzcy0wMDAy",  # hook-pass-0002
        "Basic ****",
        "Basic é",
    ],
)
def test_anything_else_proves_nothing(authorization: str | None) -> None:
    with pytest.raises(NotGenuine) as refused:
        taken(SAMPLES[0], authorization)
    assert "hook-pass" not in str(refused.value)


def test_without_a_login_agreed_on_nothing_is_genuine_and_nothing_huge_or_garbled() -> None:
    nobody = "Basic Og=="  # ":"
    for secrets in ({}, {"webhook_login": "", "webhook_password": ""}, {"webhook_login": "x"}):
        with pytest.raises(NotGenuine):
            taken(SAMPLES[0], nobody, Account("b1", "hostaway", secrets))
    for body in (b"x" * (LARGEST + 1), b"\xff\xfe"):
        with pytest.raises(NotGenuine):
            taken(body)


def test_what_happened_is_read_and_a_cancellation_has_no_event_of_its_own() -> None:
    assert read(CREATED) == (PmsEvent(EventKind.CREATED, "9100001"),)
    changed = CREATED | {"event": "reservation.updated"}
    assert read(changed) == (PmsEvent(EventKind.CHANGED, "9100001"),)
    assert read(CANCELLED) == (PmsEvent(EventKind.CANCELLED, "9100001"),)


def test_a_guests_message_is_read_and_our_own_is_no_news() -> None:
    message = PmsMessage("880003", "5500001", Direction.IN, "Yes please", SAID_AT, "9100001")
    assert read(MESSAGE) == (PmsEvent(EventKind.MESSAGE, "9100001", SAID_AT, message),)
    for ours in ({"isIncoming": 0}, {"isIncoming": 0, "date": None}):
        assert read(MESSAGE | {"data": MESSAGE["data"] | ours}) == ()
    with pytest.raises(ValueError, match="isIncoming"):
        read(MESSAGE | {"data": MESSAGE["data"] | {"isIncoming": None}})


@pytest.mark.parametrize(
    "body",
    [
        {"eventType": "reservation.created", "data": CREATED["data"]},
        {"event": "reservation.created", "payload": {"data": CREATED["data"]}},
        {"payload": {"eventType": "reservation.created", "data": CREATED["data"]}, "more": [1]},
    ],
)
def test_other_forms_of_the_same_news_are_read_too(body: object) -> None:
    assert read(body) == (PmsEvent(EventKind.CREATED, "9100001"),)


@pytest.mark.parametrize(
    "body",
    [
        *({}, {"event": None}, {"event": "task.created", "data": 7}, {"payload": 7}),
        CREATED | {"data": CREATED["data"] | {"isDatesUnspecified": 1}},
    ],
)
def test_other_news_is_none(body: object) -> None:
    assert read(body) == ()


@pytest.mark.parametrize(
    "body",
    [*("", "{", "[]", "null", "7", "[" * 99_999), '{"event": "reservation.created"}'],
)
def test_nonsense_is_refused(body: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        hooks.events(body)


@examples()
def test_no_bytes_make_anything_else_of_it(examples: int) -> None:
    def check(body: bytes) -> None:
        with suppress(ValueError, NotGenuine):
            hooks.events(HOSTAWAY.hook(RawHook({"authorization": BASIC}, body), ACCOUNT, NOW).body)

    bombard(check, spoilt_bytes(SAMPLES), examples)


@examples()
def test_no_data_make_anything_else_of_it(examples: int) -> None:
    def check(data: object) -> None:
        for event in ("reservation.updated", "message.received"):
            with suppress(ValueError):
                hooks.events(json.dumps({"event": event, "data": data}))

    bombard(check, JSON, examples)
