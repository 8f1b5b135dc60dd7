"""Running tests and scenarios in this process, up to the first that fails."""

import asyncio
import os
import tempfile
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from importlib import import_module
from itertools import zip_longest
from pathlib import Path
from time import perf_counter
from typing import Any, Generic, TypeVar

from evals.ground import Ground
from evals.mutating.protecting import APART, ROOT, scenarios
from evals.runner import attempt

# Nothing is rewritten, captured or told; PostgreSQL takes too long to start for each mutant.
OPTIONS = ("--assert=plain", "-s", "-p", "no:cacheprovider", "-p", "no:terminal", "--timeout=0")
ON_SQLITE = ("-k", "not postgres")
Answer = TypeVar("Answer")


class Broken(Exception):
    """Tests could not be run at all."""


@dataclass(slots=True)
class Ran:
    """What was run: the seconds each took, and those that failed."""

    seconds: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)


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
        node = _function(report.nodeid)
        self._ran.seconds[node] = self._ran.seconds.get(node, 0.0) + report.duration
        if report.failed and node not in self._ran.failed:
            self._ran.failed.append(node)

    def run(self, nodes: Iterable[str], *, stop: bool) -> Ran:
        """Run tests; with `stop` the first failure ends it."""
        self._ran = Ran()
        items = [item for node in nodes for item in self._items.get(node, ())]
        for item, following in zip_longest(items, items[1:]):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if stop and self._ran.failed:
                break
        return self._ran


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
    # Imported here: it is not there where the product only runs.
    import_module("pytest").main([*OPTIONS, *ON_SQLITE, *chosen], plugins=[instead])
    if instead.error:
        raise instead.error
    if not instead.answers:
        raise Broken("The tests cannot be collected:\n" + "\n".join(instead.troubles))
    return instead.answers[0]


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
            ran.seconds[name] = perf_counter() - began
            if not passed:
                ran.failed.append(name)
                if stop:
                    break
    return ran


def prepare(shared: Ground) -> None:
    """Make every template database, so that each copy of this process has them."""
    for scenario in scenarios().values():
        base, payment = (
            scenario.world.get("base", "demo"),
            scenario.world.get("payment", "pay-first"),
        )
        file, _ = asyncio.run(shared.copy(base, payment, "unused"))
        file.unlink()


def keep_apart(folder: Path) -> None:
    """Let this process write what is temporary where no other does."""
    tempfile.tempdir = str(folder)
