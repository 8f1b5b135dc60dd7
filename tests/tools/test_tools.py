"""Each tool by itself: what it answers to names of nothing, and to other people's things (O1)."""

from collections.abc import Awaitable, Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from pydantic_ai import RunContext, RunUsage
from pydantic_ai.models.test import TestModel
from sqlalchemy import URL

from agent.wish import Wish
from jirani.rules.reading import Meaning
from jirani.services.asking import reading_of
from tests.support.salon import Guest, Salon
from tools.apply_upsell import apply_upsell
from tools.confirm_proposal import confirm_proposal
from tools.decline_upsell import decline_upsell
from tools.drop_proposal import drop_proposal
from tools.find_cross_sell_options import find_cross_sell_options
from tools.find_slots import find_slots
from tools.hand_over import hand_over
from tools.pay_at_venue import pay_at_venue
from tools.propose_booking import propose_booking
from tools.propose_cancellation import propose_cancellation
from tools.propose_move import propose_move
from tools.reserve_pair import reserve_pair
from tools.save_contact import save_contact
from tools.search_knowledge import search_knowledge
from tools.set_offer_preference import set_offer_preference
from tools.start_payment import start_payment
from tools.turn import Answer, Handles, Turn

pytestmark = pytest.mark.anyio

TurnOf = Callable[..., Awaitable[RunContext[Turn]]]
ByOneHandle = Callable[[RunContext[Turn], str], Awaitable[Answer]]
BY_ONE_HANDLE: tuple[ByOneHandle, ...] = (
    propose_booking,
    propose_cancellation,
    confirm_proposal,
    drop_proposal,
    reserve_pair,
    apply_upsell,
    decline_upsell,
)
UNKNOWN = (False, "unknown_handle")


@pytest.fixture
def database(sqlite_database: URL) -> URL:
    """What the tools call is tested on both databases; the tools themselves on one."""
    return sqlite_database


@pytest.fixture
def turn_of() -> TurnOf:
    """Let a guest say something; return the context a tool gets in that turn."""

    async def made(
        guest: Guest, meaning: Meaning = Meaning.UNCLEAR, wish: Wish | None = None
    ) -> RunContext[Turn]:
        case = await guest.says(meaning)
        async with case.services.store.read(case.business.id) as work:
            thread = await work.threads.get(case.thread_id)
            message = await work.messages.get(case.thread_id, case.seq)
        turn = Turn(
            case=case,
            catalogue=guest.salon.catalogue,
            thread=thread,
            offered_before=False,
            text=message.text,
            language="en",
            wish=wish or Wish(),
            reading=reading_of(message.reading),
        )
        return RunContext(deps=turn, model=TestModel(), usage=RunUsage())

    return made


def verdict(answer: Answer) -> tuple[bool, str]:
    return answer.allowed, answer.reason


# --- names of nothing


@pytest.mark.parametrize("tool", BY_ONE_HANDLE, ids=lambda tool: str(tool.__name__))
async def test_a_handle_never_given_or_of_another_kind_is_refused(
    salon: Salon, turn_of: TurnOf, tool: ByOneHandle
) -> None:
    context = await turn_of(await salon.guest(), Meaning.ACCEPT)
    given = context.deps.handles.give("v", "manicure")
    for name in ("p1", "o1", "", "99", given, "manicure"):
        assert verdict(await tool(context, name)) == UNKNOWN


async def test_a_search_refuses_each_name_it_does_not_know(salon: Salon, turn_of: TurnOf) -> None:
    context = await turn_of(await salon.guest())
    v1 = context.deps.handles.give("v", "manicure")
    assert verdict(await find_slots(context, "v9")) == UNKNOWN
    assert verdict(await find_slots(context, "manicure")) == UNKNOWN
    assert verdict(await find_slots(context, v1, staff="t9")) == UNKNOWN
    assert verdict(await find_slots(context, v1, moving="a9")) == UNKNOWN


async def test_a_move_refuses_each_name_it_does_not_know(salon: Salon, turn_of: TurnOf) -> None:
    guest = await salon.guest()
    booked = await guest.books("manicure", "amina", salon.at("14:00"))
    context = await turn_of(guest)
    a1 = context.deps.handles.give("a", booked.id)
    assert verdict(await propose_move(context, "a9", "s1")) == UNKNOWN
    assert verdict(await propose_move(context, a1, "s9")) == UNKNOWN


def test_a_handle_means_one_thing_for_a_whole_turn_and_nothing_in_the_next() -> None:
    handles = Handles()
    assert [handles.give("s", "a"), handles.give("s", "a"), handles.give("s", "b")] == [
        "s1",
        "s1",
        "s2",
    ]
    assert handles.resolve("s", "s2") == "b"
    assert handles.resolve("p", "s2") is None
    assert Handles().resolve("s", "s1") is None


# --- other people's things, were their ids ever to get a name here


async def test_another_guest_s_proposal_is_refused_even_by_its_id(
    salon: Salon, turn_of: TurnOf
) -> None:
    theirs = await (await salon.guest()).asks_for("manicure", "amina", salon.at("14:00"))
    assert theirs.proposal
    context = await turn_of(await salon.guest(), Meaning.ACCEPT)
    p1 = context.deps.handles.give("p", theirs.proposal.id)
    assert verdict(await confirm_proposal(context, p1)) == UNKNOWN
    assert verdict(await drop_proposal(context, p1)) == UNKNOWN


async def test_another_guest_s_offer_is_refused_even_by_its_id(
    salon: Salon, turn_of: TurnOf
) -> None:
    other = await salon.guest()
    await other.books("manicure", "amina", salon.at("14:00"))
    offer = await other.offer()
    for meaning, tool in ((Meaning.ACCEPT, apply_upsell), (Meaning.DECLINE, decline_upsell)):
        context = await turn_of(await salon.guest(), meaning)
        o1 = context.deps.handles.give("o", offer.id)
        assert verdict(await tool(context, o1)) == (False, "other_thread")
    async with salon.services.store.read(salon.id) as work:
        now = await work.offers.get(offer.id)
    assert now
    assert now.status == "offered"


async def test_another_guest_s_booking_can_be_neither_moved_nor_cancelled(
    salon: Salon, turn_of: TurnOf
) -> None:
    theirs = await (await salon.guest()).books("manicure", "amina", salon.at("14:00"))
    context = await turn_of(await salon.guest())
    handles = context.deps.handles
    a1, v1 = handles.give("a", theirs.id), handles.give("v", "manicure")
    assert not (await propose_cancellation(context, a1)).allowed
    found = await find_slots(context, v1, day=salon.at("16:00").date(), at=time(16))
    moved = await propose_move(context, a1, found.facts["slots"][0]["slot"])
    assert not moved.allowed


# --- what the guest has not said


async def test_nothing_is_done_that_the_message_does_not_say(salon: Salon, turn_of: TurnOf) -> None:
    guest = await salon.guest()
    asked = await guest.asks_for("manicure", "amina", salon.at("14:00"))
    assert asked.proposal
    context = await turn_of(guest, Meaning.QUESTION)
    p1 = context.deps.handles.give("p", asked.proposal.id)
    for answer in (
        await confirm_proposal(context, p1),
        await drop_proposal(context, p1),
        await set_offer_preference(context),
    ):
        assert verdict(answer) == (False, "no_acceptance")
    assert verdict(await save_contact(context)) == (False, "not_understood")


async def test_a_contact_is_taken_from_the_message_and_nowhere_else(
    salon: Salon, turn_of: TurnOf
) -> None:
    guest = await salon.guest(contact=False)
    saved = await save_contact(await turn_of(guest, wish=Wish(phone="+254712345678")))
    assert saved.facts == {"name": None, "phone": "+254712345678", "missing": ["name"]}


async def test_with_nothing_booked_there_is_nothing_to_offer_or_to_charge(
    salon: Salon, turn_of: TurnOf
) -> None:
    context = await turn_of(await salon.guest())
    assert verdict(await find_cross_sell_options(context)) == (False, "primary_not_confirmed")
    assert not (await start_payment(context)).allowed
    assert not (await pay_at_venue(context)).allowed


# --- searches


async def searched(context: RunContext[Turn], service: str, **wanted: Any) -> Answer:
    handle = context.deps.handles.give("v", service)
    return await find_slots(context, handle, **wanted)


async def test_days_past_and_far_away_are_refused(salon: Salon, turn_of: TurnOf) -> None:
    context = await turn_of(await salon.guest())
    assert (await searched(context, "manicure", day=date(2026, 11, 22))).reason == "past"
    assert (await searched(context, "manicure", day=date(2028, 1, 1))).reason == "too_far"


async def test_who_does_not_do_it_is_named_with_those_who_do(salon: Salon, turn_of: TurnOf) -> None:
    context = await turn_of(await salon.guest())
    cora = context.deps.handles.give("t", "cora")
    answer = await searched(context, "manicure", staff=cora)
    assert (answer.reason, answer.facts["others"]) == ("not_qualified", ["Amina", "Beth"])


async def test_a_time_that_is_taken_is_answered_with_the_nearest_free_ones(
    salon: Salon, turn_of: TurnOf
) -> None:
    other = await salon.guest()
    two = salon.at("14:00")
    await salon.booked(
        (other, "manicure", "amina", two), (await salon.guest(), "manicure", "beth", two)
    )
    context = await turn_of(await salon.guest())
    answer = await searched(context, "manicure", day=two.date(), at=time(14))
    assert (answer.allowed, answer.facts["exact"]) == (True, False)
    assert [each["time"] for each in answer.facts["slots"]] == ["13:00", "13:15", "14:45"]


async def test_what_is_not_written_down_is_not_answered(salon: Salon, turn_of: TurnOf) -> None:
    context = await turn_of(await salon.guest())
    assert verdict(await search_knowledge(context, "do you have a pool?")) == (
        False,
        "not_understood",
    )


async def test_handing_over_twice_is_one_hand_over(salon: Salon, turn_of: TurnOf) -> None:
    guest = await salon.guest()
    context = await turn_of(guest, Meaning.HUMAN)
    assert (await hand_over(context)).allowed
    async with salon.services.store.read(salon.id) as work:
        since = (await work.threads.get(guest.thread_id)).person_since
    salon.clock.advance(timedelta(minutes=2))
    assert (await hand_over(context)).allowed
    async with salon.services.store.read(salon.id) as work:
        assert (await work.threads.get(guest.thread_id)).person_since == since
