"""A guard weakened in one place."""

import ast
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """An expression of a module, and the words that stand in its place once it is weakened."""

    node: ast.expr
    text: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """One weakening: `after` stands where `before` stood; `rules` are those the guard names.

    `place` is the dotted name, inside the module, of what changes, and `how` says in what way:
    a `function`, a `field`'s default, a `constant`, a `script` of Redis, or the `schema`.
    `text` is the whole changed source; for the schema, the statement that drops a constraint.
    """

    key: str
    file: str
    line: int
    module: str
    place: str
    how: str
    before: str
    after: str
    rules: tuple[str, ...]
    text: str


def written(source: str, edit: Edit) -> tuple[str, str, str]:
    """Return a source with an edit made, and what was changed in it, before and after, in a line.

    What is told is the line the edit begins in; all of it if it goes on over several.
    """
    lines = source.encode().splitlines(keepends=True)
    node = edit.node
    start = _offset(lines, node.lineno, node.col_offset)
    end = _offset(lines, node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)
    whole = b"".join(lines)
    # Lines stay where they were, so that a traceback still fits the file.
    kept = b"\\\n" * whole[start:end].count(b"\n")
    changed = whole[:start] + edit.text.encode() + b" " * bool(kept) + kept + whole[end:]
    first = _offset(lines, node.lineno, 0)
    last = _offset(lines, node.end_lineno or node.lineno, 0) + len(
        lines[(node.end_lineno or 1) - 1]
    )
    return (
        changed.decode(),
        _flat(whole[first:last]),
        _flat(whole[first:start] + edit.text.encode() + whole[end:last]),
    )


def _offset(lines: list[bytes], line: int, column: int) -> int:
    return sum(map(len, lines[: line - 1])) + column


def _flat(text: bytes) -> str:
    return " ".join(text.decode().split())
