"""A neighbour starts where the clock tells starts apart (X5, domain §3)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from jirani.rules.cross_sell import Partner, candidates
from jirani.rules.facts import (
    Appointment,
    AppointmentStatus,
    Calendar,
    Catalogue,
    Hours,
    Service,
    Staff,
)

NEW_YORK = ZoneInfo("America/New_York")
SUNDAY_NIGHT = Calendar(hours=(Hours("ann", 6, time(0), time(5)),))
SOLD = Catalogue(
    (Service("nails", "Nails", 30, 0, 100),), (Staff("ann", "Ann", frozenset({"nails"})),)
)


def behind(ends_at: datetime) -> int:
    primary = Appointment(
        id="a",
        thread_id="t",
        customer_id="c",
        service_id="hair",
        staff_id="bea",
        starts_at=ends_at - timedelta(minutes=30),
        ends_at=ends_at,
        busy_until=ends_at,
        price=100,
        currency="USD",
        status=AppointmentStatus.CONFIRMED,
    )
    now = ends_at - timedelta(days=1)
    related = {"nails": Partner(0.8, "hair")}
    window = timedelta(minutes=15)
    return len(candidates(primary, related, SOLD, SUNDAY_NIGHT, NEW_YORK, now, window))


# On 1 November 2026 the clocks of New York show one to two o'clock twice, from 5:00 UTC and 6:00.
@pytest.mark.parametrize(("hour", "starts"), [(5, 4), (6, 0)])
def test_nothing_starts_in_the_second_pass_of_a_doubled_hour(hour: int, starts: int) -> None:
    assert behind(datetime(2026, 11, 1, hour, 10, tzinfo=UTC)) == starts
