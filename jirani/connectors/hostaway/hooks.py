"""Hostaway's webhooks: HTTP Basic is all that proves them, and a hint is all they are (U2)."""

import hashlib
import json
from base64 import b64decode
from collections.abc import Mapping

from jirani.connectors.hooks import LARGEST, NotGenuine, RawHook, readable, same
from jirani.connectors.hostaway import reading, talk
from jirani.connectors.pms import EventKind, Hook, PmsEvent
from jirani.connectors.wire import fields
from jirani.rules.facts import StayStatus

LOGIN, PASSWORD = "webhook_login", "webhook_password"
_KINDS = {
    "reservation.created": EventKind.CREATED,
    "reservation.updated": EventKind.CHANGED,
    "message.received": EventKind.MESSAGE,
}


def genuine(raw: RawHook, secrets: Mapping[str, str], pms: str) -> Hook:
    """Take a webhook for genuine, or raise NotGenuine; one body is one delivery."""
    login, password = secrets.get(LOGIN, ""), secrets.get(PASSWORD, "")
    if not login or not password:
        raise NotGenuine("no login was ever agreed on")
    if len(raw.body) > LARGEST:
        raise NotGenuine("too large")
    scheme, _, told = raw.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        raise NotGenuine("no login")
    try:
        proof = b64decode(told.strip(), validate=True)
    except ValueError:
        raise NotGenuine("no login that could be read") from None
    if not same(proof, f"{login}:{password}"):
        raise NotGenuine("wrong login")
    return Hook(pms, hashlib.sha256(raw.body).hexdigest(), readable(raw))


def events(body: str) -> tuple[PmsEvent, ...]:
    """Read a body; none for other news, ValueError for nonsense."""
    try:
        said = fields.record(json.loads(body), "webhook")
    except RecursionError:
        raise ValueError("nested too deep") from None
    named = fields.first(
        *(said.get(each) for each in ("event", "eventType")),
        *(fields.within(said, "payload", each) for each in ("event", "eventType")),
    )
    kind = _KINDS.get(str(named))
    if kind is None:
        return ()
    told = fields.first(said.get("data"), fields.within(said, "payload", "data"))
    data = fields.record(told, "data")
    return _told_by_guest(data) if kind is EventKind.MESSAGE else _changed(kind, data)


def _changed(kind: EventKind, data: reading.Row) -> tuple[PmsEvent, ...]:
    if reading.undated(data):
        return ()
    ref = fields.needed(fields.first(data.get("id"), data.get("hostawayReservationId")), "id")
    stamps = (data.get(each) for each in ("latestActivityOn", "updatedOn", "insertedOn"))
    at = fields.moment(fields.first(*stamps), "updatedOn")
    if reading.status(data) is StayStatus.CANCELLED:
        kind = EventKind.CANCELLED
    return (PmsEvent(kind, ref, at),)


def _told_by_guest(data: reading.Row) -> tuple[PmsEvent, ...]:
    if fields.flag(data.get("isIncoming"), "isIncoming") is False:  # our own, come back
        return ()
    message = talk.message(data)
    return (PmsEvent(EventKind.MESSAGE, message.reservation_ref, message.sent_at, message),)
