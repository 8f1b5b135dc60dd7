"""What the replay takes for granted, where the file says nothing: it is all on this page.

Every row is a paid stay at a place of its own in Lisbon, whose nights cost what this row's cost.
The file has dates and no hours. A booking and a cancellation count from the first minute of their
day, so that nothing is sent on the day of a cancellation; that nobody came, or that a guest has
left, is known when that day is over.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from evals.stays.reservations import Booked, Ended
from jirani.connectors.pms import PmsListing, PmsReservation
from jirani.rules.facts import (
    ContactPolicy,
    KindSettings,
    OfferKind,
    StayPayment,
    StayStatus,
)
from jirani.rules.stays.kinds import OFFER_KINDS
from jirani.rules.stays.settings import EVERY, StaySetting, effective

DAY = timedelta(days=1)
ZONE, CURRENCY, LANGUAGE = "Europe/Lisbon", "EUR", "en"
CHECK_IN, CHECK_OUT = time(15), time(11)
POLICY: Final = ContactPolicy()

# The demo's prices and times (domain §4); whatever else can be set is as by default.
SET: Final = (
    StaySetting("price", 2500, kind=OfferKind.EARLY_CHECK_IN),
    StaySetting("wall", "09:00", kind=OfferKind.EARLY_CHECK_IN),
    StaySetting("price", 5000, kind=OfferKind.LATE_CHECK_OUT),
    StaySetting("wall", "18:00", kind=OfferKind.LATE_CHECK_OUT),
    StaySetting("price", 7500, kind=OfferKind.MID_STAY_CLEANING),
)
SOLD: Final[Mapping[OfferKind, KindSettings]] = {
    kind: effective(SET, EVERY, kind) for kind in OFFER_KINDS
}

_BECAME = {
    Ended.CANCELED: StayStatus.CANCELLED,
    Ended.NO_SHOW: StayStatus.NO_SHOW,
    Ended.CHECK_OUT: StayStatus.CHECKED_OUT,
}


def place_of(row: Booked) -> PmsListing:
    """Return the place that a row's guest has to themselves."""
    name = f"Apartment {row.line}"
    return PmsListing(f"place-{row.line}", name, ZONE, CURRENCY, CHECK_IN, CHECK_OUT)


def stay_of(row: Booked) -> PmsReservation:
    """Return a row as a PMS has it on the day it is booked."""
    return PmsReservation(
        *(f"stay-{row.line}", f"place-{row.line}", StayStatus.CONFIRMED, StayPayment.PAID),
        *(row.arrival, row.departure),
        guest_ref=f"guest-{row.line}",
        currency=CURRENCY,
    )


def became(row: Booked) -> StayStatus:
    """Return how a row's stay ended."""
    return _BECAME[row.ended]


def booked_at(row: Booked) -> datetime:
    """Return when a row is told of."""
    return _at(row.booked_on)


def ended_at(row: Booked) -> datetime:
    """Return when it is told how a row ended."""
    return _at(row.ended_on if row.ended is Ended.CANCELED else row.ended_on + DAY)


def _at(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(ZONE)).astimezone(UTC)
