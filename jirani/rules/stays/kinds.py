"""The six kinds of offers around a stay, as one table (domain §4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from functools import cache
from math import log2
from types import MappingProxyType
from typing import Final

from jirani.rules.facts import KindSettings, OfferKind, StayStatus


class Product(StrEnum):
    """What is sold: it settles the price, the terms and what is checked."""

    EARLIER = "earlier"  # fixed price; nobody leaves too late, no work in the extra hours
    LATER = "later"  # fixed price; nobody arrives too early, no work in the extra hours
    CLEANING = "cleaning"  # fixed price; none planned in the stay, no do-not-disturb
    NIGHTS_BEFORE = "nights_before"  # nightly rates less the discount; free nights
    NIGHTS_AFTER = "nights_after"  # the same


class Due(StrEnum):
    """The day an offer goes out; the time of day is a setting."""

    WINDOW_BEFORE_ARRIVAL = "window_before_arrival"
    WINDOW_BEFORE_DEPARTURE = "window_before_departure"
    DAY_OF_THE_STAY = "day_of_the_stay"  # arrival + day_n(nights)
    DAY_OF_DEPARTURE = "day_of_departure"


class Anchor(StrEnum):
    """The moment everything is measured back from (O8)."""

    CHECK_IN = "check_in"  # standard, on the day of arrival
    CHECK_IN_OF_FIRST_NIGHT = "check_in_of_first_night"  # standard, on the first extra night
    CHECK_OUT = "check_out"  # standard, on the day of departure
    EVE_OF_SERVICE = "eve_of_service"  # 20:00 on the day before the cleaning


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind is sold. `lead`, `life` and `ends` are the numbers of O8 and O14."""

    product: Product
    due: Due
    send_at: time  # by default
    anchor: Anchor
    lead: timedelta  # sent until so long before the anchor (O8)
    life: timedelta | None  # lives so long (O14); None: until `ends` alone ends it
    ends: timedelta  # never past so long before the anchor (O14)
    statuses: frozenset[StayStatus]  # of the reservation (U1)
    in_house: bool  # only while the guest is in the house
    text: str  # the name of its words


# Of the reservation (U1).
BOOKED = frozenset({StayStatus.CONFIRMED})
BOOKED_OR_IN = BOOKED | {StayStatus.CHECKED_IN}  # (U1)
DAY, TWO_DAYS, NONE = timedelta(hours=24), timedelta(hours=48), timedelta()
HALF_A_DAY, TWO_HOURS = timedelta(hours=12), timedelta(hours=2)
NINE = time(9)
EVE: Final = time(20)  # a cleaning of tomorrow is sold until then (O8, O14)
SHORTEST_CLEANED: Final = 4  # nights: "stays of more than 3" (U1)

# fmt: off
OFFER_KINDS: Final[Mapping[OfferKind, Kind]] = MappingProxyType({
    OfferKind.EARLY_CHECK_IN: Kind(
        product=Product.EARLIER, due=Due.WINDOW_BEFORE_ARRIVAL, send_at=NINE,
        anchor=Anchor.CHECK_IN, lead=DAY, life=TWO_DAYS, ends=HALF_A_DAY,
        statuses=BOOKED, in_house=False, text="early_check_in",
    ),
    OfferKind.LATE_CHECK_OUT: Kind(
        product=Product.LATER, due=Due.WINDOW_BEFORE_DEPARTURE, send_at=NINE,
        anchor=Anchor.CHECK_OUT, lead=DAY, life=TWO_DAYS, ends=HALF_A_DAY,
        statuses=BOOKED_OR_IN, in_house=False, text="late_check_out",
    ),
    OfferKind.MID_STAY_CLEANING: Kind(
        product=Product.CLEANING, due=Due.DAY_OF_THE_STAY, send_at=time(10),
        anchor=Anchor.EVE_OF_SERVICE, lead=NONE, life=None, ends=NONE,
        statuses=BOOKED_OR_IN, in_house=False, text="mid_stay_cleaning",
    ),
    OfferKind.PRE_STAY_NIGHT: Kind(
        product=Product.NIGHTS_BEFORE, due=Due.WINDOW_BEFORE_ARRIVAL, send_at=NINE,
        anchor=Anchor.CHECK_IN_OF_FIRST_NIGHT, lead=DAY, life=TWO_DAYS, ends=HALF_A_DAY,
        statuses=BOOKED, in_house=False, text="pre_stay_gap_night",
    ),
    OfferKind.POST_STAY_NIGHT_AHEAD: Kind(
        product=Product.NIGHTS_AFTER, due=Due.WINDOW_BEFORE_DEPARTURE, send_at=NINE,
        anchor=Anchor.CHECK_OUT, lead=DAY, life=TWO_DAYS, ends=HALF_A_DAY,
        statuses=BOOKED_OR_IN, in_house=False, text="post_stay_gap_night_before_checkin",
    ),
    OfferKind.POST_STAY_NIGHT_ON_THE_DAY: Kind(
        product=Product.NIGHTS_AFTER, due=Due.DAY_OF_DEPARTURE, send_at=time(8),
        anchor=Anchor.CHECK_OUT, lead=TWO_HOURS, life=None, ends=NONE,
        statuses=BOOKED_OR_IN, in_house=True, text="post_stay_gap_night_before_checkout",
    ),
})
# fmt: on

# Nothing is planned without a window, where one is needed (U1).
WINDOWED = frozenset({Due.WINDOW_BEFORE_ARRIVAL, Due.WINDOW_BEFORE_DEPARTURE})
FIXED = frozenset({Product.EARLIER, Product.LATER, Product.CLEANING})  # has a price, or none (U1)
TIMED = frozenset({Product.EARLIER, Product.LATER})  # better than the standard time (U1, U8)
NIGHTS = frozenset({Product.NIGHTS_BEFORE, Product.NIGHTS_AFTER})  # free in the calendar (U8, U10)


def defaults(kind: OfferKind) -> KindSettings:
    """Return how a kind is sold where nobody has set anything: without a price, not at all."""
    return KindSettings(send_at=OFFER_KINDS[kind].send_at)


@cache
def siblings(kind: OfferKind) -> frozenset[OfferKind]:
    """Return the other kinds that sell the very same: both post-stay nights are one product."""
    product = OFFER_KINDS[kind].product
    return frozenset(other for other, each in OFFER_KINDS.items() if each.product is product) - {
        kind
    }


def day_n(nights: int) -> int:
    """Return how many days after the arrival a cleaning is offered (domain §4)."""
    # No whole number of nights lies on a half: which way `round` breaks ties does not matter.
    return min(round(log2(max(nights, SHORTEST_CLEANED) - 2) + 1), 7)
