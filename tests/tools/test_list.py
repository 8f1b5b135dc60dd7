"""The list of tools: complete, documented, and silent about what a model must not supply (O2)."""

import re
from pathlib import Path
from typing import Any

import pytest

import tools
from tests.support.situations import situation
from tools import GUEST_TOOLS, TOOLS

NOBODYS_BUSINESS = re.compile(
    r"price|amount|cost|total|phone|name|customer|guest|business|tenant|now|currency|thread|user"
    r"|approved|consent|meaning",
    re.I,
)
DEFINITIONS = {each.name: each.tool_def for each in GUEST_TOOLS}
SCHEMAS = {name: DEFINITIONS[name].parameters_json_schema for name in sorted(DEFINITIONS)}
APART = {"__init__", "describing", "describing_recovery", "describing_stays", "situation", "turn"}


def properties(schema: Any) -> list[str]:
    """Every name anywhere in a schema's properties."""
    if isinstance(schema, list):
        return [name for each in schema for name in properties(each)]
    if not isinstance(schema, dict):
        return []
    inner = [name for each in schema.values() for name in properties(each)]
    return [*schema.get("properties", {}), *inner]


def offered(**facts: Any) -> set[str]:
    return {each.name for each in TOOLS if each.when(situation(**facts))}


ALWAYS = {"find_slots", "propose_booking", "search_knowledge", "hand_over"}


def test_the_list_is_the_toolset_and_every_file_is_in_it() -> None:
    names = [each.name for each in TOOLS]
    assert names == list(DEFINITIONS)
    files = {file.stem for file in Path(tools.__file__).parent.glob("*.py")} - APART
    assert files == set(names)


@pytest.mark.parametrize("name", SCHEMAS)
def test_no_tool_takes_from_the_model_what_rows_message_and_clock_know(name: str) -> None:
    assert [each for each in properties(SCHEMAS[name]) if NOBODYS_BUSINESS.search(each)] == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_tool_and_parameter_says_what_it_is_for(name: str) -> None:
    schema, definition = SCHEMAS[name], DEFINITIONS[name]
    assert definition.description
    assert schema["additionalProperties"] is False
    for parameter, described in schema.get("properties", {}).items():
        assert described.get("description"), parameter


def test_only_the_guest_s_own_words_may_be_passed_as_free_text() -> None:
    free = {
        (name, parameter)
        for name, schema in SCHEMAS.items()
        for parameter, described in schema.get("properties", {}).items()
        if described.get("type") == "string"
        and "andle" not in described["description"]
        and "enum" not in described
    }
    assert free == {("search_knowledge", "question")}


@pytest.mark.parametrize(
    ("facts", "added"),
    [
        ({}, set()),
        (
            {"appointments": [{"status": "confirmed"}]},
            {
                "propose_move",
                "propose_cancellation",
                "find_cross_sell_options",
                "check_prevention",
                "reserve_pair",
            },
        ),
        ({"appointments": [{"status": "proposed"}, {"status": "cancelled"}]}, set()),
        ({"proposals": [{}]}, {"confirm_proposal", "drop_proposal"}),
        ({"offers": [{}]}, {"apply_upsell", "decline_upsell"}),
        ({"unpaid": "KES 1,200"}, {"start_payment", "pay_at_venue"}),
        ({"message": {"meaning": None, "wish": {"phone": "+254712345678"}}}, {"save_contact"}),
        ({"message": {"meaning": None, "wish": {"name": "Grace"}}}, {"save_contact"}),
        ({"message": {"meaning": "opt_out", "wish": None}}, {"set_offer_preference"}),
        ({"message": {"meaning": "opt_in", "wish": None}}, {"set_offer_preference"}),
        ({"message": {"meaning": "decline_all", "wish": None}}, {"set_offer_preference"}),
        ({"message": {"meaning": "decline", "wish": None}}, set()),
    ],
)
def test_a_model_is_offered_what_the_situation_allows(
    facts: dict[str, Any], added: set[str]
) -> None:
    assert offered(**facts) == ALWAYS | added


@pytest.mark.parametrize(
    ("facts", "added"),
    [
        ({"stay": {"sold": []}}, {"request_extra"}),
        (
            {
                "stay": {"sold": []},
                "message": {"meaning": "unclear", "wish": {"prefers": ["never_nights"]}},
            },
            {"request_extra", "note_preferences"},
        ),
        (
            {"stay": {"sold": [{}]}, "offers": [{}]},
            {"request_extra", "undo_upsell", "apply_upsell", "decline_upsell", "defer_upsell"},
        ),
    ],
)
def test_around_a_stay_nothing_is_booked_and_extras_can_be_asked_for(
    facts: dict[str, Any], added: set[str]
) -> None:
    assert offered(**facts) == (ALWAYS - {"find_slots", "propose_booking"}) | added
