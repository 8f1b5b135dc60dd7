"""Hostaway's envelope: `{"status": "success", "result": …}`, taken off; and its pages."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from jirani.connectors.pms import PmsUnavailable, WriteOutcome, Wrong
from jirani.connectors.wire import fields
from jirani.connectors.wire.asking import Answer, Params, Wire
from jirani.connectors.wire.fields import Malformed

PAGE = 100
MOST = 5000  # rows of one list that is read to its end
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@contextmanager
def understood() -> Iterator[None]:
    """Make of what could not be read something that could not be asked: an unknown (O12)."""
    try:
        yield
    except Malformed as wrong:
        raise PmsUnavailable(Wrong.MALFORMED, str(wrong)) from None


def is_id(ref: str) -> bool:
    """Tell whether something can be an id of theirs, and so a part of an address."""
    return _ID.fullmatch(ref) is not None


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of a list; `more`: there are rows behind it."""

    rows: list[Any]
    more: bool


class Api:
    """Asks, and takes the envelope off; a 200 that says `fail` has failed."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def read(self, path: str, params: Params | None = None) -> Any:
        """Read a result; None where there is nothing of that id. Raises PmsUnavailable."""
        body = await self._read(path, params)
        return None if body is None else body.get("result")

    async def page(self, path: str, params: Params, start: int | None) -> Rows:
        """Read one page; `start` rows lie before it, None: nobody knows how many.

        A short page is the last one. But some are cut shorter than was asked for, and then `limit`
        or `count` says so; `count` is of all rows, or of these alone. Raises PmsUnavailable.
        """
        body = await self._read(path, {**params, "limit": PAGE})
        if body is None:
            raise PmsUnavailable(Wrong.NOT_FOUND, path)
        rows = body.get("result")
        if rows is None:
            rows = []
        if not isinstance(rows, list):
            raise PmsUnavailable(Wrong.MALFORMED, f"{path}: no list")
        cut, count = _number(body.get("limit")) or PAGE, _number(body.get("count")) or 0
        full, behind, ended = len(rows) >= min(cut, PAGE), False, False
        if start is not None:
            end = start + len(rows)
            behind, ended = count > end, len(rows) < count <= end
        return Rows(rows, bool(rows) and not ended and (full or behind))

    async def rows(self, path: str, params: Params) -> list[Any]:
        """Read a list to its end, by offset; raises PmsUnavailable."""
        found: list[Any] = []
        seen: set[str] = set()
        while True:
            page = await self.page(path, {**params, "offset": len(found)}, len(found))
            ids = {str(fields.within(row, "id")) for row in page.rows}
            if found and not ids - seen:  # there is nothing behind, or it does not know `offset`
                return found
            seen |= ids
            found += page.rows
            if not page.more:
                return found
            if len(found) > MOST:
                raise PmsUnavailable(Wrong.MALFORMED, f"{path}: no end")

    async def write(
        self, method: str, path: str, body: Any = None, params: Params | None = None
    ) -> Answer:
        """Write, and say what became of it; `body` of the answer is the result."""
        answer = await self._wire.write(method, path, body, params)
        if answer.outcome is not WriteOutcome.ACCEPTED:
            return answer
        told = answer.body
        if told is None and method == "DELETE":
            return answer
        status = fields.within(told, "status")
        if status == "success":
            return replace(answer, body=told.get("result"))
        if status == "fail":
            return replace(answer, outcome=WriteOutcome.REJECTED, reason=Wrong.REFUSED)
        return replace(answer, outcome=WriteOutcome.UNKNOWN, body=None, reason=Wrong.MALFORMED)

    async def _read(self, path: str, params: Params | None) -> Mapping[str, Any] | None:
        # `Wire.read` does not tell an empty answer from none of that id: this one must not be lost.
        answer = await self._wire.write("GET", path, None, params)
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        where = f"{path} ({answer.status})" if answer.status else path
        if answer.outcome is not WriteOutcome.ACCEPTED:
            wrong, after = Wrong(answer.reason), answer.retry_after
            raise PmsUnavailable(wrong, where, retry_after=after)
        status = fields.within(answer.body, "status")
        if status == "fail":
            raise PmsUnavailable(Wrong.REFUSED, where)
        if status != "success":
            raise PmsUnavailable(Wrong.MALFORMED, where)
        body: Mapping[str, Any] = answer.body
        return body


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
