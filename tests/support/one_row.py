"""A store that holds at most one row of each kind, whoever asks for it, and no database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any


class OneRow:
    """Answers every question with the same row, or with None, but those whose answers are given."""

    def __init__(self, row: Any = None, **answers: Any) -> None:
        self._row, self._answers = row, answers
        self.asked: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Any:
        async def asked(*args: Any, **named: Any) -> Any:
            self.asked.append((name, args, named))
            return self._answers.get(name, self._row)

        return asked

    def told(self, name: str) -> list[tuple[Any, ...]]:
        """Return what was said with each question, or order, of a name."""
        return [args for asked, args, _ in self.asked if asked == name]


def a_work(**rows: Any) -> Any:
    """Return a unit of work over these rows: `reservations=None` answers None."""
    return SimpleNamespace(
        **{name: row if isinstance(row, OneRow) else OneRow(row) for name, row in rows.items()}
    )


def a_store(**rows: Any) -> Any:
    """Return a store whose units of work have these rows."""
    work = a_work(**rows)

    @asynccontextmanager
    async def unit(*_: Any) -> AsyncIterator[Any]:
        yield work

    return SimpleNamespace(read=unit, begin=unit)
