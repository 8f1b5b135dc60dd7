"""A unit of work for many at once: read in one statement each, written in one each (U5).

Whoever works in it is none the wiser: the same questions are asked and the same changes made, one
offer at a time. What was read ahead answers without the database, until this unit itself changes
it; what is written waits until the end, or until anything is asked of the database itself.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Hashable, Iterable
from functools import cache
from inspect import iscoroutinefunction
from typing import Any

from sqlalchemy import Executable, insert
from sqlalchemy.ext.asyncio import AsyncSession

from jirani.store.base import Owned
from jirani.store.refusals import overlap_named
from jirani.store.rows.base import LINE, Rows, table_of

Key = tuple[Hashable, ...]


class Ahead:
    """What was read ahead, and what is to be written behind, in one unit of work."""

    def __init__(self, session: AsyncSession) -> None:
        self._line = session.info[LINE]
        self._found: dict[Key, Any] = {}
        self._waiting: dict[tuple[Executable, frozenset[str]], list[dict[str, Any]]] = {}

    def __contains__(self, key: Key) -> bool:
        return key in self._found

    def __getitem__(self, key: Key) -> Any:
        return self._found[key]

    def __setitem__(self, key: Key, found: Any) -> None:
        self._found[key] = found

    def get(self, key: Key) -> Any:
        """Return what was read, or None."""
        return self._found.get(key)

    def forget(self, *keys: Key) -> None:
        """Ask the database about these from now on."""
        for key in keys:
            self._found.pop(key, None)

    def forget_all(self, *kinds: Hashable) -> None:
        """Ask the database about everything of some kinds from now on."""
        self._found = {key: found for key, found in self._found.items() if key[0] not in kinds}

    def grouped(self, kind: str, ids: Iterable[str], rows: Iterable[tuple[str, Any]]) -> None:
        """Keep rows under the ids they belong to; an id without any has none."""
        found: dict[str, list[Any]] = defaultdict(list)
        for id, row in rows:
            found[id].append(row)
        for id in ids:
            self._found[kind, id] = tuple(found[id])

    def write(self, written: Executable, values: dict[str, Any]) -> None:
        """Let a statement wait whose outcome is known: nothing can be in its way."""
        self._waiting.setdefault((written, frozenset(values)), []).append(values)

    async def flush(self) -> None:
        """Write what waits, in one statement each; raises Overlap if hours are taken (U8)."""
        waiting, self._waiting = self._waiting, {}
        with overlap_named():
            for (written, _), values in waiting.items():
                await self._line.execute(written, values)


class Asked:
    """A connection or session that is asked after all that waits was written."""

    def __init__(self, asked: Any, flush: Callable[[], Awaitable[None]]) -> None:
        self._asked, self._flush = asked, flush

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._asked, name)
        if not iscoroutinefunction(found):
            return found

        async def after(*args: Any, **named: Any) -> Any:
            await self._flush()
            return await found(*args, **named)

        return after


class AheadRows(Rows):
    """Rows of such a unit."""

    ahead: Ahead

    async def insert(self, row: type[Owned], **values: Any) -> None:
        """Add a row of this business, in the end."""
        self.ahead.write(_adding(row), {"business_id": self.business_id} | values)


@cache
def _adding(row: type[Owned]) -> Executable:
    return insert(table_of(row))
