"""What is said in a PMS's conversation is heard once, and a host is told from us (domain §7)."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from jirani.connectors.memory_pms_faults import HookFault, PmsFault
from jirani.connectors.pms import Direction, EventKind, PmsEvent, PmsMessage
from jirani.rules.facts import Thread
from jirani.rules.message import Message
from jirani.services import Services
from jirani.services.clock import Ids, SetClock
from jirani.services.outbox import queue_message
from jirani.services.stays.hearing import NobodyKnown, _is_answered, _is_ours, hear, take
from jirani.services.stays.intake import keep, take_in
from jirani.services.threads import Received, receive
from jirani.store.rows.outbox import Entry
from tests.support.lodge import EARLY, ID, Lodge, local, open_lodge
from tests.support.looking import rows
from tests.support.one_row import OneRow, a_store, a_work
from tests.support.stay_facts import booked

pytestmark = pytest.mark.anyio

MINUTE = timedelta(minutes=1)


@pytest.fixture(params=[False, True], ids=["silent", "echoing"])
async def lodge(services: Services, request: pytest.FixtureRequest) -> Lodge:
    lodge = await open_lodge(services, local(6, 10, 12), echoes=request.param)
    await lodge.sells(EARLY)
    await lodge.books(date(2026, 6, 15), date(2026, 6, 20))
    return lodge


async def said(lodge: Lodge) -> list[tuple[str, str]]:
    thread_id = (await lodge.stay()).thread_id
    async with lodge.services.store.read(ID) as work:
        return [(each.author, each.text) for each in await work.messages.last(thread_id, 20)]


async def with_a_person(lodge: Lodge) -> bool:
    thread_id = (await lodge.stay()).thread_id
    async with lodge.services.store.read(ID) as work:
        return (await work.threads.get(thread_id)).person_since is not None


async def arriving(lodge: Lodge) -> list[Received]:
    """Take in what the webhooks say, as a door does that has an agent."""
    heard: list[Received] = []
    for hook in lodge.pms.hooks.due(lodge.clock.now()):
        await keep(lodge.services, ID, hook)
    for (event_id,) in await rows(
        lodge.services.store, "SELECT id FROM pms_events WHERE state = 'ready' ORDER BY id"
    ):
        heard += await take_in(lodge.services, ID, event_id)
    return heard


async def test_a_guest_is_heard_once_however_often_it_is_told(lodge: Lodge) -> None:
    lodge.pms.hooks.upcoming.append(HookFault.DUPLICATE)
    lodge.pms.guest_says("R1", "Is there parking?")
    [first] = await arriving(lodge)
    assert first.fresh
    assert await arriving(lodge) == []
    assert await said(lodge) == [("guest", "Is there parking?")]


async def test_what_we_post_ourselves_is_not_taken_for_the_hosts(lodge: Lodge) -> None:
    await lodge.at(local(6, 12, 9))
    await lodge.at(local(6, 12, 9, 5))
    assert [author for author, _ in await said(lodge)] == ["agent"]
    assert not await with_a_person(lodge)


async def test_what_we_posted_without_hearing_so_is_not_taken_for_the_hosts(lodge: Lodge) -> None:
    lodge.pms.faults.next("post", PmsFault.TIMEOUT_AFTER)
    await lodge.at(local(6, 12, 9))
    await lodge.through(local(6, 12, 9, 10), MINUTE)
    assert [author for author, _ in await said(lodge)] == ["agent"]
    assert not await with_a_person(lodge)


async def test_a_host_who_answers_first_has_the_conversation(lodge: Lodge) -> None:
    lodge.pms.guest_says("R1", "Hi, is there a lift?")
    lodge.pms.host_says("R1", "Hello, Ann here. There is.")
    await lodge.delivered()
    assert (await said(lodge))[1] == ("person", "Hello, Ann here. There is.")
    assert await with_a_person(lodge)


async def test_what_the_pms_sends_by_itself_silences_nobody(lodge: Lodge) -> None:
    lodge.pms.host_says("R1", "Your door code will be sent on the day of arrival.")
    await lodge.delivered()
    assert await said(lodge) == [("person", "Your door code will be sent on the day of arrival.")]
    assert not await with_a_person(lodge)


async def test_a_message_about_a_stay_we_have_not_heard_of_brings_the_stay(lodge: Lodge) -> None:
    lodge.pms.hooks.upcoming.append(HookFault.LOST)
    await lodge.books(date(2026, 7, 1), date(2026, 7, 4), "R2")
    lodge.pms.guest_says("R2", "Hi!")
    await lodge.delivered()
    assert (await lodge.stay("R2")).arrival == date(2026, 7, 1)


@pytest.mark.parametrize("fault", [PmsFault.TIMEOUT_AFTER, PmsFault.TIMEOUT_BEFORE, PmsFault.DOWN])
async def test_an_answer_reaches_the_guest_once(lodge: Lodge, fault: PmsFault) -> None:
    thread_id = (await lodge.stay()).thread_id
    async with lodge.services.store.begin(ID) as work:
        await queue_message(
            lodge.services, work, thread_id=thread_id, text="Yes, there is.", dedupe_key="a"
        )
    lodge.pms.faults.next("post", fault)
    await lodge.through(local(6, 10, 12, 10), MINUTE)
    assert lodge.texts() == ["Yes, there is."]
    assert await said(lodge) == [("agent", "Yes, there is.")]


async def test_a_stays_thread_is_not_over_after_a_day_of_silence(lodge: Lodge) -> None:
    stay = await lodge.stay()
    assert stay.conversation
    lodge.clock.at = local(6, 21, 10)
    heard = await receive(lodge.services, ID, "pms", stay.conversation, "I forgot my charger")
    assert heard.thread.id == stay.thread_id


async def test_a_question_heard_after_the_hosts_answer_to_it_is_the_hosts(lodge: Lodge) -> None:
    lodge.pms.hooks.upcoming.append(HookFault.LATE)
    lodge.pms.guest_says("R1", "Is there a cot?")
    lodge.clock.at += MINUTE
    lodge.pms.host_says("R1", "Yes, in the wardrobe.")
    await arriving(lodge)
    assert not await with_a_person(lodge)  # nobody has asked us anything yet
    lodge.clock.at += lodge.pms.hooks.late
    await arriving(lodge)
    assert await with_a_person(lodge)


async def test_a_question_asked_after_a_hosts_greeting_is_ours_to_answer(lodge: Lodge) -> None:
    lodge.pms.host_says("R1", "Looking forward to having you!")
    await arriving(lodge)
    lodge.clock.at += MINUTE
    lodge.pms.guest_says("R1", "Is there a cot?")
    await arriving(lodge)
    assert not await with_a_person(lodge)


SENT = local(6, 12, 9)
TICK = timedelta(microseconds=1)


def message(direction: Direction, text: str = "Is there a lift?", **more: Any) -> PmsMessage:
    return PmsMessage("M1", "C1", direction, text, SENT, **more)


def stored(author: str, at: datetime) -> Message:
    return Message("thread", 1, author, "There is.", "en", None, None, at)


@pytest.mark.parametrize(
    ("last", "answered"),
    [
        ([], False),
        ([stored("person", SENT + TICK)], True),
        ([stored("person", SENT)], False),
        ([stored("person", SENT - TICK)], False),
        ([stored("agent", SENT + TICK), stored("guest", SENT + TICK)], False),
        ([stored("person", SENT + TICK), stored("guest", SENT + TICK)], True),
    ],
)
def test_only_a_host_who_wrote_after_the_guest_has_answered(
    last: list[Message], answered: bool
) -> None:
    assert _is_answered(last, message(Direction.IN)) is answered


@pytest.mark.parametrize(
    ("kind", "ref", "key", "text", "ours"),
    [
        ("message", "M1", None, "Hi", True),
        ("message", "M2", "e", "Hi", True),
        ("message", "M2", None, "Is  there a lift?", True),
        ("message", "M2", None, "Hi", False),
        ("mail", "M1", "e", "Is there a lift?", False),
    ],
)
async def test_what_is_ours_is_known_by_its_id_its_key_or_its_words(
    kind: str, ref: str, key: str | None, text: str, ours: bool
) -> None:
    entry = Entry("e", kind, "sent", {"text": text}, 1, SENT, ref)
    work = a_work(outbox=OneRow((entry,)))
    assert await _is_ours(work, "thread", message(Direction.OUT, key=key)) is ours


async def test_a_guest_answers_nothing_that_was_asked_two_seconds_after_they_wrote_o1() -> None:
    offers, thread = OneRow(), Thread("thread", "guest", "pms", "C1", SENT, SENT)
    store = a_store(
        messages=OneRow((), by_key=None, add=7),
        threads=OneRow(thread),
        stay_offers=offers,
        outbox=OneRow(),
    )
    clock = SetClock(SENT)
    services: Any = SimpleNamespace(store=store, clock=clock, ids=Ids(clock))
    stay = booked(date(2026, 6, 15), date(2026, 6, 20))
    assert await take(services, ID, stay, message(Direction.IN))
    assert offers.told("not_answered_by") == [(7, "thread", SENT + timedelta(seconds=2))]


async def test_news_without_a_message_is_none_and_a_strangers_is_known_as_such() -> None:
    store = a_store(threads=OneRow(), reservations=OneRow())
    services: Any = SimpleNamespace(store=store)
    assert await hear(services, ID, "memory", PmsEvent(EventKind.MESSAGE, "R1")) is None
    unknown = PmsEvent(EventKind.MESSAGE, "R1", message=message(Direction.IN))
    with pytest.raises(NobodyKnown, match="R1"):
        await hear(services, ID, "memory", unknown)
