"""Which tests and scenarios protect a guard: those that name its rules, or mirror its file."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from evals.choosing import choose
from evals.mutating.mutant import Mutant
from evals.mutating.naming import comments, rules_in
from evals.mutating.senses import Function
from evals.scenario import Scenario

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
# A browser and a cluster are slow to start, and mutants of mutants have no end.
APART = ("tests/app/browser", "tests/store/test_cluster", "tests/evals/test_mutating")
_IN_NAME = re.compile(r"_([oxpru]\d{1,2})(?=_|$)")


@dataclass(frozen=True, slots=True)
class Test:
    """A test function, by what pytest calls it, and the rules it names."""

    node: str
    rules: frozenset[str]

    @property
    def file(self) -> str:
        """Where it stands, from the root."""
        return self.node.partition("::")[0]


@dataclass(frozen=True, slots=True)
class Protection:
    """What may be run against a mutant: what mirrors its file, and what names its rules."""

    mirrors: tuple[str, ...]
    scenarios: tuple[str, ...]
    others: tuple[str, ...]

    def __iter__(self) -> Iterator[str]:
        return iter((*self.mirrors, *self.scenarios, *self.others))


@cache
def tests() -> tuple[Test, ...]:
    """Read which tests there are."""
    found = []
    for file in sorted(TESTS.rglob("test_*.py")):
        name = file.relative_to(ROOT).as_posix()
        if not name.startswith(APART):
            found += _tests_in(name, file.read_text("utf-8"))
    return tuple(found)


def _tests_in(file: str, source: str) -> list[Test]:
    tree = ast.parse(source)
    whole = rules_in(ast.get_docstring(tree) or "")
    said = comments(source)
    return [
        Test(f"{file}::{each.name}", whole | _named(each, said))
        for each in tree.body
        if isinstance(each, Function) and each.name.startswith("test_") and not _slow(each)
    ]


def _slow(test: Function) -> bool:
    """Tell what starts PostgreSQL, and a proof's short form: it finds by chance what it finds."""
    names = [argument.arg for argument in test.args.args]
    return "proved" in names or any("postgres" in name or name == "outside" for name in names)


def _named(test: Function, said: dict[int, str]) -> frozenset[str]:
    near = [said[line] for line in range(test.lineno, (test.end_lineno or 0) + 1) if line in said]
    words = " ".join(_IN_NAME.findall(test.name)).upper()
    return rules_in("\n".join([ast.get_docstring(test) or "", words, *near]))


@cache
def scenarios() -> dict[str, Scenario]:
    """Load the scenarios that come with the product, by name, the shortest first."""
    every = sorted(choose(()), key=lambda one: len(one.steps))
    # What is played over a PMS as well judges by the same guards, and takes longer.
    return {each.name: each for each in every if "@" not in each.name}


def protection(mutant: Mutant) -> Protection:
    """Choose what may notice a mutant."""
    wanted = set(mutant.rules)
    files = _mirrors(mutant)
    mirrors = [each.node for each in tests() if each.file in files]
    return Protection(
        tuple(mirrors),
        tuple(each.name for each in scenarios().values() if wanted & set(each.covers)),
        tuple(e.node for e in tests() if e.rules & wanted and e.file not in files),
    )


def _mirrors(mutant: Mutant) -> set[str]:
    """Return the test files that mirror a module: its own, or its package's."""
    parts = _mirrored(mutant)
    while len(parts) > 1:
        own = TESTS.joinpath(*parts[:-1])
        found = [*own.glob(f"test_{parts[-1]}.py"), *own.glob(f"test_{parts[-1]}_*.py")]
        if found:
            return {each.relative_to(ROOT).as_posix() for each in found}
        parts.pop()
    return set()


def tests_of(mutant: Mutant) -> str:
    """Return the folder of the tests of a mutant's package, as their names begin."""
    return f"{TESTS.name}/{_mirrored(mutant)[0]}/"


def _mirrored(mutant: Mutant) -> list[str]:
    """Return what a module's tests are called by: its path without what is above them all."""
    parts = list(Path(mutant.file).relative_to(ROOT).with_suffix("").parts)
    return parts[1:] if parts[0] == "jirani" else parts
