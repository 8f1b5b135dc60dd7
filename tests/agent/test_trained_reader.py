"""Rules and trained weights together: the weights doubt and settle, and never outvote a no (O1)."""

import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.reader import PhraseReader, TrainedReader
from agent.reader.asked import Asked, asked_by
from agent.reader.cues import Cue
from agent.reader.deferring import Deferral, deferral
from agent.reader.heard import listen
from agent.reader.masking import masked_clauses
from agent.reader.settling import Opinion, second_opinion, settled
from agent.reader.weights import Shares, Weights, shipped
from agent.words import plain_words
from jirani.rules.reading import DECLINES, Meaning, Reading
from jirani.services.reading import Live

READER = TrainedReader()
OFFER = "Would you like me to book the taxi for you?"
CONFIRM = "Please confirm: a table for two at the Corner House, Friday at 19:00."
MORE = "Is there anything else I can help you with?"
SUGGEST = "I found 3 places. How about the Corner House on Main Street?"
SURE_YES, SURE_NO = Shares(0.98, 0.01, 0.01), Shares(0.01, 0.98, 0.01)


def read(text: str, said: str = OFFER) -> Meaning:
    return READER.read(text, last_said=said).meaning


@pytest.mark.parametrize(
    ("text", "said", "meaning"),
    [
        ("sounds great, go for it", OFFER, Meaning.ACCEPT),
        ("i'd love that", OFFER, Meaning.ACCEPT),
        ("that'll do nicely, thank you", SUGGEST, Meaning.ACCEPT),
        ("nah, i'll pass", OFFER, Meaning.DECLINE),
        ("i'd rather not", OFFER, Meaning.DECLINE),
        ("nope that's everything", MORE, Meaning.DECLINE),
        ("i'm good, thanks", MORE, Meaning.DECLINE),
        ("let me think about it and get back to you", OFFER, Meaning.LATER),
        ("no, make it 6 people", CONFIRM, Meaning.CHANGE),
        ("could you look for another one?", SUGGEST, Meaning.CHANGE),
        ("how far is it from the station?", SUGGEST, Meaning.QUESTION),
    ],
)
def test_replies_of_other_trades_are_read(text: str, said: str, meaning: Meaning) -> None:
    assert read(text, said) is meaning


@pytest.mark.parametrize("text", ["blorp the wug", "zib zab zob", "Margaritaville", "...", "7"])
def test_where_no_word_is_known_nothing_is_guessed(text: str) -> None:
    assert read(text) is not Meaning.ACCEPT
    assert read(text) not in DECLINES


@pytest.mark.parametrize("text", ["i can't find my keys", "my watch was not in the room"])
def test_to_nobodys_question_a_negation_refuses_nothing(text: str) -> None:
    assert READER.read(text).meaning not in DECLINES


def test_a_known_refusal_is_one_even_where_nothing_was_asked() -> None:
    assert READER.read("no thanks").meaning is Meaning.DECLINE


NEGATED = (
    "no",
    "not now",
    "don't",
    "never",
    "hapana",
    "sitaki",
    "without it please",
    "maybe later",
)


@pytest.mark.parametrize("negation", NEGATED)
@pytest.mark.parametrize("live", [(), (Live("o1", "cross_sell", ("Pedicure",)),)])
def test_a_plain_negation_vetoes_a_yes_whatever_the_weights_say(
    negation: str, live: tuple[Live, ...]
) -> None:
    words = plain_words(f"great {negation}", OFFER)
    heard = listen(words, live, OFFER, False)
    opinion = Opinion(Meaning.UNCLEAR, SURE_YES)
    decide = second_opinion if live else settled
    ruled = PhraseReader().read(f"great {negation}", live=live, last_said=OFFER)
    assert decide(ruled, heard, opinion).meaning is not Meaning.ACCEPT


def test_weights_that_see_a_no_turn_a_yes_to_an_offer_into_a_question_to_ask() -> None:
    live = (Live("o1", "cross_sell", ("Pedicure",)),)
    heard = listen(plain_words("ok"), live, OFFER, False)
    yes = Reading(Meaning.ACCEPT, 0.8, "ok")
    assert second_opinion(yes, heard, Opinion(Meaning.ACCEPT, SURE_NO)).meaning is Meaning.UNCLEAR
    assert second_opinion(yes, heard, Opinion(Meaning.ACCEPT, SURE_YES)) is yes


def test_what_is_said_in_so_many_words_is_the_rules_alone() -> None:
    for text in ("STOP", "let me talk to a person", "no extras please"):
        ruled = PhraseReader().read(text, last_said=OFFER)
        assert READER.read(text, last_said=OFFER) == ruled


def test_calling_off_what_is_booked_is_no_answer_to_an_offer() -> None:
    said = READER.read("i can't make it tomorrow", last_said=MORE, has_appointment=True)
    assert said.meaning is Meaning.CANCEL


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        (OFFER, Asked.OFFER),
        (CONFIRM, Asked.CONFIRM),
        (MORE, Asked.MORE),
        (SUGGEST, Asked.SUGGEST),
        ("Sorry, that time is gone.", Asked.FAILED),
        ("Which day?", Asked.WHICH),
        ("", Asked.NOTHING),
    ],
)
def test_what_we_asked_is_known(said: str, asked: Asked) -> None:
    assert asked in asked_by(plain_words(said))


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("maybe another time", Deferral.LATER),
        ("not yet, let me check first", Deferral.LATER),
        ("baadaye", Deferral.LATER),
        ("not right now", Deferral.NOT_NOW),
        ("i'm fine for today", Deferral.NOT_NOW),
        ("no, i don't want one", Deferral.FIRM),
    ],
)
def test_how_far_a_no_is_put_off(text: str, how: Deferral) -> None:
    assert deferral(plain_words(text)) is how


def test_what_a_message_is_about_is_hidden_from_the_weights() -> None:
    words = plain_words("yes, two tickets for the opera on friday at 7")
    clauses = masked_clauses(words, frozenset({"opera"}), frozenset({"yes", "for", "the", "at"}))
    assert [word for clause in clauses for word in clause] == (
        ["yes", ",", "#", "_", "for", "the", "=", "_", "@", "at", "#"]
    )


def test_shares_are_shares_and_a_feature_counts_for_what_it_says() -> None:
    weights = Weights(frozenset(), {"a": (400, -400), "b": (-400, 400)})
    yes, no, none = (weights.shares(each) for each in (["a"], ["b"], []))
    assert yes.accept > 0.8 > 0.2 > yes.decline
    assert no.decline > 0.8 > 0.2 > no.accept
    for each in (yes, no, none):
        assert each.accept + each.decline + each.other == pytest.approx(1)


def test_the_weights_file_is_small_and_says_whose_words_it_was_learned_from() -> None:
    text = files("agent.reader").joinpath("weights.json").read_text("utf-8")
    kept = json.loads(text)
    assert len(text.encode()) < 1_000_000
    assert "CC BY-SA 4.0" in kept["licence"]
    assert "Schema-Guided Dialogue" in kept["notice"]
    assert len(shipped().table) > 1000


@given(st.text(max_size=200), st.text(max_size=200), st.booleans())
def test_no_text_breaks_it_and_a_yes_never_stands_beside_a_no(
    text: str, said: str, appointment: bool
) -> None:
    reading = READER.read(text, last_said=said, has_appointment=appointment)
    heard = listen(plain_words(text, said), (), said, appointment)
    assert 0 <= reading.confidence <= 1
    assert not (reading.meaning is Meaning.ACCEPT and heard.has(Cue.NO, Cue.LATER, Cue.NO_MORE))
