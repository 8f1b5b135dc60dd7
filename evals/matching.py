"""Comparing what a scenario expects with what there is: rows by the fields it names."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]


def alike(expected: Any, found: Any) -> bool:
    """Compare one value: names without case, amounts by value, lists in any order."""
    if isinstance(expected, str) and isinstance(found, str):
        return expected.casefold() == found.casefold()
    if isinstance(expected, list):
        return sorted(map(str.casefold, expected)) == sorted(map(str.casefold, found))
    if isinstance(found, Decimal):
        return Decimal(str(expected)) == found
    return bool(expected == found)


def fits(expected: Row, found: Row) -> bool:
    """Tell whether a row has every field as expected; others do not matter."""
    return all(alike(value, found[name]) for name, value in expected.items())


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
