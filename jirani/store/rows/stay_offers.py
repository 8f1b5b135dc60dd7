"""Offers around stays, from their plan to their end: each step is a compare-and-set (U2, U5)."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, update

from jirani.rules.facts import OfferKind, OfferStatus, StayOffer, Terms
from jirani.store.refusals import twice_named
from jirani.store.rows.base import Rows, columns_of, table_of
from jirani.store.rows.stay_claims import ClaimRows
from jirani.store.rows.stay_terms import offer_of, on_terms, values_of
from jirani.store.tables.selling import OfferRow

# Before it is sent for the first time, or once more.
WAITING = (OfferStatus.SCHEDULED, OfferStatus.DEFERRED)
# With the guest: a yes is a yes, a no is a no (O1).
ASKED = (OfferStatus.OFFERED, OfferStatus.DEFERRED)
UNSETTLED = (OfferStatus.SCHEDULED, OfferStatus.OFFERED, OfferStatus.DEFERRED)
_ANSWERS = (OfferStatus.ACCEPTED, OfferStatus.DECLINED)
_UNCLAIMED: dict[str, Any] = {"lease_until": None, "claim_token": None}

_offers = table_of(OfferRow)
_about = columns_of(StayOffer, _offers)


def sent_on(terms: Terms, seq: int, expires_at: datetime) -> dict[str, Any]:
    """Return the columns that are filled when an offer leaves."""
    return {"offered_seq": seq, "expires_at": expires_at, **on_terms(terms), **_UNCLAIMED}


class StayOfferRows(Rows):
    """Offers around stays. A step that comes too late, or was taken before, answers False.

    `token` is what `Queues.claim_offers` gave: with it, a step is taken by nobody whose claim
    has run out and gone to another.
    """

    async def get(self, offer_id: str) -> StayOffer | None:
        """Return an offer, or None."""
        found = await self._those(_offers.c.id == offer_id)
        return found[0] if found else None

    async def of_reservation(self, reservation_id: str) -> tuple[StayOffer, ...]:
        """Return a stay's offers, oldest first, whatever became of them."""
        return await self._those(_offers.c.reservation_id == reservation_id)

    async def of_thread(self, thread_id: str) -> tuple[StayOffer, ...]:
        """Return a conversation's offers around stays, oldest first, whatever became of them."""
        return await self._those(_offers.c.thread_id == thread_id)

    async def of_customer(
        self, customer_id: str, statuses: Collection[OfferStatus] = UNSETTLED
    ) -> tuple[StayOffer, ...]:
        """Return a guest's offers around stays that have no end yet, oldest first (O9, O11)."""
        return await self._those(
            _offers.c.customer_id == customer_id, _offers.c.status.in_(statuses)
        )

    async def add(self, offer: StayOffer) -> None:
        """Write an offer; `Twice` if the stay has one of its kind, planned, open or sent (U2)."""
        with twice_named():
            await self.insert(OfferRow, **values_of(offer))

    async def plan(self, offer: StayOffer) -> bool:
        """Schedule an offer, or move the one of its stay and kind that was not sent (U2).

        False where nothing changes: it was sent before, is on its way, or is planned for then.
        """
        values = values_of(offer)
        if await self.insert_once(OfferRow, **values):
            return True
        planned, due = values["planned_for"], values["due_at"]
        return await self._set(
            _offers.c.reservation_id == offer.reservation_id,
            _offers.c.kind == offer.kind,
            _offers.c.replaces.is_(None),
            _offers.c.status == OfferStatus.SCHEDULED,
            _offers.c.leaving_at.is_(None),
            _offers.c.planned_for.is_distinct_from(planned),
            planned_for=planned,
            due_at=due,
            attempts=0,
            **_UNCLAIMED,
        )

    async def postpone(
        self, offer_id: str, due_at: datetime, reason: str = "", *, token: str | None = None
    ) -> bool:
        """Let an offer wait for a later moment, which is no other plan (O6)."""
        return await self._set(
            *self._waiting(offer_id, token),
            _offers.c.leaving_at.is_(None),
            due_at=due_at,
            reason=reason,
            **_UNCLAIMED,
        )

    async def retry(
        self, offer_id: str, due_at: datetime, reason: str = "", *, token: str | None = None
    ) -> bool:
        """Try once more later what failed, on its way or before (U5). It keeps what it claims."""
        return await self._set(
            *self._waiting(offer_id, token),
            due_at=due_at,
            reason=reason,
            leaving_at=None,
            attempts=_offers.c.attempts + 1,
            **_UNCLAIMED,
        )

    async def leaving(
        self,
        offer_id: str,
        *,
        at: datetime,
        terms: Terms,
        offered_seq: int,
        expires_at: datetime,
        token: str | None = None,
    ) -> bool:
        """Hand an offer to the outbox, on terms that stand from now on (O3, U5)."""
        return await self._set(
            *self._waiting(offer_id, token),
            _offers.c.leaving_at.is_(None),
            leaving_at=at,
            **sent_on(terms, offered_seq, expires_at),
        )

    async def arrived(
        self,
        offer_id: str,
        *,
        at: datetime,
        expires_at: datetime | None = None,
        offered_seq: int | None = None,
    ) -> bool:
        """Note that an offer which was leaving is with the guest; False if it ended meanwhile.

        `expires_at` and `offered_seq` take the place of those it left with.
        """
        known = {"expires_at": expires_at, "offered_seq": offered_seq}
        return await self._set(
            *self._waiting(offer_id, None),
            _offers.c.leaving_at.is_not(None),
            status=OfferStatus.OFFERED,
            offered_at=at,
            leaving_at=None,
            reason="",
            asked_again=or_(_offers.c.asked_again, _offers.c.status == OfferStatus.DEFERRED),
            **{name: value for name, value in known.items() if value is not None},
        )

    async def stay_open(self, offer_id: str, *, token: str | None = None) -> bool:
        """Ask a deferred offer no more, and leave it open until it ends (O10, O14)."""
        return await self._set(
            *self._waiting(offer_id, token),
            _offers.c.status == OfferStatus.DEFERRED,
            status=OfferStatus.OFFERED,
            asked_again=True,
            due_at=None,
            **_UNCLAIMED,
        )

    async def offer_now(
        self, offer_id: str, *, at: datetime, terms: Terms, offered_seq: int, expires_at: datetime
    ) -> bool:
        """Offer in the conversation what was to be sent later: the guest asks first (U11)."""
        return await self._set(
            *self._waiting(offer_id, None),
            _offers.c.leaving_at.is_(None),
            status=OfferStatus.OFFERED,
            offered_at=at,
            reason="",
            **sent_on(terms, offered_seq, expires_at),
        )

    async def defer(
        self, offer_id: str, *, at: datetime, due_at: datetime, time_named: bool
    ) -> bool:
        """Ask once more later; False if that was done before, or it is not open (O10)."""
        return await self._set(
            _offers.c.id == offer_id,
            _offers.c.status == OfferStatus.OFFERED,
            ~_offers.c.asked_again,
            status=OfferStatus.DEFERRED,
            deferred_at=at,
            due_at=due_at,
            time_named=time_named,
            attempts=0,
            **_UNCLAIMED,
        )

    async def settle(
        self,
        offer_id: str,
        status: OfferStatus,
        *,
        at: datetime,
        reason: str = "",
        seq: int | None = None,
        token: str | None = None,
    ) -> bool:
        """End an offer; False if something else has ended it before.

        An answer ends what is with the guest, anything else what is scheduled too.
        """
        ended = await self.complete([offer_id], status, at=at, reason=reason, seq=seq, token=token)
        return bool(ended)

    async def expire(self, offer_id: str, now: datetime, reason: str) -> bool:
        """End an offer nobody answered in time; False if it was answered, or asked anew (O14)."""
        return bool(
            await self._end(
                _offers.c.id == offer_id,
                _offers.c.status == OfferStatus.OFFERED,
                _offers.c.expires_at <= now,
                status=OfferStatus.EXPIRED,
                settled_at=now,
                reason=reason,
            )
        )

    async def complete(
        self,
        offer_ids: Iterable[str],
        status: OfferStatus,
        *,
        at: datetime,
        reason: str = "",
        seq: int | None = None,
        token: str | None = None,
    ) -> tuple[str, ...]:
        """End many offers in one statement, as `settle` ends one; return which it ended."""
        return await self._end(
            _offers.c.id.in_(list(offer_ids)),
            _offers.c.status.in_(ASKED if status in _ANSWERS else UNSETTLED),
            *([] if token is None else [_offers.c.claim_token.is_not_distinct_from(token)]),
            status=status,
            reason=reason,
            settled_seq=seq,
            settled_at=at,
        )

    async def withdraw(
        self,
        *,
        at: datetime,
        reason: str,
        reservation_id: str | None = None,
        customer_id: str | None = None,
        kinds: Collection[OfferKind] = (),
        statuses: Collection[OfferStatus] = UNSETTLED,
        seq: int | None = None,
    ) -> tuple[str, ...]:
        """Withdraw what a stay or a guest has scheduled or open; return which (O9, O10, U3).

        Raises ValueError if neither is named.
        """
        whose = {_offers.c.reservation_id: reservation_id, _offers.c.customer_id: customer_id}
        named = [column == id for column, id in whose.items() if id is not None]
        if not named:
            raise ValueError("whose offers?")
        return await self._end(
            *named,
            *([_offers.c.kind.in_(kinds)] if kinds else []),
            _offers.c.status.in_(set(statuses) & set(UNSETTLED)),
            status=OfferStatus.WITHDRAWN,
            reason=reason,
            settled_seq=seq,
            settled_at=at,
        )

    def _mine(self) -> tuple[ColumnElement[bool], ...]:
        return _offers.c.business_id == self.business_id, _offers.c.reservation_id.is_not(None)

    def _waiting(self, offer_id: str, token: str | None) -> list[ColumnElement[bool]]:
        claimed = [] if token is None else [_offers.c.claim_token.is_not_distinct_from(token)]
        return [_offers.c.id == offer_id, _offers.c.status.in_(WAITING), *claimed]

    async def _those(self, *where: ColumnElement[bool]) -> tuple[StayOffer, ...]:
        found = select(*_about).where(*self._mine(), *where).order_by(_offers.c.id)
        return tuple(map(offer_of, await self.line.execute(found)))

    async def _set(self, *where: ColumnElement[bool], **values: Any) -> bool:
        done = await self.line.execute(update(_offers).where(*self._mine(), *where).values(values))
        return done.rowcount > 0

    async def _end(self, *where: ColumnElement[bool], **values: Any) -> tuple[str, ...]:
        """End offers; what they claimed of their listing is free again, unless it is sold."""
        done = await self.line.execute(
            update(_offers)
            .where(*self._mine(), *where)
            .values(values | _UNCLAIMED | {"leaving_at": None})
            .returning(_offers.c.id)
        )
        ended = tuple(sorted(id for (id,) in done))
        if values["status"] is not OfferStatus.ACCEPTED:
            await ClaimRows(self.session, self.business_id).drop(ended)
        return ended
