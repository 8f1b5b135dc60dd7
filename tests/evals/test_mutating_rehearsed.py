"""Who is asked about a mutant: whoever enters its guard, the likeliest and quickest first."""

import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from threading import Thread

import pytest

from evals.ground import Ground
from evals.mutating import deriving
from evals.mutating.deriving import Module
from evals.mutating.entering import taken, watch
from evals.mutating.forking import in_copies
from evals.mutating.mutant import Mutant
from evals.mutating.noticing import Ran, with_tests
from evals.mutating.protecting import ROOT, Protection
from evals.mutating.rehearsing import Rehearsal, rehearsed

SOURCE = """\
from functools import cache

def may_enter(age: int) -> bool:
    return age >= 18

def may_drink(age: int) -> bool:
    return age >= 21

@cache
def may_vote(age: int) -> bool:
    return age >= 16
"""
TESTS = """
    from sample_door import may_drink, may_enter

    def test_a_child_stays_outside():
        assert not may_enter(17)

    def test_nobody_drinks_at_nineteen():
        assert may_drink(19)

    def test_of_something_else():
        pass
"""


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Mutant]]:
    """The mutants of a module of its own."""
    file = tmp_path / "sample_door.py"
    file.write_text(SOURCE, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    read = Module.of("sample_door", file, SOURCE)
    yield deriving.of_functions([read], everything=True)
    sys.modules.pop("sample_door", None)


def test_a_function_tells_that_it_is_entered_from_whatever_thread(door: list[Mutant]) -> None:
    def work(mutants: list[Mutant], place: int) -> list[object]:
        watched = watch(mutants)
        module = sys.modules["sample_door"]
        answers = [module.may_enter(17), module.may_enter(18)]
        entered = taken()
        thread = Thread(target=module.may_drink, args=(30,))
        thread.start()
        thread.join()
        return [watched, answers, entered, taken(), taken()]

    [(_, answer)] = in_copies([(door, 60.0)], work, 1)
    assert answer == [
        {"sample_door:may_enter", "sample_door:may_drink"},  # what has a cache is not watched
        [False, True],
        {"sample_door:may_enter"},
        {"sample_door:may_drink"},
        set(),
    ]


def test_what_is_rehearsed_tells_who_enters_a_guard_and_who_fails_anyway(
    door: list[Mutant], tmp_path: Path
) -> None:
    file = tmp_path / "test_sample_door.py"
    file.write_text(dedent(TESTS), "utf-8")
    ground = Ground(tmp_path, tmp_path, None)

    def work(mutants: list[Mutant], place: int) -> Rehearsal:
        return with_tests(
            lambda tests: rehearsed(mutants, tests.nodes, tests, [ground, ground]), [file]
        )

    [(_, rehearsal)] = in_copies([(door, 60.0)], work, 1)
    assert isinstance(rehearsal, Rehearsal)
    entered = {node.rpartition("::")[2]: each for node, each in rehearsal.ran.entered.items()}
    assert entered == {
        "test_a_child_stays_outside": {"sample_door:may_enter"},
        "test_nobody_drinks_at_nineteen": {"sample_door:may_drink"},
        "test_of_something_else": set(),
    }
    assert [each.rpartition("::")[2] for each in rehearsal.ran.failed] == [
        "test_nobody_drinks_at_nineteen"
    ]


MIRRORS = (
    "tests/rules/test_a.py::slow",
    "tests/rules/test_a.py::quick",
    "tests/rules/test_a.py::x",
)
OTHERS = ("tests/agent/test_b.py::b", "tests/rules/test_c.py::slow", "tests/rules/test_c.py::quick")
SECONDS = dict(zip((*MIRRORS, *OTHERS, "scene"), (9.0, 0.1, 0.0, 0.2, 8.0, 2.0, 0.1), strict=True))


def a_mutant() -> Mutant:
    read = deriving.modules(["jirani.rules.late_yes"])
    [first, *_] = deriving.of_functions(read, everything=True)
    assert first.file == str(ROOT / "jirani" / "rules" / "late_yes.py")
    return first


def asked(watched: frozenset[str]) -> tuple[str, ...]:
    mutant = a_mutant()
    guard = frozenset({f"{mutant.module}:{mutant.place}"})
    entered = {name: guard for name in SECONDS if not name.endswith("::x")}
    rehearsal = Rehearsal(Ran(seconds=SECONDS, entered=entered), watched)
    return rehearsal.order(Protection(MIRRORS, ("scene",), OTHERS), mutant)


def test_mirrors_are_asked_first_then_the_package_then_the_rest_the_quickest_before_others() -> (
    None
):
    assert asked(frozenset({f"{a_mutant().module}:{a_mutant().place}"})) == (
        "tests/rules/test_a.py::quick",
        "tests/rules/test_a.py::slow",
        "tests/rules/test_c.py::quick",
        "tests/rules/test_c.py::slow",
        "scene",
        "tests/agent/test_b.py::b",
    )


def test_about_a_guard_that_cannot_be_watched_everybody_is_asked() -> None:
    assert set(asked(frozenset())) == {*SECONDS}


def test_who_takes_far_longer_than_when_nothing_was_weakened_hangs() -> None:
    rehearsal = Rehearsal(Ran(seconds={"quick": 1.0, "slow": 60.0, "endless": 200.0}), frozenset())
    assert rehearsal.patience(["quick"]) == 23.0
    assert rehearsal.patience(["quick", "slow"]) == 203.0
    assert rehearsal.patience(["endless"]) == 300.0
    assert rehearsal.is_quick(["quick", "slow"])
    assert not rehearsal.is_quick(["endless"])  # it was slow before: the clock has shown nothing


RANDOM = """
    from pathlib import Path
    from hypothesis import given, strategies

    @given(strategies.integers())
    def test_some_numbers(number):
        with Path(__file__).with_name("tried").open("a") as tried:
            print(number, file=tried)
        assert number < 1000
"""


def test_random_tests_try_the_same_each_time_and_stop_at_what_fails(tmp_path: Path) -> None:
    file, told = tmp_path / "test_sample_numbers.py", tmp_path / "tried"
    file.write_text(dedent(RANDOM), "utf-8")

    def work(turn: int, place: int) -> list[str]:
        told.unlink(missing_ok=True)
        ran = with_tests(lambda tests: tests.run(tests.nodes, stop=True), [file])
        assert len(ran.failed) == 1
        return told.read_text("utf-8").split()

    [(_, first), (_, second)] = in_copies([(1, 60.0), (2, 60.0)], work, 1)
    assert isinstance(first, list)
    assert first == second
    failing = [place for place, number in enumerate(first) if int(number) >= 1000]
    assert failing[0] >= len(first) - 2  # it is tried once more, to be told: not made smaller
