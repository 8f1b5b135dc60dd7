"""Slots held in Redis for a short while, singly or as a pair (X8)."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from jirani.rules.facts import Slot
from jirani.store.redis_client import Breaker, Client, load_script

CELL = 300  # seconds
_PREFIX = "pair:reservation:{"


class HoldResult(StrEnum):
    """How an attempt to hold ended; `unavailable` means ask the database alone."""

    ACQUIRED = "acquired"
    PRIMARY_TAKEN = "primary_taken"
    SECONDARY_TAKEN = "secondary_taken"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Hold:
    """A staff member's time under one owner's hold, on the 5-minute grid, in UTC."""

    business: str
    staff_id: str
    start: datetime
    end: datetime
    owner: str
    seconds_left: float


class SlotHolds:
    """Holds on slots; a courtesy that spares conflicts, while the database decides (X9).

    A slot is the cells of 5 minutes that [start, busy_until) touches. Lives are real seconds,
    whatever the domain's clock says. No method raises because Redis does not work.
    """

    def __init__(self, client: Client, breaker: Breaker) -> None:
        self._client = client
        self._breaker = breaker
        self._hold = load_script(client, "hold")
        self._release = load_script(client, "release")

    async def hold(
        self, business: str, slot: Slot, owner: str, ttl: timedelta, *, also: str = ""
    ) -> HoldResult:
        """Hold one slot, or hold it longer: acquired, primary_taken or unavailable.

        `also`: another owner whose cells are no hindrance, and stay that owner's.
        """
        return await self._take(business, _keys(business, slot), [], owner, ttl, also)

    async def reserve_pair(
        self, business: str, primary: Slot, secondary: Slot, owner: str, ttl: timedelta
    ) -> HoldResult:
        """Hold both slots or neither, in one step (X8).

        Cells that are the owner's already count as free and keep the longer of their two lives;
        a refusal undoes only what this call took.
        """
        first, second = _keys(business, primary), _keys(business, secondary)
        return await self._take(business, first, second, owner, ttl)

    async def release(self, business: str, slots: Iterable[Slot], owner: str) -> int:
        """Free the owner's cells of these slots; return how many there were."""
        keys = [key for slot in slots for key in _keys(business, slot)]
        if not keys:
            return 0
        freed: int = await self._breaker.call(
            lambda: self._release(keys=keys, args=[owner]), otherwise=0
        )
        return freed

    async def live(self, business: str | None = None) -> list[Hold]:
        """List the holds of one business, or of all; empty as well while Redis does not work.

        Neighbouring cells of one staff member and owner are one hold, whose life is its shortest.
        """
        return await self._breaker.call(lambda: self._scan(business), otherwise=[])

    async def _take(
        self,
        business: str,
        first: Sequence[str],
        second: Sequence[str],
        owner: str,
        ttl: timedelta,
        also: str = "",
    ) -> HoldResult:
        refused: int = await self._breaker.call(
            lambda: self._hold(
                keys=[*first, *second],
                args=[owner, ttl // timedelta(milliseconds=1), len(first), also],
            ),
            otherwise=-1,
        )
        return _RESULTS[refused]

    async def _scan(self, business: str | None) -> list[Hold]:
        # A pattern that names the whole hash tag is read from one slot of a cluster only.
        pattern = f"{_PREFIX}*" if business is None else f"{_PREFIX}{_literal(business)}}}:*"
        keys = sorted({key async for key in self._client.scan_iter(match=pattern, count=1000)})
        async with self._client.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.get(key)
                pipe.pttl(key)
            answers = await pipe.execute()
        cells = (
            _cell(key, owner, left)
            for key, owner, left in zip(keys, answers[::2], answers[1::2], strict=True)
            if owner is not None and left > 0  # it may have lapsed meanwhile
        )
        return _merge(cells)


_RESULTS = {
    0: HoldResult.ACQUIRED,
    1: HoldResult.PRIMARY_TAKEN,
    2: HoldResult.SECONDARY_TAKEN,
    -1: HoldResult.UNAVAILABLE,
}


def _keys(business: str, slot: Slot) -> list[str]:
    """Name the cells a slot touches; the braces keep a business on one slot of a cluster."""
    first = math.floor(slot.start.timestamp() / CELL)
    end = math.ceil(slot.busy_until.timestamp() / CELL)
    return [f"{_PREFIX}{business}}}:{slot.staff_id}:{cell}" for cell in range(first, end)]


def _cell(key: str, owner: str, left: int) -> Hold:
    business, _, rest = key.removeprefix(_PREFIX).partition("}:")
    staff_id, _, cell = rest.rpartition(":")
    start = datetime.fromtimestamp(int(cell) * CELL, UTC)
    return Hold(business, staff_id, start, start + timedelta(seconds=CELL), owner, left / 1000)


def _merge(cells: Iterable[Hold]) -> list[Hold]:
    holds: list[Hold] = []
    for cell in sorted(cells, key=lambda hold: (hold.business, hold.staff_id, hold.start)):
        last = holds[-1] if holds else None
        if last and _continues(last, cell):
            left = min(last.seconds_left, cell.seconds_left)
            holds[-1] = replace(last, end=cell.end, seconds_left=left)
        else:
            holds.append(cell)
    return holds


def _continues(last: Hold, cell: Hold) -> bool:
    return (last.business, last.staff_id, last.owner, last.end) == (
        cell.business,
        cell.staff_id,
        cell.owner,
        cell.start,
    )


def _literal(text: str) -> str:
    return re.sub(r"([*?\[\]\\])", r"\\\1", text)
