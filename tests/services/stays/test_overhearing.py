"""Before a guest is answered, the conversation is read: a host may have been first (§7)."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from jirani.connectors.memory_pms import MemoryPms
from jirani.connectors.memory_pms_faults import HookFault, PmsFault
from jirani.connectors.pms import Direction, PmsMessage, PmsReservation, PmsUnavailable
from jirani.rules.facts import Reservation, StayPayment, StayStatus, Thread
from jirani.rules.message import Message
from jirani.services import Services
from jirani.services.outbox import queue_message
from jirani.services.sending import LOOKS
from jirani.services.stays import overhearing
from jirani.services.stays.overhearing import overhear
from jirani.services.threads import Received
from tests.support.lodge import ID, Lodge, local, open_lodge
from tests.support.one_row import a_store
from tests.support.stay_facts import booked

pytestmark = pytest.mark.anyio
MINUTE = timedelta(minutes=1)


class Answering:
    """An agent that has one thing to say, unless somebody else has the conversation."""

    def __init__(self, lodge: Lodge) -> None:
        self._lodge = lodge
        self.asked: list[int] = []

    async def answer(self, business_id: str, received: Received) -> None:
        async with self._lodge.services.store.read(business_id) as work:
            thread = await work.threads.get(received.thread.id)
        if thread.person_since is None:
            self.asked.append(received.seq)


@pytest.fixture
async def lodge(services: Services) -> Lodge:
    lodge = await open_lodge(services, local(6, 10, 12))
    await lodge.books(date(2026, 6, 15), date(2026, 6, 20))
    agent: Any = Answering(lodge)
    lodge.services = replace(lodge.services, answerer=agent)
    return lodge


def answered(lodge: Lodge) -> int:
    agent: Any = lodge.services.answerer
    return len(agent.asked)


def host_writes(lodge: Lodge, text: str, ref: str = "R1") -> None:
    """Let the host write where no webhook tells of it."""
    lodge.pms.hooks.upcoming.append(HookFault.LOST)
    lodge.pms.host_says(ref, text)


async def settles(lodge: Lodge) -> None:
    """Let the guest's message arrive, and its answer be due."""
    await lodge.delivered()
    await lodge.at(lodge.clock.now() + timedelta(seconds=5))


async def person_since(lodge: Lodge, ref: str = "R1") -> bool:
    thread_id = (await lodge.stay(ref)).thread_id
    async with lodge.services.store.read(ID) as work:
        return (await work.threads.get(thread_id)).person_since is not None


async def said(lodge: Lodge) -> list[tuple[str, str]]:
    thread_id = (await lodge.stay()).thread_id
    async with lodge.services.store.read(ID) as work:
        return [(each.author, each.text) for each in await work.messages.last(thread_id, 9)]


async def test_a_host_who_wrote_after_the_guest_has_the_conversation_though_no_webhook_told(
    lodge: Lodge,
) -> None:
    await lodge.books(date(2026, 7, 1), date(2026, 7, 4), "R2")
    lodge.pms.guest_says("R1", "Is there a lift?")
    lodge.clock.advance(MINUTE)
    host_writes(lodge, "Hello, Ann here. There is.")
    host_writes(lodge, "It is by the door.")
    await settles(lodge)
    assert (answered(lodge), await person_since(lodge)) == (0, True)
    assert await said(lodge) == [
        ("guest", "Is there a lift?"),
        ("person", "Hello, Ann here. There is."),
        ("person", "It is by the door."),
    ]
    lodge.pms.faults.always("messages", PmsFault.DOWN)  # there is nothing to be found out any more
    lodge.pms.guest_says("R1", "Thanks!")
    await settles(lodge)
    assert [each[1] for each in await said(lodge)][-1] == "Thanks!"
    lodge.pms.faults.over()
    lodge.pms.guest_says("R2", "Hi!")
    await settles(lodge)
    assert (answered(lodge), await person_since(lodge, "R2")) == (1, False)


async def test_what_was_written_before_and_what_we_wrote_leave_the_guest_to_us(
    lodge: Lodge,
) -> None:
    host_writes(lodge, "Your door code comes on the day of arrival.")
    lodge.clock.advance(MINUTE)
    lodge.pms.guest_says("R1", "Is there parking?")
    host_writes(lodge, "Sent at the same moment, so no answer to it.")
    await settles(lodge)
    assert (answered(lodge), await person_since(lodge)) == (1, False)


async def test_our_own_text_whose_id_we_never_heard_is_not_the_hosts(lodge: Lodge) -> None:
    lodge.pms.hooks.upcoming.append(HookFault.LATE)
    lodge.pms.guest_says("R1", "Is there parking?")
    lodge.clock.advance(MINUTE)
    thread_id = (await lodge.stay()).thread_id
    async with lodge.services.store.begin(ID) as work:
        await queue_message(
            lodge.services, work, thread_id=thread_id, text="An offer.", dedupe_key="k"
        )
    lodge.pms.faults.next("post", PmsFault.TIMEOUT_AFTER)
    await lodge.through(lodge.clock.now() + lodge.pms.hooks.late, MINUTE)
    assert lodge.texts() == ["Is there parking?", "An offer."]
    assert (answered(lodge), await person_since(lodge)) == (1, False)


@pytest.mark.parametrize("wrong", [PmsFault.DOWN, PmsFault.RATE_LIMITED, PmsFault.MALFORMED])
async def test_a_conversation_that_cannot_be_read_is_looked_at_three_times_and_no_more(
    lodge: Lodge, wrong: PmsFault, monkeypatch: pytest.MonkeyPatch
) -> None:
    lodge.pms.guest_says("R1", "Is there a lift?")
    lodge.pms.faults.always("messages", wrong)
    looks = 0
    read = lodge.pms.messages

    async def looking(*args: Any, **named: Any) -> Any:
        nonlocal looks
        looks += 1
        return await read(*args, **named)

    monkeypatch.setattr(lodge.pms, "messages", looking)
    await settles(lodge)
    assert (looks, answered(lodge)) == (1, 0)
    await lodge.through(lodge.clock.now() + 10 * MINUTE, MINUTE)
    assert (looks, answered(lodge)) == (LOOKS, 1)
    assert not await person_since(lodge)


async def test_a_conversation_that_can_be_read_again_meanwhile_is(lodge: Lodge) -> None:
    lodge.pms.guest_says("R1", "Is there a lift?")
    lodge.clock.advance(MINUTE)
    host_writes(lodge, "There is.")
    lodge.pms.faults.next("messages", PmsFault.TIMEOUT_BEFORE)
    await settles(lodge)
    assert not await person_since(lodge)
    await lodge.through(lodge.clock.now() + 5 * MINUTE, MINUTE)
    assert (answered(lodge), await person_since(lodge)) == (0, True)


async def test_an_answer_to_what_we_heard_late_is_found_too(lodge: Lodge) -> None:
    lodge.pms.hooks.upcoming.append(HookFault.LATE)
    lodge.pms.guest_says("R1", "Is there a cot?")
    lodge.clock.advance(MINUTE)
    host_writes(lodge, "Yes, in the wardrobe.")
    lodge.clock.advance(lodge.pms.hooks.late)
    await settles(lodge)
    assert (answered(lodge), await person_since(lodge)) == (0, True)


async def test_where_the_question_has_another_name_its_own_moment_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, taken = local(6, 10, 12), []
    pms = MemoryPms(lambda: now)
    pms.world.put(
        PmsReservation(
            *("R1", "flat", StayStatus.CONFIRMED, StayPayment.PAID),
            *(date(2026, 6, 15), date(2026, 6, 20)),
            conversation="C1",
        )
    )

    def said(direction: Direction, seconds: int) -> PmsMessage:
        at, ref = now + timedelta(seconds=seconds), f"{direction}{seconds}"
        return PmsMessage(ref, "C1", direction, "…", at, "R1")

    before, just = said(Direction.OUT, -3), said(Direction.OUT, -1)  # their clock may be behind
    asked, more = said(Direction.IN, 0), said(Direction.IN, 5)
    pms.world.messages["C1"] = [before, just, asked, more, said(Direction.SYSTEM, 6)]

    async def take(_: Any, __: str, stay: Reservation, message: PmsMessage) -> None:
        taken.append((stay.id, message))

    monkeypatch.setattr(overhearing, "take", take)
    newest = booked(date(2026, 6, 15), date(2026, 6, 20))
    store = a_store(
        threads=Thread("thread", "guest", "pms", "C1", now, now),
        messages=Message("thread", 1, "guest", "…", None, None, None, now, "pms:memory:other"),
        reservations=(replace(newest, id="older", conversation="C0"), newest),
    )
    services: Any = SimpleNamespace(store=store, pms=SimpleNamespace(of=lambda *_: pms))
    await overhear(services, ID, "thread", 1)
    assert taken == [(newest.id, just)]


@pytest.mark.parametrize(
    "but",
    [
        {"channel": "chat"},
        {"person_since": local(6, 10, 12)},
        {"stays": ()},
        {"conversation": ""},
        {"account": None},
        {},
    ],
    ids=lambda but: next(iter(but), "all of it"),
)
async def test_a_conversation_is_read_only_where_there_is_one_to_read(but: dict[str, Any]) -> None:
    now = local(6, 10, 12)
    stay = booked(date(2026, 6, 15), date(2026, 6, 20), conversation=but.get("conversation", "C1"))
    thread = Thread("thread", "guest", but.get("channel", "pms"), "C1", now, now)
    pms = MemoryPms(lambda: now)
    pms.faults.always("messages", PmsFault.DOWN)
    store = a_store(
        threads=replace(thread, person_since=but.get("person_since")),
        messages=Message("thread", 1, "guest", "Hi", None, None, None, now),
        reservations=but.get("stays", (stay,)),
    )
    accounts = SimpleNamespace(of=lambda *_: but.get("account", pms))
    services: Any = SimpleNamespace(store=store, pms=accounts)
    if but:
        await overhear(services, ID, "thread", 1)
    else:
        with pytest.raises(PmsUnavailable):
            await overhear(services, ID, "thread", 1)
