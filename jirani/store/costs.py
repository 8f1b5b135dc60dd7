"""What work costs the database: its statements and transactions, counted as they go by."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from jirani.store.work import Store


@dataclass(slots=True)
class Costs:
    """Statements and transactions; beginning and ending one are not counted as statements."""

    statements: int = 0
    transactions: int = 0

    def per(self, times: int) -> str:
        """Say what one time among so many alike has cost."""
        each = round(self.statements / times), round(self.transactions / times)
        return "{} statements in {} transactions".format(*each)


@contextmanager
def counted(store: Store, costs: Costs | None = None) -> Iterator[Costs]:
    """Count what a store does while the block runs, whoever does it; on top of `costs`."""
    costs, engine = costs or Costs(), store.engine.sync_engine

    def statement(_connection: Any, _cursor: Any, words: str, *_: Any) -> None:
        costs.statements += not words.startswith("BEGIN")

    def transaction(_connection: Any) -> None:
        costs.transactions += 1

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "begin", transaction)
    try:
        yield costs
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "begin", transaction)
