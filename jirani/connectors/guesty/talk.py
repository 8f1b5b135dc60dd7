"""Conversations with guests: where they are, what was said there, and saying something (U5)."""

import hashlib
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import datetime
from itertools import pairwise
from typing import Any

from jirani.connectors.guesty.answers import in_path, rows, same_id, sensible, unwrapped
from jirani.connectors.pms import (
    Direction,
    PmsMessage,
    PmsUnavailable,
    WriteOutcome,
    Written,
    Wrong,
)
from jirani.connectors.pms_channel import same_words
from jirani.connectors.wire import fields
from jirani.connectors.wire.asking import Params, Wire
from jirani.connectors.wire.fields import (
    Malformed,
    first,
    needed,
    records,
    text,
    within,
    word,
)

_PAGES = 100  # of a conversation, at most
_ASIDE = ("note", "log")
_OURS = ("host", "user", "employee")


async def find(wire: Wire, reservation_ref: str) -> str | None:
    """Find a stay's conversation by a filter; only one that names the stay itself is believed."""
    wanted = {"field": "reservation._id", "operator": "$eq", "value": reservation_ref}
    asked: Params = {"filters": json.dumps([wanted]), "limit": 10}
    answer = await wire.read("/communication/conversations", asked)
    if answer is None:
        return None
    with sensible("conversations"):
        for row in rows(answer, "conversations", "results"):
            stays = records(within(row, "meta", "reservations"), "meta.reservations")
            if any(same_id(stay.get("_id"), reservation_ref) for stay in stays):
                return needed(first(row.get("_id"), row.get("id")), "_id")
    return None


async def messages(wire: Wire, conversation: str, since: datetime | None) -> tuple[PmsMessage, ...]:
    """Read what was said, oldest first. Raises PmsUnavailable.

    A message that makes no sense makes the whole unreadable: what was posted might be behind it.
    """
    said: list[PmsMessage] = []
    async with aclosing(_pages(wire, conversation)) as pages:
        async for page in pages:
            with sensible(f"conversation {conversation}"):
                told = [each for post in page if (each := _message(post, conversation))]
            said += told
            newest_first = all(one.sent_at >= other.sent_at for one, other in pairwise(told))
            if since is not None and told and newest_first and told[-1].sent_at < since:
                break
    once = {each.ref: each for each in said}.values()  # pages shift while they are read
    late = (each for each in once if since is None or each.sent_at >= since)
    return tuple(sorted(late, key=lambda each: each.sent_at))


async def send(wire: Wire, conversation: str, body: str, otherwise: str) -> Written:
    """Say something, by the way the guest wrote last, else `otherwise`."""
    try:
        module = await _module(wire, conversation) or otherwise
        path = f"/communication/conversations/{in_path(conversation)}/send-message"
    except PmsUnavailable as unread:
        gone = unread.reason is Wrong.NOT_FOUND
        outcome = WriteOutcome.REJECTED if gone else WriteOutcome.RETRY  # nothing was said yet
        return Written(outcome, None, unread.reason, unread.retry_after)
    answer = await wire.write("POST", path, {"module": {"type": module}, "body": body})
    if answer.outcome is not WriteOutcome.ACCEPTED:
        return Written(answer.outcome, None, answer.reason, answer.retry_after)
    try:
        post = fields.record(unwrapped(answer.body), "post")
        return Written(WriteOutcome.ACCEPTED, needed(first(post.get("_id"), post.get("id")), "_id"))
    except Malformed:  # it says yes, and not to what
        return Written(WriteOutcome.UNKNOWN, None, Wrong.MALFORMED)


def guest_message_ref(conversation: str, at: datetime, body: str) -> str:
    """Name a guest's message.

    A webhook need not tell its id, so the same name is made of what both webhook and conversation
    tell: each message is taken in once, whichever comes first.
    """
    seed = f"{conversation}/{at.isoformat(timespec='milliseconds')}/{same_words(body)}"
    return f"guest-{hashlib.blake2s(seed.encode(), digest_size=12).hexdigest()}"


async def _module(wire: Wire, conversation: str) -> str | None:
    """Return how the guest wrote last."""
    async with aclosing(_pages(wire, conversation)) as pages:
        async for page in pages:
            with sensible(f"conversation {conversation}"):
                for post in page:
                    module = word(within(post, "module", "type"), "module.type")
                    if module and module not in _ASIDE and _direction(post) is Direction.IN:
                        return module
    return None


async def _pages(wire: Wire, conversation: str) -> AsyncGenerator[list[Mapping[str, Any]], None]:
    """Read posts, newest first."""
    path = f"/communication/conversations/{in_path(conversation)}/posts"
    after: str | None = None
    known: set[str | None] = set()
    for _ in range(_PAGES):
        asked: Params = {"sort": "-createdAt", "limit": 50, "cursorAfter": after}
        answer = await wire.read(path, asked)
        if answer is None:
            raise PmsUnavailable(Wrong.NOT_FOUND, f"conversation {conversation}")
        with sensible(f"conversation {conversation}"):
            page = rows(answer, "posts", "results")
            after = word(within(unwrapped(answer), "cursor", "after"), "cursor")
        yield page
        if after is None or not page or after in known:
            return
        known.add(after)


def _message(post: Mapping[str, Any], conversation: str) -> PmsMessage | None:
    """Read a post; None for what was not said to anybody."""
    if within(post, "module", "type") in _ASIDE or post.get("sentBy") == "log":
        return None
    at = fields.moment(post.get("createdAt"), "createdAt")
    if at is None:
        raise Malformed("createdAt is missing")
    direction, body = _direction(post), text(post.get("body"), "body") or ""
    ref = needed(first(post.get("_id"), post.get("id")), "_id")
    if direction is Direction.IN:
        ref = guest_message_ref(conversation, at, body)
    stay = word(post.get("reservationId"), "reservationId")
    return PmsMessage(ref, conversation, direction, body, at, stay)


def _direction(post: Mapping[str, Any]) -> Direction:
    by = first(post.get("sentBy"), within(post, "from", "type"))
    if by == "guest":
        return Direction.IN
    return Direction.OUT if by in _OURS else Direction.SYSTEM
