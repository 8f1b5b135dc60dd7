"""Comparing what a scenario expects with what there is: rows by the fields it names."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from evals.wording import plain, says

_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d+)?")
Row = Mapping[str, Any]


def alike(expected: Any, found: Any) -> bool:
    """Compare one value: words as `plain` writes them, amounts by value, lists in any order."""
    if isinstance(expected, list):
        return sorted(map(plain, expected)) == sorted(map(plain, found))
    if _is_number(expected):
        return _is_number(found) and Decimal(str(expected)) == Decimal(str(found))
    if isinstance(expected, str) and isinstance(found, str):
        return plain(expected) == plain(found)
    return bool(expected == found)


def _is_number(value: Any) -> bool:
    """Tell whether it is an amount: in a file an exact one is kept as text."""
    if isinstance(value, str):
        return bool(_NUMBER.fullmatch(value))
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def fits(expected: Row, found: Row) -> bool:
    """Tell whether a row has every field as expected; others do not matter.

    `contains` is about words in its text.
    """
    return all(
        all(says(str(found.get("text")), each) for each in value)
        if name == "contains"
        else alike(value, found[name])
        for name, value in expected.items()
    )


def unmatched(expected: Sequence[Row], found: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Pair rows one to one, as many as can be; return what is missing and what is too much."""
    taken: dict[int, int] = {}  # index of a found row -> index of the expected one

    def place(wanted: int, tried: set[int]) -> bool:
        for index, row in enumerate(found):
            if index in tried or not fits(expected[wanted], row):
                continue
            tried.add(index)
            # Who has this row may be happy with another one.
            if index not in taken or place(taken[index], tried):
                taken[index] = wanted
                return True
        return False

    missing = [row for index, row in enumerate(expected) if not place(index, set())]
    return missing, [row for index, row in enumerate(found) if index not in taken]


def told(row: Row, names: Sequence[str] | None = None) -> str:
    """Write a row on one line: `service Manicure, status confirmed`."""
    shown = {name: row[name] for name in names or row if name in row}
    return ", ".join(f"{name} {_value(value)}" for name, value in shown.items())


def _value(value: Any) -> str:
    if isinstance(value, list):
        return " + ".join(map(str, value)) or "nothing"
    return "nothing" if value in (None, "") else str(value)
