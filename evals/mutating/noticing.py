"""Running tests and scenarios in this process, up to the first that fails."""

import asyncio
import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from itertools import groupby, zip_longest
from pathlib import Path
from time import perf_counter
from typing import Any, Generic, TypeVar

from evals.ground import Ground
from evals.mutating.entering import taken
from evals.mutating.protecting import APART, ROOT, scenarios
from evals.runner import attempt

# Nothing is rewritten, captured or told; PostgreSQL takes too long to start for each mutant.
OPTIONS = ("--assert=plain", "-s", "-p", "no:cacheprovider", "-p", "no:terminal", "--timeout=0")
ON_SQLITE = ("-k", "not postgres")
PROFILE = "mutating"
Answer = TypeVar("Answer")


class Broken(Exception):
    """Tests could not be run at all."""


@dataclass(slots=True)
class Ran:
    """What was run: the seconds each took, the guards it entered, and those that failed."""

    seconds: dict[str, float] = field(default_factory=dict)
    entered: dict[str, frozenset[str]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def add(self, name: str, seconds: float, failed: bool) -> None:
        """Keep how one went, or a part of one."""
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds
        self.entered[name] = self.entered.get(name, frozenset()) | taken()
        if failed and name not in self.failed:
            self.failed.append(name)

    def update(self, other: "Ran") -> None:
        """Keep how others went."""
        self.seconds |= other.seconds
        self.entered |= other.entered
        self.failed += other.failed


class Tests:
    """All tests, collected once: a copy of this process only has to run some."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self._items: dict[str, list[Any]] = {}
        for item in session.items:
            self._items.setdefault(_function(item.nodeid), []).append(item)
        self._ran = Ran()
        session.config.pluginmanager.register(self)

    @property
    def nodes(self) -> tuple[str, ...]:
        """What was collected, by what pytest calls it."""
        return tuple(self._items)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Hear from pytest how a test went; its parameters are counted together."""
        self._ran.add(_function(report.nodeid), report.duration, report.failed)

    def run(self, nodes: Iterable[str], *, stop: bool) -> Ran:
        """Run tests; with `stop` the first failure ends it.

        What is made once for all tests, such as a server, stays for the next ones.
        """
        self._ran = Ran()
        items = [item for node in nodes for item in self._items.get(node, ())]
        for item, following in zip_longest(items, items[1:]):
            following = following or self._another(item)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if stop and self._ran.failed:
                break
        return self._ran

    def _another(self, item: Any) -> Any:
        return next((each for each in self._session.items if each.parent is not item.parent), None)


def _function(node: str) -> str:
    return node.partition("[")[0]


class _Instead(Generic[Answer]):
    """Does something else with the tests that pytest has collected than to run them."""

    def __init__(self, work: Callable[[Tests], Answer]) -> None:
        self._work = work
        self.troubles: list[str] = []
        self.answers: list[Answer] = []
        self.error: BaseException | None = None

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self.troubles.append(f"{report.nodeid}\n{report.longreprtext}")

    def pytest_runtestloop(self, session: Any) -> bool:
        if not self.troubles:
            try:
                self.answers.append(self._work(Tests(session)))
            except BaseException as error:  # also Ctrl-C: it is not pytest's to tell of
                self.error = error
        return True


def with_tests(work: Callable[[Tests], Answer], paths: Collection[Path] = ()) -> Answer:
    """Collect tests, the product's unless told, and do some work with them.

    Raises:
        Broken: they cannot be collected.
    """
    os.chdir(ROOT)
    instead = _Instead(work)
    apart = [f"--ignore-glob={ROOT / each}*" for each in APART]
    chosen = [str(each) for each in paths] or ["tests", *apart]
    _same_examples_each_time()
    profile = f"--hypothesis-profile={PROFILE}"
    # Imported here: it is not there where the product only runs.
    import_module("pytest").main([*OPTIONS, profile, *ON_SQLITE, *chosen], plugins=[instead])
    if instead.error:
        raise instead.error
    if not instead.answers:
        raise Broken("The tests cannot be collected:\n" + "\n".join(instead.troubles))
    return instead.answers[0]


def _same_examples_each_time() -> None:
    """Let random tests try the same each time, and stop at the first example that fails.

    A mutant's verdict is then no matter of luck. Nobody reads a failing example here: no time is
    spent on making it smaller, and none is kept for the next time the tests themselves are run.
    """
    random = import_module("hypothesis")
    random.settings.register_profile(
        PROFILE,
        derandomize=True,
        database=None,
        phases=(random.Phase.explicit, random.Phase.generate),
    )


def run_scenarios(names: Iterable[str], shared: Ground, *, stop: bool) -> Ran:
    """Run scenarios once each; a world that cannot be made is a failure as well."""
    ran = Ran()
    with asyncio.Runner() as loop:
        for name in names:
            began = perf_counter()
            try:
                passed = loop.run(attempt(shared, scenarios()[name], 0)).passed
            except Exception:  # whatever it is, somebody would notice
                passed = False
            ran.add(name, perf_counter() - began, failed=not passed)
            if stop and ran.failed:
                break
    return ran


def run_in_order(names: Iterable[str], tests: Tests, shared: Ground, *, stop: bool) -> Ran:
    """Run tests and scenarios as they are named, one after another."""
    whole = Ran()
    for scenario, each in groupby(names, key=scenarios().__contains__):
        alike = tuple(each)
        whole.update(
            run_scenarios(alike, shared, stop=stop) if scenario else tests.run(alike, stop=stop)
        )
        if stop and whole.failed:
            break
    return whole


def prepare(shared: Ground) -> None:
    """Make every template database, so that each copy of this process has them."""
    for scenario in scenarios().values():
        base, payment = (
            scenario.world.get("base", "demo"),
            scenario.world.get("payment", "pay-first"),
        )
        file, _ = asyncio.run(shared.copy(base, payment, "unused"))
        file.unlink()


@contextmanager
def apart() -> Iterator[Path]:
    """Let this process write what is temporary where no other does, for as long as it goes on."""
    with tempfile.TemporaryDirectory(prefix="mutate-", ignore_cleanup_errors=True) as folder:
        tempfile.tempdir = folder
        yield Path(folder)
