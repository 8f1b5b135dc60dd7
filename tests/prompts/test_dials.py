import json
from pathlib import Path

import pytest

from jirani.rules.dials import CHOICES, GREETING_LIMIT, NAMES, VERTICALS, problem_with
from prompts.library import Prompts, own_folder


@pytest.mark.parametrize("vertical", VERTICALS)
def test_every_vertical_has_defaults_that_may_be_set(vertical: str) -> None:
    defaults = Prompts().dial_defaults(vertical)
    assert set(defaults) == set(NAMES)
    assert [problem_with(dial, value) for dial, value in defaults.items()] == [None] * len(NAMES)


def test_dental_is_formal_and_never_sells() -> None:
    defaults = Prompts().dial_defaults("dental")
    assert defaults["tone"] == "professional"
    assert defaults["honorific"] == "formal-sw"
    assert defaults["upsell"] == "never"
    assert defaults["cancellation_tone"] == "firm"


def test_barbershop_is_playful_and_suggests_once() -> None:
    defaults = Prompts().dial_defaults("barbershop")
    assert defaults["tone"] == "playful"
    assert defaults["honorific"] == "first-name"
    assert defaults["upsell"] == "suggest-once-after-confirm"


def test_the_schema_allows_what_the_rules_allow() -> None:
    schema = json.loads(Path(own_folder(), "schema", "dials.json").read_text("utf-8"))
    known = schema["properties"]
    assert {dial: tuple(known[dial]["enum"]) for dial in CHOICES} == CHOICES
    assert known["greeting"]["maxLength"] == GREETING_LIMIT
    assert set(schema["required"]) == set(known) == set(NAMES)


def test_changing_what_was_answered_changes_no_default() -> None:
    prompts = Prompts()
    prompts.dial_defaults("salon")["tone"] = "playful"
    assert prompts.dial_defaults("salon")["tone"] == "warm"
