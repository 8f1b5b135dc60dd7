"""The why-not ledger: every answer of a guard, with the facts it saw (O3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select, true, tuple_

from jirani.rules.decision import Decision
from jirani.store.rows.base import Rows, columns_of, table_of
from jirani.store.tables.conversation import DecisionRow
from jirani.store.tables.selling import OfferRow

_decisions, _offers = table_of(DecisionRow), table_of(OfferRow)
_ITS_OFFER = and_(
    _offers.c.business_id == _decisions.c.business_id, _offers.c.id == _decisions.c.subject
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What was decided about an offer that was due."""

    id: str
    subject: str  # the offer
    allowed: bool
    reason: str
    facts: dict[str, Any]
    decided_at: datetime
    customer_id: str = ""


class DecisionRows(Rows):
    """The why-not ledger."""

    async def record(
        self,
        id: str,
        guard: str,
        decision: Decision,
        *,
        at: datetime,
        stage: str,
        thread_id: str | None = None,
        seq: int | None = None,
        subject: str | None = None,
        facts: dict[str, Any] | None = None,
    ) -> None:
        """Keep what a guard said and the facts it saw."""
        await self.insert(
            DecisionRow,
            id=id,
            thread_id=thread_id,
            seq=seq,
            stage=stage,
            subject=subject,
            guard=guard,
            allowed=decision.allowed,
            reason=str(decision.reason),
            facts=facts or {},
            decided_at=at,
        )

    async def planned(self, thread_id: str, subject: str) -> dict[str, str]:
        """Return the reason that each guard gave last, planning for a subject."""
        found = await self.line.execute(
            select(_decisions.c.guard, _decisions.c.reason)
            .where(
                _decisions.c.business_id == self.business_id,
                _decisions.c.thread_id == thread_id,
                _decisions.c.stage == "planning",
                _decisions.c.subject == subject,
            )
            .order_by(_decisions.c.id)
        )
        return {guard: reason for guard, reason in found}

    async def of_thread(self, thread_id: str) -> list[dict[str, Any]]:
        """Return a thread's decisions, oldest first."""
        rows = await self.session.scalars(
            self.mine(DecisionRow)
            .where(DecisionRow.thread_id == thread_id)
            .order_by(DecisionRow.id)
        )
        return [
            {
                "id": row.id,
                "guard": row.guard,
                "stage": row.stage,
                "subject": row.subject,
                "allowed": row.allowed,
                "reason": row.reason,
                "facts": row.facts,
                "at": row.decided_at,
            }
            for row in rows
        ]

    async def judged(
        self,
        since: datetime | None,
        *,
        guard: str = "may_offer",
        after: tuple[str, str] = ("", ""),
        most: int = 1000,
    ) -> tuple[Judged, ...]:
        """Return what was decided about due offers, guest by guest, each guest's oldest first.

        A page: what comes behind a guest and a decision's id.
        """
        columns = [
            *columns_of(Judged, _decisions, but=("customer_id",)),
            _offers.c.customer_id,
        ]
        found = (
            select(*columns)
            .join_from(_decisions, _offers, _ITS_OFFER)
            .where(
                _decisions.c.business_id == self.business_id,
                _decisions.c.stage == "sending",
                _decisions.c.guard == guard,
                _decisions.c.decided_at >= since if since else true(),
                tuple_(_offers.c.customer_id, _decisions.c.id) > after,
            )
            .order_by(_offers.c.customer_id, _decisions.c.id)
            .limit(most)
        )
        return tuple(Judged(*record) for record in await self.line.execute(found))
