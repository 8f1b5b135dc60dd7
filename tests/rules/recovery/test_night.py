"""Scores are computed at three in the morning, by the business's clock (R7)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from jirani.rules.recovery.night import next_night


@pytest.mark.parametrize(
    ("now", "zone", "night"),
    [
        ("2026-11-21T23:59:59", "Africa/Nairobi", "2026-11-22T00:00:00"),
        ("2026-11-22T00:00:00", "Africa/Nairobi", "2026-11-23T00:00:00"),  # strictly after
        ("2026-11-22T00:00:00", "America/New_York", "2026-11-22T08:00:00"),
        ("2026-03-08T06:59:00", "America/New_York", "2026-03-08T07:00:00"),  # clocks go forward
        ("2026-11-01T06:30:00", "America/New_York", "2026-11-01T08:00:00"),  # and back
    ],
)
def test_the_next_night_is_the_next_three_o_clock(now: str, zone: str, night: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert next_night(at, ZoneInfo(zone)) == datetime.fromisoformat(night).replace(tzinfo=UTC)
