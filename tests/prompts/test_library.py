import os
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from prompts.library import PromptError, Prompts

WELCOME = """---
description: Says hello.
placeholders:
  name: {example: Amina}
---

## en

Hello {name}, {{you}}.

## en.playful

Hey {name}!

## sw

Habari {name}.
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    file = folder / "welcome.md"
    file.write_text(WELCOME, "utf-8")
    return file


@pytest.fixture
def prompts(file: Path) -> Prompts:
    return Prompts(file.parent.parent)


def rewrite(file: Path, words: str) -> None:
    """Save the file with a later time, however coarse the disk's clock is."""
    later = file.stat().st_mtime_ns + 1_000_000_000
    file.write_text(words, "utf-8")
    os.utime(file, ns=(later, later))


def test_a_value_is_never_read_as_a_placeholder(prompts: Prompts) -> None:
    assert prompts.render("welcome", "en", name="{name} {{x}}") == "Hello {name} {{x}}, {you}."


def test_a_tone_without_words_of_its_own_speaks_plainly(prompts: Prompts) -> None:
    assert prompts.render("welcome", "en", tone="playful", name="A") == "Hey A!"
    assert prompts.render("welcome", "sw", tone="playful", name="A") == "Habari A."
    assert prompts.render("welcome", "en", tone="professional", name="A") == "Hello A, {you}."


@pytest.mark.parametrize(
    ("language", "words"), [("sw-KE", "Habari A."), ("SW", "Habari A."), ("fr", "Hello A, {you}.")]
)
def test_a_language_is_found_by_its_tag_and_english_stands_in(
    prompts: Prompts, language: str, words: str
) -> None:
    assert prompts.render("welcome", language, name="A") == words


def test_an_unknown_text_and_a_missing_value_are_named(prompts: Prompts) -> None:
    with pytest.raises(PromptError, match="no text called 'welcom'"):
        prompts.render("welcom", "en")
    with pytest.raises(PromptError, match="'welcome' needs a value for name"):
        prompts.render("welcome", "en", price="KES 5")


def test_a_value_the_text_does_not_use_is_ignored(prompts: Prompts) -> None:
    assert prompts.render("welcome", "sw", name="A", price="KES 5") == "Habari A."


def test_a_changed_file_is_used_without_a_restart(prompts: Prompts, file: Path) -> None:
    prompts.render("welcome", "en", name="A")
    rewrite(file, WELCOME.replace("Habari", "Jambo"))
    assert prompts.render("welcome", "sw", name="A") == "Jambo A."


def test_a_new_file_is_found_without_a_restart(prompts: Prompts, file: Path) -> None:
    with pytest.raises(PromptError):
        prompts.render("farewell", "sw", name="A")
    (file.parent / "farewell.md").write_text(WELCOME, "utf-8")
    assert prompts.render("farewell", "sw", name="A") == "Habari A."


def test_a_broken_file_keeps_the_last_good_words_and_is_reported_once(
    prompts: Prompts, file: Path
) -> None:
    prompts.render("welcome", "sw", name="A")
    rewrite(file, WELCOME.replace("Habari {name}", "Jambo {nam}"))
    with capture_logs() as logs:
        assert prompts.render("welcome", "sw", name="A") == "Habari A."
        prompts.render("welcome", "sw", name="A")
    assert {log["event"] for log in logs} == {"prompts.broken"}
    assert {log["file"] for log in logs} == {str(file)}
    assert [log["line"] for log in logs if "{nam}" in log["problem"]] == [17]
    rewrite(file, WELCOME.replace("Habari", "Jambo"))
    assert prompts.render("welcome", "sw", name="A") == "Jambo A."


def test_a_file_taken_away_keeps_the_last_good_words(prompts: Prompts, file: Path) -> None:
    prompts.render("welcome", "sw", name="A")
    file.unlink()
    with capture_logs() as logs:
        assert prompts.render("welcome", "sw", name="A") == "Habari A."
    assert [log["event"] for log in logs] == ["prompts.broken"]


def test_new_words_that_need_a_value_nobody_supplies_are_not_used(
    prompts: Prompts, file: Path
) -> None:
    prompts.render("welcome", "sw", name="A")
    more = WELCOME.replace("{name}", "{name} {day}")
    rewrite(file, more.replace("Amina}", "Amina}\n  day: {example: Friday}"))
    with capture_logs() as logs:
        assert prompts.render("welcome", "sw", name="A") == "Habari A."
    assert "{day} is new here" in logs[0]["problem"]


def test_a_file_that_never_was_good_says_what_is_wrong(prompts: Prompts, file: Path) -> None:
    file.write_text("Hello", "utf-8")
    with pytest.raises(PromptError, match=r"'welcome' is broken: .*front matter"):
        prompts.render("welcome", "en", name="A")
