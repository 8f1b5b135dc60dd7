"""What a request to Guesty asks for: its parameters, filters and fields, read strictly."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from fastapi import Request

from app.standin.guesty_door import bad

_FILTER = re.compile(r"filter\[(\w+)\](?:\[(\w+)\])?")


async def said(request: Request) -> dict[str, Any]:
    """Return the object in a body."""
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError):
        raise bad("the body is no JSON") from None
    if not isinstance(body, dict):
        raise bad("the body is no object")
    return body


def needed(body: Mapping[str, Any], name: str) -> str:
    """Return a text that has to be there."""
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise bad(f"{name} is required")
    return value


def optional(body: Mapping[str, Any], name: str) -> str | None:
    """Return a text that may be there."""
    return None if body.get(name) is None else needed(body, name)


def day(value: object, name: str) -> date:
    """Read a date, written as one and nothing else."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else _wrong(name)
    except ValueError:
        return _wrong(name)


def moment(value: object, name: str) -> datetime:
    """Read an instant with its offset."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise bad(f"{name} is no instant")
    return at


def page(request: Request, *, least: int = 1, usual: int = 25) -> tuple[int, int]:
    """Return `limit` and `skip`."""
    asked = []
    for name, default in (("limit", usual), ("skip", 0)):
        value = request.query_params.get(name, str(default))
        if not value.isdecimal():
            raise bad(f"{name} is no number")
        asked.append(int(value))
    if not least <= asked[0] <= 100:
        raise bad(f"limit must be from {least} to 100")
    return asked[0], asked[1]


def names(request: Request, parameter: str = "fields", *, required: bool = False) -> list[str]:
    """Return the fields asked for, by spaces or commas; none: all of them."""
    asked = request.query_params.get(parameter, "").replace(",", " ").split()
    if required and not asked:
        raise bad(f"{parameter} is required")
    return asked


def only(row: Mapping[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    """Leave of a row what was asked for, and its id; all of it if nothing was."""
    wanted = list(fields)
    if not wanted:
        return dict(row)
    left: dict[str, Any] = {"_id": row["_id"]}
    for name in wanted:
        inner, source, at = left, row, name.split(".")
        for step in at[:-1]:
            within = source.get(step)
            if not isinstance(within, dict):
                break
            source, inner = within, inner.setdefault(step, {})
        else:
            if at[-1] in source:
                inner[at[-1]] = source[at[-1]]
    return left


def conditions(request: Request, known: Iterable[str]) -> list[dict[str, Any]]:
    """Return the `filters` of the older API: a JSON list of field, operator and value."""
    try:
        read = json.loads(request.query_params.get("filters", "[]"))
    except (ValueError, RecursionError):
        raise bad("filters is no JSON") from None
    if not isinstance(read, list) or not all(isinstance(each, dict) for each in read):
        raise bad("filters is no list of objects")
    for each in read:
        if str(each.get("field")).split(".")[0] not in known:
            raise bad(f"cannot filter by {each.get('field')}")
        ends = {"from", "to"} if each.get("operator") == "$between" else {"value"}
        if not ends <= each.keys():
            raise bad(f"{each.get('operator')} needs {' and '.join(sorted(ends))}")
        if each.get("operator") == "$in" and not isinstance(each["value"], list):
            raise bad("$in needs a list")
        if each.get("operator") not in ("$between", "$in", "$eq", "$gte", "$contains"):
            raise bad(f"unknown operator {each.get('operator')}")
    return read


def fits(row: Mapping[str, Any], asked: Iterable[Mapping[str, Any]]) -> bool:
    """Say whether a row is among those asked for."""
    return all(_fits(_at(row, each["field"]), each) for each in asked)


def ordered(rows: list[dict[str, Any]], by: str | None) -> list[dict[str, Any]]:
    """Sort rows by a field, or by `-field` the other way round."""
    if not by:
        return rows
    name = by.removeprefix("-")
    return sorted(rows, key=lambda row: str(_at(row, name) or ""), reverse=by.startswith("-"))


def searched(request: Request) -> dict[tuple[str, str], str]:
    """Return the filters of a V3 search, by field and operator."""
    asked = {}
    for name, value in request.query_params.multi_items():
        if name.startswith("filter"):
            found = _FILTER.fullmatch(name)
            if found is None:
                raise bad(f"no filter: {name}")
            asked[found[1], found[2] or ""] = value
    return asked


def _fits(value: Any, asked: Mapping[str, Any]) -> bool:
    operator = asked["operator"]
    if operator == "$in":
        return value in asked["value"]
    if operator == "$eq":
        return bool(value == asked["value"])
    if operator == "$contains":
        return str(asked["value"]) in str(value or "")
    if value is None:
        return False
    low = asked["from" if operator == "$between" else "value"]
    high = asked.get("to", value) if operator == "$between" else value
    try:
        return bool(_ordinal(low) <= _ordinal(value) <= _ordinal(high))
    except TypeError:
        raise bad(f"{asked['field']} cannot be compared with that") from None


def _ordinal(value: Any) -> Any:
    """Return what compares: instants as such, however they are written."""
    if isinstance(value, str) and "T" in value:
        return moment(value, "a filter's value")
    return value


def _at(row: Mapping[str, Any], name: str) -> Any:
    value: Any = row
    for step in name.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _wrong(name: str) -> date:
    raise bad(f"{name} is no date")
