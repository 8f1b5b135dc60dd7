"""Simulated guests against the offline model: a few in every run, many in `make proof`."""

import os
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from agent.models import OFFLINE
from evals.ground import Ground
from evals.simulating.conversing import Run, converse
from evals.simulating.persona import choose, load, shipped
from evals.spreading import spread
from tests.support.proving import Proved

SEEDS = 50
LEAST = 0.97  # of the conversations that were not voided; 98.9 % were measured
MOST_VOIDED = 0.01


@pytest.mark.anyio
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("file", shipped(), ids=lambda file: file.stem)
async def test_a_simulated_guest_gets_what_it_wants(shared: Ground, file: Path, seed: int) -> None:
    run = await converse(shared, load(file), seed)
    assert (run.voided, run.why) == ([], [])


@pytest.mark.proof
def test_many_simulated_guests_get_what_they_want_and_nothing_else(proved: Proved) -> None:
    many = [(persona, seed) for persona in choose(()) for seed in range(SEEDS)]
    runs: list[Run] = []
    with closing(spread(converse, many, OFFLINE, os.cpu_count() or 1, "simulate")) as coming:
        runs.extend(coming)
    came = Counter(_outcome(run) for run in runs)
    judged = len(runs) - came["voided"]
    assert {f"{run.persona} [{run.seed}]": run.wrong for run in runs if run.wrong} == {}
    assert came["voided"] <= MOST_VOIDED * len(runs)
    assert came["passed"] >= LEAST * judged, came
    proved(
        f"simulated guests: {len(runs):,} conversations, {came['passed'] / judged:.1%} got what "
        f"they wanted, 0 got something nobody wanted, {came['voided']} voided"
    )


def _outcome(run: Run) -> str:
    return "voided" if run.voided else "passed" if run.passed else "failed"
