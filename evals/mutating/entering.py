"""Which guards are entered while something runs: whoever never enters one cannot notice it."""

import ast
from collections import defaultdict
from collections.abc import Iterable
from importlib import import_module

from evals.mutating import living
from evals.mutating.deriving import Module
from evals.mutating.living import Inert
from evals.mutating.mutant import Mutant

_TELL = "_entered_by_whoever_runs"
_entered: set[str] = set()


def guard_of(mutant: Mutant) -> str:
    """Name the function that a mutant changes, the same for all its mutants."""
    return f"{mutant.module}:{mutant.place}"


def watch(mutants: Iterable[Mutant]) -> frozenset[str]:
    """Have functions that some mutant changes note that they are entered; return which do.

    It costs one call and no tracer, and hears of every thread. Not watched is what no function
    holds (a limit, a constraint), and what has a cache: it is entered by the first who asks, and
    all the others see what came of it.
    """
    places: dict[tuple[str, str], set[str]] = defaultdict(set)
    for each in mutants:
        if each.how == "function":
            places[each.module, each.file].add(each.place)
    return frozenset(
        f"{name}:{place}"
        for (name, file), inside in places.items()
        for place in sorted(inside)
        if _watched(living.read(name, file), place)
    )


def taken() -> frozenset[str]:
    """Return what has been entered since this was asked last."""
    found = frozenset(_entered)
    _entered.clear()
    return found


def _watched(read: Module, place: str) -> bool:
    module = import_module(read.name)
    held = living.found(module, place)
    if hasattr(held, "cache_clear"):
        return False
    try:
        function = living.undecorated(held)
    except Inert:
        return False
    vars(module)[_TELL] = _entered.add
    telling = ast.parse(f"{_TELL}({f'{read.name}:{place}'!r})").body
    noting = living.defined(read, place, module, *telling)
    if noting.__code__.co_freevars != function.__code__.co_freevars:
        return False
    function.__code__ = noting.__code__
    return True
