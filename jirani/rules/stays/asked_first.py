"""The guest asks first: the same kinds, checks and prices, offered at once (U11)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from jirani.rules.decision import ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import (
    KindSettings,
    OfferKind,
    OfferStatus,
    Reservation,
    Stay,
    StayOffer,
    Terms,
)
from jirani.rules.stays.accepting import OPEN
from jirani.rules.stays.checks import check, readable
from jirani.rules.stays.eligible import SOLD, closed_by_sibling, eligible, fits, present
from jirani.rules.stays.kinds import OFFER_KINDS, Product
from jirani.rules.stays.moments import anchor_of, between, life_end, today
from jirani.rules.stays.pricing import NO_WISH, Wish, terms_of
from jirani.rules.stays.turnover import Claim, Span, claim_of, colliding

SHORTEST_LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer to a guest who asks; when allowed, the terms to offer at once.

    `takes_over` is the scheduled row that becomes this offer, `replaces` the one that ended
    before it, `superseded` the guest's own open offers that stand in its way and are withdrawn.
    `open` is the very offer, if the guest has it already.
    """

    decision: Decision
    terms: Terms | None = None
    expires_at: datetime | None = None
    claim: Span | None = None
    takes_over: StayOffer | None = None
    replaces: StayOffer | None = None
    superseded: tuple[str, ...] = ()
    open: StayOffer | None = None


def kind_asked(product: Product, stay: Stay, now: datetime) -> OfferKind:
    """Return the kind by which a product is sold to a guest who asks now (U11).

    Of the two post-stay kinds, the live one on the day of departure to a guest in the house.
    """
    last_day = today(stay.listing, now) == stay.reservation.departure
    in_house = last_day and between(stay.reservation, stay.listing, now)
    fitting = [kind for kind, about in OFFER_KINDS.items() if about.product is product]
    return next((kind for kind in fitting if OFFER_KINDS[kind].in_house is in_house), fitting[0])


def may_ask(
    stay: Stay,
    kind: OfferKind,
    settings: KindSettings,
    claims: Iterable[Claim],
    now: datetime,
    *,
    wish: Wish = NO_WISH,
    opted_out: bool = False,
    undone: frozenset[str] = frozenset(),
) -> Asked:
    """Judge what a guest asks for by themselves (U11).

    Not held by O5, O7 or O8 but by the listing's `cut_off`; an earlier no does not count, a sale
    does, unless it is among the `undone` offers. An opt-out is the one thing to be asked back
    first, since nothing could be sold after it (O9).
    """
    mine = [row for row in stay.offers if row.kind is kind]
    rows = [row for row in stay.offers if row.id not in undone]
    known = _standing(stay, kind, rows, now, opted_out)
    if not known.decision.allowed:
        return known
    decision = _for_sale(stay, kind, settings, wish, now)
    if not decision.allowed:
        return Asked(decision)
    terms = terms_of(kind, stay, settings, now, lead=settings.cut_off, wish=wish)
    if isinstance(terms, Decision):
        return Asked(terms)
    claim = claim_of(kind, terms, stay.listing, settings.turnover)
    anchor = anchor_of(kind, stay.reservation, stay.listing, terms)
    in_the_way = colliding(claim, stay.listing.id, claims, now, offer_id=None)
    own = [each for each in in_the_way if _is_own_open(each, stay)]
    for decision in (
        _in_time(anchor, claim, now, settings.cut_off),
        fits(kind, stay.reservation, terms),
        check(kind, terms, stay, settings, now),
        ALLOWED if own == in_the_way else refuse(Reason.TURNOVER_TAKEN, "Those hours are taken."),
    ):
        if not decision.allowed:
            return Asked(decision)
    unsent = next((row for row in mine if row.status is OfferStatus.SCHEDULED), None)
    sent = {(row.offered_at, row.id): row for row in mine if row.offered_at}
    ended = sent[max(sent)] if sent else None
    return Asked(
        ALLOWED,
        terms,
        _ends_at(kind, anchor, claim, now),
        claim,
        takes_over=unsent,
        replaces=None if unsent else ended,
        superseded=tuple(each.offer_id for each in own),
    )


def _standing(
    stay: Stay, kind: OfferKind, rows: list[StayOffer], now: datetime, opted_out: bool
) -> Asked:
    """Judge what the guest has, or has had, of it already."""
    if opted_out:
        return Asked(refuse(Reason.OPTED_OUT, "The guest wanted no offers any more."))
    for row in rows:
        lapsed = row.expires_at is not None and row.expires_at <= now
        if row.kind is not kind:
            continue
        if row.status is OfferStatus.ACCEPTED:
            return Asked(refuse(Reason.ACCEPTED_BEFORE, "The guest has taken that already."))
        if row.status in OPEN and not lapsed:
            no = refuse(Reason.OPEN_OFFER, "That is offered to the guest already.")
            return Asked(no, row.terms, row.expires_at, open=row)
        if row.leaving_at:
            no = refuse(Reason.OPEN_OFFER, "That is just being offered to the guest.")
            return Asked(no, open=row)
    return Asked(closed_by_sibling(kind, rows, SOLD))


def _for_sale(
    stay: Stay, kind: OfferKind, settings: KindSettings, wish: Wish, now: datetime
) -> Decision:
    reservation, listing = stay.reservation, stay.listing
    decision = eligible(kind, reservation, listing, settings, asked=True)
    if decision.allowed:
        decision = present(kind, reservation, listing, now)
    if decision.allowed:
        decision = in_range(kind, stay, settings, wish)
    if decision.allowed:
        decision = readable(kind, stay.around, now)
    return decision


def in_range(kind: OfferKind, stay: Stay, settings: KindSettings, wish: Wish) -> Decision:
    """Judge whether a wish lies in what the listing offers at all (U6, U11)."""
    product, reservation = OFFER_KINDS[kind].product, stay.reservation
    if wish.nights is not None and not 1 <= wish.nights <= settings.max_nights:
        return refuse(Reason.OUT_OF_RANGE, f"At most {settings.max_nights} nights can be added.")
    if wish.day is not None and not _has_day(product, reservation, wish.day):
        return refuse(Reason.OUT_OF_RANGE, "It cannot be had on that day.")
    if wish.wall is None or settings.wall is None:
        return ALLOWED
    if product is Product.EARLIER and stay.listing.check_in is not None:
        standard, beyond = wish.wall >= stay.listing.check_in, wish.wall < settings.wall
    elif product is Product.LATER and stay.listing.check_out is not None:
        standard, beyond = wish.wall <= stay.listing.check_out, wish.wall > settings.wall
    else:
        return ALLOWED
    if standard:
        return refuse(Reason.NOTHING_TO_SELL, "The standard time allows that already.")
    if beyond:
        return refuse(Reason.OUT_OF_RANGE, f"The most that can be had is {settings.wall:%H:%M}.")
    return ALLOWED


def _has_day(product: Product, reservation: Reservation, day: date) -> bool:
    """Tell whether a day named is one on which a product can be had at all (U11)."""
    arrival, departure = reservation.arrival, reservation.departure
    return {
        Product.EARLIER: day == arrival,
        Product.LATER: day == departure,
        Product.CLEANING: arrival < day < departure,
        Product.NIGHTS_BEFORE: day < arrival,
        Product.NIGHTS_AFTER: day >= departure,
    }[product]


def _in_time(anchor: datetime, claim: Span, now: datetime, cut_off: timedelta) -> Decision:
    """Judge the hour: until `cut_off` before the anchor, and never what has begun (U11)."""
    if now > anchor - cut_off or claim[0] <= now:
        return refuse(Reason.TOO_LATE, "It is too late to ask for that.")
    return ALLOWED


def _ends_at(kind: OfferKind, anchor: datetime, claim: Span, now: datetime) -> datetime:
    """Return the end of such an offer: O14's, or where that leaves no hour, when it begins."""
    ends_at = life_end(kind, anchor, now)
    begins = min(anchor, claim[0])
    return min(ends_at, begins) if ends_at - now >= SHORTEST_LIFE else begins


def _is_own_open(claim: Claim, stay: Stay) -> bool:
    return claim.reservation_id == stay.reservation.id and claim.until is not None
