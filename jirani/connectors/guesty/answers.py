"""What Guesty's answers are wrapped in, and our key where it keeps it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

from jirani.connectors.pms import PmsUnavailable, Wrong
from jirani.connectors.wire.fields import Malformed, records, word

_MARK = re.compile(r"\bupsell ([^\s()]+)")
_LONGEST_ID = 200


@contextmanager
def sensible(what: str) -> Iterator[None]:
    """Turn what makes no sense in an answer into a read that failed."""
    try:
        yield
    except Malformed as wrong:
        raise PmsUnavailable(Wrong.MALFORMED, f"{what}: {wrong}") from None


def in_path(ref: str) -> str:
    """Return an id as a part of an address; PmsUnavailable if no id looks like it."""
    if not ref or len(ref) > _LONGEST_ID:
        raise PmsUnavailable(Wrong.NOT_FOUND, "not an id of Guesty's")
    return quote(ref, safe="")


def unwrapped(answer: Any) -> Any:
    """Return what an answer is about: in `data`, or bare; Malformed if it says it failed."""
    if not isinstance(answer, dict):
        return answer
    status = answer.get("status")
    if isinstance(status, int) and status >= 400:
        raise Malformed(f"an answer says {status} inside")
    return answer.get("data", answer)


def rows(answer: Any, *names: str) -> list[Mapping[str, Any]]:
    """Return the rows of a list, bare or under one of these names; each of them an object."""
    return records(items(answer, *names), names[0])


def items(answer: Any, *names: str) -> list[Any]:
    """Return what a list holds, whatever it is."""
    found = unwrapped(answer)
    if isinstance(found, dict):
        found = next((found[name] for name in names if name in found), None)
    if not isinstance(found, list):
        raise Malformed(f"there are no {names[0]}")
    return found


def cell(value: Any) -> Any:
    """Return what is in a table's cell: some are objects with their content as `children`."""
    return value["children"] if isinstance(value, dict) and "children" in value else value


def mark(key: str) -> str:
    """Write our key for a host to see, and for us to find again."""
    return f"upsell {key}"


def marked(said: Any) -> str | None:
    """Return our key from where it was written."""
    found = _MARK.search(said) if isinstance(said, str) else None
    return found[1] if found else None


def same_id(told: Any, ref: str) -> bool:
    """Tell whether an id is this one."""
    try:
        return word(told, "id") == ref
    except Malformed:
        return False
