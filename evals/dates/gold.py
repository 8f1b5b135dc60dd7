"""What a row's texts mean according to those who marked them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from evals.dates.rows import Row

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"(?:^|[ T])(\d\d:\d\d)")
_ENDS = ("start", "end")


@dataclass(frozen=True, slots=True)
class Marked:
    """One phrase that was marked: its words, its place, and what it may be resolved to.

    Each resolution is a set of values, days as 2026-11-20 and times as 14:00; a range has both ends
    in one. `readings` is empty where the file resolves it to nothing: then nothing is judged there.
    """

    slot: str
    phrase: str
    start: int
    end: int
    readings: tuple[frozenset[str], ...]


def marked(row: Row) -> list[Marked]:
    """Every phrase about time that is marked in a row, whichever of the formats it is in."""
    found = [*_slots(row.data, "datetimes"), *_slots(row.data, "slots"), *_results(row.data)]
    return [each for each in found if each is not None]


def is_day(value: str) -> bool:
    """Tell a day from a time."""
    return "-" in value


def _slots(data: dict[str, Any], field: str) -> Iterator[Marked | None]:
    """SGD's `datetimes` and NLU++'s `slots`: one phrase, one value."""
    for each in _objects(data.get(field)):
        slot = str(each.get("slot") or "")
        if field == "datetimes" or re.search(r"date|time|day", slot):
            yield _marked(slot, each, [_values(each.get("value"))], str(each.get("phrase") or ""))


def _results(data: dict[str, Any]) -> Iterator[Marked | None]:
    """Recognizers' `results`: a phrase may have a past and a future reading, a morning and a late.

    Lengths and repetitions ("two hours", "every Friday") are no days or times.
    """
    for each in _objects(data.get("results")):
        readings = [_reading(value) for value in _objects(each.get("values"))]
        readings += [_reading(each[side]) for side in ("future", "past") if side in each]
        if each.get("type") in {"duration", "set", "timezone"}:
            readings = []
        yield _marked(str(each.get("type") or ""), each, readings, str(each.get("text") or ""))


def _reading(value: object) -> frozenset[str]:
    if not isinstance(value, dict):
        return frozenset()
    if value.get("type") in {"duration", "set", "timezone"}:
        return frozenset()
    ends = [value.get(end) for end in _ENDS if end in value] or [
        said for name, said in value.items() if name not in {"timex", "type", "Mod"}
    ]
    return frozenset().union(*map(_values, ends)) if ends else frozenset()


def _values(said: object) -> frozenset[str]:
    text = said if isinstance(said, str) else ""
    return frozenset((*_DAY.findall(text), *_TIME.findall(text)))


def _marked(
    slot: str, each: dict[str, Any], readings: list[frozenset[str]], phrase: str
) -> Marked | None:
    start = each.get("start")
    start = start if isinstance(start, int) else 0
    end = each.get("end")
    known = tuple(dict.fromkeys(reading for reading in readings if reading))
    return Marked(slot, phrase, start, end if isinstance(end, int) else start + len(phrase), known)


def _objects(value: object) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
