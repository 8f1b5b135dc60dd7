"""What was said is read in order, and what we say goes where the guest reads it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from jirani.connectors.channels import Outbound, Purpose, SendOutcome
from jirani.connectors.hostaway import talk
from jirani.connectors.pms import Direction, PmsUnavailable, WriteOutcome, Wrong
from jirani.connectors.pms_channel import PmsChannel
from tests.support.hostaway_rig import HostawayRig

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 1, 17, 12, tzinfo=UTC)


def row(ref: int, at: str = "2026-01-17 10:00:00", **more: object) -> dict[str, Any]:
    return {
        **{"id": ref, "conversationId": 5500001, "reservationId": 9100001, "body": f"text {ref}"},
        **{"communicationType": "channel", "status": "sent", "isIncoming": 1, "date": at},
        **more,
    }


def refs(*rows: dict[str, Any]) -> list[str]:
    return [one.ref for one in talk.said(rows, "5500001", NOW)]


def test_messages_are_put_in_order_here_each_once() -> None:
    late, early = row(9, "2026-01-17 11:00:00"), row(10, "2026-01-16 11:00:00")
    assert refs(late, row(12), early, row(8), late) == ["10", "8", "12", "9"]


def test_what_is_yet_to_be_said_was_not_said_and_what_failed_has_failed() -> None:
    rows = (
        row(1, status="failed", isIncoming=0),
        row(2, status="awaiting", isIncoming=0, communicationId=5),
        row(3, status="awaiting", isIncoming=0, date="2026-01-19 10:00:00"),
        row(4, status="awaiting", isIncoming=0),
        *(row(n, status=each) for n, each in ((5, "paused"), (6, "cancelled_by_user"))),
        row(7, status=None),
    )
    said = talk.said(rows, "5500001", NOW)
    assert [(one.ref, one.failed) for one in said] == [("1", True), ("4", False), ("7", False)]
    assert [one.direction for one in said] == [Direction.OUT, Direction.OUT, Direction.IN]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Yes please", "Yes please"),
        ("I <3 it & 1 < 2 > 0 &amp; x", "I <3 it & 1 < 2 > 0 &amp; x"),
        ("<p>Hi&nbsp;there,</p><p>late <b>check-out</b>?</p>", "Hi there,\nlate check-out?"),
        ('a<br/>\nb<br>c <a href="http://x?a=1&amp;b=2">&lt;link&gt;</a>', "a\nb\nc <link>"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_body_is_plain_text_whether_it_came_as_html_or_not(body: str | None, text: str) -> None:
    assert talk.message(row(1, body=body)).text == text


def test_a_message_without_a_sender_or_a_time_makes_the_conversation_unknown() -> None:
    assert talk.message(row(1, date=None, insertedOn="2026-01-17 09:00:00")).sent_at.hour == 9
    for missing in ("isIncoming", "date", "id"):
        with pytest.raises(ValueError, match=missing):
            talk.said([row(1), row(2) | {missing: None}], "5500001", NOW)


def test_the_conversation_with_the_guest_is_the_one_of_this_stay() -> None:
    ours = {"id": 2, "reservationId": 9100001, "type": "host-guest-email"}
    others = [{"id": 1, "reservationId": 7, "type": "host-guest-email"}]
    assert talk.conversation([*others, ours], "9100001") == "2"
    assert talk.conversation([{"id": 5, "type": None}], "9100001") == "5"
    assert talk.conversation(others, "9100001") is None
    assert talk.conversation(None, "9100001") is None


@pytest.mark.parametrize(
    ("channel_id", "options", "medium"),
    [
        *((2018, {}, "channel"), (2005, {}, "channel"), (2000, {}, "email"), (2013, {}, "email")),
        *((2010, {}, "email"), (2000, {"direct_medium": "channel"}, "channel")),
        (2000, {"direct_medium": "pigeon"}, "email"),
    ],
)
async def test_a_text_goes_into_the_channels_thread_and_to_a_direct_guest_by_mail(
    channel_id: int, options: dict[str, str], medium: str
) -> None:
    rig = HostawayRig(**options)
    rig.desk.reservations["R1"]["channelId"] = channel_id
    for text in ("Would you like to check in at 12:00 for EUR 25?", "🙂"):
        written = await rig.pms.post("CR1", text, "k1")
        assert written.outcome is WriteOutcome.ACCEPTED
    sent = [body for method, path, body in rig.desk.asked if method == "POST" and "CR1" in path]
    assert sent[0] == {
        "body": "Would you like to check in at 12:00 for EUR 25?",
        "communicationType": medium,
    }
    asked = [path for method, path, _ in rig.desk.asked if path == "/conversations/CR1"]
    assert len(asked) == 1  # how a guest is written to does not change


async def test_taken_is_not_delivered_and_no_answer_is_not_known(rig: HostawayRig) -> None:
    for ref in ("nobody", "../x"):
        written = await rig.pms.post(ref, "Hello", "k1")
        assert (written.outcome, written.reason) == (WriteOutcome.REJECTED, Wrong.NOT_FOUND)
    rig.fail("reservation", "broken")  # where to is not known: nothing was posted
    assert (await rig.pms.post("CR1", "Hello", "k1")).outcome is WriteOutcome.RETRY
    assert rig.texts("R1") == []
    answer = rig.desk._done
    rig.desk._done = lambda *asked: (  # type: ignore[method-assign]
        (200, {"status": "success", "result": {"id": 5, "status": "failed"}})
        if asked[0] == "POST"
        else answer(*asked)
    )
    written = await rig.pms.post("CR1", "Hello", "k1")
    assert (written.outcome, written.ref) == (WriteOutcome.REJECTED, "5")
    assert written.reason == "undelivered"


async def test_a_long_conversation_is_read_to_its_end_and_waiting_ones_are_asked_for(
    rig: HostawayRig,
) -> None:
    for n in range(250):
        rig.desk._message("CR1", f"text {n}", n % 2)
    assert len(await rig.pms.messages("CR1")) == 250
    pages = [each for each in rig.desk.params if "includeScheduledMessages" in each]
    assert [(each["offset"], each["limit"]) for each in pages] == [
        *(("0", "100"), ("100", "100"), ("200", "100"))
    ]
    only_sent = HostawayRig(messages="sent")
    assert await only_sent.pms.messages("CR1") == ()
    assert "includeScheduledMessages" not in only_sent.desk.params[-1]
    for ref in ("nobody", "a/b"):
        with pytest.raises(PmsUnavailable) as missing:
            await rig.pms.messages(ref)
        assert missing.value.reason is Wrong.NOT_FOUND


async def test_a_text_of_ours_is_recognised_in_the_html_it_was_made_into(rig: HostawayRig) -> None:
    rig.fail("post", "timeout_after")
    ours = Outbound("k1", "t1", "CR1", "Early check-in?\nYes & no", Purpose.PROMOTIONAL)
    channel = PmsChannel(rig.pms)
    assert (await channel.send(ours)).outcome is SendOutcome.UNKNOWN
    rig.desk.messages["CR1"][0]["body"] = "<p>Early check-in?<br />Yes &amp; no</p>"
    found = await channel.find(ours, rig.clock.now)
    assert found.outcome is SendOutcome.ACCEPTED
    rig.desk.messages["CR1"][0]["status"] = "failed"
    assert (await channel.find(ours, rig.clock.now)).outcome is SendOutcome.REJECTED
