"""One turnover, one truth: which hours of a listing an offer claims, and who else does (U8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from jirani.rules.decision import ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import Listing, OfferKind, Reservation, Terms
from jirani.rules.stays.kinds import NIGHTS, OFFER_KINDS, Product
from jirani.rules.stays.moments import DAY, check_in, check_out, wall

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Claim:
    """Hours of a listing that an offer, open or sold, keeps for itself: [starts_at, busy_until).

    `until` is the end of an open offer: from then on it claims nothing; None: it is sold.
    """

    offer_id: str
    listing_id: str
    reservation_id: str
    starts_at: datetime
    busy_until: datetime
    until: datetime | None = None


def claim_of(kind: OfferKind, terms: Terms, listing: Listing, turnover: timedelta) -> Span:
    """Return the hours that terms claim, with the turnover behind whoever leaves (U8).

    Two claims that overlap exclude each other. A cleaning takes as long as a turnover, from
    the hour at which guests otherwise leave.
    """
    product = OFFER_KINDS[kind].product
    leaves = check_out(listing, terms.day)
    if product is Product.EARLIER:
        at = terms.wall or terms.standard
        starts = wall(listing, terms.day, at) if at else check_in(listing, terms.day)
        ends = wall(listing, terms.day, terms.standard) if terms.standard else starts
        return starts, max(ends, starts)
    if product is Product.LATER:
        ends = wall(listing, terms.day, terms.wall) if terms.wall else leaves
        return leaves, max(ends, leaves) + turnover
    if product is Product.CLEANING:
        return leaves, leaves + turnover
    first, last = min(terms.nights), max(terms.nights)
    if product is Product.NIGHTS_BEFORE:  # the guest stays on: nobody turns anything over
        return check_in(listing, first), check_in(listing, last + DAY)
    return check_out(listing, first), check_out(listing, last + DAY) + turnover


def free_of_claims(
    span: Span, listing_id: str, claims: Iterable[Claim], now: datetime, *, offer_id: str | None
) -> Decision:
    """Judge hours against what others claim; the offer's own claim is not in its way (U8)."""
    for claim in colliding(span, listing_id, claims, now, offer_id=offer_id):
        what = "sold" if claim.until is None else "offered"
        return refuse(Reason.TURNOVER_TAKEN, f"Those hours are {what} otherwise already.")
    return ALLOWED


def colliding(
    span: Span, listing_id: str, claims: Iterable[Claim], now: datetime, *, offer_id: str | None
) -> list[Claim]:
    """Return the live claims of others that overlap hours of a listing (U8)."""
    starts, ends = span
    return [
        claim
        for claim in claims
        if claim.listing_id == listing_id
        and claim.offer_id != offer_id
        and (claim.until is None or now < claim.until)
        and claim.starts_at < ends
        and starts < claim.busy_until
    ]


def taken_in(kind: OfferKind, terms: Terms, reservation: Reservation) -> bool:
    """Tell whether sold nights have become part of the stay, so that their claim is to end (U8).

    The calendar tells of them from then on, and the turnover lies behind the new departure.
    """
    if OFFER_KINDS[kind].product not in NIGHTS:
        return False
    return all(reservation.arrival <= night < reservation.departure for night in terms.nights)
