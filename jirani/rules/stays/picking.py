"""What a guest's own pick means for an offer that is open (U6)."""

from dataclasses import replace
from enum import StrEnum

from jirani.rules.facts import OfferKind, Terms
from jirani.rules.stays.kinds import NIGHTS, OFFER_KINDS, Product
from jirani.rules.stays.pricing import Wish


class Pick(StrEnum):
    """The same offer, a no, or another wish that needs an answer."""

    SAME = "same"
    DECLINE = "decline"
    CHANGE = "change"


def pick(kind: OfferKind, terms: Terms, wish: Wish) -> Pick:
    """Judge a pick: within the stated range it is the same offer, the standard is a no (U6)."""
    product = OFFER_KINDS[kind].product
    if product in NIGHTS:
        if wish.nights == 0:
            return Pick.DECLINE
        return Pick.SAME if wish.nights in (None, len(terms.nights)) else Pick.CHANGE
    if product is Product.CLEANING:
        return Pick.SAME if wish.day in (None, terms.day) else Pick.CHANGE
    if wish.wall is None:
        return Pick.SAME
    if wish.wall == terms.standard:
        return Pick.DECLINE
    if terms.wall is None or terms.standard is None:
        return Pick.CHANGE
    first, last = sorted((terms.wall, terms.standard))
    return Pick.SAME if first <= wish.wall <= last else Pick.CHANGE


def as_picked(kind: OfferKind, terms: Terms, wish: Wish) -> Terms:
    """Return the terms with the guest's own time, where it is the same offer (U6)."""
    if wish.wall is not None and pick(kind, terms, wish) is Pick.SAME:
        return replace(terms, wall=wish.wall)
    return terms
