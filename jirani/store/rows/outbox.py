"""The outbox of one business: what is to leave, and how far it has come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jirani.store.rows.base import Rows, table_of
from jirani.store.tables.money import OutboxRow

_outbox = table_of(OutboxRow)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that is to leave, leaves, or has left; `attempts` counts claims."""

    id: str
    kind: str
    state: str  # ready, claimed, sending, sent, unknown, dead or withdrawn
    payload: dict[str, Any]
    attempts: int
    not_before: datetime
    provider_ref: str | None = None
    note: str | None = None


class OutboxRows(Rows):
    """What is to leave, written in the transaction that decided it."""

    async def put(
        self,
        id: str,
        *,
        kind: str,
        peer: str,
        dedupe_key: str,
        payload: dict[str, Any],
        at: datetime,
        thread_id: str | None = None,
        purpose: str = "transactional",
    ) -> bool:
        """Queue something once; False if the same was queued before."""
        if await self.by_key(dedupe_key) is not None:
            return False
        await self.insert(
            OutboxRow,
            id=id,
            thread_id=thread_id,
            peer=peer,
            kind=kind,
            purpose=purpose,
            dedupe_key=dedupe_key,
            payload=payload,
            state="ready",
            not_before=at,
            attempts=0,
        )
        return True

    async def get(self, id: str) -> tuple[str, str, dict[str, Any]]:
        """Return kind, state and payload of an entry."""
        row = await self.session.get_one(OutboxRow, (self.business_id, id))
        return row.kind, row.state, row.payload

    async def entry(self, id: str) -> Entry:
        """Return an entry; LookupError if there is none."""
        found = await self.fact(Entry, OutboxRow, id)
        if found is None:
            raise LookupError(id)
        return found

    async def by_key(self, dedupe_key: str) -> Entry | None:
        """Return what was queued under a key, or None."""
        found = await self.facts(Entry, OutboxRow, _outbox.c.dedupe_key == dedupe_key)
        return found[0] if found else None

    async def of_thread(self, thread_id: str) -> tuple[Entry, ...]:
        """Return what was queued for a conversation, oldest first, whatever became of it."""
        return await self.facts(Entry, OutboxRow, _outbox.c.thread_id == thread_id, by=_outbox.c.id)

    async def attempts(self, id: str) -> int:
        """Return how often an entry has been claimed."""
        row = await self.session.get_one(OutboxRow, (self.business_id, id))
        return row.attempts

    async def change(self, id: str, **changes: Any) -> None:
        """Change where an entry stands."""
        await self.update(OutboxRow, id, **changes)
