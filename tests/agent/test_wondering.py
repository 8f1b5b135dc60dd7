"""Asking whether one could cancel is no wish to cancel."""

from importlib import import_module

import pytest

from agent.wondering import wonders
from agent.words import plain_words
from tests.support.talking import Talk

ASKED = "can I cancel later if something comes up?"


@pytest.mark.parametrize(
    "text",
    [
        ASKED,
        "can i cancel later",
        "Can I change it later?",
        "can we reschedule if it rains",
        "what if I want to change the time later?",
        "naweza kughairi baadaye?",
        "je naweza kubadilisha baadaye nikipata dharura",
    ],
)
def test_what_might_be_done_some_day_is_only_a_question(text: str) -> None:
    assert wonders(plain_words(text))


@pytest.mark.parametrize(
    "text",
    [
        "can I cancel my booking?",
        "how can I cancel?",
        "can you cancel it if you please",
        "can I change it to 4pm",
        "can I change my booking to a later time?",
        "can we move it later?",
        "can I change it a bit later?",
        "can I cancel if it is not too late",
        "naweza kughairi miadi yangu?",
    ],
)
def test_a_wish_for_now_is_none(text: str) -> None:
    assert not wonders(plain_words(text))


@pytest.mark.anyio
async def test_the_question_is_answered_and_the_proposal_asked_again(talk: Talk) -> None:
    await talk.says("facial with Zawadi on Friday at 4pm")
    answer = (await talk.says(ASKED)).reply
    assert "until 24 hours before" in answer
    assert "Shall I book your Facial" in answer


@pytest.mark.anyio
async def test_a_booking_stays_when_somebody_asks_whether_it_could_be_cancelled(talk: Talk) -> None:
    await talk.says("facial with Zawadi on Friday at 4pm", "yes", "no thanks", ASKED)
    assert [kind for kind, *_ in (await talk.world()).proposals] == ["book"]


@pytest.mark.anyio
async def test_without_a_note_the_honest_answer_is_that_writing_is_enough(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("tools.search_knowledge"), "matching", lambda *_: None)
    await talk.says("facial with Zawadi on Friday at 4pm")
    answer = (await talk.says(ASKED)).reply
    assert "change or cancel any time by writing" in answer
    assert "Shall I book your Facial" in answer
