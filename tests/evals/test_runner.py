from pathlib import Path

import pytest

from evals import playing
from evals.ground import Ground
from evals.results import Attempt
from evals.runner import attempt
from evals.scenario import Unusable, load
from tests.evals.conftest import Write

pytestmark = pytest.mark.anyio

BOOKED = """\
title: A manicure is booked
covers: [§3]
language: en
turns:
  - guest: manicure with Amina tomorrow at 2pm
  - guest: "yes"
"""


async def run(shared: Ground, file: Path) -> Attempt:
    return await attempt(shared, load(file), seed=0)


async def test_rows_that_are_not_as_expected_are_told_with_what_is_there(
    shared: Ground, write: Write
) -> None:
    made = await run(
        shared,
        write(f"""{BOOKED}
expect:
  appointments: [{{service: Manicure, start: 2026-11-22T15:00, status: confirmed}}]
  charges: 1
  holds: 0
  contact: {{name: Jane}}
  decisions: [{{reason: weekly_cap}}]
"""),
    )
    assert not made.passed
    assert made.why == [
        "at the end: appointments: expected one with service Manicure, start 2026-11-22T15:00, "
        "status confirmed; there is none",
        "at the end: appointments: found one that is not expected: service Manicure, staff Amina, "
        "start 2026-11-22T14:00, end 2026-11-22T14:45, status confirmed, price 1200.00, "
        "source chat, guest guest",
        "at the end: charges: expected 1, found 0",
        "at the end: holds: expected 0, found 1: staff Amina, start 2026-11-22T14:00, "
        "end 2026-11-22T15:30",
        "at the end: decisions: expected one with reason weekly_cap; there is none. "
        "Refused was: nothing",
        "at the end: contact: expected name Jane; found name nothing",
    ]


async def test_tools_and_words_that_are_not_as_expected_are_told_at_their_step(
    shared: Ground, write: Write
) -> None:
    made = await run(
        shared,
        write(f"""{BOOKED}
    expect:
      tools: {{called: [start_payment], not_called: [confirm_proposal]}}
      reply: {{contains: [Haircut], not_contains: [pedicure], language: sw}}
      events: {{logged: [cross_sell_declined]}}
"""),
    )
    place = "step 2 (guest: yes)"
    told = [why.removeprefix(f"{place}: ") for why in made.why]
    assert all(why.startswith(place) for why in made.why)
    assert told[0] == "events: cross_sell_declined was not logged"
    assert told[1].startswith("tools: start_payment was not called; called: confirm_proposal, ")
    assert told[2] == "tools: confirm_proposal was called, and should not have been"
    assert told[3].startswith("reply: 'Haircut' should be in it; the guest read “All set!")
    assert told[4].startswith("reply: 'pedicure' should not be in it; the guest read “")
    assert told[5].startswith("reply: expected Swahili, it reads as English: “")


async def test_every_run_begins_in_the_same_world(shared: Ground, write: Write) -> None:
    sound = write(
        f"{BOOKED}expect:\n"
        "  appointments: [{service: Manicure, start: 2026-11-22T14:00, status: confirmed}]\n"
    )
    for seed in range(2):
        made = await attempt(shared, load(sound), seed)
        assert made.why == []
        assert made.played.seed == seed


async def test_time_stops_wherever_something_becomes_due(shared: Ground, write: Write) -> None:
    made = await run(
        shared,
        write(f"""{BOOKED}
  - guest: no thanks
  - guest: Jane Wanjiku 0712345678
  - time_passes: 1d
expect:
  payments: [{{amount: 1200, status: paid}}]
"""),
    )
    assert made.why == []
    assert made.played.steps[-1].done == "1d pass: it is 2026-11-22T11:00"
    assert len(made.played.steps[-1].heard) == 1


async def test_a_fault_of_the_product_fails_the_scenario_and_says_where(
    shared: Ground, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(playing, "happen", broken)
    [why] = (await run(shared, write(BOOKED))).why
    assert why.startswith(
        "step 1 (guest: manicure with Amina tomorrow at 2pm): "
        "it broke with ZeroDivisionError: oh (broken, line "
    )


async def test_a_world_that_cannot_be_is_unusable(shared: Ground, write: Write) -> None:
    nobody = "world:\n  busy: [{staff: Zed, start: 2026-11-22T14:00, service: Manicure}]\n"
    file = write(BOOKED + nobody)
    with pytest.raises(Unusable) as unusable:
        await run(shared, file)
    [error] = unusable.value.errors
    assert error.startswith(f"{file}: there is no staff member 'Zed' in this world; there are ")
