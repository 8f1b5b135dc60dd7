"""What the store's statements ask of a row: left out, one condition at a time."""

import ast
from collections.abc import Iterator

from evals.mutating.mutant import Edit
from evals.mutating.polarity import LOOSER, TIGHTER, Condition

_BOUNDS = (*LOOSER, *TIGHTER)


def edits(function: ast.AST) -> Iterator[Edit]:
    """Yield each condition of a function's statements left out, or its bound moved.

    It stands in a call of `.where(...)` and its kin, in the list that becomes one, or in the tuple
    of them that a function gives to whoever asks.
    """
    for node in ast.walk(function):
        match node:
            case ast.Call(func=ast.Attribute(attr="where" | "_due" | "_all"), args=args):
                yield from _each(args)
            case ast.Call(func=ast.Attribute(attr="_any" | "_has"), args=args):
                yield from _each(args)
            case ast.Call(func=ast.Attribute(value=ast.Name("where"), attr="append"), args=args):
                yield from _each(args)
            case ast.Assign(targets=[ast.Name("where")], value=ast.List(elts=elements)):
                yield from _each(elements)
            case ast.Return(value=ast.Tuple(elts=elements)) if _gives_conditions(function):
                yield from _each(elements)


def _each(conditions: list[ast.expr]) -> Iterator[Edit]:
    for each in conditions:
        if not isinstance(each, ast.Starred | ast.Attribute | ast.Name):
            yield Edit(each, "True")
            yield from _moved(each)


def _gives_conditions(function: ast.AST) -> bool:
    returns = getattr(function, "returns", None)
    return returns is not None and "ColumnElement[bool]" in ast.unparse(returns)


def _moved(each: ast.expr) -> Iterator[Edit]:
    if isinstance(each, ast.Compare) and isinstance(each.ops[0], _BOUNDS):
        yield from Condition().within(each, type(each.ops[0]) in LOOSER)
