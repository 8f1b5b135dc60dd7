"""Phrases are compiled one by one and late; what is found is what one pattern of all would find."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.phrases import phrases, sections
from agent.phrases.listed import PhraseList
from agent.phrases.openings import openings
from agent.words import plain_words

LISTS = ("replies.txt", "intents.txt")
WORDS = sorted(
    {
        word
        for file in LISTS
        for word in re.findall(r"[a-z]+", files("agent.phrases").joinpath(file).read_text("utf-8"))
    }
)
SAID = tuple(
    plain_words(line.partition("|")[0])
    for file in sorted((Path(__file__).parent / "phrases").glob("*.txt"))
    for line in file.read_text("utf-8").splitlines()
)
TOGETHER = tuple(
    (listed, re.compile(f"(?<= )(?:{'|'.join(f'(?:{each})' for each in lines)})(?= )"))
    for file in LISTS
    for (_, listed), (_, lines) in zip(phrases(file), sections(file), strict=True)
)


def agree(text: str) -> bool:
    """Take phrases out of a text, list by list, in both ways."""
    for listed, pattern in TOGETHER:
        left = pattern.sub("<0>", text)
        if listed.sub(lambda match: "<0>", text) != left:
            return False
        found, wanted = listed.found_in(text), list(pattern.finditer(text))
        if [each.span() for each in found] != [each.span() for each in wanted]:
            return False
        text = left
    return True


def test_what_people_say_holds_the_phrases_that_one_pattern_finds() -> None:
    assert len(SAID) > 400
    assert [text for text in SAID if not agree(text)] == []


@given(st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(".,;!?")), max_size=9))
def test_so_do_any_words_of_the_phrases(words: list[str]) -> None:
    assert agree(f" {' '.join(words)} ")


@pytest.mark.parametrize("text", ["", " ", "  ", "no", " no", "no ", " no  no ", "\n", " <yes:0> "])
def test_so_does_text_that_is_hardly_any(text: str) -> None:
    assert agree(text)


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("no more", {"no "}),
        ("never", {"never "}),
        ("bye|good night", {"bye ", "good "}),
        ("(?:please |can you )*stop(?: it)?", {"please ", "can ", "stop "}),
        ("an? (?:hour|day)", {"a ", "an "}),
        ("some ?time", {"some ", "sometime "}),
        ("(?:ku)?toa", {"kutoa ", "toa "}),
        ("usi(?:tume|lete)\\S*", {"usitume ", "usitume*", "usilete ", "usilete*"}),
        ("hm+", {"hm*"}),
        ("(?<=^ )basi(?= [.!])", {"basi "}),
        ("(?:it|\\S+)? ?works", {"*"}),
        ("[^.]{1,20} first", {"*"}),
    ],
)
def test_how_a_phrase_can_begin(phrase: str, words: set[str]) -> None:
    assert openings(phrase) == words


@pytest.mark.parametrize("phrase", ["((((((no))))))", "no (?:(?:(?:(?:(?:a))))|b)|(?:c", "No"])
def test_a_phrase_that_cannot_be_told_is_refused_at_once(phrase: str) -> None:
    with pytest.raises(ValueError, match="too intricate"):
        PhraseList([phrase])
