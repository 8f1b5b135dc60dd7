"""The lines of a file of texts with days and times: JSON objects, one a line, gzip or plain."""

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from evals.scenario import Unusable

_GZIP = b"\x1f\x8b"

# What SOURCES.md says where a row does not: the day the SGD dialogues were resolved against.
_REFERENCE = datetime(2019, 3, 1, tzinfo=UTC)
_REFERENCES = {"SGD": _REFERENCE, "NLU++": datetime(2022, 3, 15, 9, tzinfo=UTC)}


@dataclass(frozen=True, slots=True)
class Row:
    """One text, when it was said, what was said before it, and the line as it stands."""

    id: str
    text: str
    now: datetime
    before: str
    source: str
    data: dict[str, Any]


def rows_of(file: Path) -> list[Row]:
    """Every row of a file.

    Raises:
        Unusable: it cannot be read, or a line is no row; says which.
    """
    try:
        raw = file.read_bytes()
        text = (gzip.decompress(raw) if raw.startswith(_GZIP) else raw).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error) as error:
        said = getattr(error, "strerror", None) or error
        raise Unusable([f"{file}: cannot be read: {said}"]) from error
    except UnicodeDecodeError as error:
        raise Unusable([f"{file}: is not UTF-8 text: {error}"]) from error
    return list(_rows(file, text))


def _rows(file: Path, text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield _row(line, number)
            except (ValueError, RecursionError) as error:
                raise Unusable([f"{file}, line {number}: {error}"]) from error


def _row(line: str, number: int) -> Row:
    try:
        data = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at column {error.colno}") from error
    if not isinstance(data, dict):
        raise ValueError(f"a row is an object with a `user`, not {type(data).__name__}")
    if not isinstance(data.get("user"), str):
        raise ValueError("no `user`: the text to read is missing")
    source, before = str(data.get("source") or ""), data.get("system")
    name = data.get("id")
    return Row(
        id=str(number if name is None else name),
        text=data["user"],
        now=_reference(data, source),
        before=before if isinstance(before, str) else "",
        source=source,
        data=data,
    )


def _reference(data: dict[str, Any], source: str) -> datetime:
    """The moment a row is read at: its own, else that of its source, else that of SGD."""
    for name in ("ref", "ref_date"):
        if data.get(name):
            try:
                moment = datetime.fromisoformat(str(data[name]))
            except ValueError as error:
                raise ValueError(f"`{name}` is no ISO day or time: {data[name]!r}") from error
            return _at(moment, data.get("ref_time")).replace(tzinfo=UTC)
    return _REFERENCES.get(source, _REFERENCE)


def _at(moment: datetime, said: object) -> datetime:
    if not said:
        return moment
    try:
        return datetime.combine(date(moment.year, moment.month, moment.day), _clock(str(said)))
    except ValueError as error:
        raise ValueError(f"`ref_time` is no time: {said!r}") from error


def _clock(said: str) -> time:
    return time.fromisoformat(said).replace(tzinfo=None)
