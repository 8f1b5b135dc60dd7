"""Whom a freed slot may be offered to, in R3's order, a page at a time (R2, R3).

The twin in SQL of `rules.recovery.eligible`: it leaves out whoever that would refuse, but for what
only the guard knows: who is unreachable, handled by a person, or has just declined twice.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    func,
    not_,
    or_,
    select,
    tuple_,
)

from jirani.rules.facts import (
    LIVE,
    ContactPolicy,
    OfferKind,
    OfferStatus,
    Opening,
    RecoveryPolicy,
)
from jirani.rules.recovery.order import RANK, Place
from jirani.rules.recovery.score import Tier
from jirani.store.rows.base import BUSINESS, Rows, table_of
from jirani.store.tables.booking import AppointmentRow
from jirani.store.tables.conversation import CustomerRow, IdentityRow
from jirani.store.tables.recovery import OpeningRow, ScoreRow
from jirani.store.tables.selling import ContactRow, OfferRow

FILLED = "filled"  # why an offer was withdrawn that somebody else was faster to take
_s, _c, _i = table_of(ScoreRow).c, table_of(CustomerRow).c, table_of(IdentityRow).c
_a, _o, _k = table_of(AppointmentRow).c, table_of(OfferRow).c, table_of(ContactRow).c
_customers = table_of(CustomerRow)
_l = table_of(OpeningRow).c
_PLACE = (_s.by_tier, _s.by_score, _s.by_time, _s.customer_id)
_BEHIND = {f"behind_{at.name}": at for at in _PLACE}
_CAP = bindparam("cap", type_=Integer())


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
        return await self._page(
            _eligible(behind=after is not None, exclude_risk=policy.exclude_risk),
            after,
            most,
            root=opening.root_id,
            chain=[*chain],
            starts=opening.starts_at,
            ends=opening.busy_until,
            cooled=now - policy.cool_down,
            spaced=now - contact.spacing,
            week=now - contact.window,
            since=now - max(contact.spacing, contact.window),
            cap=contact.weekly_cap,
        )

    async def in_order(self, after: Standing | None = None, most: int = 50) -> list[Standing]:
        """Return everybody who wants to be told, eligible or not, in order, behind one (R3)."""
        return await self._page(_in_order(behind=after is not None), after, most)

    async def _page(
        self, written: Select[Any], after: Standing | None, most: int, **values: object
    ) -> list[Standing]:
        if after is not None:
            values |= zip(_BEHIND, after.key, strict=True)
        rows = await self.ask(written, most=most, **values)
        return [Standing(id, tier, points, Place(*at)) for id, tier, points, *at in rows]

    async def gave_up(self, customer_id: str, opening: Opening) -> bool:
        """Tell whether a customer has left this slot, now or before somebody else had it (R2)."""
        left = _l.root_id == opening.root_id
        return await self._has(_l.business_id, _l.left_by, customer_id, left)

    async def was_asked(self, customer_id: str, chain: Sequence[str]) -> bool:
        """Tell whether a customer was offered one of these openings before (R2)."""
        return await self._has(_o.business_id, _o.customer_id, customer_id, *_asked(chain))

    async def is_busy(self, customer_id: str, opening: Opening) -> bool:
        """Tell whether a live appointment of theirs overlaps it, buffers included (R2)."""
        overlaps = _busy(opening.starts_at, opening.busy_until)
        return await self._has(_a.business_id, _a.customer_id, customer_id, *overlaps)

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


@cache
def _in_order(*, behind: bool) -> Select[Any]:
    """Write the walk down once: building it anew takes longer than to answer it."""
    after = tuple_(*(bindparam(name, type_=at.type) for name, at in _BEHIND.items()))
    return (
        select(_s.customer_id, _s.tier, _s.points, _s.by_tier, _s.by_score, _s.by_time)
        .where(_s.business_id == BUSINESS, _s.listens)
        .where(*([tuple_(*_PLACE) > after] if behind else []))
        .order_by(*_PLACE)
        .limit(bindparam("most"))
    )


@cache
def _eligible(*, behind: bool, exclude_risk: bool) -> Select[Any]:
    # Looked up once, and not for each of the many who were asked already.
    asked = select(_o.customer_id).where(
        _o.business_id == BUSINESS, *_asked(bindparam("chain", expanding=True))
    )
    # Whoever gave it up still does not want it when the next one has given it up, too.
    left = select(_l.left_by).where(_l.business_id == BUSINESS, _l.root_id == bindparam("root"))
    # One look at each one's contacts: too recent a one is as bad as too many.
    recent = and_(_k.proactive, _k.sent_at > bindparam("spaced"))
    counts = case((recent, _CAP), (_k.sent_at > bindparam("week"), 1), else_=0)
    contacts = select(func.sum(counts)).where(
        _k.business_id == BUSINESS,
        _k.customer_id == _s.customer_id,
        _k.sent_at > bindparam("since"),
    )
    # The second says nothing new, but where the walk may end: waiting lifts, it never lowers.
    no_risk = (_s.tier != Tier.RISK, _s.by_tier < RANK[Tier.RISK]) if exclude_risk else ()
    return (
        _in_order(behind=behind)
        .join(_customers, and_(_c.business_id == _s.business_id, _c.id == _s.customer_id))
        .where(
            _s.customer_id.not_in(left),
            # What the contact ledger says once more, of most that stand in the way: quickly.
            or_(_s.asked_at.is_(None), _s.asked_at <= bindparam("spaced")),
            _c.offers_stopped_at.is_(None),
            _s.customer_id.not_in(asked),
            not_(_theirs(_a, *_busy(bindparam("starts"), bindparam("ends")))),
            not_(_theirs(_o, *_taken(), _o.settled_at > bindparam("cooled"))),
            func.coalesce(contacts.scalar_subquery(), 0) < _CAP,
            *no_risk,
        )
    )


def _theirs(of: Any, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    theirs = (of.business_id == BUSINESS, of.customer_id == _s.customer_id)
    return select(1).where(*theirs, *where).exists()


def _asked(chain: Any) -> tuple[ColumnElement[bool], ...]:
    """Who lost a race was not refused anything: they may be asked if the slot comes free again."""
    lost = and_(_o.status == OfferStatus.WITHDRAWN, _o.reason == FILLED)
    return _o.opening_id.in_(chain), not_(lost)


def _busy(starts_at: Any, busy_until: Any) -> tuple[ColumnElement[bool], ...]:
    return _a.status.in_(LIVE), _a.starts_at < busy_until, _a.busy_until > starts_at


def _taken() -> tuple[ColumnElement[bool], ...]:
    return _o.kind == OfferKind.SLOT_RECOVERY, _o.status == OfferStatus.ACCEPTED
