import pytest

from evals.choosing import choose
from evals.coverage import coverage
from evals.rules import RULES, Slice


def test_every_rule_of_what_is_built_has_a_scenario() -> None:
    assert [each.rule for each in coverage(choose(())) if each.missing] == []


def test_a_rule_that_nobody_protects_is_missing_once_its_slice_is_built(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    some = [each for each in choose(()) if "P5" not in each.covers]
    assert [each.rule for each in coverage(some) if each.missing] == ["P5"]
    monkeypatch.setattr("evals.coverage.BUILT", frozenset(Slice) - {Slice.RECOVERY})
    later = [each for each in coverage(()) if each.slice is Slice.RECOVERY]
    assert later
    assert not any(each.missing for each in later)


def test_coverage_names_the_scenarios_of_each_rule() -> None:
    every = {each.rule: each for each in coverage(choose(()))}
    assert list(every) == list(RULES)
    assert "late-yes-still-free" in every["X11"].scenarios
    assert "an-early-check-in-is-taken" in every["U1"].scenarios
    assert "a-freed-slot-finds-its-next-customer" in every["R1"].scenarios
