"""The last lines: the database's constraints and triggers, and the scripts Redis runs."""

import ast
import re
import sqlite3
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from evals.mutating.deriving import Module, modules, rules_of
from evals.mutating.mutant import Mutant
from evals.mutating.naming import comments, rules_in

_CONDITION = re.compile(r"\b(?:if|elseif) (?P<test>.+?) then\b")


def of_scripts() -> Iterator[Mutant]:
    """Make each condition of a script hold always, and never."""
    folder = files("jirani.store").joinpath("lua")
    for script in sorted(folder.iterdir(), key=lambda each: each.name):
        source = script.read_text("utf-8")
        rules = tuple(sorted(rules_in(source)))
        if not rules:  # it guards none
            continue
        for match in _CONDITION.finditer(source):
            for answer in ("true", "false"):
                start, end = match.span("test")
                name = script.name.removesuffix(".lua")
                yield Mutant(
                    key=f"{script.name}: {match['test']} -> {answer}",
                    file=str(script),
                    line=source.count("\n", 0, start) + 1,
                    module="jirani.store.redis_client",
                    place=name,
                    how="script",
                    before=match[0],
                    after=match[0].replace(match["test"], answer),
                    rules=rules,
                    text=source[:start] + answer + source[end:],
                )


def of_schema(migrated: sqlite3.Connection) -> Iterator[Mutant]:
    """Drop each unique index and each trigger that a migrated SQLite database has."""
    rows = migrated.execute(
        "SELECT type, name FROM sqlite_master WHERE type = 'trigger' "
        "OR (type = 'index' AND sql LIKE 'CREATE UNIQUE%') ORDER BY name"
    )
    for kind, name in rows.fetchall():
        file, line, rules = _origin(name)
        drop = f"DROP {kind.upper()} {name}"
        yield Mutant(
            key=f"schema: {drop}",
            file=str(file),
            line=line,
            module="jirani.store.migrate",
            place=name,
            how="schema",
            before=name,
            after=drop,
            rules=tuple(sorted(rules)),
            text=drop,
        )


def _origin(name: str) -> tuple[Path, int, frozenset[str]]:
    """Find where a constraint is written down: its line, and the rules said beside it."""
    for module in modules(["jirani.store.tables", "jirani.store.schema"]):
        said = comments(module.source)
        for number, line in enumerate(module.source.splitlines(), start=1):
            if f'"{_rule(name)}"' in line:
                above = "\n".join(said.get(at, "") for at in range(number - 2, number))
                return module.file, number, rules_in(above) or _around(module, number)
    return Path(name), 1, frozenset()


def _around(module: Module, line: int) -> frozenset[str]:
    """Return the rules that the table, or the function, around a line names."""
    for kind in module.classes.values():
        if kind.lineno <= line <= (kind.end_lineno or 0):
            return rules_in(ast.get_docstring(kind) or "")
    for name, function in module.functions.items():
        if function.lineno <= line <= (function.end_lineno or 0):
            return rules_of(module, name)
    return frozenset()


def _rule(name: str) -> str:
    """Return the name a trigger's rule has: there is one for rows added, and one for changed."""
    return re.sub("_overlap_(insert|update)$", "_overlap", name)
