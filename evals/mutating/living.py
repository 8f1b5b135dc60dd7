"""Functions as they stand in this process's memory: found by name, and given another body."""

import ast
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from evals.mutating.deriving import Module


class Inert(Exception):
    """What was changed is not what runs, or does just the same."""


def found(module: ModuleType, place: str) -> Any:
    """Look a definition up without calling what describes it: a property stays one."""
    held: Any = module
    for name in place.split("."):
        held = vars(held)[name]
    return held


def undecorated(held: Any) -> FunctionType:
    """Return the function that was written, below what decorates it.

    Raises:
        Inert: it cannot be got at.
    """
    while not isinstance(held, FunctionType) or hasattr(held, "__wrapped__"):
        inner = next(
            (
                getattr(held, name)
                for name in ("__wrapped__", "__func__", "fget")
                if hasattr(held, name)
            ),
            None,
        )
        if inner is None:
            raise Inert(f"{held!r} cannot be looked into")
        held = inner
    return held


def defined(read: Module, place: str, module: ModuleType, *first: ast.stmt) -> FunctionType:
    """Make a function anew as a source defines it, without decorators; `first` is done first."""
    definition = read.functions[place]
    definition.decorator_list = []
    definition.body[:0] = first
    code = compile(ast.Module([definition], []), str(read.file), "exec")
    made: dict[str, Any] = {}
    exec(code, vars(module), made)
    function: FunctionType = made[definition.name]
    return function


def read(name: str, file: str, source: str | None = None) -> Module:
    """Read a module from its file, or as it would be."""
    path = Path(file)
    return Module.of(name, path, path.read_text("utf-8") if source is None else source)


def forget(held: Any) -> None:
    """Empty a cache in front of what has changed."""
    if hasattr(held, "cache_clear"):
        held.cache_clear()
