"""What the store's statements ask of a row: left out, one condition at a time."""

import ast
from collections.abc import Iterator

from evals.mutating.mutant import Edit
from evals.mutating.polarity import LOOSER, TIGHTER, Condition

_BOUNDS = (*LOOSER, *TIGHTER)


def edits(function: ast.AST) -> Iterator[Edit]:
    """Yield each `.where(...)` of a function with a condition left out, or a bound moved."""
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Attribute(attr="where" | "_due" | "_all"), args=args):
                for each in args:
                    if not isinstance(each, ast.Starred | ast.Attribute | ast.Name):
                        yield Edit(each, "True")
                        yield from _moved(each)


def _moved(each: ast.expr) -> Iterator[Edit]:
    if isinstance(each, ast.Compare) and isinstance(each.ops[0], _BOUNDS):
        yield from Condition().within(each, type(each.ops[0]) in LOOSER)
