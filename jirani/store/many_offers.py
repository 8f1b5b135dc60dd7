"""Offers around stays, their turnovers and the contact ledger, of a unit for many (U5, U8, O5)."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from hmac import compare_digest
from typing import Any

from sqlalchemy import ColumnElement, bindparam, update

from jirani.rules.facts import (
    Contact,
    Offer,
    OfferStatus,
    RecoveryOffer,
    StayOffer,
    Terms,
    Trial,
)
from jirani.store.many import AheadRows
from jirani.store.rows.base import BUSINESS, table_of
from jirani.store.rows.selling import OfferRows
from jirani.store.rows.stay_claims import ClaimRows, StayClaim
from jirani.store.rows.stay_endings import UNSETTLED, WAITING
from jirani.store.rows.stay_offers import StayOfferRows, sent_on
from jirani.store.rows.stay_terms import on_trial
from jirani.store.tables.selling import OfferRow
from jirani.store.tables.stays import StayClaimRow

_offers = table_of(OfferRow)
_STEP = update(_offers).where(_offers.c.business_id == BUSINESS, _offers.c.id == bindparam("of_id"))
OFFERS = ("offer", "of stay", "of guest", "token")


class ManyStayOffers(AheadRows, StayOfferRows):
    """Offers around stays. Those whose token was read are locked: their steps cannot fail later."""

    _one: str | None = None  # the offer that the statement being run is about, if it is one

    async def get(self, offer_id: str) -> StayOffer | None:
        """Return an offer, or None."""
        if ("offer", offer_id) in self.ahead:
            found: StayOffer | None = self.ahead["offer", offer_id]
            return found
        return await super().get(offer_id)

    async def of_reservation(self, reservation_id: str) -> tuple[StayOffer, ...]:
        """Return a stay's offers, oldest first, whatever became of them."""
        if ("of stay", reservation_id) in self.ahead:
            found: tuple[StayOffer, ...] = self.ahead["of stay", reservation_id]
            return found
        return await super().of_reservation(reservation_id)

    async def of_customer(
        self, customer_id: str, statuses: Collection[OfferStatus] = UNSETTLED
    ) -> tuple[StayOffer, ...]:
        """Return a guest's offers around stays that have no end yet, oldest first (O9, O11)."""
        if ("of guest", customer_id) in self.ahead and set(statuses) <= set(UNSETTLED):
            found = self.ahead["of guest", customer_id]
            return tuple(each for each in found if each.status in statuses)
        return await super().of_customer(customer_id, statuses)

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
        """Hand an offer to the outbox, on terms that stand from now on (O3, U5)."""
        offer = self._locked(offer_id, token)
        if offer is None:
            with self._about(offer_id):
                return await super().leaving(
                    offer_id,
                    at=at,
                    terms=terms,
                    offered_seq=offered_seq,
                    expires_at=expires_at,
                    trial=trial,
                    token=token,
                )
        if offer.status not in WAITING or offer.leaving_at is not None:
            return False
        tried = on_trial(trial) if trial else {}
        self._step(offer, leaving_at=at, **sent_on(terms, offered_seq, expires_at), **tried)
        return True

    async def arrived(
        self,
        offer_id: str,
        *,
        at: datetime,
        expires_at: datetime | None = None,
        offered_seq: int | None = None,
    ) -> bool:
        """Note that an offer which was leaving is with the guest; False if it ended meanwhile."""
        offer = self._locked(offer_id, None)
        if offer is None or expires_at is not None or offered_seq is None:
            with self._about(offer_id):
                return await super().arrived(
                    offer_id, at=at, expires_at=expires_at, offered_seq=offered_seq
                )
        if offer.status not in WAITING or offer.leaving_at is None:
            return False
        self._step(
            offer,
            status=OfferStatus.OFFERED,
            offered_at=at,
            offered_seq=offered_seq,
            leaving_at=None,
            reason="",
            asked_again=offer.asked_again or offer.status is OfferStatus.DEFERRED,
        )
        return True

    async def postpone(self, offer_id: str, *args: Any, **named: Any) -> bool:
        """Let an offer wait for a later moment, which is no other plan (O6)."""
        with self._about(offer_id):
            return await super().postpone(offer_id, *args, **named)

    async def retry(self, offer_id: str, *args: Any, **named: Any) -> bool:
        """Try once more later what failed, on its way or before (U5). It keeps what it claims."""
        with self._about(offer_id):
            return await super().retry(offer_id, *args, **named)

    async def settle(self, offer_id: str, *args: Any, **named: Any) -> bool:
        """End an offer; False if something else has ended it before."""
        with self._about(offer_id):
            return await super().settle(offer_id, *args, **named)

    def _locked(self, offer_id: str, token: str | None) -> StayOffer | None:
        if ("offer", offer_id) not in self.ahead or ("token", offer_id) not in self.ahead:
            return None
        held: str = self.ahead["token", offer_id] or ""
        if token is not None and not compare_digest(held, token):
            return None
        found: StayOffer | None = self.ahead["offer", offer_id]
        return found

    def _step(self, offer: StayOffer, **values: Any) -> None:
        about = {"of_business": self.business_id, "of_id": offer.id}
        self.ahead.write(_STEP, about | values)
        self._changed(offer)

    def _changed(self, offer: StayOffer) -> None:
        self.ahead.forget(
            ("offer", offer.id),
            ("token", offer.id),
            ("of stay", offer.reservation_id),
            ("of guest", offer.customer_id),
        )

    @contextmanager
    def _about(self, offer_id: str) -> Iterator[None]:
        self._one = offer_id
        try:
            yield
        finally:
            self._one = None

    def _forget(self) -> None:
        known = ("offer", self._one) in self.ahead
        offer: StayOffer | None = self.ahead["offer", self._one] if known else None
        if offer is None:
            self.ahead.forget_all(*OFFERS)
        else:
            self._changed(offer)

    async def _set(self, *where: ColumnElement[bool], **values: Any) -> bool:
        self._forget()
        return await super()._set(*where, **values)

    async def _end(self, *where: ColumnElement[bool], **values: Any) -> tuple[str, ...]:
        self._forget()
        self.ahead.forget_all("claims", "claimed")
        return await super()._end(*where, **values)


class ManyClaims(AheadRows, ClaimRows):
    """What offers take of their listings' time."""

    async def take(self, claim: StayClaim) -> None:
        """Claim a stretch of time for an offer; if it is taken, the unit fails in the end (U8)."""
        new = ("claimed", claim.offer_id) in self.ahead and not self.ahead[
            "claimed", claim.offer_id
        ]
        self.ahead.forget(("claimed", claim.offer_id), ("claims", claim.listing_id))
        if not new:
            await super().take(claim)
            return
        values = {name: getattr(claim, name) for name in claim.__dataclass_fields__}
        await self.insert(StayClaimRow, **values, live=True)

    async def live(self, listing_id: str, start: datetime, end: datetime) -> tuple[StayClaim, ...]:
        """Return the live claims at a listing that overlap a stretch of time."""
        if ("claims", listing_id) not in self.ahead:
            return await super().live(listing_id, start, end)
        found: tuple[StayClaim, ...] = self.ahead["claims", listing_id]
        return tuple(each for each in found if each.starts_at < end and each.busy_until > start)


class ManyContacts(AheadRows, OfferRows):
    """Whom we contacted and who declined (O5)."""

    async def contacted(
        self, id: str, offer: Offer | StayOffer | RecoveryOffer, at: datetime, *, proactive: bool
    ) -> None:
        """Enter an offer of any kind into the contact ledger (O5)."""
        self.ahead.forget(("contacts", offer.customer_id))
        await super().contacted(id, offer, at, proactive=proactive)

    async def uncontacted(self, id: str) -> None:
        """Take a row out of the contact ledger."""
        self.ahead.forget_all("contacts")
        await super().uncontacted(id)

    async def contacts(self, customer_id: str, since: datetime) -> tuple[Contact, ...]:
        """Return the ledger of one customer since a moment."""
        if ("contacts", customer_id) not in self.ahead:
            return await super().contacts(customer_id, since)
        found: tuple[Contact, ...] = self.ahead["contacts", customer_id]
        return tuple(each for each in found if each.sent_at > since)

    async def declines(self, customer_id: str, since: datetime) -> tuple[datetime, ...]:
        """Return when a customer declined offers of any kind since a moment."""
        if ("declines", customer_id) not in self.ahead:
            return await super().declines(customer_id, since)
        found: tuple[datetime, ...] = self.ahead["declines", customer_id]
        return tuple(each for each in found if each > since)
