"""Of what a PMS tells, only what can be a stay is entered as one (U2, U3)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from jirani.connectors.pms import PmsReservation
from jirani.rules.facts import StayPayment, StayStatus
from jirani.services.stays.copying import sane
from jirani.services.stays.intake import nonsense

FIRST = date(2026, 6, 15)
STAY = PmsReservation(
    *("R1", "flat", StayStatus.CONFIRMED, StayPayment.PAID), FIRST, FIRST + timedelta(days=5)
)


@pytest.mark.parametrize(
    ("arrival", "days", "good"),
    [
        (FIRST, 0, False),
        (FIRST, -1, False),
        (FIRST, 1, True),
        (FIRST, 730, True),
        (FIRST, 731, False),
        (date(1999, 12, 31), 5, False),
        (date(2000, 1, 1), 5, True),
        (date(2200, 12, 31), 5, True),
        (date(2201, 1, 1), 5, False),
    ],
)
def test_the_dates_of_a_stay(arrival: date, days: int, good: bool) -> None:
    assert sane(arrival, arrival + timedelta(days=days)) is good
    told = replace(STAY, arrival=arrival, departure=arrival + timedelta(days=days))
    assert (nonsense(told) is None) is good


def test_a_reference_is_as_long_as_a_row_holds() -> None:
    longest = "R" * 120
    assert nonsense(replace(STAY, ref=longest, listing_ref=longest)) is None
    assert nonsense(replace(STAY, ref=longest + "R")) == "Its reference is too long."
    assert nonsense(replace(STAY, listing_ref=longest + "R")) == "Its reference is too long."
