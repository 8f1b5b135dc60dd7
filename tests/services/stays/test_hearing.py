"""What is said in a PMS's conversation is heard once, and a host is told from us (domain §7)."""

from datetime import date, timedelta

import pytest

from jirani.connectors.memory_pms_faults import HookFault, PmsFault
from jirani.services import Services
from jirani.services.outbox import queue_message
from jirani.services.stays.intake import keep, take_in
from jirani.services.threads import Received, receive
from tests.support.lodge import EARLY, ID, Lodge, local, open_lodge
from tests.support.looking import rows

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
