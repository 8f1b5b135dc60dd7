"""Guesty's webhooks: signed by Svix, and a hint of what to read (U2)."""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jirani.connectors.guesty.reading import STATUSES
from jirani.connectors.guesty.talk import guest_message_ref
from jirani.connectors.hooks import LARGEST, NotGenuine, RawHook, readable, same
from jirani.connectors.pms import Direction, EventKind, Hook, PmsEvent, PmsMessage
from jirani.connectors.wire import fields
from jirani.connectors.wire.fields import Malformed, first, needed, record, text, within, word
from jirani.rules.facts import StayStatus

NAME = "guesty"
EVENTS = ("reservation.created.v2", "reservation.updated.v2", "reservation.messageReceived")
TOLERANCE = 300  # seconds a webhook may be old, or ahead
_KINDS = {
    "reservation.created": EventKind.CREATED,
    "reservation.new": EventKind.CREATED,
    "reservation.updated": EventKind.CHANGED,
    "reservation.canceled": EventKind.CANCELLED,
    "reservation.cancelled": EventKind.CANCELLED,
    "reservation.messageReceived": EventKind.MESSAGE,
}
_SECONDS = re.compile(r"[0-9]{1,12}")
_LONGEST_KEY = 200


def genuine(raw: RawHook, secret: str, now: datetime) -> Hook:
    """Take a webhook for genuine by one of its signatures, or raise NotGenuine."""
    if len(raw.body) > LARGEST:
        raise NotGenuine("too large")
    for names in ("svix", "webhook"):
        told = [raw.headers.get(f"{names}-{part}") for part in ("id", "timestamp", "signature")]
        if any(told):
            break
    event_id, at, signatures = (each or "" for each in told)
    if not (event_id and at and signatures):
        raise NotGenuine("a header is missing")
    if not _SECONDS.fullmatch(at) or abs(now.timestamp() - int(at)) > TOLERANCE:
        raise NotGenuine("not of this time")
    said = f"{event_id}.{at}.".encode(errors="replace") + raw.body
    digest = hmac.new(_key(secret), said, hashlib.sha256).digest()
    known = b"v1," + base64.b64encode(digest)
    given = (each.encode(errors="replace") for each in signatures.split(" "))
    if not any([same(each, known) for each in given]):
        raise NotGenuine("no signature of ours")
    if len(event_id) > _LONGEST_KEY:
        event_id = hashlib.sha256(event_id.encode()).hexdigest()
    return Hook(NAME, event_id, readable(raw))


def events(body: str) -> tuple[PmsEvent, ...]:
    """Read a webhook; none for news nobody asked for, Malformed for nonsense."""
    try:
        told = record(json.loads(body), "webhook")
    except RecursionError:
        raise Malformed("webhook is no JSON") from None
    name = needed(told.get("event"), "event").removesuffix(".v2")
    kind = _KINDS.get(name)
    if kind is None:
        return ()
    ref = _reservation_ref(told)
    if kind is EventKind.MESSAGE:
        return _message(told, ref)
    status = first(
        within(told, "data", "status"),
        within(told, "data", "reservation", "status"),
        within(told, "reservation", "status"),
    )
    if isinstance(status, str) and STATUSES.get(status.casefold()) is StayStatus.CANCELLED:
        kind = EventKind.CANCELLED
    return (PmsEvent(kind, ref, fields.moment(told.get("publishedAt"), "publishedAt")),)


def _message(told: Mapping[str, Any], ref: str | None) -> tuple[PmsEvent, ...]:
    """Read what a guest wrote; none for what anybody else did."""
    message = record(first(told.get("message"), within(told, "data", "message")), "message")
    talk = first(told.get("conversation"), within(told, "data", "conversation"))
    who = first(within(talk, "conversationWith"), told.get("conversationWith"))
    if message.get("type") != "fromGuest" or who != "Guest":
        return ()
    conversation = needed(within(talk, "_id"), "conversation._id")
    at = fields.moment(message.get("createdAt"), "createdAt")
    if at is None:
        raise Malformed("createdAt is missing")
    said = text(message.get("body"), "body") or ""
    name = guest_message_ref(conversation, at, said)
    event = PmsMessage(name, conversation, Direction.IN, said, at, ref)
    return (PmsEvent(EventKind.MESSAGE, ref, at, event),)


def _reservation_ref(told: Mapping[str, Any]) -> str | None:
    """Return the stay it is about, which is told in any of several places."""
    return word(
        first(
            within(told, "data", "reservationId"),
            within(told, "data", "reservation", "id"),
            within(told, "data", "reservation", "_id"),
            within(told, "reservation", "_id"),
            told.get("reservationId"),
        ),
        "reservationId",
    )


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:  # anybody could sign with none
        raise NotGenuine("our secret cannot be read")
    return key
