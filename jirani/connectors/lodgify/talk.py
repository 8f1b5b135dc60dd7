"""What was said about a booking: threads read, and texts posted under an id of ours.

A text is posted by the booking's id, and read by its thread's. Lodgify says 200 to what it does not
do, and takes each `message_id` once: so every post is looked for afterwards, and none is doubled.
"""

import re
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from jirani.connectors.lodgify.markup import plain
from jirani.connectors.pms import PmsUnavailable, WriteOutcome, Written, Wrong
from jirani.connectors.pms_objects import Direction, PmsMessage
from jirani.connectors.wire import fields
from jirani.connectors.wire.asking import Answer
from jirani.connectors.wire.fields import Malformed

UNVERIFIED = "unverified"  # it said yes, and does not show it
_OURS = UUID("6f0d5f0e-6c1b-5f0c-9d3b-0a7f5d0b1a52")  # where our message ids are derived
_KNOWN = re.compile(r"\b(?:already|duplicated?|exists)\b")
_MOST = 1000
_DIRECTIONS = {"Renter": Direction.IN, "Owner": Direction.OUT}


def message_id(key: str) -> str:
    """Return the id a text is posted under: the same for the same key, whoever asks."""
    return str(uuid5(_OURS, key))


class PostedKeys:
    """Which of our keys stand behind the ids of late: an id alone does not say."""

    def __init__(self) -> None:
        self._keys: OrderedDict[str, str] = OrderedDict()

    def note(self, key: str) -> str:
        """Remember a key; return the id it is posted under."""
        id = message_id(key)
        self._keys[id] = key
        while len(self._keys) > _MOST:
            self._keys.popitem(last=False)
        return id

    def of(self, id: str | None) -> str | None:
        """Return the key behind an id, if this process posted it."""
        return self._keys.get(id) if id else None


def body(text: str, id: str) -> list[dict[str, object]]:
    """Write a text so that it reaches the guest: unless they are notified, nothing does."""
    return [
        {
            "subject": "Your stay",
            "message": text,
            "type": "Owner",
            "send_notification": True,
            "message_id": id,
        }
    ]


def messages(told: Any, booking: str, keys: PostedKeys) -> tuple[PmsMessage, ...]:
    """Read a thread, oldest first; documented as a list of threads, and met as a bare one."""
    threads = [told] if isinstance(told, dict) else told
    said = [
        _message(each, booking, keys)
        for thread in fields.records(threads, "threads")
        for each in fields.records(thread.get("messages"), "messages")
    ]
    return tuple(sorted(said, key=lambda one: one.sent_at))


def _message(told: Mapping[str, Any], booking: str, keys: PostedKeys) -> PmsMessage:
    """Read a message; ours are known by the id we gave them, a guest's by Lodgify's number."""
    direction = _DIRECTIONS.get(str(told.get("type")), Direction.SYSTEM)
    ours = fields.word(told.get("message_id"), "message_id")
    number = fields.word(told.get("id"), "id")
    ref = fields.first(number, ours) if direction is Direction.IN else fields.first(ours, number)
    sent_at = fields.moment(told.get("date_created"), "date_created")
    if sent_at is None:
        raise Malformed("date_created is missing")
    return PmsMessage(
        fields.needed(ref, "message id"),
        booking,
        direction,
        plain(fields.text(told.get("message"), "message") or ""),
        sent_at,
        booking,
        failed=told.get("message_status") == "Failed",
        key=keys.of(ours),
    )


def written(answer: Answer, id: str, found: PmsMessage | PmsUnavailable | None) -> Written:
    """Judge a post by what was answered and by what the thread shows then.

    A refusal because the id is known is a success: it was taken before.
    """
    if isinstance(found, PmsMessage):
        if found.failed:
            return Written(WriteOutcome.REJECTED, found.ref, "undelivered")
        return Written(WriteOutcome.ACCEPTED, found.ref)
    said = answer.body if isinstance(answer.body, dict) else {}
    refused = answer.outcome is WriteOutcome.REJECTED or said.get("success") is False
    if not refused:
        if answer.body is None or said.get("success") is True:
            return Written(WriteOutcome.ACCEPTED, id, UNVERIFIED)
        return Written(WriteOutcome.UNKNOWN, reason=Wrong.MALFORMED)
    if _is_repeat(said, id):
        return Written(WriteOutcome.ACCEPTED, id, UNVERIFIED)
    if isinstance(found, PmsUnavailable) and found.reason is not Wrong.NOT_FOUND:
        return Written(WriteOutcome.UNKNOWN, reason=f"unread: {found.reason}")
    return _refused(str(said.get("statusCode") or answer.status))


def _is_repeat(said: Mapping[str, Any], id: str) -> bool:
    words = str(said.get("message") or "").lower()
    return bool(_KNOWN.search(words)) and ("message" in words or id in words)


def _refused(status: str) -> Written:
    if status == "429":
        return Written(WriteOutcome.RETRY, reason=Wrong.RATE_LIMITED)
    if status.startswith("5"):
        return Written(WriteOutcome.UNKNOWN, reason=Wrong.DOWN)
    wrong = Wrong.NOT_FOUND if status == "404" else Wrong.REFUSED
    return Written(WriteOutcome.REJECTED, reason=wrong)
