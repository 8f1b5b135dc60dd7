"""Which business rules a piece of source names: "(X1-X7)", "O13: …", "(domain §3)"."""

import ast
import io
import re
import tokenize
from functools import lru_cache

from evals.rules import RULES

_NAMED = re.compile(r"\b([A-Z])(\d{1,2})(?:\s?[-\u2013]\s?(?:\1)?(\d{1,2}))?\b|§(\d)")


def rules_in(text: str) -> frozenset[str]:
    """Return the rules a text names; a range names all that it spans."""
    found: set[str] = set()
    for letter, first, last, section in _NAMED.findall(text):
        if section:
            found.add(f"§{section}")
        else:
            found |= {f"{letter}{n}" for n in range(int(first), int(last or first) + 1)}
    return frozenset(found & RULES.keys())


@lru_cache(maxsize=256)
def comments(source: str) -> dict[int, str]:
    """Return the comments of a module by line."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}


def named_by(node: ast.AST, source: str) -> frozenset[str]:
    """Return the rules that a definition's own docstring and comments name."""
    said = ""
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        said = ast.get_docstring(node) or ""
    if not isinstance(node, ast.Module):
        first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0)
        said += "\n".join(
            comment for line, comment in comments(source).items() if first - 1 <= line <= last
        )
    return rules_in(said)
