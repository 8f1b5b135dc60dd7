"""What a PMS told us, kept as it came until it has been taken in (U2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update

from jirani.store.rows.base import Rows, table_of
from jirani.store.tables.stays import PmsEventRow

_events = table_of(PmsEventRow)


@dataclass(frozen=True, slots=True)
class PmsEvent:
    """A piece of news as a PMS sent it; `state` is ready, done or parked."""

    id: str
    pms: str
    dedupe_key: str
    body: Any
    received_at: datetime
    state: str
    attempts: int
    note: str | None


class EventRows(Rows):
    """The PMS's news of one business; `Queues.claim_events` says whose turn it is."""

    async def put(self, id: str, pms: str, dedupe_key: str, body: Any, at: datetime) -> bool:
        """Keep an event; False if it came before (U2)."""
        return await self.insert_once(
            PmsEventRow,
            id=id,
            pms=pms,
            dedupe_key=dedupe_key,
            body=body,
            received_at=at,
            state="ready",
            attempts=0,
        )

    async def get(self, event_id: str) -> PmsEvent:
        """Return an event; LookupError if there is none."""
        found = await self.fact(PmsEvent, PmsEventRow, event_id)
        if found is None:
            raise LookupError(event_id)
        return found

    async def done(self, event_id: str, note: str | None = None) -> None:
        """Note that an event has been taken in."""
        await self.update(PmsEventRow, event_id, state="done", lease_until=None, note=note)

    async def park(self, event_id: str, note: str) -> None:
        """Lay an event aside that cannot be taken in, for a person to look at."""
        await self.update(PmsEventRow, event_id, state="parked", lease_until=None, note=note)

    async def retry(self, event_id: str, until: datetime, note: str) -> None:
        """Leave an event alone until a moment; then it may be claimed again."""
        await self.update(PmsEventRow, event_id, lease_until=until, note=note)

    async def parked(self) -> tuple[PmsEvent, ...]:
        """Return the events that were laid aside, oldest first."""
        by = (_events.c.received_at, _events.c.id)
        return await self.facts(PmsEvent, PmsEventRow, _events.c.state == "parked", by=by)

    async def again(self, event_id: str) -> bool:
        """Let what was laid aside be tried once more, from the start; False if it was not."""
        done = await self.line.execute(
            update(_events)
            .where(
                _events.c.business_id == self.business_id,
                _events.c.id == event_id,
                _events.c.state == "parked",
            )
            .values(state="ready", attempts=0, lease_until=None)
        )
        return done.rowcount > 0
