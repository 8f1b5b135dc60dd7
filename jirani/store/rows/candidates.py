"""Whom a freed slot may be offered to, in R3's order, a page at a time (R2, R3).

The twin in SQL of `rules.recovery.eligible`: it leaves out whoever that would refuse, but for what
only the guard knows: who is unreachable, handled by a person, or has just declined twice.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, not_, select, tuple_

from jirani.rules.facts import (
    LIVE,
    ContactPolicy,
    OfferKind,
    OfferStatus,
    Opening,
    RecoveryPolicy,
)
from jirani.rules.recovery.order import Place
from jirani.rules.recovery.score import Tier
from jirani.store.rows.base import Rows, table_of
from jirani.store.tables.booking import AppointmentRow
from jirani.store.tables.conversation import CustomerRow, IdentityRow
from jirani.store.tables.recovery import OpeningRow, ScoreRow
from jirani.store.tables.selling import ContactRow, OfferRow

FILLED = "filled"  # why an offer was withdrawn that somebody else was faster to take
_s, _c, _i = table_of(ScoreRow).c, table_of(CustomerRow).c, table_of(IdentityRow).c
_a, _o, _k = table_of(AppointmentRow).c, table_of(OfferRow).c, table_of(ContactRow).c
_l = table_of(OpeningRow).c
_PLACE = (_s.by_tier, _s.by_score, _s.by_time, _s.customer_id)


class Standing(NamedTuple):
    """A customer's place in the order, and their score."""

    customer_id: str
    tier: Tier
    points: int
    place: Place

    @property
    def key(self) -> tuple[int, int, int, str]:
        """What the next page begins behind."""
        return (*self.place, self.customer_id)


class CandidateRows(Rows):
    """Customers, as candidates for an opening."""

    async def eligible(
        self,
        opening: Opening,
        chain: Sequence[str],
        now: datetime,
        policy: RecoveryPolicy,
        contact: ContactPolicy,
        *,
        after: Standing | None = None,
        most: int = 50,
    ) -> list[Standing]:
        """Return who may be asked next, in order, behind somebody (R2, R3).

        `chain`: the openings of this slot; who was asked for any of them is not asked again.
        """
        where = [
            _c.offers_stopped_at.is_(None),
            # Looked up once, and not for each of the many who were asked already.
            _s.customer_id.not_in(
                select(_l.left_by).where(_l.business_id == self.business_id, *_left(opening))
            ),
            _s.customer_id.not_in(
                select(_o.customer_id).where(_o.business_id == self.business_id, *_asked(chain))
            ),
            not_(self._any(_a.business_id, _a.customer_id, *_busy(opening))),
            not_(self._any(_o.business_id, _o.customer_id, *_took(now, policy.cool_down))),
            not_(
                self._any(
                    *(_k.business_id, _k.customer_id, _k.proactive),
                    _k.sent_at > now - contact.spacing,
                )
            ),
            select(func.count())
            .where(
                _k.business_id == self.business_id,
                _k.customer_id == _s.customer_id,
                _k.sent_at > now - contact.window,
            )
            .scalar_subquery()
            < contact.weekly_cap,
        ]
        if policy.exclude_risk:
            where.append(_s.tier != Tier.RISK)
        return await self._page(where, after, most)

    async def in_order(self, after: Standing | None = None, most: int = 50) -> list[Standing]:
        """Return everybody who wants to be told, eligible or not, in order, behind one (R3)."""
        return await self._page([], after, most)

    async def _page(
        self, where: Sequence[ColumnElement[bool]], after: Standing | None, most: int
    ) -> list[Standing]:
        behind = () if after is None else (tuple_(*_PLACE) > tuple_(*after.key),)
        rows = await self.line.execute(
            select(_s.customer_id, _s.tier, _s.points, _s.by_tier, _s.by_score, _s.by_time)
            .join_from(
                table_of(ScoreRow),
                table_of(CustomerRow),
                and_(_c.business_id == _s.business_id, _c.id == _s.customer_id),
            )
            .where(_s.business_id == self.business_id, _s.listens, *behind, *where)
            .order_by(*_PLACE)
            .limit(most)
        )
        return [Standing(id, tier, points, Place(*at)) for id, tier, points, *at in rows]

    def _any(
        self,
        business: ColumnElement[str],
        customer: ColumnElement[str],
        *where: ColumnElement[bool],
    ) -> ColumnElement[bool]:
        theirs = (business == self.business_id, customer == _s.customer_id)
        return select(1).where(*theirs, *where).exists()

    async def gave_up(self, customer_id: str, opening: Opening) -> bool:
        """Tell whether a customer has left this slot, now or before somebody else had it (R2)."""
        return await self._has(_l.business_id, _l.left_by, customer_id, *_left(opening))

    async def was_asked(self, customer_id: str, chain: Sequence[str]) -> bool:
        """Tell whether a customer was offered one of these openings before (R2)."""
        return await self._has(_o.business_id, _o.customer_id, customer_id, *_asked(chain))

    async def is_busy(self, customer_id: str, opening: Opening) -> bool:
        """Tell whether a live appointment of theirs overlaps it, buffers included (R2)."""
        return await self._has(_a.business_id, _a.customer_id, customer_id, *_busy(opening))

    async def took_at(self, customer_id: str) -> datetime | None:
        """Return when a customer last took a freed slot (R2)."""
        found: datetime | None = await self.line.scalar(
            select(func.max(_o.settled_at)).where(
                _o.business_id == self.business_id,
                _o.customer_id == customer_id,
                *_taken(),
            )
        )
        return found

    async def address(self, customer_id: str) -> tuple[str, str] | None:
        """Return channel and peer at which a customer last asked to be told of freed slots (R2)."""
        row = (
            await self.line.execute(
                select(_i.channel, _i.peer)
                .where(
                    _i.business_id == self.business_id,
                    _i.customer_id == customer_id,
                    _i.opted_in_at.is_not(None),
                )
                .order_by(_i.opted_in_at.desc(), _i.channel, _i.peer)
                .limit(1)
            )
        ).first()
        return (row[0], row[1]) if row else None

    async def _has(
        self,
        business: ColumnElement[str],
        customer: ColumnElement[str],
        customer_id: str,
        *where: ColumnElement[bool],
    ) -> bool:
        mine = (business == self.business_id, customer == customer_id)
        return await self.line.scalar(select(1).where(*mine, *where).limit(1)) is not None


def _asked(chain: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    """Who lost a race was not refused anything: they may be asked if the slot comes free again."""
    lost = and_(_o.status == OfferStatus.WITHDRAWN, _o.reason == FILLED)
    return _o.opening_id.in_(chain), not_(lost)


def _left(opening: Opening) -> tuple[ColumnElement[bool], ...]:
    """Whoever gave it up still does not want it when the next one has given it up, too."""
    return (_l.root_id == opening.root_id,)


def _busy(opening: Opening) -> tuple[ColumnElement[bool], ...]:
    return (
        _a.status.in_(LIVE),
        _a.starts_at < opening.busy_until,
        _a.busy_until > opening.starts_at,
    )


def _taken() -> tuple[ColumnElement[bool], ...]:
    return _o.kind == OfferKind.SLOT_RECOVERY, _o.status == OfferStatus.ACCEPTED


def _took(now: datetime, cool_down: timedelta) -> tuple[ColumnElement[bool], ...]:
    return *_taken(), _o.settled_at > now - cool_down
