"""How reliable customers are, of one business: read, computed and kept in batches (R7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from jirani.rules.recovery.order import Place
from jirani.rules.recovery.outcomes import Visit
from jirani.rules.recovery.score import Score
from jirani.store.rows.base import Rows, table_of
from jirani.store.tables.booking import AppointmentRow
from jirani.store.tables.conversation import CustomerRow, IdentityRow
from jirani.store.tables.money import PaymentItemRow, PaymentRow
from jirani.store.tables.recovery import ScoreRow
from jirani.store.tables.selling import ContactRow

_scores, _appointments = table_of(ScoreRow), table_of(AppointmentRow)
_items, _payments = table_of(PaymentItemRow), table_of(PaymentRow)
_customers, _identities = table_of(CustomerRow), table_of(IdentityRow)
_contacts = table_of(ContactRow)
_ADDING: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_VISIT = ("id", "starts_at", "status", "price", "source", "moved_from", "cancelled_at")


@dataclass(frozen=True, slots=True)
class Scored:
    """A customer's score, and where it places them."""

    customer_id: str
    score: Score
    computed_at: datetime | None
    place: Place


class ScoreRows(Rows):
    """Scores; what they are made of is read for many customers at once."""

    async def get(self, customer_id: str) -> Scored | None:
        """Return a customer's score, or None."""
        s = _scores.c
        row = (
            await self.line.execute(
                select(s.points, s.tier, s.voids, s.computed_at, s.by_tier, s.by_score, s.by_time)
                .where(s.business_id == self.business_id)
                .where(s.customer_id == customer_id)
            )
        ).first()
        if row is None:
            return None
        points, tier, voids, computed_at, *where = row
        return Scored(customer_id, Score(points, tier, voids), computed_at, Place(*where))

    async def put(self, scored: Iterable[Scored]) -> None:
        """Keep the scores of some customers, in one statement."""
        rows = [{"business_id": self.business_id} | values_of(each) for each in scored]
        if not rows:
            return
        adding = _ADDING[self.line.dialect.name](_scores)
        changed = {
            name: adding.excluded[name]
            for name in _scores.c.keys()  # noqa: SIM118 - a column collection is no dict
            if name not in ("business_id", "customer_id", "listens", "asked_at")
        }
        await self.line.execute(
            adding.on_conflict_do_update(
                index_elements=["business_id", "customer_id"],
                set_=changed,
                # What was computed later stands, whoever writes last.
                where=or_(
                    _scores.c.computed_at.is_(None),
                    _scores.c.computed_at <= adding.excluded.computed_at,
                ),
            ),
            rows,
        )

    async def customers(self, after: str, most: int) -> tuple[str, ...]:
        """Return the ids of customers behind one, in order."""
        rows = await self.line.execute(
            select(_customers.c.id)
            .where(_customers.c.business_id == self.business_id, _customers.c.id > after)
            .order_by(_customers.c.id)
            .limit(most)
        )
        return tuple(id for (id,) in rows)

    async def scored(self, customer_ids: Sequence[str]) -> set[str]:
        """Return which of these customers have a score."""
        rows = await self.line.execute(
            select(_scores.c.customer_id).where(
                _scores.c.business_id == self.business_id,
                _scores.c.customer_id.in_(customer_ids),
            )
        )
        return {id for (id,) in rows}

    async def visits(self, customer_ids: Sequence[str], since: datetime) -> dict[str, list[Visit]]:
        """Return the appointments of some customers from a moment on, with their payments."""
        a = _appointments.c
        rows = await self.line.execute(
            select(
                *(a.customer_id, *(a[name] for name in _VISIT), _payments.c.status),
            )
            .select_from(
                _appointments.outerjoin(
                    _items,
                    and_(_items.c.business_id == a.business_id, _items.c.appointment_id == a.id),
                ).outerjoin(
                    _payments,
                    and_(
                        _payments.c.business_id == _items.c.business_id,
                        _payments.c.id == _items.c.payment_id,
                    ),
                )
            )
            .where(
                a.business_id == self.business_id,
                a.customer_id.in_(customer_ids),
                a.starts_at > since,
            )
            .order_by(a.customer_id, a.id)
        )
        found: dict[str, list[Visit]] = {}
        for about, charged in groupby(rows, key=lambda row: tuple(row[:-1])):
            paid = frozenset(row[-1] for row in charged if row[-1] is not None)
            visit = dict(zip(_VISIT, about[1:], strict=True))
            found.setdefault(about[0], []).append(Visit(**visit, payments=paid))
        return found

    async def waiting_since(self, customer_ids: Sequence[str]) -> dict[str, datetime]:
        """Return since when customers wait for an offer: their last one, or their wish for one."""
        wished = await self.line.execute(
            select(_identities.c.customer_id, func.min(_identities.c.opted_in_at))
            .where(
                _identities.c.business_id == self.business_id,
                _identities.c.customer_id.in_(customer_ids),
                _identities.c.opted_in_at.is_not(None),
            )
            .group_by(_identities.c.customer_id)
        )
        offered = await self.line.execute(
            select(_contacts.c.customer_id, func.max(_contacts.c.sent_at))
            .where(
                _contacts.c.business_id == self.business_id,
                _contacts.c.customer_id.in_(customer_ids),
                _contacts.c.proactive,
            )
            .group_by(_contacts.c.customer_id)
        )
        return {id: at for id, at in wished} | {id: at for id, at in offered}


def values_of(scored: Scored) -> dict[str, Any]:
    """Return a score as columns."""
    return {
        "customer_id": scored.customer_id,
        "points": scored.score.points,
        "tier": scored.score.tier,
        "voids": scored.score.voids,
        "computed_at": scored.computed_at,
        **scored.place._asdict(),
    }
