"""Hosted models and the tools: wrong calls, many calls, words before calls."""

from typing import Any

import pytest
from structlog.typing import EventDict

from agent.models.budget import Budget
from tests.support import anthropic_wire, openai_wire, troubles
from tests.support.asking import ASK, asked, failures
from tests.support.hostile import calling
from tests.support.providers import Wire, provider
from tests.support.talking import Talk

pytestmark = pytest.mark.anyio

WIRES = pytest.mark.parametrize("wire", [openai_wire, anthropic_wire], ids=["openai", "anthropic"])
WAYS = pytest.mark.parametrize("stream", [True, False], ids=["streamed", "plain"])
EITHER = pytest.mark.parametrize(
    ("wire", "stream"), [(openai_wire, True), (anthropic_wire, False)], ids=["openai", "anthropic"]
)


@EITHER
@pytest.mark.parametrize(
    "call",
    [
        calling("book_for_free", price=0),
        calling("find_slots", service=7, day="31 February"),
        calling("propose_booking", slot="s1", price=0),
    ],
    ids=["unknown tool", "bad arguments", "arguments nobody asked for"],
)
async def test_a_model_that_cannot_use_the_tools_is_corrected_and_then_replaced(
    talk: Talk, logs: list[EventDict], wire: Wire, stream: bool, call: Any
) -> None:
    async with provider(wire, troubles.says(call)) as there:
        assert await asked(talk, there, stream) == "m"  # once: it is told, and does better
    assert failures(logs) == []


@EITHER
async def test_a_model_that_never_learns_is_replaced(
    talk: Talk, logs: list[EventDict], wire: Wire, stream: bool
) -> None:
    call = calling("book_for_free", price=0)
    async with provider(wire, troubles.says(call), for_ever=True) as there:
        assert await asked(talk, there, stream) == "offline"
    assert failures(logs) == [("malformed", None)]
    assert len(there.asked) <= 5


@WIRES
@WAYS
async def test_calls_side_by_side_run_one_after_another(
    talk: Talk, wire: Wire, stream: bool
) -> None:
    two = calling("find_slots", service="v7", day="2026-11-24", at="14:00")
    four = calling("find_slots", service="v7", day="2026-11-24", at="16:00")
    async with (
        provider(wire, troubles.says(two, four), troubles.says("Which one?")) as there,
        there.model(stream=stream) as model,
    ):
        turned = await talk.by(model).says(ASK)
    assert [(call.name, call.allowed) for call in turned.calls] == [("find_slots", True)] * 2
    assert turned.reply == "Which one?"


@WIRES
@WAYS
async def test_words_before_a_call_are_never_released(talk: Talk, wire: Wire, stream: bool) -> None:
    too_soon = troubles.says("Lovely, you are booked!", calling("search_knowledge", question="?"))
    async with (
        provider(wire, too_soon, troubles.says("One moment.")) as there,
        there.model(stream=stream) as model,
    ):
        assert (await talk.by(model).says("hm")).reply == "One moment."


@EITHER
@pytest.mark.parametrize("budget", [Budget(turn_requests=6), Budget(turn_tokens=5000)])
async def test_a_model_that_calls_for_ever_runs_out_of_its_budget(
    talk: Talk, logs: list[EventDict], wire: Wire, stream: bool, budget: Budget
) -> None:
    call = calling("find_slots", service="v7", day="2026-11-24", at="14:00")
    async with provider(wire, troubles.says(call), for_ever=True) as there:
        assert await asked(talk, there, stream, budget) == "offline"
    assert failures(logs) == [("budget", None)]
    assert len(there.asked) == 6
