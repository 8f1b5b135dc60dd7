"""Whole conversations: they repeat themselves by their seed, and a fault is told whose it is."""

from dataclasses import dataclass, replace
from random import Random

import pytest

from evals.ground import Ground
from evals.simulating.conversing import Run, converse, made
from evals.simulating.facts import Facts
from evals.simulating.grammar import Grammar
from evals.simulating.guest import Guest
from evals.simulating.hearing import Menu
from evals.simulating.line import Line, Means
from evals.simulating.persona import Manner, Persona, choose
from evals.world import World

pytestmark = pytest.mark.anyio


@pytest.fixture
def jane() -> Persona:
    [persona] = choose(["plain-jane"])
    return replace(persona, manner=Manner(typos=0.0, terse=0.0, bursts=0.0, buttons=0.0))


async def test_the_same_seed_gives_the_same_conversation_and_another_one_another(
    shared: Ground, jane: Persona
) -> None:
    first, again, other = [await converse(shared, jane, seed) for seed in (3, 3, 4)]
    assert _told(first) == _told(again) != _told(other)


def _told(run: Run) -> list[tuple[str, list[str]]]:
    return [(step.done, step.heard) for step in run.played.steps]


@dataclass(slots=True)
class Slipping(Grammar):
    """A grammar with a fault: whatever is meant, it writes another hour."""

    def line(self, *means: Means) -> Line:
        return Line(("a manicure tomorrow at 3pm",), means)


async def test_a_slip_of_the_grammar_voids_the_run_before_it_is_sent(
    shared: Ground, jane: Persona
) -> None:
    run = await converse(shared, jane, 0, making=_slipping)
    [fault] = run.voided
    assert fault.startswith("“a manicure tomorrow at 3pm”: said 15:00; its sheet says Manicure")
    assert run.played.steps == []
    assert run.why == []
    assert not run.passed


def _slipping(facts: Facts, persona: Persona, menu: Menu, world: World, random: Random) -> Guest:
    guest = made(facts, persona, menu, world, random)
    guest.grammar = Slipping(guest.random, guest.facts, guest.manner, guest.today)
    return guest


async def test_who_loses_patience_says_so(shared: Ground, jane: Persona) -> None:
    run = await converse(shared, replace(jane, patience=1), 0)
    assert "lost patience after 1 messages" in run.why
    assert any(why.startswith("wanted Manicure on Sunday 22 November") for why in run.why)
    assert run.wrong == []
