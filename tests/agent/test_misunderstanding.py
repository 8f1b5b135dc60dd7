"""What is unclear is asked about once, then differently, then by a person (§7); nothing is sold."""

import pytest

from tests.support.talking import Talk

pytestmark = pytest.mark.anyio

OFFERED = ("a manicure tomorrow at 2", "yes")
PUZZLES = ("maybe", "hmm", "yeah no", "no yeah that works", "whatever", "1")


@pytest.mark.parametrize("puzzle", PUZZLES)
async def test_an_unclear_answer_to_an_offer_is_asked_about_by_its_name(
    talk: Talk, puzzle: str
) -> None:
    turned = await talk.says(*OFFERED, puzzle)
    assert "Pedicure at 14:45" in turned.reply
    assert "?" in turned.reply
    assert (await talk.world()).sales == ()


async def test_no_two_answers_to_what_is_unclear_are_alike_and_then_a_person_comes(
    talk: Talk,
) -> None:
    await talk.says(*OFFERED)
    first = (await talk.says("maybe")).reply
    second = (await talk.says("hmm, maybe")).reply
    assert first != second
    assert "person" in second
    assert not (await talk.thread()).person_since
    third = await talk.says("dunno")
    assert [call.name for call in third.calls] == ["hand_over"]
    assert (await talk.thread()).person_since
    assert (await talk.says("hello?")).reply == ""


async def test_with_nothing_open_it_is_the_same(talk: Talk) -> None:
    replies = [(await talk.says(line)).reply for line in ("blah blah", "foo bar", "qux quux")]
    assert len(set(replies)) == 3
    assert (await talk.thread()).person_since


async def test_being_understood_in_between_begins_anew(talk: Talk) -> None:
    await talk.says(*OFFERED, "maybe", "hmm", "how much is it?", "hmm")
    assert not (await talk.thread()).person_since


async def test_a_yes_to_the_offer_of_a_person_calls_one(talk: Talk) -> None:
    turned = await talk.says("blah blah", "foo bar", "yes")
    assert [call.name for call in turned.calls] == ["hand_over"]


async def test_a_sound_is_nobodys_name(talk: Talk) -> None:
    await talk.says(*OFFERED, "hmm")
    assert (await talk.world()).customers == ((None, None),)


@pytest.mark.parametrize("answer", ["messages", "the messages", "ujumbe"])
async def test_cancel_or_stop_keeps_both_meanings_over_an_unclear_answer(
    talk: Talk, answer: str
) -> None:
    await talk.says(*OFFERED, "no thanks", "CANCEL 🙏", "hm", answer)
    world = await talk.world()
    assert [status for _, _, status, *_ in world.appointments] == ["confirmed"]
    assert [status for _, status, *_ in world.proposals] == ["accepted", "dropped"]
