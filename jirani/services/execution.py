"""How a row gets run once its time has come: a port, so that another engine changes one file.

Rows are the schedule. Whoever writes one says so here, after its unit of work; whoever runs them
asks to be woken. Nothing is lost where nobody listens: the jobs look for due rows all the same.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from typing import Protocol


class Execution(Protocol):
    """Wakes who runs due rows, at the right moment."""

    async def schedule(self, row_id: str, due_at: datetime) -> None:
        """Say that a row, committed by now, is due at a moment; said again, it has moved."""

    async def cancel(self, row_id: str) -> None:
        """Say that a row is due no more."""

    def on_due(self, wake: Callable[[], None]) -> AbstractAsyncContextManager[None]:
        """Call `wake` whenever a row's time has come, while the block lasts."""


class NoExecution:
    """Wakes nobody: due rows are found by looking, every few seconds."""

    async def schedule(self, row_id: str, due_at: datetime) -> None:
        """Leave it to the row."""

    async def cancel(self, row_id: str) -> None:
        """Leave it to the row."""

    def on_due(self, wake: Callable[[], None]) -> AbstractAsyncContextManager[None]:
        """Wake nobody."""
        return nullcontext()
