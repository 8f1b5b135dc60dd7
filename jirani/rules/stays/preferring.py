"""What a guest wishes of offers decides what is offered unasked; asked for, it is sold (U4, U11).

A wish is the guest's word or the host's entry, never a guess from what was bought or refused.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from jirani.rules.contact import Prevention
from jirani.rules.decision import ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import OfferKind, Preference, StayOffer
from jirani.rules.stays.kinds import OFFER_KINDS, Product

SAID: Final = 200  # characters of a guest's words that are kept
NEVER, LOVES = "never_", "loves_"
TAKEN_BACK = "-"  # before a wish's name in a stored message: it no longer holds
THINGS: Final[Mapping[Product, str]] = MappingProxyType(
    {
        Product.EARLIER: "early_check_in",
        Product.LATER: "late_check_out",
        Product.CLEANING: "cleaning",
        Product.NIGHTS_BEFORE: "nights",
        Product.NIGHTS_AFTER: "nights",
    }
)


def thing_of(kind: OfferKind) -> str:
    """Return which of the four things a kind sells: nights are nights, before or after."""
    return THINGS[OFFER_KINDS[kind].product]


def never(kind: OfferKind) -> Preference:
    """Return the wish never to be offered a kind."""
    return Preference(NEVER + thing_of(kind))


def loves(kind: OfferKind) -> Preference:
    """Return the wish that welcomes a kind."""
    return Preference(LOVES + thing_of(kind))


def kinds_of(name: Preference) -> frozenset[OfferKind]:
    """Return the kinds that a wish names; none for those about offers in general."""
    return frozenset(kind for kind in OFFER_KINDS if name in (never(kind), loves(kind)))


def opposite(name: Preference) -> Preference | None:
    """Return the wish that cannot stand beside this one: of the two the newer counts."""
    for one, other in ((NEVER, LOVES), (LOVES, NEVER)):
        if name.startswith(one):
            return Preference(other + name.removeprefix(one))
    return None


def wished(
    facts: Prevention,
    kind: OfferKind,
    names: Collection[Preference],
    offers: Iterable[StayOffer],
    *,
    own: str,
) -> Prevention:
    """Return what could forbid an offer (`own` is its id) with the guest's wishes in it.

    `offers` are the stay's. What the guest loves is not held by "fewer offers", and does not count
    as the one that they are sent unasked.
    """
    beside = [each.id for each in offers if each.id != own and loves(each.kind) not in names]
    return replace(
        facts,
        prefers_not=never(kind) in names,
        one_of=tuple(beside) if _wants_fewer(kind, names) else (),
        budget=Preference.BUDGET in names,
    )


def welcome(kind: OfferKind, names: Collection[Preference], sent: Iterable[StayOffer]) -> Decision:
    """Judge whether a guest wishes to be offered a kind unasked; `sent` are those that were."""
    if never(kind) in names:
        return refuse(Reason.GUEST_PREFERS_NOT, "The guest does not want to be offered it.")
    if _wants_fewer(kind, names) and any(loves(each.kind) not in names for each in sent):
        return refuse(Reason.GUEST_PREFERS_FEWER, "The guest wants fewer offers, and has had one.")
    return ALLOWED


def _wants_fewer(kind: OfferKind, names: Collection[Preference]) -> bool:
    return Preference.FEWER_OFFERS in names and loves(kind) not in names
