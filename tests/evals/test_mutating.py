"""Mutants are read off the source, put to work in memory, and noticed or not."""

import builtins
import importlib
import random
import re
import sqlite3
import sys
from collections.abc import Iterator
from keyword import kwlist
from pathlib import Path
from textwrap import dedent

import pytest

from evals.mutating import catalogue, deriving
from evals.mutating.applying import PUT_IN, apply
from evals.mutating.catalogue import every_mutant, waits
from evals.mutating.deriving import Module, rules_of
from evals.mutating.equivalent import Stale, equivalents
from evals.mutating.forking import Died, TimedOut, in_copies
from evals.mutating.judging import End, Verdict
from evals.mutating.living import Inert
from evals.mutating.mutant import Mutant
from evals.mutating.naming import rules_in
from evals.mutating.noticing import with_tests
from evals.mutating.protecting import protection
from evals.mutating.telling import Outcome, summary
from evals.rules import Slice

WORD = re.compile(r"[^\W\d]\w*")

SOURCE = '''\
"""What a till may do (P3)."""

from jirani.rules.decision import ALLOWED, Decision, Reason, refuse

OPEN = frozenset({Reason.PAST, Reason.CLOSED})
MOST = 3


def may_pay(amount: int, paid: int, named: bool) -> Decision:
    """Judge a payment (X5, X10-X12)."""
    if amount <= 0 or _too_many(paid):
        return refuse(Reason.NOTHING_TO_PAY)
    if not named:
        return refuse(Reason.NEEDS_CONTACT)
    return ALLOWED


def _too_many(paid: int) -> bool:
    return paid >= MOST and paid != 7


def left(paid: int, *, of: int = MOST) -> int:
    return of - paid
'''

CHANGES = """\
amount <= 0 or _too_many(paid) -> False
amount <= 0 or _too_many(paid) -> _too_many(paid)
amount <= 0 -> amount < 0
amount <= 0 or _too_many(paid) -> amount <= 0
not named -> False
paid >= MOST and paid != 7 -> False
paid >= MOST -> paid > MOST
"""


@pytest.fixture
def till(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Module]:
    """A module of its own, imported."""
    file = tmp_path / "sample_till.py"
    file.write_text(SOURCE, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield Module.of("sample_till", file, SOURCE)
    sys.modules.pop("sample_till", None)


def mutants(till: Module) -> list[Mutant]:
    return deriving.of_functions([till], everything=False)


def one(till: Module, change: str) -> Mutant:
    return next(each for each in mutants(till) if each.key.endswith(f": {change}"))


def test_each_way_of_letting_more_through_is_a_mutant(till: Module) -> None:
    changes = [each.key.split(": ", 1)[1] for each in mutants(till)]
    assert changes == CHANGES.splitlines()


def test_a_mutant_shows_its_line_before_and_after(till: Module) -> None:
    moved = one(till, "amount <= 0 -> amount < 0")
    assert moved.line == 11
    assert moved.before == "if amount <= 0 or _too_many(paid):"
    assert moved.after == "if amount < 0 or _too_many(paid):"


def test_limits_move_by_a_step_and_tables_lose_a_row(till: Module) -> None:
    assert [each.after for each in deriving.of_tables([till])] == [
        "OPEN = frozenset({Reason.CLOSED})",
        "OPEN = frozenset({Reason.PAST})",
        "MOST = 4",
        "MOST = 2",
    ]


def test_a_condition_is_left_out_wherever_a_statement_s_conditions_are_written_down() -> None:
    of = ["jirani.store.rows.candidates", "jirani.store.rows.booking"]
    changes = {each.key.split(": ", 1)[1] for each in deriving.of_statements(deriving.modules(of))}
    assert changes >= {
        "_s.customer_id.not_in(left) -> True",  # in a call
        "AppointmentRow.starts_at >= start -> True",  # put to a list of them
        "_k.sent_at > bindparam('since') -> True",  # in a query within
        "_a.starts_at < busy_until -> _a.starts_at <= busy_until",  # in a tuple
    }


def test_a_range_of_rules_names_all_of_them() -> None:
    assert rules_in("as X1-X3, O13 and §7 say, not X99") == {"X1", "X2", "X3", "O13", "§7"}


def test_a_guard_s_rules_are_its_own_or_those_of_whoever_asks_and_of_its_file(
    till: Module,
) -> None:
    assert rules_of(till, "may_pay") == {"X5", "X10", "X11", "X12"}
    assert rules_of(till, "_too_many") == {"X5", "X10", "X11", "X12", "P3"}
    assert rules_of(till, "MOST") == {"X5", "X10", "X11", "X12", "P3"}


def in_a_copy(mutant: Mutant, test: str, folder: Path) -> object:
    file = folder / "test_sample_till.py"
    file.write_text(dedent(test), "utf-8")

    def work(each: Mutant, place: int) -> list[str]:
        apply(each)
        ran = with_tests(lambda tests: tests.run(tests.nodes, stop=False), [file])
        return ran.failed if len(ran.seconds) == test.count("def ") else ["not all of them ran"]

    __import__("sample_till")
    [(_, answer)] = in_copies([(mutant, 60.0)], work, 1)
    return answer


TEST = """
    from sample_till import may_pay

    def test_nothing_is_not_paid():
        assert not may_pay(0, 0, True).allowed

    def test_something_is_paid():
        assert may_pay(1, 0, True).allowed
"""


def test_a_deadly_mutant_is_noticed_and_this_process_stays_as_it_was(
    till: Module, tmp_path: Path
) -> None:
    deadly = one(till, "amount <= 0 or _too_many(paid) -> False")
    failed = in_a_copy(deadly, TEST, tmp_path)
    assert isinstance(failed, list)
    assert [each.rpartition("::")[2] for each in failed] == ["test_nothing_is_not_paid"]
    assert not sys.modules["sample_till"].may_pay(0, 0, True).allowed


def test_a_mutant_that_no_test_is_about_survives(till: Module, tmp_path: Path) -> None:
    assert in_a_copy(one(till, "not named -> False"), TEST, tmp_path) == []


def test_what_changes_nothing_is_inert_and_never_killed(till: Module) -> None:
    mutant = one(till, "not named -> False")
    same = Mutant(**{**{n: getattr(mutant, n) for n in mutant.__slots__}, "text": till.source})
    __import__("sample_till")
    with pytest.raises(Inert):
        apply(same)


def test_a_limit_is_moved_wherever_it_was_imported(till: Module) -> None:
    def work(mutant: Mutant, place: int) -> bool:
        apply(mutant)
        return bool(sys.modules["sample_till"].may_pay(1, 3, True).allowed)

    __import__("sample_till")
    moved = next(each for each in deriving.of_tables([till]) if each.after == "MOST = 4")
    assert [answer for _, answer in in_copies([(moved, 60.0)], work, 1)] == [True]


def test_a_limit_is_moved_where_it_is_an_argument_that_is_left_out(till: Module) -> None:
    def work(mutant: Mutant, place: int) -> int:
        apply(mutant)
        return int(sys.modules["sample_till"].left(3))

    __import__("sample_till")
    moved = next(each for each in deriving.of_tables([till]) if each.after == "MOST = 4")
    assert [answer for _, answer in in_copies([(moved, 60.0)], work, 1)] == [1]


def test_what_hangs_is_ended_and_what_breaks_says_how() -> None:
    def work(what: str, place: int) -> None:
        while what == "hang":
            pass
        raise ValueError(what)

    ends = dict(in_copies([("hang", 0.2), ("break", 60.0)], work, 2))
    assert isinstance(ends["hang"], TimedOut)
    assert isinstance(ends["break"], Died)
    assert "ValueError: break" in str(ends["break"])


def test_what_protects_a_guard_mirrors_its_file_or_names_its_rules() -> None:
    [pure, *_] = deriving.of_functions(deriving.modules(["jirani.rules.late_yes"]), everything=True)
    chosen = protection(pure)
    assert pure.rules == ("X11",)
    assert {each.partition("::")[0] for each in chosen.mirrors} == {"tests/rules/test_late_yes.py"}
    assert "late-yes-still-free" in chosen.scenarios
    assert "yes-to-nothing" not in chosen.scenarios


def test_no_mutant_dies_of_a_name_that_its_module_does_not_know(tmp_path: Path) -> None:
    database = tmp_path / "migrated.db"
    sqlite3.connect(database).close()
    unknown = {}
    for mutant in every_mutant(database):
        if mutant.how == "function":
            known = {*dir(builtins), *kwlist, *vars(importlib.import_module(mutant.module))}
            said = set(WORD.findall(mutant.after)) - set(WORD.findall(mutant.before))
            if strange := said - known - {*PUT_IN}:
                unknown[mutant.key] = strange
    assert unknown == {}


def test_guards_of_a_slice_that_is_not_built_wait_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "migrated.db"
    sqlite3.connect(database).close()
    every = every_mutant(database)
    monkeypatch.setattr(catalogue, "BUILT", frozenset({Slice.BOOKING}))
    waiting = {each.module for each in every if waits(each)}
    assert all(".stay" in module or ".recovery" in module for module in waiting)
    assert waiting >= {"jirani.rules.stays.sending", "jirani.rules.recovery.life"}
    monkeypatch.setattr(catalogue, "BUILT", frozenset(Slice))
    assert not [each.key for each in every if waits(each)]


def test_the_list_of_mutants_is_the_same_each_time_so_that_a_seed_chooses_the_same() -> None:
    read = [deriving.of_functions(deriving.modules(["jirani.rules"]), everything=True)] * 2
    first, second = ([each.key for each in random.Random(7).sample(one, 20)] for one in read)
    assert first == second
    assert len(set(first)) == 20


def test_the_score_counts_neither_inert_nor_equivalent_mutants(till: Module) -> None:
    ends = (End.KILLED, End.KILLED, End.TIMED_OUT, End.SURVIVED, End.INERT)
    every = mutants(till)
    verdicts = [Verdict(each, end) for each, end in zip(every, ends, strict=False)]
    outcome = Outcome(verdicts, {every[-1].key: "it is as before"}, 12.0, 20.0)
    assert outcome.score == 0.75
    assert summary(outcome) == (
        "4 mutants: 3 killed (1 by time-out), 1 survived, score 75.0%; besides, "
        "1 equivalent, 1 inert; in 12 s, 20 s of work"
    )


def test_an_equivalent_mutant_that_is_gone_is_told(tmp_path: Path) -> None:
    file = tmp_path / "equivalent.toml"
    file.write_text('"it is as before" = ["a: x -> y"]\n', "utf-8")
    assert equivalents(["a: x -> y"], file) == {"a: x -> y": "it is as before"}
    with pytest.raises(Stale, match="a: x -> y"):
        equivalents(["another"], file)
