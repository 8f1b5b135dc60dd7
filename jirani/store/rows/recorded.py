"""What a conversation has left behind, read back whole: for those who look at it afterwards."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from jirani.rules.facts import Appointment, Customer, ProposalKind, ProposalStatus, Thread
from jirani.store.rows.base import Rows, as_fact
from jirani.store.tables.booking import AppointmentRow, ProposalRow
from jirani.store.tables.business import DialChangeRow, ServiceRow, StaffRow
from jirani.store.tables.conversation import CustomerRow, DecisionRow, ThreadRow, TurnRow
from jirani.store.tables.money import CallbackRow, OutboxRow

Known = TypeVar("Known", DecisionRow, CallbackRow)


@dataclass(frozen=True, slots=True)
class Decided:
    """An entry of the why-not ledger; `seq` is the guest's newest message at that moment."""

    id: str
    thread_id: str
    seq: int | None
    guard: str
    stage: str
    subject: str | None
    allowed: bool
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished turn: who answered, what, and when."""

    model: str
    reply: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CalledBack:
    """A payment provider's callback as it came; amounts in minor units."""

    id: str
    payment_id: str
    routed: bool
    at: datetime
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DialTurned:
    """A dial that was set; None stands for the default."""

    id: str
    dial: str
    before: str | None
    after: str | None
    at: datetime


class RecordedRows(Rows):
    """Reads of one business that change nothing, in the order in which things happened."""

    async def conversation(self, thread_id: str) -> list[tuple[Thread, str | None]]:
        """Return all threads with the address of a thread, each with the one it follows.

        Raises:
            LookupError: there is no such thread.
        """
        row = await self.session.get(ThreadRow, (self.business_id, thread_id))
        if row is None:
            raise LookupError(thread_id)
        rows = await self.session.scalars(
            self.mine(ThreadRow)
            .where(ThreadRow.channel == row.channel, ThreadRow.peer == row.peer)
            .order_by(ThreadRow.opened_at, ThreadRow.id)
        )
        return [(as_fact(Thread, each), each.follows) for each in rows]

    async def turns(self, thread_id: str) -> dict[int, Finished]:
        """Return a thread's finished turns by the message that each answered."""
        rows = await self.session.scalars(
            self.mine(TurnRow).where(TurnRow.thread_id == thread_id).order_by(TurnRow.seq)
        )
        return {row.seq: Finished(row.model, row.reply, row.finished_at) for row in rows}

    async def decisions(self, thread_ids: Iterable[str]) -> list[Decided]:
        """Return what guards decided in some threads, oldest first."""
        rows = await self._those(DecisionRow, DecisionRow.thread_id, thread_ids)
        return [as_fact(Decided, row, at=row.decided_at) for row in rows]

    async def callbacks(self, payment_ids: Iterable[str]) -> list[CalledBack]:
        """Return the callbacks that named some payments, oldest first."""
        rows = await self._those(CallbackRow, CallbackRow.payment_id, payment_ids)
        return [as_fact(CalledBack, row, at=row.received_at) for row in rows]

    async def pushes(self, thread_ids: Iterable[str]) -> dict[str, str]:
        """Return how far the pushes of some threads' payments came, by payment."""
        rows = await self.session.scalars(
            self.mine(OutboxRow).where(
                OutboxRow.kind == "charge", OutboxRow.thread_id.in_(list(thread_ids))
            )
        )
        return {str(row.payload["payment_id"]): row.state for row in rows}

    async def _those(
        self, row: type[Known], column: InstrumentedAttribute[Any], ids: Iterable[str]
    ) -> Iterable[Known]:
        return await self.session.scalars(
            self.mine(row).where(column.in_(list(ids))).order_by(row.id)
        )

    async def dials_turned(self) -> list[DialTurned]:
        """Return the audit of dials, oldest first."""
        rows = await self.session.scalars(self.mine(DialChangeRow).order_by(DialChangeRow.id))
        return [as_fact(DialTurned, row, at=row.changed_at) for row in rows]

    async def names(self) -> dict[str, str]:
        """Return the names of all services and staff by id, those that are gone included."""
        services = await self.session.execute(
            select(ServiceRow.id, ServiceRow.name).where(ServiceRow.business_id == self.business_id)
        )
        staff = await self.session.execute(
            select(StaffRow.id, StaffRow.name).where(StaffRow.business_id == self.business_id)
        )
        return {id: name for found in (services, staff) for id, name in found}

    async def people(self) -> list[Customer]:
        """Return every customer whose name is known."""
        rows = await self.session.scalars(
            self.mine(CustomerRow).where(CustomerRow.name.is_not(None)).order_by(CustomerRow.id)
        )
        return [as_fact(Customer, row) for row in rows]

    async def given_up(self, appointment_ids: Iterable[str]) -> dict[str, datetime]:
        """Return when appointments were cancelled or moved by their guests, where that is known."""
        ids = list(appointment_ids)
        rows = await self.session.execute(
            select(
                func.coalesce(ProposalRow.moves_id, ProposalRow.appointment_id),
                func.max(DecisionRow.decided_at),
            )
            .join(
                DecisionRow,
                (DecisionRow.business_id == ProposalRow.business_id)
                & (DecisionRow.subject == ProposalRow.id),
            )
            .where(
                ProposalRow.business_id == self.business_id,
                ProposalRow.status == ProposalStatus.ACCEPTED,
                or_(
                    ProposalRow.moves_id.in_(ids),
                    (ProposalRow.kind == ProposalKind.CANCEL) & ProposalRow.appointment_id.in_(ids),
                ),
                DecisionRow.stage == "acceptance",
                DecisionRow.allowed,
            )
            .group_by(func.coalesce(ProposalRow.moves_id, ProposalRow.appointment_id))
        )
        return {id: at for id, at in rows}

    async def appointments(
        self, staff_ids: Iterable[str], start: datetime, end: datetime
    ) -> list[Appointment]:
        """Return appointments of some staff that touch a stretch of time, whatever became of them.

        They come in the order in which they were made.
        """
        rows = await self.session.scalars(
            self.mine(AppointmentRow)
            .where(
                AppointmentRow.staff_id.in_(list(staff_ids)),
                AppointmentRow.starts_at < end,
                AppointmentRow.busy_until > start,
            )
            .order_by(AppointmentRow.id)
        )
        return [as_fact(Appointment, row) for row in rows]
