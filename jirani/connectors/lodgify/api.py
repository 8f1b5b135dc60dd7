"""The calls of Lodgify that read, each once: what is not there is None."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from jirani.connectors.pms import PmsUnavailable, Wrong
from jirani.connectors.wire import fields
from jirani.connectors.wire.asking import Params, Wire
from jirani.connectors.wire.fields import Malformed

MOST_PAGES = 2000  # a list that never ends is none
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
Row = Mapping[str, Any]


class Api:
    """One account: `v1` and `v2` have limits of their own."""

    def __init__(self, v1: Wire, v2: Wire) -> None:
        self.v1 = v1
        self.v2 = v2

    async def booking(self, ref: str) -> Row | None:
        """Read a booking."""
        return await self._one(f"/v2/reservations/bookings/{ref}", ref)

    async def bookings(self, page: int, size: int, which: Params) -> Sequence[Any]:
        """Read a page of bookings, deleted ones too."""
        more = {"trash": "All", "includeExternal": "false", "includeTransactions": "false"}
        return await self._page("/v2/reservations/bookings", page, size, {**which, **more})

    async def property(self, ref: str) -> Row | None:
        """Read a property."""
        return await self._one(f"/v2/properties/{ref}", ref)

    async def properties(self, page: int, size: int) -> Sequence[Any]:
        """Read a page of properties."""
        return await self._page("/v2/properties", page, size, {})

    async def settings(self, ref: str) -> Row | None:
        """Read a property's rate settings: check-in and check-out are there."""
        told = await self.v2.read("/v2/rates/settings", {"houseId": ref})
        with understood():
            return None if told is None else fields.record(told, "rate settings")

    async def availability(self, ref: str, room: str, first: date, last: date) -> Any:
        """Read which nights are free, and whose the others are."""
        span = {"start": str(first), "end": str(last), "includeDetails": "true"}
        return await self.v2.read(f"/v2/availability/{ref}/{room}", span)

    async def rates(self, ref: str, room: str, first: date, last: date) -> Any:
        """Read what nights cost."""
        span = {"startDate": str(first), "endDate": str(last)}
        return await self.v2.read(
            "/v2/rates/calendar", {"houseId": ref, "roomTypeId": room, **span}
        )

    async def thread(self, uid: str) -> Any:
        """Read what was said in a thread."""
        return await self.v2.read(f"/v2/messaging/{uid}") if is_id(uid) else None

    async def _one(self, path: str, ref: str) -> Row | None:
        told = await self.v2.read(path) if is_id(ref) else None
        with understood():
            return None if told is None else fields.record(told)

    async def _page(self, path: str, page: int, size: int, which: Params) -> Sequence[Any]:
        if page > MOST_PAGES:
            raise PmsUnavailable(Wrong.MALFORMED, f"{path} does not end")
        told = await self.v2.read(path, {**which, "page": page, "size": size})
        with understood():
            rows = None if told is None else fields.record(told, "page").get("items")
            if not isinstance(rows, list | None):
                raise Malformed("items is no list")
        return rows or ()


@contextmanager
def understood() -> Iterator[None]:
    """Turn what makes no sense into something that could not be read."""
    try:
        yield
    except Malformed as wrong:
        raise PmsUnavailable(Wrong.MALFORMED, str(wrong)) from None


def is_id(ref: str) -> bool:
    """Tell whether something may stand in a path: nothing else is an id of Lodgify's."""
    return _ID.fullmatch(ref) is not None


def skipped(row: Any, wrong: Exception) -> str:
    """Name a row that cannot be read, and why."""
    ref = row.get("id") if isinstance(row, dict) else None
    named = str(ref)[:40] if isinstance(ref, int | str) else ""
    return f"{named if named.isalnum() else 'a row'}: {wrong}"
