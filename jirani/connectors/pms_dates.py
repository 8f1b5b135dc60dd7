"""The dates of a stay with nights added to it, or taken off again."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta

from jirani.connectors.pms_objects import PmsReservation

_DAY = timedelta(days=1)


def within(stay: PmsReservation) -> set[date]:
    """Return a stay's nights."""
    return {stay.arrival + n * _DAY for n in range((stay.departure - stay.arrival).days)}


def longer(stay: PmsReservation, nights: Collection[date]) -> PmsReservation | None:
    """Return a stay with all of the nights; None if they leave a gap."""
    arrival = min((*nights, stay.arrival))
    departure = max((*nights, stay.departure - _DAY)) + _DAY
    together = len(within(stay) | set(nights)) == (departure - arrival).days
    return replace(stay, arrival=arrival, departure=departure) if together else None


def shorter(stay: PmsReservation, nights: Collection[date]) -> PmsReservation | None:
    """Return a stay without the nights; None if they are in its middle, or all of it."""
    left = within(stay) - set(nights)
    if not left or (max(left) - min(left)).days + 1 != len(left):
        return None
    return replace(stay, arrival=min(left), departure=max(left) + _DAY)
