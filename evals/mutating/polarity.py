"""How a condition may be made to hold more often, or less: one small step at a time."""

import ast
from collections.abc import Callable, Iterator

from evals.mutating.mutant import Edit

LOOSER: dict[type[ast.cmpop], str] = {ast.Lt: "<=", ast.Gt: ">="}
TIGHTER: dict[type[ast.cmpop], str] = {ast.LtE: "<", ast.GtE: ">"}
SIGNS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
FILTERED = (ast.ListComp, ast.SetComp, ast.GeneratorExp)
Meet = Callable[[str, bool], None]


def _ignored(name: str, wanted: bool) -> None:
    return None


class Condition:
    """Weakens conditions towards true or false.

    `on_name` and `on_call` hear of the local names and the functions a condition rests on, and
    which answer of theirs would help: they are then weakened where they are made.
    """

    def __init__(self, on_name: Meet = _ignored, on_call: Meet = _ignored) -> None:
        self._on_name = on_name
        self._on_call = on_call

    def towards(self, test: ast.expr, wanted: bool) -> Iterator[Edit]:
        """Yield every step that makes a condition `wanted` more often: first, always."""
        if not isinstance(test, ast.Constant):
            yield Edit(test, str(wanted))
        yield from self.within(test, wanted)

    def within(self, test: ast.expr, wanted: bool) -> Iterator[Edit]:
        """Yield the steps inside a condition: an operand dropped, a bound moved."""
        match test:
            case ast.BoolOp(op=op, values=values):
                for value in values:
                    if isinstance(op, ast.And) is wanted:
                        yield Edit(test, _without(test, value))
                    yield from self.within(value, wanted)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield from self.within(operand, not wanted)
            case ast.Compare():
                yield from self._compared(test, wanted)
            case ast.Call(
                func=ast.Name(id="any" | "all" as name), args=[ast.GeneratorExp() as each]
            ):
                yield from self.within(each.elt, wanted)
                yield from self.filters(each, more=wanted is (name == "any"))
            case ast.Call(func=ast.Name(id="any" | "bool" | "list" | "len"), args=[inner, *_]):
                yield from self.within(inner, wanted)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                self._on_call(name, wanted)
            case ast.Attribute(value=value, attr="allowed") | ast.Await(value=value):
                yield from self.within(value, wanted)
            case ast.NamedExpr(value=value):
                yield from self.within(value, wanted)
            case ast.IfExp(body=body, orelse=orelse):
                yield from self.within(body, wanted)
                yield from self.within(orelse, wanted)
            case ast.Name(id=name):
                self._on_name(name, wanted)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                yield from self.filters(test, more=wanted)

    def filters(self, each: ast.expr, *, more: bool) -> Iterator[Edit]:
        """Yield the steps by which a comprehension keeps more, or less."""
        if isinstance(each, FILTERED):
            for generator in each.generators:
                for test in generator.ifs:
                    yield from self.towards(test, more)

    def _compared(self, test: ast.Compare, wanted: bool) -> Iterator[Edit]:
        moved = LOOSER if wanted else TIGHTER
        for place, op in enumerate(test.ops):
            if type(op) in moved:
                yield Edit(test, _with_sign(test, place, moved[type(op)]))
        if len(test.ops) > 1 and wanted:
            yield from (Edit(test, _unlinked(test, place)) for place in range(len(test.ops)))
        if len(test.ops) == 1 and isinstance(test.ops[0], ast.Gt | ast.GtE):
            yield from self._counted(test.left, wanted)
        if len(test.ops) == 1 and isinstance(test.ops[0], ast.Lt | ast.LtE):
            yield from self._counted(test.left, not wanted)

    def _counted(self, counted: ast.expr, more: bool) -> Iterator[Edit]:
        match counted:
            case ast.Call(func=ast.Name(id="len"), args=[inner]):
                yield from self.within(inner, more)


def _without(test: ast.BoolOp, left_out: ast.expr) -> str:
    rest = [value for value in test.values if value is not left_out]
    return ast.unparse(ast.BoolOp(test.op, rest) if len(rest) > 1 else rest[0])


def _with_sign(test: ast.Compare, place: int, sign: str) -> str:
    signs = [SIGNS[type(op)] for op in test.ops]
    signs[place] = sign
    return _chain([test.left, *test.comparators], signs)


def _unlinked(test: ast.Compare, place: int) -> str:
    """Leave out one comparison of a chain: what is on both sides of it stays in the others."""
    terms, signs = [test.left, *test.comparators], [SIGNS[type(op)] for op in test.ops]
    kept = [_chain(terms[one : one + 2], [sign]) for one, sign in enumerate(signs) if one != place]
    return " and ".join(kept)


def _chain(terms: list[ast.expr], signs: list[str]) -> str:
    words = [ast.unparse(terms[0])]
    for sign, term in zip(signs, terms[1:], strict=True):
        words += [sign, ast.unparse(term)]
    return " ".join(words)
