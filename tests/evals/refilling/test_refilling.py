"""Freed slots among customers of a known reply curve: the product fills what the curve allows."""

from contextlib import closing
from datetime import timedelta
from random import Random

import pytest
from click.testing import CliRunner

from agent.models import OFFLINE
from evals.cli import command
from evals.refilling.curve import MINUTE, Curve
from evals.refilling.playing import Scene, Slot, refill
from evals.refilling.telling import LIFE, Outcome, lines
from evals.spreading import spread
from tests.support.proving import Proved

FEW, MANY = 6, 1_000


def played(scene: Scene, slots: int) -> list[Slot]:
    with closing(spread(refill, [(scene, nth) for nth in range(slots)], OFFLINE, 1)) as coming:
        return list(coming)


def test_replies_follow_the_curve() -> None:
    curve, random = Curve(), Random(1)
    drawn = [curve.reply(random) for _ in range(20_000)]
    times = sorted(each for each in drawn if each is not None)
    assert len(times) / len(drawn) == pytest.approx(0.11, abs=0.01)
    assert times[len(times) // 2] / MINUTE == pytest.approx(6, abs=0.5)
    in_time = sum(each <= LIFE for each in times)
    assert in_time / len(drawn) == pytest.approx(curve.within(LIFE), abs=0.01)
    assert curve.within(LIFE) == pytest.approx(0.0902, abs=0.0001)
    assert curve.filled(LIFE, 20) == pytest.approx(0.849, abs=0.001)


def test_a_slot_is_filled_by_the_first_who_accepts_in_time_and_nobody_is_told_what_is_not_so() -> (
    None
):
    slots = played(Scene(candidates=5, curve=Curve(accepts=0.3)), FEW)
    for slot in slots:
        assert slot.untrue == ()
        assert (slot.status == "filled") == (slot.in_time > 0 or slot.late_taken)
        if slot.status != "filled":
            assert (slot.offers, slot.reason) == (5, "nobody_left")
    assert {slot.status for slot in slots} == {"filled", "expired"}


def test_whoever_all_want_it_at_once_is_the_first_asked() -> None:
    slot, *_ = played(Scene(candidates=3, curve=Curve(accepts=1.0, median=1.0, spread=0.1)), 1)
    assert (slot.status, slot.offers, slot.in_time) == ("filled", 1, 1)
    assert slot.filled_after is not None
    assert timedelta(minutes=slot.filled_after) < 2 * MINUTE


def test_the_command_tells_it_beside_what_was_published() -> None:
    ended = CliRunner().invoke(
        command, ["simulate-recovery", "--slots", "1", "--candidates", "2", "--jobs", "1"]
    )
    assert ended.exit_code == 0, ended.output
    assert "9.0% within 15 min" in ended.output
    assert "2.76 offers" in ended.output
    wrong = CliRunner().invoke(command, ["simulate-recovery", "--set", "parallel=99"])
    assert wrong.exit_code == 2


@pytest.mark.proof
@pytest.mark.timeout(0)
def test_of_many_slots_with_twenty_candidates_and_a_day_to_go_four_in_five_are_filled(
    proved: Proved,
) -> None:
    outcome = Outcome(Scene(), played(Scene(), MANY))
    assert outcome.problems() == []
    for number, line in enumerate(lines(outcome), 1):
        proved(f"slots refilled: {number}. {line}")
