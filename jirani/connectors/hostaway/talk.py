"""Hostaway's conversations, read."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

from jirani.connectors.hostaway.reading import Row
from jirani.connectors.pms import Direction, PmsMessage
from jirani.connectors.wire import fields

# What a guest typed may hold `<3`; only the tags that mail programs write are taken for such.
_TAG = re.compile(
    r"</?(?:a|b|blockquote|body|br|div|em|font|head|hr|html|i|img|li|ol|p|span|strong|table|tbody|td"
    r"|tr|u|ul)(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr|hr)(?:\s[^<>]{0,2000})?/?>\n?", re.IGNORECASE)
_AHEAD = timedelta(minutes=10)  # by which a clock of theirs may be


def plain(body: str) -> str:
    """Return a body as plain text: some channels' messages are HTML, others' are not."""
    if not _TAG.search(body):
        return body
    return unescape(_TAG.sub("", _BREAK.sub("\n", body))).replace("\xa0", " ").strip()


def message(value: Any, conversation: str | None = None) -> PmsMessage:
    """Read a message; raises Malformed."""
    row = fields.record(value, "message")
    incoming = fields.flag(row.get("isIncoming"), "isIncoming")
    if incoming is None:
        raise fields.Malformed("isIncoming is missing")
    at = fields.moment(
        fields.first(row.get("date"), row.get("sentChannelDate"), row.get("insertedOn")), "date"
    )
    if at is None:
        raise fields.Malformed("date is missing")
    body = fields.text(row.get("body"), "body") or ""
    return PmsMessage(
        fields.needed(row.get("id"), "id"),
        conversation or fields.needed(row.get("conversationId"), "conversationId"),
        Direction.IN if incoming else Direction.OUT,
        plain(body),
        at,
        fields.word(row.get("reservationId"), "reservationId"),
        failed=row.get("status") == "failed",
    )


def said(rows: Iterable[Any], conversation: str, now: datetime) -> tuple[PmsMessage, ...]:
    """Read what was said, oldest first: the order they come in is nowhere promised.

    What the host's automations have yet to say was not said; a text of ours that waits was.
    """
    found: dict[str, PmsMessage] = {}
    for each in rows:
        row = fields.record(each, "message")
        if not _scheduled(row, now):
            one = message(row, conversation)
            found[one.ref] = one
    return tuple(sorted(found.values(), key=lambda one: (one.sent_at, len(one.ref), one.ref)))


def conversation(value: Any, reservation_ref: str) -> str | None:
    """Choose the conversation with a stay's guest among those that are about it."""
    rows = [
        row
        for row in fields.records(value, "conversations")
        if fields.word(row.get("reservationId"), "reservationId") in (None, reservation_ref)
    ]
    chosen = next((row for row in rows if row.get("type") == "host-guest-email"), None)
    chosen = chosen or next(iter(rows), None)
    return fields.needed(chosen.get("id"), "id") if chosen else None


def _scheduled(row: Row, now: datetime) -> bool:
    status = fields.word(row.get("status"), "status") or "sent"
    if status == "paused" or status.startswith("cancelled"):
        return True
    if status != "awaiting":
        return False
    at = fields.moment(row.get("date"), "date")
    return row.get("communicationId") is not None or (at is not None and at > now + _AHEAD)
