"""A mutant put to work in this process's memory: no file is touched, and there is no way back."""

import ast
import importlib
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any
from unittest.mock import patch

from evals.mutating import limits, living
from evals.mutating.living import Inert
from evals.mutating.mutant import Mutant
from evals.mutating.senses import named
from jirani.rules.decision import ALLOWED

# What edits write and a module need not have imported: it would die of that, and prove nothing.
PUT_IN = {"ALLOWED": ALLOWED}
OURS = ("agent", "app", "evals", "jirani", "prompts", "scheduler", "tests", "tools")


def apply(mutant: Mutant) -> None:
    """Weaken the guard in everything that this process has imported.

    Raises:
        Inert: it would change nothing.
    """
    {
        "function": _function,
        "field": _field,
        "constant": _constant,
        "script": _script,
        "schema": _schema,
    }[mutant.how](mutant)


def _function(mutant: Mutant) -> None:
    module = importlib.import_module(mutant.module)
    vars(module).update(PUT_IN | vars(module))
    old = living.undecorated(living.found(module, mutant.place))
    new = living.defined(living.read(mutant.module, mutant.file, mutant.text), mutant.place, module)
    same = _shape(old) == _shape(new)
    if same or old.__code__.co_freevars != new.__code__.co_freevars:
        raise Inert(mutant.key)
    old.__code__ = new.__code__
    old.__defaults__, old.__kwdefaults__ = new.__defaults__, new.__kwdefaults__
    living.forget(living.found(module, mutant.place))


def _shape(function: FunctionType) -> tuple[object, ...]:
    code = function.__code__
    return code.co_code, repr(_constants(code)), code.co_names, function.__kwdefaults__


def _constants(code: Any) -> list[object]:
    """Return what a code object holds, and what those within hold: not where they stand."""
    return [
        (each.co_code, each.co_names, _constants(each)) if hasattr(each, "co_code") else each
        for each in code.co_consts
    ]


def _field(mutant: Mutant) -> None:
    """Change a data class's default where it stands: in what makes one."""
    module = importlib.import_module(mutant.module)
    kind, _, name = mutant.place.partition(".")
    tree = ast.parse(mutant.text)
    definition = next(
        each for each in tree.body if isinstance(each, ast.ClassDef) and each.name == kind
    )
    value = _evaluated(dict(limits.constants(definition.body))[name], module)
    made = vars(module)[kind].__init__
    code, defaults = made.__code__, list(made.__defaults__ or ())
    positional = code.co_varnames[1 : code.co_argcount]
    if name not in positional[len(positional) - len(defaults) :]:
        raise Inert(mutant.key)
    defaults[positional.index(name) - len(positional)] = value
    if tuple(defaults) == made.__defaults__:
        raise Inert(mutant.key)
    made.__defaults__ = tuple(defaults)


def _constant(mutant: Mutant) -> None:
    """Set a module's name anew, then all that is made of it, wherever it was imported."""
    module = importlib.import_module(mutant.module)
    before = dict(vars(module))
    changed: set[str] = set()
    for statement in ast.parse(mutant.text).body:
        for name, value in limits.constants([statement]):
            used = {each.id for each in ast.walk(value) if isinstance(each, ast.Name)}
            if name == mutant.place or used & changed:
                setattr(module, name, _evaluated(value, module))
                changed.add(name)
    if getattr(module, mutant.place) == before[mutant.place]:
        raise Inert(mutant.key)
    _default(module, changed)
    for other in list(sys.modules.values()):
        if isinstance(other, ModuleType) and other.__name__.partition(".")[0] in OURS:
            known = {
                name for name in changed if name in before and vars(other).get(name) is before[name]
            }
            for name in known:
                setattr(other, name, getattr(module, name))
            if known:
                _default(other, known)
    for each in vars(module).values():
        living.forget(each)


def _default(module: ModuleType, changed: set[str]) -> None:
    """Set anew what a module's functions take, by these names, for arguments that are left out."""
    if not module.__file__:
        return
    for place, function in living.read(module.__name__, module.__file__).functions.items():
        stated = function.args
        if not changed & named(ast.Tuple([*stated.defaults, *filter(None, stated.kw_defaults)])):
            continue
        held = living.undecorated(living.found(module, place))

        def anew(said: ast.expr | None, old: Any) -> Any:
            name = said.id if isinstance(said, ast.Name) else ""
            return getattr(module, name) if name in changed else old

        held.__defaults__ = tuple(
            anew(*each) for each in zip(stated.defaults, held.__defaults__ or (), strict=True)
        )
        by_name = held.__kwdefaults__ or {}
        held.__kwdefaults__ = {
            each.arg: anew(said, by_name[each.arg])
            for each, said in zip(stated.kwonlyargs, stated.kw_defaults, strict=True)
            if each.arg in by_name
        }


def _evaluated(value: ast.expr, module: ModuleType) -> Any:
    return eval(compile(ast.Expression(value), module.__name__, "eval"), vars(module))


def _script(mutant: Mutant) -> None:
    """Let whoever reads the script's file get the changed one."""
    read = Path.read_text

    def reading(self: Path, *args: Any, **named: Any) -> str:
        return mutant.text if str(self) == mutant.file else read(self, *args, **named)

    patch.object(Path, "read_text", reading).start()


_MIGRATE = """
async def migrate(engine, revision="head"):
    stood = await _original(engine, revision)
    if engine.dialect.name == "sqlite" and not stood.current:
        _drop(engine.url.database)
    return stood
"""


def _schema(mutant: Mutant) -> None:
    """Drop the constraint from whatever SQLite database is migrated from now on."""
    module = importlib.import_module(mutant.module)
    migrate = module.migrate

    def drop(database: str) -> None:
        with closing(sqlite3.connect(database)) as connection:
            connection.execute(mutant.text)
            connection.commit()

    known = vars(module)
    known["_original"] = FunctionType(migrate.__code__, known, "_original", migrate.__defaults__)
    known["_drop"] = drop
    made: dict[str, Any] = {}
    exec(_MIGRATE, known, made)
    migrate.__code__ = made["migrate"].__code__
