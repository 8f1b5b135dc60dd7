"""Numbers moved by one step, and rows left out of the tables a guard looks into."""

import ast
from collections.abc import Iterator

from evals.mutating.mutant import Edit

Named = tuple[str, ast.expr]
_GROUPS = ("tuple", "list", "frozenset", "set")


def constants(body: list[ast.stmt]) -> Iterator[Named]:
    """Yield the names that a module or a class sets, and what to."""
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value


def moved(value: ast.expr) -> Iterator[Edit]:
    """Yield a limit one step off either way: a number, or a stretch of time."""
    match value:
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            yield from (Edit(value, str(number + step)) for step in (1, -1))
        case ast.Call(func=ast.Name(id="timedelta"), keywords=[ast.keyword(value=number)]):
            yield from moved(number)


def shortened(value: ast.expr) -> Iterator[Edit]:
    """Yield a table without one of its rows; mere words are data, not rows."""
    match value:
        case ast.Call(func=ast.Name(id=name), args=[ast.Set() | ast.Tuple() | ast.List() as rows]):
            if name in _GROUPS:
                yield from shortened(rows)
        case ast.Call(func=ast.Name(id=name), args=[ast.GeneratorExp(generators=[each])]):
            if name in _GROUPS:
                yield from shortened(each.iter)
        case ast.Set(elts=rows) | ast.Tuple(elts=rows) | ast.List(elts=rows) if len(rows) > 1:
            for row in rows:
                if not isinstance(row, ast.Constant | ast.Starred):
                    yield Edit(value, _display(value, [one for one in rows if one is not row]))
        case ast.Dict(keys=keys):
            for left_out in keys:
                if isinstance(left_out, ast.Attribute):
                    yield Edit(value, _dict(value, left_out))
        case ast.BinOp(left=ast.Name() as left, op=ast.BitOr()):
            yield Edit(value, left.id)


def left_out(edit: Edit) -> str:
    """Say which row an edit left out of a table."""
    rows = {ast.unparse(row): row for row in _rows(edit.node)}
    kept = {ast.unparse(row) for row in _rows(ast.parse(edit.text, mode="eval").body)}
    return next((row for row in rows if row not in kept), ast.unparse(edit.node))


def _rows(value: ast.expr) -> list[ast.expr]:
    match value:
        case ast.Set(elts=rows) | ast.Tuple(elts=rows) | ast.List(elts=rows):
            return rows
        case ast.Dict(keys=keys):
            return [key for key in keys if key]
        case ast.BinOp(left=left, right=right):
            return [left, right]
    return [value]


def _display(value: ast.expr, rows: list[ast.expr]) -> str:
    words = ", ".join(ast.unparse(row) for row in rows)
    if isinstance(value, ast.Tuple):
        return f"({words},)"
    return f"[{words}]" if isinstance(value, ast.List) else f"{{{words}}}"


def _dict(value: ast.Dict, left_out: ast.expr) -> str:
    kept = [
        f"{ast.unparse(key)}: {ast.unparse(one)}"
        for key, one in zip(value.keys, value.values, strict=True)
        if key is not None and key is not left_out
    ]
    return f"{{{', '.join(kept)}}}"
