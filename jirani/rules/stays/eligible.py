"""Which stays are offered anything at all, and whether a kind is for sale there (U1)."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jirani.rules.decision import ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import (
    KindSettings,
    Listing,
    OfferKind,
    OfferStatus,
    Reservation,
    StayOffer,
    StayPayment,
    StayStatus,
    Terms,
)
from jirani.rules.stays.kinds import (
    FIXED,
    OFFER_KINDS,
    SHORTEST_CLEANED,
    TIMED,
    WINDOWED,
    Product,
    siblings,
)
from jirani.rules.stays.moments import DAY, between

# What an unknown of the PMS is called: nothing is done, and nothing undone either (O12).
UNKNOWNS = frozenset({Reason.STATUS_UNKNOWN, Reason.PAYMENT_UNKNOWN})


def live(kind: OfferKind, reservation: Reservation) -> Decision:
    """Judge the reservation's status: confirmed, or checked in where the kind allows (U1, U3)."""
    status = reservation.status
    if status in OFFER_KINDS[kind].statuses:
        return ALLOWED
    if status is StayStatus.UNKNOWN:
        return refuse(Reason.STATUS_UNKNOWN, "It is not known whether the stay is confirmed.")
    if status is StayStatus.CHECKED_IN:
        return refuse(Reason.ALREADY_IN, "The guest is already in.")
    return refuse(Reason.RESERVATION_NOT_LIVE, f"The reservation is {status}.")


def paid(reservation: Reservation) -> Decision:
    """Judge the reservation's payment, kept apart from its status (U1, O12)."""
    if reservation.payment is StayPayment.PAID:
        return ALLOWED
    if reservation.payment is StayPayment.UNKNOWN:
        return refuse(Reason.PAYMENT_UNKNOWN, "It is not known whether the stay is paid.")
    return refuse(Reason.NOT_PAID, f"The stay is {reservation.payment}.")


def described(reservation: Reservation, listing: Listing) -> Decision:
    """Judge whether dates, zone and standard times are known: none of them is guessed (O12)."""
    if reservation.nights < 1:
        return refuse(Reason.BAD_DATES, "The stay does not end after it begins.")
    if listing.zone is None or not known(listing.zone):
        return refuse(Reason.NO_ZONE, f"{listing.name} has no time zone.")
    if listing.check_in is None or listing.check_out is None:
        return refuse(Reason.NO_STANDARD_TIME, f"{listing.name} has no standard times.")
    return ALLOWED


def known(zone: str) -> bool:
    """Tell whether a zone exists."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def for_sale(
    kind: OfferKind,
    reservation: Reservation,
    listing: Listing,
    settings: KindSettings,
    *,
    asked: bool = False,
) -> Decision:
    """Judge whether a listing sells a kind to such a stay (U1, domain §4).

    Without a price for it, it does not; nor where the standard time is as good already. A guest
    who asks needs no window: nothing is scheduled for them (U11).
    """
    about = OFFER_KINDS[kind]
    if not listing.active:
        return refuse(Reason.LISTING_OFF, f"{listing.name} is switched off.")
    if not settings.active:
        return refuse(Reason.KIND_OFF, "This kind of offer is switched off.")
    if not asked and about.due in WINDOWED and settings.window is None:
        return refuse(Reason.NO_WINDOW, "It is not said how long before it is offered.")
    if about.product is Product.CLEANING and reservation.nights < SHORTEST_CLEANED:
        return refuse(Reason.STAY_TOO_SHORT, f"The stay has only {reservation.nights} nights.")
    if listing.currency is None:
        return refuse(Reason.OTHER_CURRENCY, f"{listing.name} has no currency.")
    if reservation.currency not in (None, listing.currency):
        return refuse(
            Reason.OTHER_CURRENCY,
            f"The stay is in {reservation.currency}, the listing in {listing.currency}.",
        )
    if about.product in FIXED and not settings.price:
        return refuse(Reason.NO_PRICE, "There is no price for it.")
    return _time_for_sale(about.product, listing, settings)


def _time_for_sale(product: Product, listing: Listing, settings: KindSettings) -> Decision:
    if product not in TIMED:
        return ALLOWED
    if settings.wall is None:
        return refuse(Reason.NO_OFFERED_TIME, "It is not said which time is offered.")
    standard = listing.check_in if product is Product.EARLIER else listing.check_out
    if standard is None:
        return refuse(Reason.NO_STANDARD_TIME, f"{listing.name} has no standard times.")
    better = settings.wall < standard if product is Product.EARLIER else settings.wall > standard
    if not better:
        return refuse(Reason.NOTHING_TO_SELL, f"The standard time is {standard:%H:%M} already.")
    return ALLOWED


def eligible(
    kind: OfferKind,
    reservation: Reservation,
    listing: Listing,
    settings: KindSettings,
    *,
    asked: bool = False,
) -> Decision:
    """Judge status, payment, and whether the kind is for sale there, in this order (U1)."""
    for decision in (
        live(kind, reservation),
        paid(reservation),
        described(reservation, listing),
        for_sale(kind, reservation, listing, settings, asked=asked),
    ):
        if not decision.allowed:
            return decision
    return ALLOWED


SOLD = frozenset({OfferStatus.ACCEPTED})
SETTLED = SOLD | {OfferStatus.DECLINED}


def closed_by_sibling(
    kind: OfferKind, offers: Iterable[StayOffer], closing: frozenset[OfferStatus] = SETTLED
) -> Decision:
    """Judge the other kind of the same nights: its yes or no closes this one (domain §4)."""
    for row in offers:
        if row.kind in siblings(kind) and row.status in closing:
            return refuse(Reason.SAME_PRODUCT, f"The same nights were {row.status} before.")
    return ALLOWED


def fits(kind: OfferKind, reservation: Reservation, terms: Terms) -> Decision:
    """Judge whether stored terms still belong to the stay's dates: new ones end them (U2)."""
    product = OFFER_KINDS[kind].product
    arrival, departure = reservation.arrival, reservation.departure
    fit = {
        Product.EARLIER: terms.day == arrival,
        Product.LATER: terms.day == departure,
        Product.CLEANING: arrival < terms.day < departure,
        Product.NIGHTS_BEFORE: bool(terms.nights) and max(terms.nights) + DAY == arrival,
        Product.NIGHTS_AFTER: bool(terms.nights) and min(terms.nights) == departure,
    }
    return ALLOWED if fit[product] else refuse(Reason.DATES_CHANGED, "The stay's dates changed.")


def present(kind: OfferKind, reservation: Reservation, listing: Listing, now: datetime) -> Decision:
    """Judge whether the guest is in the house, where a kind is only for such (U1)."""
    if not OFFER_KINDS[kind].in_house or between(reservation, listing, now):
        return ALLOWED
    return refuse(Reason.NOT_IN_HOUSE, "The guest is not in the house.")
