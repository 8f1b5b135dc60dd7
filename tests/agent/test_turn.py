"""One guest message, from the stored row to the stored reply: once, whatever happens."""

import asyncio
from datetime import timedelta

import pytest
from pydantic_ai import ModelMessage, ModelResponse, RequestUsage, TextPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from structlog.typing import EventDict

from agent import running, turn
from agent.models.budget import Budget, Days
from agent.offline import model as offline_model
from agent.offline.moment import Moment, Step
from agent.offline.policy import decide
from jirani.rules.facts import Thread
from jirani.services.handover import hand_back, hand_over
from jirani.services.threads import case_of_thread
from tests.support.talking import Talk, World

pytestmark = pytest.mark.anyio

SECOND = timedelta(seconds=1)
ENGLISH = ("hi, can I get a manicure tomorrow at 2?", "yes", "sawa", "Grace Wanjiku, 0712 345 678")
SWAHILI = ("naomba manicure kesho saa nane mchana", "ndiyo", "sawa", "Grace Wanjiku 0712345678")
STRANGER, GRACE = (None, None), ("Grace Wanjiku", "+254712345678")


def manicure(status: str) -> tuple[object, ...]:
    return ("Manicure", "Amina", status, 120_000, "chat")


def pedicure(status: str) -> tuple[object, ...]:
    return ("Pedicure", "Amina", status, 150_000, "cross_sell")


ASKED = World(
    appointments=(manicure("proposed"),),
    proposals=(("book", "open", 1, None),),
    customers=(STRANGER,),
)
OFFERED = World(
    appointments=(manicure("confirmed"),),
    proposals=(("book", "accepted", 1, 3),),
    offers=(("Pedicure", "offered", "", 150_000, None),),
    contacts=(("cross_sell",),),
    customers=(STRANGER,),
)
SOLD = World(
    appointments=(manicure("confirmed"), pedicure("confirmed")),
    proposals=(("book", "accepted", 1, 3),),
    offers=(("Pedicure", "accepted", "", 150_000, 5),),
    sales=((150_000, "awaiting_payment"),),
    contacts=(("cross_sell",),),
    customers=(STRANGER,),
)
CHARGED = World(
    appointments=SOLD.appointments,
    proposals=SOLD.proposals,
    offers=SOLD.offers,
    sales=SOLD.sales,
    contacts=SOLD.contacts,
    payments=((270_000, "pending", GRACE[1]),),
    customers=(GRACE,),
    outbox=(("charge", "sent"),),
)
PAID = World(
    appointments=SOLD.appointments,
    proposals=SOLD.proposals,
    offers=SOLD.offers,
    sales=((150_000, "applied"),),
    contacts=SOLD.contacts,
    payments=((270_000, "paid", GRACE[1]),),
    customers=(GRACE,),
    outbox=(("charge", "sent"), ("message", "sent")),
)


def speaking(*answers: str, tokens: int = 0) -> FunctionModel:
    """Make a model that gives these answers in turn, then the last one for ever."""
    left = list(answers)

    async def speak(_: list[ModelMessage], __: AgentInfo) -> ModelResponse:
        text = left.pop(0) if len(left) > 1 else left[0]
        return ModelResponse([TextPart(text)], usage=RequestUsage(input_tokens=tokens))

    return FunctionModel(speak, model_name="scripted")


async def models_of_turns(talk: Talk) -> list[str]:
    return [
        model for (model,) in await talk.find("SELECT model FROM turns ORDER BY thread_id, seq")
    ]


async def threads(talk: Talk) -> list[Thread]:
    async with talk.services.store.read(talk.business_id) as work:
        ids = await talk.find("SELECT id FROM threads ORDER BY id")
        return [await work.threads.get(id) for (id,) in ids]


# --- the headline conversation


@pytest.mark.parametrize("database", ["sqlite", "postgres"], indirect=True)
@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (
            ENGLISH,
            (
                ("Manicure", "Tuesday 24 November at 14:00", "KES 1,200", "?"),
                ("booked", "Pedicure", "14:45", "KES 1,500"),
                # "sawa" is Swahili, and the answer follows the guest.
                ("Pedicure", "KES 2,700", "jina lako"),
                ("KES 2,700", "+254712345678"),
            ),
        ),
        (
            SWAHILI,
            (
                ("Manicure", "Jumanne 24 Novemba saa 14:00", "KES 1,200", "?"),
                ("imewekwa", "Pedicure", "14:45", "KES 1,500"),
                ("Pedicure", "KES 2,700", "jina lako"),
                ("KES 2,700", "+254712345678"),
            ),
        ),
    ],
    ids=["english", "swahili"],
)
async def test_a_guest_books_takes_the_neighbouring_slot_and_pays_once_for_both(
    talk: Talk, lines: tuple[str, ...], words: tuple[tuple[str, ...], ...]
) -> None:
    for line, said, world in zip(lines, words, (ASKED, OFFERED, SOLD, CHARGED), strict=True):
        reply = (await talk.says(line)).reply
        assert [word for word in said if word not in reply] == []
        assert await talk.world() == world
    await talk.waits(3 * SECOND)
    assert await talk.world() == PAID
    assert "KES 2,700" in talk.sent[-1]
    assert (await talk.thread()).ended_at == talk.clock.now()
    assert [charge.amount for charge in talk.gateway.charges] == [270_000]


# --- again, and half-way


async def test_a_message_delivered_again_gets_the_same_answer_and_runs_nothing(talk: Talk) -> None:
    await talk.says(ENGLISH[0])
    first = await talk.answers(await talk.hears("yes", key="wamid.1"))
    before = await talk.world()
    again = await talk.hears("yes", key="wamid.1")
    assert not again.fresh
    second = await talk.answers(again)
    assert (second.reply, second.calls) == (first.reply, ())
    assert await talk.world() == before
    assert len(await models_of_turns(talk)) == 2


class Died(BaseException):
    """The process is gone: nothing gets to clean up by `except Exception`."""


@pytest.fixture
def dying(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Die before the step of a turn that is written here, counting from 1."""
    at: list[int] = [0]

    def step(moment: Moment) -> Step:
        at[0] -= 1
        if at[0] == 0:
            raise Died
        return decide(moment)

    monkeypatch.setattr(offline_model, "decide", step)
    return at


@pytest.mark.parametrize("lines", [ENGLISH, SWAHILI], ids=["english", "swahili"])
async def test_a_turn_that_dies_at_any_step_is_run_again_to_the_same_end(
    talk: Talk, dying: list[int], lines: tuple[str, ...]
) -> None:
    ends = (ASKED, OFFERED, SOLD, CHARGED)
    deaths = 0
    for line, end in zip(lines, ends, strict=True):
        received = await talk.hears(line)
        for step in range(1, 10):
            dying[0] = step
            try:
                turned = await talk.answers(received)
                break
            except Died:
                deaths += 1
        assert turned.reply
        assert await talk.world() == end, line
    assert deaths >= 8
    await talk.waits(3 * SECOND)
    assert await talk.world() == PAID


async def test_a_turn_that_dies_before_it_is_stored_is_run_again_to_the_same_end(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(*_: object, **__: object) -> None:
        raise Died

    for line, end in zip(ENGLISH, (ASKED, OFFERED, SOLD, CHARGED), strict=True):
        received = await talk.hears(line)
        with monkeypatch.context() as patch:
            patch.setattr(turn.Guest, "_finish", die)
            with pytest.raises(Died):
                await talk.answers(received)
        assert (await talk.answers(received)).reply
        assert await talk.world() == end


# --- history


async def test_history_keeps_finished_turns_only_in_order_and_without_instructions(
    talk: Talk, dying: list[int]
) -> None:
    await talk.says(ENGLISH[0])
    (first,) = await talk.find("SELECT seq, messages, reply FROM turns")
    received = await talk.hears("yes")
    dying[0] = 2
    with pytest.raises(Died):
        await talk.answers(received)
    assert await talk.find("SELECT seq, messages, reply FROM turns") == [first]
    dying[0] = 0
    await talk.answers(received)
    kept = await talk.find("SELECT seq, messages, reply FROM turns ORDER BY seq")
    assert (kept[0], [row[0] for row in kept]) == (first, [1, 3])
    thread = await talk.thread()
    async with talk.services.store.read(talk.business_id) as work:
        history = await work.messages.history(thread.id)
    assert [each["kind"] for each in history[:2]] == ["request", "response"]
    assert "parts" in history[0]
    assert all(not each.get("instructions") for each in history)


async def test_a_model_is_sent_the_finished_turns_before_it(talk: Talk) -> None:
    seen: list[list[str]] = []

    async def listen(messages: list[ModelMessage], _: AgentInfo) -> ModelResponse:
        seen.append(
            [str(part.content) for m in messages for part in m.parts if hasattr(part, "content")]
        )
        return ModelResponse([TextPart("How can I help?")])

    await talk.by(FunctionModel(listen)).says("hello", "are you there?")
    assert seen == [["hello"], ["hello", "How can I help?", "are you there?"]]


# --- threads end, and others begin


async def test_after_a_settled_booking_the_next_is_another_conversation_with_its_own_offer(
    talk: Talk,
) -> None:
    await talk.says(*ENGLISH)
    await talk.waits(3 * SECOND)
    ended = await talk.thread()
    assert ended.ended_at
    assert (await talk.says("thank you")).thread_id == ended.id
    begun = await talk.says("can I book a haircut on Friday at 10?")
    assert begun.thread_id != ended.id
    assert "Haircut" in begun.reply
    offered = await talk.says("yes")
    assert (offered.thread_id, "Blow-dry" in offered.reply) == (begun.thread_id, True)
    assert [(name, status) for name, status, *_ in (await talk.world()).offers] == [
        ("Pedicure", "accepted"),
        ("Blow-dry", "offered"),
    ]
    assert await talk.find("SELECT follows FROM threads ORDER BY id") == [(None,), (ended.id,)]


async def test_a_message_that_opens_the_next_conversation_is_found_there_when_it_comes_again(
    talk: Talk, dying: list[int]
) -> None:
    await talk.says(*ENGLISH)
    await talk.waits(3 * SECOND)
    line = "can I book a haircut on Friday at 10?"
    received = await talk.hears(line, key="wamid.9")
    dying[0] = 1
    with pytest.raises(Died):
        await talk.answers(received)
    again = await talk.hears(line, key="wamid.9")
    assert (again.fresh, again.seq) == (False, 1)
    assert "Haircut" in (await talk.answers(again)).reply


async def test_after_a_day_of_silence_a_new_conversation_begins(talk: Talk) -> None:
    first = await talk.says("do you have parking?")
    talk.clock.advance(timedelta(hours=24) - SECOND)
    assert (await talk.says("and wifi?")).thread_id == first.thread_id
    talk.clock.advance(timedelta(hours=24))
    assert (await talk.says("hello")).thread_id != first.thread_id


# --- a person, a language


async def test_while_a_person_handles_the_conversation_the_agent_is_silent(talk: Talk) -> None:
    asked = await talk.says("I want to talk to a person please")
    assert [call.name for call in asked.calls] == ["hand_over"]
    silent = await talk.says("manicure tomorrow at 2", "yes")
    assert (silent.reply, silent.calls, silent.model) == ("", (), "person")
    assert (await talk.world()).untouched
    assert [
        author for (author,) in await talk.find("SELECT author FROM messages ORDER BY seq")
    ] == [
        "guest",
        "agent",
        "guest",
        "guest",
    ]


async def test_handed_back_the_agent_speaks_again(talk: Talk) -> None:
    asked = await talk.says("I want to talk to a person please")
    assert await hand_back(talk.services, talk.business_id, asked.thread_id)
    assert "free parking" in (await talk.says("do you have parking?")).reply


async def test_a_person_who_answers_first_silences_the_agent(talk: Talk) -> None:
    received = await talk.hears("hello?")
    case = await case_of_thread(talk.services, talk.business_id, received.thread.id)
    await hand_over(case)
    assert (await talk.answers(received)).reply == ""


async def test_the_language_follows_the_guest_s_last_message(talk: Talk) -> None:
    assert "Nikuwekee" in (await talk.says("naomba manicure kesho saa nane mchana")).reply
    assert "parking" in (await talk.says("do you have parking?")).reply
    assert "Nafasi yako" in (await talk.says("ndiyo")).reply
    # A thumb says nothing of a language: it stays as it was.
    assert "nimeongeza" in (await talk.says("👍")).reply


# --- one at a time


async def test_two_messages_at_once_are_handled_one_after_the_other(talk: Talk) -> None:
    running, most, gate = 0, 0, asyncio.Event()

    async def slowly(_: list[ModelMessage], __: AgentInfo) -> ModelResponse:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await gate.wait()
        running -= 1
        return ModelResponse([TextPart("One moment.")])

    slow = talk.by(FunctionModel(slowly))
    first = asyncio.create_task(slow.answers(await slow.hears("hello")))
    while not running:
        await asyncio.sleep(0)
    second = asyncio.create_task(slow.answers(await slow.hears("anyone?")))
    for _ in range(50):
        await asyncio.sleep(0)
    gate.set()
    assert [(await each).reply for each in (first, second)] == ["One moment.", "One moment."]
    assert most == 1


async def test_a_burst_is_answered_once_with_its_last_message(talk: Talk) -> None:
    received = [await talk.hears(line) for line in ("hi", "manicure please", "tomorrow at 2")]
    turned = await asyncio.gather(*map(talk.answers, received))
    assert [bool(each.reply) for each in turned] == [False, False, True]
    assert await talk.world() == World(
        appointments=ASKED.appointments,
        proposals=(("book", "open", 3, None),),
        customers=ASKED.customers,
    )


async def test_a_yes_of_an_old_burst_is_not_heard_again(talk: Talk) -> None:
    burst = [await talk.hears(line) for line in ("yes!", "a manicure tomorrow at 2 please")]
    await asyncio.gather(*map(talk.answers, burst))
    assert await models_of_turns(talk) == ["offline"]
    assert "parking" in (await talk.says("do you have parking?")).reply
    assert [status for _, _, status, *_ in (await talk.world()).appointments] == ["proposed"]


async def test_a_burst_whose_turn_died_is_read_whole_when_it_is_run_again(
    talk: Talk, dying: list[int]
) -> None:
    burst = [await talk.hears(line) for line in ("a manicure please", "tomorrow at 2")]
    dying[0] = 1
    with pytest.raises(Died):
        await talk.answers(burst[-1])
    await talk.answers(burst[-1])
    ((messages,),) = await talk.find("SELECT messages FROM turns")
    assert "a manicure please\\ntomorrow at 2" in messages


# --- limits


@pytest.mark.parametrize(
    ("budget", "tokens"),
    [
        (Budget(thread_requests=2), 0),
        (Budget(thread_tokens=1000), 600),
        (Budget(day_requests=2), 0),
        (Budget(day_tokens=1000), 600),
    ],
)
async def test_what_has_cost_enough_goes_on_with_the_offline_model(
    talk: Talk, budget: Budget, tokens: int, logs: list[EventDict]
) -> None:
    chatty = talk.by(speaking("What can I do for you?", tokens=tokens), budget=budget)
    await chatty.says("hello", "hello", "can I get a manicure tomorrow at 2?")
    assert await models_of_turns(talk) == ["scripted", "scripted", "offline"]
    assert await talk.world() == World(
        appointments=ASKED.appointments,
        proposals=(("book", "open", 5, None),),
        customers=ASKED.customers,
    )
    assert [each["kind"] for each in logs if each["event"] == "agent.model_failed"] == ["budget"]


async def test_one_business_does_not_spend_what_is_another_s(talk: Talk) -> None:
    days = Days(talk.services.limits, Budget(day_requests=2, day_tokens=100))
    await days.spend(talk.business_id, 2, 0)
    await days.spend("another", 1, 100)
    await days.spend("a third", 1, 99)
    spent = [not await days.has_left(each) for each in (talk.business_id, "another", "a third")]
    assert spent == [True, True, False]


async def test_a_turn_has_a_most_of_requests_and_its_guest_is_answered_all_the_same(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "MOST_REQUESTS", 1)
    turned = await talk.says("can I get a manicure tomorrow at 2?")
    assert turned.reply == talk.services.prompts.render("try_again", "en", tone="warm")
    assert (await talk.world()).untouched


async def test_each_request_and_token_of_a_thread_is_counted(talk: Talk) -> None:
    await talk.by(speaking("Hello!", tokens=7)).says("hello", "hello")
    thread = await talk.thread()
    assert (thread.requests, thread.tokens >= 14) == (2, True)
