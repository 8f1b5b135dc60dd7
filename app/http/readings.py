"""Reading rows for somebody who may leave at any moment: a query cut off loses its connection."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Found = TypeVar("Found")


class Readings:
    """Reads to the end, also when whoever asked has left meanwhile."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    async def finish(self, reading: Coroutine[Any, Any, Found]) -> Found:
        """Await a reading; if the caller is cancelled it ends by itself, unheard."""
        task = asyncio.create_task(reading)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    async def ended(self) -> None:
        """Wait for those still running."""
        if self._running:
            await asyncio.wait(self._running)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # nobody may be left to hear of it
