"""The fact sheets: what is written in a persona's file, and what is told when it cannot be used."""

from datetime import date, time
from pathlib import Path
from textwrap import dedent

import pytest

from evals.scenario import Unusable
from evals.simulating.facts import Hours
from evals.simulating.persona import choose, load, shipped

GOOD = """
    title: Jane books
    covers: [X10]
    language: en

    facts:
      name: Jane Wanjiku
      phone: "0712345678"
      service: Manicure
      day: 2026-11-24
      time: 14:00
"""


def persona(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "jane.yaml"
    file.write_text(dedent(text).lstrip(), "utf-8")
    return file


def complaint(tmp_path: Path, text: str) -> str:
    with pytest.raises(Unusable) as refused:
        load(persona(tmp_path, text))
    return str(refused.value).replace(str(tmp_path), "")


def test_there_are_personas_of_each_language_and_all_can_be_used() -> None:
    languages = [load(file).language for file in shipped()]
    assert len(languages) >= 14
    assert {"en", "sw", "mixed"} <= set(languages)


def test_what_is_left_out_has_a_sensible_meaning(tmp_path: Path) -> None:
    jane = load(persona(tmp_path, GOOD))
    assert jane.facts.calls_it == ("manicure",)
    assert not jane.facts.changes_mind
    assert jane.facts.e164 == "+254712345678"
    assert jane.manner.swahili == 0.0


@pytest.mark.parametrize(
    ("words", "suits", "does_not"),
    [
        ("14:00", time(14), time(14, 5)),
        ("morning", time(11, 55), time(12)),
        ("after 16:00", time(16), time(15, 55)),
        ("before 12:00", time(12), time(12, 5)),
    ],
)
def test_a_time_is_a_moment_or_a_stretch_of_the_day(
    words: str, suits: time, does_not: time
) -> None:
    assert Hours.of(words).allows(suits)
    assert not Hours.of(words).allows(does_not)


def test_another_start_is_on_the_same_day_unless_it_says_which(tmp_path: Path) -> None:
    text = GOOD + '      instead: [15:00, "2026-11-25T09:30"]\n'
    assert load(persona(tmp_path, text)).facts.instead == (
        (date(2026, 11, 24), time(15)),
        (date(2026, 11, 25), time(9, 30)),
    )


def test_a_problem_is_told_with_its_line_and_what_to_write(tmp_path: Path) -> None:
    text = GOOD.replace("time: 14:00", "time: two o'clock")
    assert complaint(tmp_path, text) == (
        '/jane.yaml:10: facts.time: "two o\'clock" does not fit; write it like 14:00, '
        "after 16:00, before 12:00, morning, afternoon or evening."
    )


def test_a_field_with_a_slip_of_the_pen_gets_the_nearest_one(tmp_path: Path) -> None:
    text = GOOD.replace("phone:", "fone:")
    assert "there is no 'fone' here; did you mean 'phone'?" in complaint(tmp_path, text)


def test_a_move_says_where_to(tmp_path: Path) -> None:
    text = GOOD + "      afterwards: {do: move}\n"
    assert ":11: facts.afterwards: say where to move it" in complaint(tmp_path, text)


def test_a_question_is_one_that_people_are_known_to_ask(tmp_path: Path) -> None:
    text = GOOD + "      afterwards: {do: ask, question: weather}\n"
    assert "question is one of parking, wifi" in complaint(tmp_path, text)


def test_a_rule_that_does_not_exist_is_told(tmp_path: Path) -> None:
    assert ":2: covers: there is no rule 'X99'" in complaint(tmp_path, GOOD.replace("X10", "X99"))


def test_a_persona_nobody_has_is_told_with_the_nearest() -> None:
    with pytest.raises(Unusable, match="did you mean 'plain-jane'"):
        choose(["plain-jan"])
