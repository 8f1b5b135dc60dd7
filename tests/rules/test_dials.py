"""What a business may turn, and what its kind does (X1, §3)."""

import pytest

from jirani.rules.dials import CHOICES, GREETING_LIMIT, NAMES, effective, problem_with


def test_a_greeting_has_at_most_140_characters() -> None:
    assert GREETING_LIMIT == 140
    assert problem_with("greeting", "x" * 140) is None
    assert "this one has 141" in (problem_with("greeting", "x" * 141) or "")


@pytest.mark.parametrize("greeting", ["", "  ", "two\nlines", "a\0b"])
def test_a_greeting_is_one_line_that_can_be_shown(greeting: str) -> None:
    assert problem_with("greeting", greeting)


@pytest.mark.parametrize(("dial", "values"), list(CHOICES.items()))
def test_a_dial_takes_its_values_and_no_others(dial: str, values: tuple[str, ...]) -> None:
    assert [problem_with(dial, value) for value in values] == [None] * len(values)
    assert problem_with(dial, "loud")


def test_there_are_no_other_dials() -> None:
    assert set(NAMES) == {*CHOICES, "greeting"}
    assert "There is no dial 'volume'" in (problem_with("volume", "warm") or "")


def test_a_business_s_own_value_lies_over_its_vertical_s() -> None:
    dials = effective({"tone": "playful", "upsell": "never"}, {"tone": "firm"})
    assert (dials.tone, dials.upsell) == ("firm", "never")
