"""Offers around stays, from their plan to their end: each step is a compare-and-set (U2, U5)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import or_

from jirani.rules.facts import OfferStatus, StayOffer, Terms, Trial
from jirani.store.refusals import twice_named
from jirani.store.rows.base import table_of
from jirani.store.rows.stay_endings import ASKED, UNCLAIMED, UNSETTLED, StayEndings
from jirani.store.rows.stay_terms import on_terms, on_trial, values_of
from jirani.store.tables.selling import OfferRow

_offers = table_of(OfferRow)


def sent_on(terms: Terms, seq: int, expires_at: datetime) -> dict[str, Any]:
    """Return the columns that are filled when an offer leaves."""
    return {"offered_seq": seq, "expires_at": expires_at, **on_terms(terms), **UNCLAIMED}


class StayOfferRows(StayEndings):
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

    async def not_answered_by(self, seq: int, thread_id: str, asked_after: datetime) -> None:
        """Note that a message was written before what was asked after a moment (O1)."""
        await self._set(
            _offers.c.thread_id == thread_id,
            _offers.c.status.in_(ASKED),
            _offers.c.offered_at > asked_after,
            offered_seq=seq,
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
            trial=values["trial"],
            attempts=0,
            **UNCLAIMED,
        )

    async def postpone(
        self,
        offer_id: str,
        due_at: datetime,
        reason: str = "",
        *,
        expires_at: datetime | None = None,
        token: str | None = None,
    ) -> bool:
        """Let an offer wait for a later moment, which is no other plan (O6).

        `expires_at` is until when a deferred one, which the guest has, stays open (O10).
        """
        return await self._set(
            *self._waiting(offer_id, token),
            _offers.c.leaving_at.is_(None),
            due_at=due_at,
            reason=reason,
            **({} if expires_at is None else {"expires_at": expires_at}),
            **UNCLAIMED,
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
            **UNCLAIMED,
        )

    async def leaving(
        self,
        offer_id: str,
        *,
        at: datetime,
        terms: Terms,
        offered_seq: int,
        expires_at: datetime,
        trial: Trial | None = None,
        token: str | None = None,
    ) -> bool:
        """Hand an offer to the outbox, on terms that stand from now on (O3, U5).

        `trial` is what is tried with it; without one, what was is left as it is.
        """
        return await self._set(
            *self._waiting(offer_id, token),
            _offers.c.leaving_at.is_(None),
            leaving_at=at,
            **sent_on(terms, offered_seq, expires_at),
            **(on_trial(trial) if trial else {}),
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
            **UNCLAIMED,
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
        self,
        offer_id: str,
        *,
        at: datetime,
        due_at: datetime,
        time_named: bool,
        expires_at: datetime | None = None,
        seq: int | None = None,
    ) -> bool:
        """Ask once more later, or at another time; False if it was asked again, or has ended (O10).

        It stays open until `expires_at`; `seq` is the guest's message that asked for it.
        """
        return await self._set(
            _offers.c.id == offer_id,
            _offers.c.status.in_(ASKED),
            _offers.c.leaving_at.is_(None),
            ~_offers.c.asked_again,
            status=OfferStatus.DEFERRED,
            deferred_at=at,
            due_at=due_at,
            time_named=time_named,
            attempts=0,
            **({} if expires_at is None else {"expires_at": expires_at}),
            **({} if seq is None else {"settled_seq": seq}),
            **UNCLAIMED,
        )

    async def picked(self, offer_id: str, terms: Terms) -> bool:
        """Take an open offer's terms as the guest picked them, within what was offered (U6)."""
        return await self._set(
            _offers.c.id == offer_id, _offers.c.status.in_(ASKED), **on_terms(terms)
        )
