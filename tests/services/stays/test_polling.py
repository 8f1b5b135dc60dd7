"""What is read in passing: all of the last hour, and who arrives within sixty days (U2)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from jirani.connectors.pms import PmsReservation
from jirani.rules.facts import StayPayment, StayStatus
from jirani.services.clock import SetClock
from jirani.services.stays import polling
from tests.support.one_row import a_store
from tests.support.stay_facts import booked

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 6, 12, 9, tzinfo=UTC)
FIRST, LAST = date(2026, 6, 15), date(2026, 6, 20)
OURS = booked(FIRST, LAST, updated_at=NOW)
THEIRS = PmsReservation(
    *("R1", "flat", StayStatus.CONFIRMED, StayPayment.PAID, FIRST, LAST), updated_at=NOW
)


async def test_an_hour_and_sixty_days_are_read_over(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, Any]] = []

    async def over(services: object, business_id: str, pms: object, which: dict[str, Any]) -> int:
        asked.append(which)
        return 1

    monkeypatch.setattr(polling, "_over", over)
    accounts = SimpleNamespace(all=lambda: [("lodge", "memory")], of=lambda *_: object())
    services: Any = SimpleNamespace(clock=SetClock(NOW), pms=accounts)
    assert await polling.poll(services) + await polling.poll_arrivals(services) == 2
    sixty = timedelta(days=60)
    assert asked == [
        {"updated_since": NOW - timedelta(hours=1)},
        {"arriving": (NOW.date() - sixty, NOW.date() + sixty)},
    ]


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        (OURS, THEIRS, True),
        (None, THEIRS, False),
        (OURS, replace(THEIRS, updated_at=NOW + timedelta(seconds=1)), False),
        (replace(OURS, updated_at=None), replace(THEIRS, updated_at=None), False),
        (OURS, replace(THEIRS, status=StayStatus.CANCELLED), False),
        (OURS, replace(THEIRS, payment=StayPayment.UNPAID), False),
        (OURS, replace(THEIRS, arrival=FIRST - timedelta(days=1)), False),
        (OURS, replace(THEIRS, departure=LAST + timedelta(days=1)), False),
    ],
)
async def test_only_what_says_the_very_same_is_passed_over(
    ours: Any, theirs: PmsReservation, same: bool
) -> None:
    services: Any = SimpleNamespace(store=a_store(reservations=ours))
    assert await polling._known(services, "lodge", "memory", theirs) is same
