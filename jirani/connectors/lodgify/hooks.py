"""Lodgify's webhooks: signed on their raw bytes, with a secret for each event's own address.

There is no time in a signature, so an old one may come again: what it says is a hint, read then.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from jirani.connectors.connector import Account
from jirani.connectors.hooks import LARGEST, NotGenuine, RawHook, readable, same
from jirani.connectors.lodgify.markup import plain
from jirani.connectors.pms import EventKind, Hook, PmsEvent
from jirani.connectors.pms_objects import Direction, PmsMessage
from jirani.connectors.wire import fields
from jirani.connectors.wire.fields import Malformed, within

_MESSAGE = "guest_message_received"
_KINDS: Mapping[str, EventKind] = {
    "booking_new_any_status": EventKind.CREATED,
    "booking_new_status_booked": EventKind.CREATED,
    "booking_change": EventKind.CHANGED,
    "booking_status_change_booked": EventKind.CHANGED,
    "booking_status_change_tentative": EventKind.CHANGED,
    "booking_status_change_open": EventKind.CHANGED,
    "booking_status_change_declined": EventKind.CANCELLED,
    "booking_cancelled": EventKind.CANCELLED,
    "booking_canceled": EventKind.CANCELLED,
    "booking_deleted": EventKind.CANCELLED,
    _MESSAGE: EventKind.MESSAGE,
}
# One subscription each; the others tell nothing that one of these does not.
EVENTS = (
    "booking_new_any_status",
    "booking_change",
    "booking_status_change_booked",
    "booking_status_change_tentative",
    "booking_status_change_open",
    "booking_status_change_declined",
    _MESSAGE,
)


def genuine(raw: RawHook, account: Account) -> Hook:
    """Take a webhook for genuine, or raise NotGenuine."""
    secret = account.secrets.get(raw.event) if raw.event else None
    if raw.event not in _KINDS or not secret:
        raise NotGenuine("no secret is known for this address")
    if len(raw.body) > LARGEST:
        raise NotGenuine("too large")
    scheme, _, told = raw.headers.get("ms-signature", "").strip().partition("=")
    known = hmac.new(secret.encode(), raw.body, hashlib.sha256).hexdigest()
    if scheme.lower() != "sha256" or not same(told.strip().lower(), known):
        raise NotGenuine("ms-signature does not fit")
    return Hook(account.pms, _dedupe_key(raw), readable(raw))


def _dedupe_key(raw: RawHook) -> str:
    """Return a message's number where it has one, else the body's own digest."""
    try:
        (one,) = _those(json.loads(raw.body))
        if _action(one) == _MESSAGE and (number := fields.word(one.get("message_id"), "id")):
            return f"message:{number}"[:200]
    except (ValueError, RecursionError):
        pass
    return hashlib.sha256(raw.body).hexdigest()


def events(body: str) -> tuple[PmsEvent, ...]:
    """Read a body: a list, an object, or `{"event", "data"}`; ValueError for nonsense."""
    try:
        told = json.loads(body)
    except RecursionError:
        raise ValueError("too deep") from None
    return tuple(event for one in _those(told) if (event := _event(one)))


def _those(told: Any) -> list[Mapping[str, Any]]:
    return fields.records([told] if isinstance(told, dict) else told, "webhook")


def _action(one: Mapping[str, Any]) -> str | None:
    return fields.word(fields.first(one.get("action"), one.get("event")), "action")


def _event(one: Mapping[str, Any]) -> PmsEvent | None:
    kind = _KINDS.get(_action(one) or "")
    if kind is None:
        return None
    data = one.get("data")
    inner = {**one, **data} if isinstance(data, dict) else one
    if kind is EventKind.MESSAGE:
        return _message(inner)
    booking = fields.first(
        within(inner, "booking", "id"), inner.get("bookingId"), inner.get("booking_id")
    )
    ref = fields.needed(booking, "booking.id")
    if within(inner, "booking", "status") == "Declined":
        kind = EventKind.CANCELLED
    return PmsEvent(kind, ref)


def _message(one: Mapping[str, Any]) -> PmsEvent | None:
    """Read what a guest wrote; only the inbox's id leads to a booking, and an enquiry is none."""
    inbox = fields.needed(one.get("inbox_uid"), "inbox_uid")
    if inbox[0] in "Ee":
        return None
    booking = inbox[1:]
    if inbox[0] not in "Bb" or not booking:
        raise Malformed("inbox_uid is none")
    at = fields.moment(one.get("creation_time"), "creation_time")
    if at is None:
        raise Malformed("creation_time is missing")
    text = plain(fields.text(one.get("message"), "message") or "")
    ref = fields.needed(one.get("message_id"), "message_id")
    message = PmsMessage(ref, booking, Direction.IN, text, at, booking)
    return PmsEvent(EventKind.MESSAGE, booking, at, message)
