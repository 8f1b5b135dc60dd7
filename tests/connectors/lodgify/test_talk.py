"""Texts are posted once, and believed when the thread shows them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
import respx

from jirani.connectors.channels import Outbound, Purpose, SendOutcome
from jirani.connectors.lodgify.talk import message_id
from jirani.connectors.pms import Direction, Pms, PmsUnavailable, WriteOutcome, Wrong
from jirani.connectors.pms_channel import PmsChannel
from tests.support.lodgify_wire import POSTING, THREAD, booking, said, thread

pytestmark = pytest.mark.anyio
MESSAGING, BOOKING = f"/v2/messaging/{THREAD}", "/v2/reservations/bookings/9000001"
TEXT = "Would you like to check in at 12:00 for EUR 25?"
OURS = message_id("k1")
REFUSED = {"success": False, "type": "domain_exception", "statusCode": "400", "message": "No."}
REPEATED = {**REFUSED, "message": f"A message with id {OURS} already exists."}


def ours(**fields: Any) -> dict[str, Any]:
    """Our text as the thread shows it."""
    usual = {"message_id": OURS, "type": "Owner", "message": f"<p>{TEXT}</p>"}
    return said(72, **{**usual, "message_status": "Submitted", **fields})


@pytest.fixture
def told(web: respx.MockRouter) -> Callable[..., respx.Route]:
    """Let the thread show messages from now on."""

    def show(*messages: dict[str, Any]) -> respx.Route:
        web.get(BOOKING).respond(json=booking())
        return web.get(MESSAGING).respond(json=thread(*messages))

    return show


async def test_a_thread_is_read_as_plain_text_oldest_first(
    pms: Pms, told: Callable[..., respx.Route], web: respx.MockRouter
) -> None:
    late = said(73, date_created="2026-01-18T10:00:00", message="Sawa &amp; asante")
    told(late, said(), ours(date_created="2026-01-16T10:00:00Z", message_status="Failed"))
    messages = await pms.messages("9000001")
    assert [(each.ref, each.direction, each.text, each.failed) for each in messages] == [
        (OURS, Direction.OUT, TEXT, True),
        ("71", Direction.IN, "Yes please", False),
        ("73", Direction.IN, "Sawa & asante", False),
    ]
    assert {(each.conversation, each.reservation_ref) for each in messages} == {("9000001",) * 2}
    since = datetime(2026, 1, 18, 10, tzinfo=UTC)
    assert [one.ref for one in await pms.messages("9000001", since=since)] == ["73"]
    web.get(MESSAGING).respond(json=thread(said(type="Comment"))[0])  # a bare object
    (note,) = await pms.messages("9000001")
    assert note.direction is Direction.SYSTEM
    web.get(MESSAGING).respond(json=thread(said(date_created=None)))
    with pytest.raises(PmsUnavailable, match="date_created"):
        await pms.messages("9000001")


async def test_without_a_thread_nothing_was_said(pms: Pms, web: respx.MockRouter) -> None:
    web.get(BOOKING).respond(json=booking(thread_uid=None))
    assert await pms.messages("9000001") == ()
    assert await pms.conversation("9000001") == "9000001"


async def test_a_text_is_posted_so_that_it_reaches_the_guest(
    pms: Pms, web: respx.MockRouter, told: Callable[..., respx.Route]
) -> None:
    posting = web.post(POSTING).respond(200, text="null")
    told(said(), ours())
    written = await pms.post("9000001", TEXT, "k1")
    assert (written.outcome, written.ref, written.reason) == (WriteOutcome.ACCEPTED, OURS, "")
    assert json.loads(posting.calls[0].request.content) == [
        {
            "subject": "Your stay",
            "message": TEXT,
            "type": "Owner",
            "send_notification": True,
            "message_id": OURS,
        }
    ]
    (message,) = [one for one in await pms.messages("9000001") if one.ref == written.ref]
    assert (message.key, message.text) == ("k1", TEXT)
    assert message_id("k2") != OURS


ANSWERS = [
    # answered, shown by the thread, outcome, reason
    ({"text": "null"}, "ours", WriteOutcome.ACCEPTED, ""),
    ({"text": ""}, "others", WriteOutcome.ACCEPTED, "unverified"),
    ({"text": "null"}, "down", WriteOutcome.ACCEPTED, "unverified"),
    ({"text": "null"}, "failed", WriteOutcome.REJECTED, "undelivered"),
    ({"json": REFUSED}, "others", WriteOutcome.REJECTED, "refused"),
    ({"json": REFUSED}, "ours", WriteOutcome.ACCEPTED, ""),  # a repeat, in whatever words
    ({"json": REFUSED}, "down", WriteOutcome.UNKNOWN, "unread: down"),
    ({"json": REFUSED}, "gone", WriteOutcome.REJECTED, "refused"),
    ({"json": REPEATED}, "others", WriteOutcome.ACCEPTED, "unverified"),
    ({"json": REPEATED, "status_code": 400}, "down", WriteOutcome.ACCEPTED, "unverified"),
    ({"json": {**REFUSED, "message": "Already cancelled"}}, "others", "rejected", "refused"),
    ({"json": {**REFUSED, "statusCode": "404"}}, "others", WriteOutcome.REJECTED, "not_found"),
    ({"json": {**REFUSED, "statusCode": 429}}, "others", WriteOutcome.RETRY, "rate_limited"),
    ({"json": {**REFUSED, "statusCode": "500"}}, "others", WriteOutcome.UNKNOWN, "down"),
    ({"json": {"message": "no", "code": 1}, "status_code": 422}, "others", "rejected", "refused"),
    ({"json": {"status_code": 404}, "status_code": 404}, "others", "rejected", "not_found"),
    ({"json": [1]}, "others", WriteOutcome.UNKNOWN, "malformed"),
    ({"json": [1]}, "ours", WriteOutcome.ACCEPTED, ""),
    ({"text": "<html>"}, "ours", WriteOutcome.UNKNOWN, "malformed"),
    ({"status_code": 500}, "others", WriteOutcome.UNKNOWN, "down"),
    ({"status_code": 403}, "others", WriteOutcome.RETRY, "refused"),
    ({"status_code": 429}, "others", WriteOutcome.RETRY, "rate_limited"),
]


@pytest.mark.parametrize(("answer", "shows", "outcome", "reason"), ANSWERS)
async def test_a_yes_proves_nothing_and_a_no_may_be_a_repeat(
    pms: Pms,
    web: respx.MockRouter,
    told: Callable[..., respx.Route],
    answer: dict[str, Any],
    shows: str,
    outcome: WriteOutcome,
    reason: str,
) -> None:
    web.post(POSTING).respond(**{"status_code": 200, **answer})
    route = told(
        said(), *{"ours": [ours()], "failed": [ours(message_status="Failed")]}.get(shows, ())
    )
    if shows in ("down", "gone"):
        route.respond({"down": 503, "gone": 404}[shows])
    written = await pms.post("9000001", TEXT, "k1")
    assert (written.outcome, written.reason) == (outcome, reason)
    if outcome is WriteOutcome.ACCEPTED:
        assert written.ref == OURS


async def test_a_text_that_timed_out_is_looked_for_and_never_doubled(
    opened: Callable[..., Pms], web: respx.MockRouter, told: Callable[..., respx.Route]
) -> None:
    text = Outbound("k1", "t1", "9000001", TEXT, Purpose.PROMOTIONAL)
    web.post(POSTING).mock(side_effect=httpx2.ReadTimeout("slow"))
    told(said())
    ages_ago = datetime(2020, 1, 1, tzinfo=UTC)
    channel = PmsChannel(opened())
    assert (await channel.send(text)).outcome is SendOutcome.UNKNOWN
    assert (await channel.find(text, ages_ago)).outcome is SendOutcome.RETRY
    told(said(), ours())  # it had arrived after all
    assert (await channel.find(text, ages_ago)).provider_id == OURS
    # Another process knows it by its words, and is refused what is there.
    channel = PmsChannel(opened())
    assert (await channel.find(text, ages_ago)).provider_id == OURS
    web.post(POSTING).respond(json=REPEATED)
    again = await channel.send(text)
    assert (again.outcome, again.provider_id) == (SendOutcome.ACCEPTED, OURS)


async def test_what_cannot_be_posted_is_refused_before_it_leaves(pms: Pms) -> None:
    too_long = await pms.post("9000001", "x" * 4001, "k1")
    assert (too_long.outcome, too_long.reason) == (WriteOutcome.REJECTED, "too_long")
    nowhere = await pms.post("../x", "Hello", "k1")
    assert (nowhere.outcome, nowhere.reason) == (WriteOutcome.REJECTED, Wrong.NOT_FOUND)
