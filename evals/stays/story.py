"""One row's stay as the replay remembers it: what the product keeps in rows, kept in memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from evals.stays.house import SOLD
from evals.stays.reservations import Booked
from jirani.rules.contact import Prevention
from jirani.rules.decision import Reason
from jirani.rules.facts import (
    Contact,
    OfferKind,
    OfferStatus,
    Stay,
    StayOffer,
)
from jirani.rules.stays.moments import anchor_of
from jirani.rules.stays.planning import Change, Planned
from jirani.rules.stays.postponing import DueOffer, order
from jirani.rules.stays.sending import Sending
from jirani.rules.stays.turnover import Claim, Span
from jirani.services.stays.copying import copied, listed
from jirani.services.stays.looking import Seen


@dataclass(slots=True)
class Story:
    """A stay, its offers, which hours they claim, and what its guest was sent.

    Nobody answers here: of O10 and U4 there is only what we did ourselves.
    """

    row: Booked
    stay: Stay | None = None
    offers: dict[str, StayOffer] = field(default_factory=dict)
    claims: dict[str, Span] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    unplanned: dict[OfferKind, Reason] = field(default_factory=dict)
    parked: str = ""  # why nothing was made of it

    def entered(self, pms: str, seen: Seen) -> Stay:
        """Copy what a PMS said just now."""
        line = self.row.line
        listing = listed(pms, seen.listing, f"listing-{line}")
        ids = {"id": f"stay-{line}", "customer_id": f"guest-{line}", "thread_id": f"thread-{line}"}
        reservation = copied(pms, seen, listing.id, **ids)
        self.stay = Stay(reservation, listing, seen.around, tuple(self.offers.values()))
        return self.stay

    def planned(self, stay: Stay, plan: Iterable[Planned], now: datetime) -> list[StayOffer]:
        """Change the offers as a plan says; return those that are due at another moment now."""
        first, due = not self.offers and not self.unplanned, []
        for each in plan:
            match each.change:
                case Change.NEW:
                    due.append(self._written(stay, each))
                case Change.MOVE if each.offer:
                    moved = replace(each.offer, due_at=each.due_at, planned_for=each.due_at)
                    due.append(self._kept(moved))
                case Change.WITHDRAW if each.offer:
                    reason = each.decision.reason
                    self.settled(each.offer, OfferStatus.WITHDRAWN, reason, now)
                case Change.NONE if first:
                    self.unplanned[each.kind] = each.decision.reason
        return due

    def due(self, now: datetime) -> list[StayOffer]:
        """Return the offers whose time has come, first to go first (O11)."""
        ranked = order(self._ranked(each) for each in self.offers.values() if _waits(each, now))
        return [self.offers[each.offer_id] for each in ranked]

    def prevention(self, offer: StayOffer) -> Prevention:
        """Return what could forbid an offer (U4, O5)."""
        offered = any(each.kind is offer.kind and each.offered_at for each in self.offers.values())
        return Prevention(offered=offered, history=tuple(self.contacts))

    def claimed(self) -> list[Claim]:
        """Return which hours open offers claim (U8)."""
        return [
            Claim(id, offer.listing_id, offer.reservation_id, *self.claims[id], offer.expires_at)
            for id, offer in self.offers.items()
            if offer.status is OfferStatus.OFFERED
        ]

    def sent(self, offer: StayOffer, sending: Sending, now: datetime) -> StayOffer:
        """Note that an offer is with the guest."""
        self.contacts.append(Contact(now, proactive=True, kind=str(offer.kind)))
        if sending.claim:
            self.claims[offer.id] = sending.claim
        status, terms, ends = OfferStatus.OFFERED, sending.terms, sending.expires_at
        return self._kept(
            replace(offer, status=status, terms=terms, offered_at=now, expires_at=ends, reason="")
        )

    def postponed(self, offer: StayOffer, to: datetime, reason: Reason) -> StayOffer:
        """Let an offer wait, which is no other plan (O6)."""
        return self._kept(replace(offer, due_at=to, reason=str(reason)))

    def settled(
        self, offer: StayOffer, status: OfferStatus, reason: Reason, now: datetime
    ) -> StayOffer:
        """End an offer."""
        return self._kept(replace(offer, status=status, reason=str(reason), settled_at=now))

    def expired(self, offer_id: str, now: datetime) -> None:
        """End an offer that nobody answered in time (O14)."""
        offer = self.offers[offer_id]
        over = offer.expires_at is not None and offer.expires_at <= now
        if offer.status is OfferStatus.OFFERED and over:
            self.settled(offer, OfferStatus.EXPIRED, Reason.EXPIRED, now)

    def _written(self, stay: Stay, planned: Planned) -> StayOffer:
        about = stay.reservation
        return self._kept(
            StayOffer(
                f"offer-{self.row.line}-{len(self.offers)}",
                planned.kind,
                *(about.id, stay.listing.id, about.customer_id, about.thread_id),
                OfferStatus.SCHEDULED,
                planned.due_at,
                planned_for=planned.due_at,
            )
        )

    def _kept(self, offer: StayOffer) -> StayOffer:
        self.offers[offer.id] = offer
        return offer

    def _ranked(self, offer: StayOffer) -> DueOffer:
        if self.stay is None:
            raise LookupError(f"{offer.id} is about a stay nobody has read")
        anchor = anchor_of(offer.kind, self.stay.reservation, self.stay.listing, offer.terms)
        return DueOffer(offer.id, anchor, SOLD[offer.kind].price or 0)


def _waits(offer: StayOffer, now: datetime) -> bool:
    due = offer.due_at is not None and offer.due_at <= now
    return due and offer.status is OfferStatus.SCHEDULED
