"""What a scenario about stays can say, and what is wrong with one that says something else."""

import pytest

from evals.ground import Ground
from evals.results import Attempt, Result
from evals.runner import attempt
from evals.scenario import Unusable, load
from evals.showing.page import page
from tests.evals.conftest import Write
from tests.support.reading import Read

STAY = """\
title: A guest is offered an early check-in, and asks the host
covers: [U1]
language: en
world: {base: stays, now: 2026-06-10T12:00, sells: [early_check_in]}
turns:
  - books: {arrival: 2026-06-15, departure: 2026-06-20}
  - at: 2026-06-12T09:00
  - host: Do tell me if you need a cot.
  - guest: yes please
expect:
  stay_sales: [{kind: early_check_in, price: 25, status: applied}]
"""


async def played(shared: Ground, write: Write, text: str) -> Attempt:
    return await attempt(shared, load(write(text)), seed=0)


@pytest.mark.anyio
async def test_what_is_not_as_expected_is_told_row_by_row(shared: Ground, write: Write) -> None:
    made = await played(shared, write, STAY.replace("price: 25", "price: 30") + "  texts: 1\n")
    told = "\n".join(made.why)
    assert "stay_sales: expected one with kind early_check_in, price 30, status applied" in told
    assert "texts: expected 1, found 2" in told


@pytest.mark.anyio
async def test_a_moment_that_is_past_breaks_the_run(shared: Ground, write: Write) -> None:
    made = await played(shared, write, STAY + "  texts: 2\n")
    assert made.why == []
    late = STAY.replace("  - host", "  - at: 2026-06-11T09:00\n  - host")
    [broken, *_] = (await played(shared, write, late)).why
    assert "it is 2026-06-12T09:00 already" in broken


@pytest.mark.anyio
async def test_the_page_shows_who_wrote_and_what_became_of_the_offer(
    shared: Ground, write: Write
) -> None:
    scenario = load(write(STAY))
    made = await attempt(shared, scenario, seed=0)
    text = page([Result(scenario, (made,))])
    assert 'class="bubble host"' in text
    words = Read(text).words
    assert "guest books flat: arrival Mon 15 Jun, departure Sat 20 Jun" in words
    assert "status offered → accepted" in words
    assert "Mail to the host" in words
    assert "Held slots" not in words


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("base: stays", "base: demo", "books happens in a world with `base: stays` only."),
        ("host: Do", "prices: {Cut: 1}\n  - host: Do", "prices happens without `base: stays` only"),
        ("now:", "payment: pay-first, now:", "world.payment: it is known without"),
        ("early_check_in]", "early_checkin]", "'early_checkin' is not known here; write one of"),
    ],
)
def test_what_belongs_to_another_kind_of_world_is_told(
    write: Write, old: str, new: str, error: str
) -> None:
    with pytest.raises(Unusable) as refused:
        load(write(STAY.replace(old, new, 1)))
    assert error in str(refused.value)
