"""Rows of people's replies, in the formats of the public files; what cannot be used says where."""

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

Label = Literal["accept", "decline", "other"]
Deferral = Literal["later", "not_now", "firm"]
LABELS: tuple[Label, ...] = get_args(Label)
DEFERRALS: tuple[Deferral, ...] = get_args(Deferral)
LONGEST_LINE = 1_000_000


class UnusableRows(Exception):
    """A file of replies cannot be used; says which, in which line, and why."""


@dataclass(frozen=True, slots=True)
class Row:
    """A reply, what it answered, and what it means where somebody has said so."""

    id: str
    user: str
    system: str = ""
    kind: str = ""
    label: Label | None = None
    deferral: Deferral | None = None
    dialogue: str = ""
    service: str = ""


def read_rows(file: Path) -> list[Row]:
    """Read a file of JSON lines, gzip or not.

    Raises:
        UnusableRows: it is not there, is no text, or a line is no reply.
    """
    rows = []
    for number, line in enumerate(_lines(file), 1):
        if line.strip():
            try:
                rows.append(_row(_object(line), number))
            except ValueError as error:
                raise UnusableRows(f"{file}, line {number}: {error}") from error
    if not rows:
        raise UnusableRows(f"{file} holds no reply: one JSON object a line is expected.")
    return rows


def _lines(file: Path) -> Iterator[str]:
    try:
        content = file.read_bytes()
        if content.startswith(b"\x1f\x8b"):
            content = gzip.decompress(content)
        yield from io.StringIO(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise UnusableRows(f"{file}, line {line}: this is no UTF-8 text.") from error
    except (OSError, EOFError, zlib.error) as error:
        why = getattr(error, "strerror", None) or str(error) or "it cannot be unpacked"
        raise UnusableRows(f"{file} cannot be read: {why}.") from error


def _object(line: str) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise ValueError("this line is too long to be a reply.")
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        at = error.pos + 1 if isinstance(error, json.JSONDecodeError) else None
        where = f" (at character {at})" if at else ""
        raise ValueError(f"this is not JSON{where}.") from error
    if not isinstance(found, dict):
        raise ValueError('a JSON object is expected, as in {"id": "1", "user": "yes please"}.')
    return found


def _row(found: dict[str, Any], number: int) -> Row:
    if not isinstance(found.get("user"), str):
        raise ValueError('"user", the text of the reply, is missing.')
    deferral = _one_of(found, "deferral", DEFERRALS)
    return Row(
        id=_text(found, "id") or str(number),
        user=found["user"],
        system=_text(found, "system"),
        kind=_text(found, "kind"),
        label=_label(found, deferral),
        deferral=deferral,
        dialogue=_text(found, "dialogue") or _text(found, "id") or str(number),
        service=_text(found, "service") or _text(found, "domain"),
    )


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    return "" if value is None else value if isinstance(value, str) else str(value)


def _one_of(found: dict[str, Any], name: str, allowed: tuple[Any, ...]) -> Any:
    value = found.get(name)
    if value is not None and value not in allowed:
        raise ValueError(f'"{name}" is {value!r}; it may be {", ".join(allowed)}, or be left out.')
    return value


def _label(found: dict[str, Any], deferral: Deferral | None) -> Label | None:
    """Return what a row is labelled; a row of another kind may tell it in its own way."""
    label: Label | None = _one_of(found, "label", LABELS)
    if label is None and deferral is not None:
        return "decline"  # each of them puts a no off, or does not
    if label is None and isinstance(intents := found.get("intents"), list):
        affirms, denies = "affirm" in intents, "deny" in intents
        return "other" if affirms == denies else "accept" if affirms else "decline"
    return label
