"""A function's guards, and every step by which one lets more through."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator

from evals.mutating.mutant import Edit
from evals.mutating.polarity import FILTERED, Condition
from evals.mutating.senses import Function, Sense, Way, called, verdict, way_of

Wanted = dict[str, set[bool]]  # the answers of a predicate that let more through, by its name
BOTH = frozenset({True, False})


class Guards:
    """One function, read for the places at which it stops something."""

    def __init__(self, function: Function, wanted: Wanted, *, everything: bool) -> None:
        self._function = function
        self._sense = Sense.of(function)
        self._wanted = wanted
        self._everything = everything
        self._names: Wanted = defaultdict(set)
        self.calls: Wanted = defaultdict(set)
        self._condition = Condition(
            on_name=lambda name, want: self._names[name].add(want),
            on_call=lambda name, want: self.calls[name].add(want),
        )

    @property
    def guards(self) -> bool:
        """Tell whether the function may stop anything; rules are read whole."""
        return (
            self._everything
            or self._sense in (Sense.DECISION, Sense.PROBLEM, Sense.PREDICATE)
            or any(_turns_back(each) for each in ast.walk(self._function))
        )

    def edits(self) -> list[Edit]:
        """Return each weakening once, in the order of the source."""
        if not self.guards:
            return []
        found = [edit for node in ast.walk(self._function) for edit in self._of(node)]
        found += self._made_of_names()
        each = {(edit.node.lineno, edit.node.col_offset, edit.text): edit for edit in found}
        return [each[place] for place in sorted(each) if each[place].text != _text(each[place])]

    def _answers(self) -> frozenset[bool]:
        known = self._wanted.get(self._function.name)
        return frozenset(known) if known else BOTH

    def _of(self, node: ast.AST) -> Iterator[Edit]:
        match node:
            case ast.If(test=test, body=body, orelse=orelse):
                yield from self._branch(test, body, orelse)
            case ast.Return(value=ast.expr() as value):
                yield from self._returned(value)
            case ast.IfExp(test=test, body=body) if "refuse" in called(body):
                yield from self._condition.towards(test, False)
            case ast.Tuple(elts=[ast.Tuple(), *_] as rows):
                yield from self._table(rows)
            case ast.expr() if isinstance(node, FILTERED) and self._sense in (
                Sense.OPTIONS,
                Sense.CLAIMS,
            ):
                yield from self._condition.filters(node, more=self._sense is Sense.OPTIONS)

    def _branch(
        self, test: ast.expr, body: list[ast.stmt], orelse: list[ast.stmt]
    ) -> Iterator[Edit]:
        for answer in self._answers() if self._sense is Sense.PREDICATE else (True,):
            match way_of(body, self._sense, answer), way_of(orelse, self._sense, answer):
                case Way.STOPS, _:
                    yield from self._condition.towards(test, False)
                case (Way.PASSES, _) | (_, Way.STOPS):
                    yield from self._condition.towards(test, True)
                case _ if _mentions_allowed(test):
                    yield from self._condition.towards(test, True)

    def _returned(self, value: ast.expr) -> Iterator[Edit]:
        if self._sense is Sense.PREDICATE and not isinstance(value, ast.Constant):
            for answer in self._answers():
                yield from self._condition.towards(value, answer)
        if isinstance(value, ast.IfExp) and self._sense is Sense.DECISION:
            if verdict(value.orelse, self._sense, True) is Way.STOPS:
                yield from self._condition.towards(value.test, True)
        elif self._asks_another(value):
            yield Edit(value, "ALLOWED")

    def _asks_another(self, value: ast.expr) -> bool:
        returns = ast.unparse(self._function.returns) if self._function.returns else ""
        call = value.value if isinstance(value, ast.Await) else value
        return returns == "Decision" and isinstance(call, ast.Call) and "refuse" not in called(call)

    def _table(self, rows: list[ast.expr]) -> Iterator[Edit]:
        """Rows of (condition, reason, ...): what the first says never holds."""
        for row in rows:
            if isinstance(row, ast.Tuple) and "Reason." in ast.unparse(row):
                yield from self._condition.towards(row.elts[0], False)

    def _made_of_names(self) -> Iterator[Edit]:
        """Weaken what the conditions' local names were set to, and what those rest on."""
        done: set[tuple[str, bool]] = set()
        while left := {(n, w) for n, wants in self._names.items() for w in wants} - done:
            for name, want in sorted(left):
                for value in self._values(name):
                    yield from self._made(value, want)
            done |= left

    def _made(self, value: ast.expr, want: bool) -> Iterator[Edit]:
        if isinstance(value, ast.BoolOp | ast.Compare) or _is_any(value):
            yield from self._condition.towards(value, want)
        elif isinstance(value, (*FILTERED, ast.UnaryOp, ast.Call, ast.Await)):
            yield from self._condition.within(value, want)

    def _values(self, name: str) -> Iterator[ast.expr]:
        for each in ast.walk(self._function):
            if isinstance(each, ast.Assign) and name in (
                target.id for target in each.targets if isinstance(target, ast.Name)
            ):
                yield each.value


def _turns_back(node: ast.AST) -> bool:
    return isinstance(node, ast.Raise) or (isinstance(node, ast.Return) and node.value is None)


def _mentions_allowed(test: ast.expr) -> bool:
    return any(
        isinstance(each, ast.Attribute) and each.attr == "allowed" for each in ast.walk(test)
    )


def _is_any(value: ast.expr) -> bool:
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id in ("any", "all")
    )


def _text(edit: Edit) -> str:
    return ast.unparse(edit.node)


def answers_wanted(functions: Iterable[Function], *, everything: bool) -> Wanted:
    """Learn from those who ask which answers of the predicates let more through."""
    every, wanted = list(functions), Wanted()
    while True:
        found: Wanted = defaultdict(set)
        for function in every:
            guards = Guards(function, wanted, everything=everything)
            # A predicate nobody was seen asking teaches nothing about those it asks.
            if Sense.of(function) is not Sense.PREDICATE or function.name in wanted:
                guards.edits()
                for name, wants in guards.calls.items():
                    found[name] |= wants
        found_here = {each.name: found[each.name] for each in every if each.name in found}
        if found_here == wanted:
            return wanted
        wanted = found_here
