"""What is due over all businesses (X10, X12, P1, P5): keys only; the work is done inside one."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Update, bindparam, case, func, or_, select, text, update
from sqlalchemy.orm import aliased

from jirani.rules.facts import OfferKind, OfferStatus, ProposalStatus
from jirani.store.rows.base import table_of
from jirani.store.stay_queues import Claim, Due, StayQueues
from jirani.store.tables.accounts import PmsAccountRow
from jirani.store.tables.booking import AppointmentRow, ProposalRow
from jirani.store.tables.business import BusinessRow
from jirani.store.tables.conversation import ThreadRow
from jirani.store.tables.money import OutboxRow, PaymentRow
from jirani.store.tables.recovery import OpeningRow
from jirani.store.tables.selling import OfferRow

__all__ = ["ASKABLE", "Claim", "Due", "Queues", "ScoringClaim"]

# How peers begin at which one can find out what became of a thing that was being sent (U5, U7).
ANSWER = "answer:"
ASKABLE = ("pms:", "mail:", ANSWER)


class ScoringClaim(NamedTuple):
    """A business whose scores are one worker's to compute; the lease's end proves whose."""

    business_id: str
    lease_until: datetime


class Queues(StayQueues):
    """Reads the queues of all businesses; claims entries of the outbox."""

    async def business(self, slug: str) -> str | None:
        """Return the id of the business with this name."""
        return await self.session.scalar(
            select(BusinessRow.business_id).where(BusinessRow.slug == slug)
        )

    async def businesses(self) -> list[tuple[str, str]]:
        """Return id and slug of every business, oldest first."""
        rows = await self.session.execute(
            select(BusinessRow.business_id, BusinessRow.slug).order_by(BusinessRow.created_at)
        )
        return [(row[0], row[1]) for row in rows]

    async def accounts(self) -> list[tuple[str, str, str]]:
        """Return business, PMS and version of every account with a PMS."""
        row = PmsAccountRow
        rows = await self.session.execute(select(row.business_id, row.pms, row.version))
        return [(business_id, pms, version) for business_id, pms, version in rows]

    async def offers(self, now: datetime) -> list[Due]:
        """Cross-sell offers nobody answered in time (X10)."""
        return await self._due(
            OfferRow.business_id,
            OfferRow.id,
            OfferRow.status == OfferStatus.OFFERED,
            OfferRow.kind == OfferKind.CROSS_SELL,
            OfferRow.expires_at <= now,
        )

    async def recovery_offers(self, now: datetime) -> list[Due]:
        """Offers of freed slots that nobody answered in time (R4, R9)."""
        return await self._due(
            OfferRow.business_id,
            OfferRow.id,
            OfferRow.status == OfferStatus.OFFERED,
            OfferRow.kind == OfferKind.SLOT_RECOVERY,
            OfferRow.expires_at <= now,
        )

    async def claim_openings(self, now: datetime, lease: timedelta, n: int = 100) -> list[Due]:
        """Claim freed slots to look at, the longest due first; a dead worker's come back (R9)."""
        openings = table_of(OpeningRow)
        due = select(openings).where(text("status = 'open'"), openings.c.looks_at <= now)
        leased = {"lease_until": now + lease}
        rows = await self._claim(due, openings.c.looks_at, now, n, leased)
        return [Due(*row) for row in rows]

    async def claim_scoring(self, now: datetime, lease: timedelta) -> ScoringClaim | None:
        """Claim a business whose scores are to be computed; a dead worker's comes back (R7)."""
        b = table_of(BusinessRow).c
        first = (
            select(b.business_id)
            .where(or_(b.scoring_due_at.is_(None), b.scoring_due_at <= now))
            .where(or_(b.scoring_lease_until.is_(None), b.scoring_lease_until <= now))
            .order_by(b.scoring_due_at, b.business_id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .cte("first")
        )
        done = await self.session.execute(
            update(b.business_id.table)
            .where(b.business_id.in_(select(first.c.business_id)))
            .values(scoring_lease_until=now + lease)
            .returning(b.business_id)
        )
        claimed = done.scalar()
        return ScoringClaim(claimed, now + lease) if claimed else None

    async def proposals(self, now: datetime) -> list[Due]:
        """Proposals nobody answered in time."""
        return await self._due(
            ProposalRow.business_id,
            ProposalRow.id,
            ProposalRow.status == ProposalStatus.OPEN,
            ProposalRow.expires_at <= now,
        )

    async def holds(self, now: datetime) -> list[Due]:
        """Appointments whose hold has run out unpaid, released for another guest or not (X12)."""
        return await self._due(
            AppointmentRow.business_id, AppointmentRow.id, AppointmentRow.hold_until <= now
        )

    async def charges(self, now: datetime) -> list[Due]:
        """Threads whose charge is to go out by itself (X10)."""
        return await self._due(ThreadRow.business_id, ThreadRow.id, ThreadRow.charge_at <= now)

    async def queries(self, now: datetime) -> list[Due]:
        """Payments to ask the provider about (P1)."""
        return await self._due(
            PaymentRow.business_id, PaymentRow.id, PaymentRow.next_query_at <= now
        )

    async def unsettled(self, before: datetime) -> list[Due]:
        """Payments still open long after they were made (P5)."""
        return await self._due(
            PaymentRow.business_id,
            PaymentRow.id,
            PaymentRow.status.in_(("pending", "unknown")),
            PaymentRow.created_at <= before,
        )

    async def claim(
        self, now: datetime, lease: timedelta, n: int = 100, *, answers: bool = False
    ) -> list[Due]:
        """Claim entries that are due, in order for each peer; nobody else gets them.

        `answers`: those that let a guest be answered, else all others.
        """
        values = {"now": now, "lease_until": now + lease, "many": n}
        rows = await self.session.execute(_CLAIM[answers], values)
        return sorted((Due(*row) for row in rows), key=lambda due: due.id)

    async def waiting(self) -> dict[str, tuple[int, datetime]]:
        """Count what has not left yet, by state, with the moment the first of each might."""
        rows = await self.session.execute(
            select(OutboxRow.state, func.count(), func.min(OutboxRow.not_before))
            .where(OutboxRow.state.in_(("ready", "claimed", "sending")))
            .group_by(OutboxRow.state)
        )
        return {state: (entries, first) for state, entries, first in rows}

    async def reap(self, now: datetime) -> None:
        """Give back what a dead process claimed.

        What it was sending is unknown, never resent; but for what goes to a PMS or a mail carrier:
        there one can look, or say that it is the same again; and for answers, which are given once.
        """
        await self.session.execute(_REAP, {"now": now})


def _claim(*, answers: bool) -> Update:
    """Write the claim down once: its order for each peer takes longer to write than to answer."""
    earlier, entry = aliased(OutboxRow), aliased(OutboxRow)
    ready = (
        select(entry.id)
        .where(
            entry.state == "ready",
            entry.not_before <= _NOW,
            entry.peer.startswith(ANSWER) if answers else entry.peer.not_like(f"{ANSWER}%"),
            ~select(earlier.id)
            .where(
                earlier.peer == entry.peer,
                earlier.id < entry.id,
                earlier.state.in_(("ready", "claimed", "sending")),
            )
            .exists(),
        )
        .order_by(entry.not_before, entry.id)
        .limit(bindparam("many"))
        .with_for_update(skip_locked=True, of=entry)
    )
    return (
        update(OutboxRow)
        .where(OutboxRow.id.in_(ready))
        .values(
            state="claimed",
            lease_until=bindparam("lease_until", type_=OutboxRow.lease_until.type),
            attempts=OutboxRow.attempts + 1,
        )
        .returning(OutboxRow.business_id, OutboxRow.id)
        .execution_options(synchronize_session=False)
    )


def _reap() -> Update:
    askable = or_(*(OutboxRow.peer.startswith(prefix) for prefix in ASKABLE))
    given_back = or_(OutboxRow.state == "claimed", askable)
    return (
        update(OutboxRow)
        .where(OutboxRow.state.in_(("claimed", "sending")), OutboxRow.lease_until <= _NOW)
        .values(state=case((given_back, "ready"), else_="unknown"), lease_until=None)
        .execution_options(synchronize_session=False)
    )


_NOW = bindparam("now", type_=OutboxRow.not_before.type)
_CLAIM = {answers: _claim(answers=answers) for answers in (False, True)}
_REAP = _reap()
