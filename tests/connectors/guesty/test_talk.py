"""Conversations in Guesty: found, read, and written into the way the guest writes."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from jirani.connectors.channels import Outbound, Purpose, SendOutcome
from jirani.connectors.pms import Direction, PmsUnavailable, WriteOutcome, Wrong
from jirani.connectors.pms_channel import PmsChannel
from tests.support.guesty import ANSWERED, STAY, TALK, Desk, airbnb, post, posts, stay

pytestmark = pytest.mark.anyio
POSTS, SEND = (f"/communication/conversations/{TALK}/{end}" for end in ("posts", "send-message"))
SENT = {
    "status": 200,
    "data": {"_id": "66f0000000000000000000b2", "body": "Hi", "from": {"type": "user"}},
}


def ours(body: str = "Hello", **fields: Any) -> dict[str, Any]:
    usual = {"_id": "66f0000000000000000000b2", "sentBy": None, "from": {"type": "user"}}
    return post(body, **{**usual, "createdAt": "2026-01-17T11:00:00.000Z", **fields})


@pytest.mark.parametrize("shape", ["data", "results"])
async def test_a_conversation_is_named_by_the_stay_or_names_it(desk: Desk, shape: str) -> None:
    desk.get("/reservations-v3", [stay()], [stay(conversationId=None)], [])
    rows = [
        {"_id": "other", "meta": {"reservations": [{"_id": "66f000000000000000000009"}]}},
        {"_id": TALK, "meta": {"reservations": [{"_id": STAY, "status": "confirmed"}]}},
    ]
    wrapped = {"data": {"status": 200, "data": {"count": 2, "conversations": rows}}}
    asked = desk.get("/communication/conversations", wrapped.get(shape, {"results": rows}))
    pms = desk.open()
    assert [await pms.conversation(STAY) for _ in range(3)] == [TALK] * 3
    assert asked.call_count == 2
    (wanted,) = json.loads(asked.calls[0].request.url.params["filters"])
    assert wanted == {"field": "reservation._id", "operator": "$eq", "value": STAY}


async def test_a_filter_that_is_ignored_leads_to_no_strangers_conversation(desk: Desk) -> None:
    desk.get("/reservations-v3", [])
    strangers = [{"_id": "other"}, {"_id": "third", "meta": {"reservations": [{"_id": "x"}]}}]
    desk.get("/communication/conversations", {"data": {"conversations": strangers}})
    assert await desk.open().conversation(STAY) is None


async def test_what_was_said_is_read_page_by_page_oldest_first_without_notes(desk: Desk) -> None:
    note = post("cleaner is late", module={"type": "note"}, sentBy="host")
    log = post("status changed", sentBy="log")
    bot = post("Welcome!", sentBy=None, **{"from": {"type": "automation"}}, createdAt=_at(9))
    asked = desk.get(POSTS, posts(ours(), note, log, after="c2"), posts(post(), bot, after="c2"))
    said = await desk.open().messages(TALK)
    told = [(each.direction, each.text) for each in said]
    assert told == [
        (Direction.SYSTEM, "Welcome!"),
        (Direction.IN, "Yes please"),
        (Direction.OUT, "Hello"),
    ]
    assert said[2].ref == "66f0000000000000000000b2"
    params = [dict(call.request.url.params) for call in asked.calls]
    assert params[0] == {"sort": "-createdAt", "limit": "50"}
    assert params[1]["cursorAfter"] == "c2"
    assert asked.call_count == 2  # the same cursor again ends it
    desk.get(POSTS, posts(ours(), post(), after="c2"))
    late = await desk.open().messages(TALK, since=datetime(2026, 1, 17, 10, 30, tzinfo=UTC))
    assert [each.text for each in late] == ["Hello"]


async def test_a_message_of_which_nothing_is_known_makes_the_conversation_unreadable(
    desk: Desk,
) -> None:
    for wrong in ({"createdAt": None}, {"_id": None}, {"body": 7}, {"createdAt": "soon"}):
        desk.get(POSTS, posts(ours(), post(**wrong)))
        with pytest.raises(PmsUnavailable) as unread:
            await desk.open().messages(TALK)
        assert unread.value.reason is Wrong.MALFORMED
    desk.get(POSTS, ANSWERED(404))
    with pytest.raises(PmsUnavailable) as missing:
        await desk.open().messages(TALK)
    assert missing.value.reason is Wrong.NOT_FOUND


@pytest.mark.parametrize(
    ("told", "talked", "module"),
    [
        (airbnb(), [ours(module={"type": "email"}), post(module={"type": "whatsapp"})], "whatsapp"),
        (airbnb(), [post(module={"type": "note"}), post()], "airbnb2"),
        (airbnb(), [ours()], "platform"),
        (stay(), [], "email"),
        (None, [], "platform"),
    ],
)
async def test_a_text_goes_the_way_the_guest_wrote_last(
    desk: Desk, told: Any, talked: list[dict[str, Any]], module: str
) -> None:
    pms = desk.open()
    if told:
        desk.tells(told)
        await pms.reservation(STAY)
    desk.get(POSTS, posts(*talked))
    sent = desk.answers("POST", SEND, SENT)
    written = await pms.post(TALK, "Early check-in?", "k1")
    assert (written.outcome, written.ref) == (WriteOutcome.ACCEPTED, SENT["data"]["_id"])  # type: ignore[index]
    said = json.loads(sent.calls[0].request.content)
    assert said == {"module": {"type": module}, "body": "Early check-in?"}


@pytest.mark.parametrize(
    ("answer", "outcome", "reason"),
    [
        (ANSWERED(500), "unknown", "down"),
        (httpx2.ReadTimeout("slow"), "unknown", "timeout"),
        (ANSWERED(429, headers={"Retry-After": "7"}), "retry", "rate_limited"),
        (ANSWERED(422, json={"message": "no"}), "rejected", "refused"),
        (ANSWERED(404), "rejected", "not_found"),
        (ANSWERED(200, text="<html>"), "unknown", "malformed"),
        (ANSWERED(200), "unknown", "malformed"),
        ({"status": 400, "data": {"_id": "x"}}, "unknown", "malformed"),
        ({"status": 200, "data": {}}, "unknown", "malformed"),
    ],
)
async def test_a_text_is_sent_once_and_what_became_of_it_is_told(
    desk: Desk, answer: Any, outcome: str, reason: str
) -> None:
    desk.get(POSTS, posts(post()))
    sent = desk.answers("POST", SEND, answer)
    written = await desk.open().post(TALK, "Early check-in?", "k1")
    assert (written.outcome, written.reason) == (outcome, reason)
    assert sent.call_count == 1


async def test_what_cannot_be_read_first_is_not_sent(desk: Desk) -> None:
    for answer, outcome in ((ANSWERED(500), "retry"), (ANSWERED(404), "rejected")):
        desk.get(POSTS, answer)
        assert (await desk.open().post(TALK, "Hello", "k1")).outcome == outcome
    long = await desk.open().post(TALK, "x" * 4001, "k1")
    assert (long.outcome, long.reason) == (WriteOutcome.REJECTED, "too_long")
    assert desk.asked("POST") == []


async def test_after_a_time_out_the_conversation_tells_that_it_arrived(desk: Desk) -> None:
    desk.get(POSTS, posts(post()))
    desk.answers("POST", SEND, httpx2.ReadTimeout("slow"))
    channel = PmsChannel(desk.open())
    text = Outbound("k1", "t1", TALK, "Early  check-in?", Purpose.PROMOTIONAL)
    assert (await channel.send(text)).outcome is SendOutcome.UNKNOWN
    desk.get(POSTS, posts(ours("Early check-in?"), post()))
    found = await channel.find(text, datetime(2026, 1, 17, 10, 30, tzinfo=UTC))
    assert found.outcome is SendOutcome.ACCEPTED
    assert found.provider_id == "66f0000000000000000000b2"


def _at(hour: int) -> str:
    return f"2026-01-17T{hour:02}:00:00.000Z"
