"""What a function's ways out mean: does this one let something through, or stop it?"""

import ast
import re
from enum import Enum

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Way(Enum):
    """Where a branch leads."""

    STOPS = "stops"
    PASSES = "passes"
    NEITHER = "neither"


class Sense(Enum):
    """What sort of answer a function gives."""

    DECISION = "decision"  # a Decision, or something that carries one
    PROBLEM = "problem"  # what is wrong, or None
    PREDICATE = "predicate"  # yes or no: what each means depends on who asks
    OPTIONS = "options"  # what may be had: less is stricter
    CLAIMS = "claims"  # what is objected to: more is stricter
    ACT = "act"

    @classmethod
    def of(cls, function: Function) -> "Sense":
        """Tell by what a function says it returns."""
        returns = ast.unparse(function.returns) if function.returns else ""
        said = ast.get_docstring(function) or ""
        if "Reason" in returns or (returns == "str | None" and re.search(r"\bwrong\b", said)):
            return cls.PROBLEM
        if returns.removesuffix(" | None") == "bool":
            return cls.PREDICATE
        if re.search(r"\b(Found|Claim)\b", returns):
            return cls.CLAIMS
        if _refusing(function):
            return cls.DECISION
        if re.match(r"(list|dict|tuple|frozenset|Iterator|Iterable)\[", returns):
            return cls.OPTIONS
        return cls.ACT


def _refusing(function: Function) -> bool:
    return any(
        (isinstance(each, ast.Name) and each.id in ("refuse", "ALLOWED", "AGAIN"))
        or (isinstance(each, ast.Name) and each.id == "Decision")
        for each in ast.walk(function)
    )


def way_of(block: list[ast.stmt], sense: Sense, wanted: bool) -> Way:
    """Tell where a block leads; `wanted` is the answer of a predicate that lets things through."""
    if not block:
        return Way.NEITHER
    match block[-1]:
        case ast.Raise():
            return Way.STOPS
        case ast.Return(value=value):
            return verdict(value, sense, wanted)
        case ast.If(body=inner) | ast.With(body=inner) | ast.AsyncWith(body=inner):
            return way_of(inner, sense, wanted)
        case ast.Continue():
            return Way.PASSES if sense is Sense.CLAIMS else Way.STOPS
        case ast.Assign(value=value) if "refuse" in called(value):
            return Way.STOPS
        case ast.Expr(value=value) if sense in (Sense.CLAIMS, Sense.OPTIONS) and _adds(value):
            return Way.STOPS if sense is Sense.CLAIMS else Way.PASSES
    if any(isinstance(each, ast.Assign) and _a_decision(each) for each in block):
        return Way.STOPS  # another guard is asked here: left out, nobody asks it
    return Way.NEITHER


def _adds(value: ast.expr) -> bool:
    """Tell whether a statement adds to what is found."""
    return isinstance(value, ast.Yield | ast.YieldFrom) or bool(
        called(value) & {"append", "add", "setdefault", "update"}
    )


def verdict(value: ast.expr | None, sense: Sense, wanted: bool) -> Way:
    """Tell what an answer means."""
    match value:
        case ast.Constant(value=bool(answer)) if sense is Sense.PREDICATE:
            return Way.PASSES if answer is wanted else Way.STOPS
        case None | ast.Constant(value=None) if sense is Sense.PROBLEM:
            return Way.PASSES
        case ast.Name(id="ALLOWED" | "AGAIN"):
            return Way.PASSES
        case ast.Call(func=ast.Name(id="Transition"), args=[ast.Name(id="ALLOWED"), *_]):
            return Way.PASSES
    if "refuse" not in called(value) and "ALLOWED" in named(value):
        return Way.PASSES
    return Way.STOPS


def called(value: ast.AST | None) -> set[str]:
    """Return the names of what is called somewhere in an expression."""
    return {
        each.func.id if isinstance(each.func, ast.Name) else each.func.attr
        for each in (ast.walk(value) if value else ())
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name | ast.Attribute)
    }


def named(value: ast.AST | None) -> set[str]:
    """Return the names used somewhere in an expression."""
    return {each.id for each in (ast.walk(value) if value else ()) if isinstance(each, ast.Name)}


def _a_decision(statement: ast.Assign) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "decision" for each in statement.targets)
