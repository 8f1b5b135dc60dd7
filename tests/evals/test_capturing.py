"""Conversations that were played are captured, and the scenario made of them ends the same way."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from evals.capturing.capture import Captured, capture
from evals.capturing.cli import differences
from evals.capturing.recording import NothingToCapture
from evals.choosing import shipped
from evals.ground import Ground
from evals.opening import opened_world
from evals.runner import attempt
from evals.scenario import GUEST, Scenario, load
from evals.world import World
from tests.evals.conftest import Write
from tests.support.proving import Proved

pytestmark = pytest.mark.anyio

VARIED = (
    "buttons-all-the-way",
    "callbacks-twice-and-forged",
    "hamisha-na-futa",
    "late-yes-slot-gone",
    "move-it-to-four",
    "payment-fails-then-works",
    "price-changes-after-the-offer",
    "two-guests-want-one-slot",
)
# What the rows cannot tell, and so no captured scenario can repeat.
EXCEPTIONS: dict[str, str] = {}


async def captured_from(shared: Ground, file: Path, *, whole: bool = True) -> Captured:
    """Play a scenario, and capture its first guest's conversation from the rows it left."""
    found: list[Captured] = []

    @asynccontextmanager
    async def kept(ground: Ground, scenario: Scenario, seed: int) -> AsyncIterator[World]:
        async with opened_world(ground, scenario, seed) as world:
            yield world
            threads = world.threads.items()
            first = next((id for id, who in threads if who == GUEST), next(iter(world.threads)))
            store, business = world.services.store, world.business.id
            found.append(await capture(store, business, first, ground, whole=whole))

    await attempt(shared, load(file), 0, opening=kept)
    return found[0]


@pytest.mark.parametrize("name", VARIED)
async def test_a_captured_conversation_ends_the_same_way(shared: Ground, name: str) -> None:
    [file] = [each for each in shipped() if each.stem == name]
    assert await differences(shared, await captured_from(shared, file)) == []


@pytest.mark.proof
async def test_every_scenario_of_a_salon_can_be_captured(shared: Ground, proved: Proved) -> None:
    salons = [each for each in shipped() if load(each).world.get("base") != "stays"]
    differ = {
        file.stem for file in salons if await differences(shared, await captured_from(shared, file))
    }
    assert differ == set(EXCEPTIONS)
    every = len(salons)
    proved(f"capture: {every - len(differ)} of {every} shipped scenarios end the same way again")


async def test_a_conversation_about_a_stay_is_refused_in_words(shared: Ground) -> None:
    [file] = [each for each in shipped() if each.stem == "a-200-that-failed"]
    with pytest.raises(NothingToCapture, match="is about a stay"):
        await captured_from(shared, file)


WORLD = """\
title: A manicure on a busy day
covers: [§3]
language: en
world:
  now: 2026-11-23T09:10
  dials: {cross_sell: never}
  days: [{date: 2026-11-24, hours: 10:00-16:00, staff: Amina}]
  busy: [{staff: Amina, start: 2026-11-24T14:00, service: Manicure}]
turns:
  - guest: manicure with Amina tomorrow at 3pm
  - time_passes: 1m 5s
  - dials: {cross_sell: related-only}
  - other_takes: {staff: Wanjiru, service: Manicure, start: 2026-11-24T15:00}
  - guest: ["yes", please]
  - guest: Jane Wanjiku 0712 345 678
"""


async def test_the_world_it_happened_in_is_captured(shared: Ground, write: Write) -> None:
    made = (await captured_from(shared, write(WORLD))).scenario
    assert made["world"] == {
        "now": "2026-11-23T09:10",
        "dials": {"cross_sell": "never"},
        "days": [{"date": "2026-11-24", "hours": "10:00-16:00", "staff": "Amina"}],
        "busy": [{"staff": "Amina", "start": "2026-11-24T14:00", "end": "2026-11-24T14:45"}],
    }
    steps = [{key: step[key] for key in step if key != "expect"} for step in made["turns"]]
    taken = {"staff": "Wanjiru", "start": "2026-11-24T15:00", "end": "2026-11-24T15:45"}
    assert steps[:5] == [
        {"guest": "manicure with Amina tomorrow at 3pm"},
        {"time_passes": "1m 5s"},
        {"dials": {"cross_sell": "related-only"}},
        {"other_takes": taken},
        {"guest": ["yes", "please"]},
    ]
    assert made["expect"]["contact"]["phone"] == "+254712000001"


async def test_another_business_is_written_out(shared: Ground, write: Write) -> None:
    file = write("""\
        title: A pedicure elsewhere
        covers: [§3]
        language: en
        world:
          base:
            name: Nail Bar
            vertical: nails
            services:
              - {name: Manicure, minutes: 45, price: 1200, aliases: [nails]}
              - {name: Pedicure, minutes: 45, buffer: 10, price: 1500.50}
            staff:
              - {name: Amina, services: [Manicure, Pedicure], hours: "sun 10:00-14:00"}
            relations: [Manicure <-> Pedicure 0.9]
            knowledge:
              - {topic: parking, language: en, keywords: [parking, car], text: "Yes: in the yard."}
        turns:
          - guest: nails tomorrow at 10am
          - guest: "yes"
          - guest: is there parking?
        """)
    captured = await captured_from(shared, file)
    base = captured.scenario["world"]["base"]
    wanted = load(file).world["base"]
    assert {key: base[key] for key in wanted} == wanted
    assert await differences(shared, captured) == []


async def test_only_the_asked_conversation_and_what_followed_it_is_captured(
    shared: Ground, write: Write
) -> None:
    file = write("""\
        title: Two bookings on two days
        covers: [§7]
        language: en
        world:
          dials: {cross_sell: never}
        turns:
          - guest: manicure with Amina tomorrow at 2pm
          - guest: "yes"
          - guest: Jane Wanjiku 0712345678
          - time_passes: 5s
          - guest: haircut with Brian tomorrow at 5pm
          - time_passes: 2d
          - guest: manicure with Amina tomorrow at 2pm
        """)
    followed = await captured_from(shared, file, whole=False)
    every = await captured_from(shared, file, whole=True)
    assert followed.scenario["expect"]["conversation"]["threads"] == 2
    assert every.scenario["expect"]["conversation"]["threads"] == 3
    assert len(every.scenario["turns"]) > len(followed.scenario["turns"])
