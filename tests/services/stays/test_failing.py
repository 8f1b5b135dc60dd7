"""The host hears once of an offer that was given up, and only if it was (U5)."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from jirani.services.clock import SetClock
from jirani.services.stays import failing
from jirani.services.stays.failing import give_up
from tests.support.one_row import OneRow, a_work
from tests.support.stay_facts import EARLY, FLAT, booked, local, scheduled

pytestmark = pytest.mark.anyio

CLOCK = SetClock(local(6, 12, 9))


@pytest.mark.parametrize("ended", [True, False])
async def test_who_had_ended_it_before_has_told_of_it(
    monkeypatch: pytest.MonkeyPatch, ended: bool
) -> None:
    told = OneRow()
    for name in ("_noted", "tell_host"):
        monkeypatch.setattr(failing, name, getattr(told, name))
    monkeypatch.setattr(failing, "what", lambda *_: "Early check-in")
    business = SimpleNamespace(id="lodge", locale="en")
    work = a_work(stay_offers=OneRow(settle=ended), business=business)
    services: Any = SimpleNamespace(clock=CLOCK)
    stay = booked(date(2026, 6, 15), date(2026, 6, 20))
    await give_up(services, work, scheduled(EARLY, CLOCK.now()), stay, FLAT, "down")
    assert [len(told.told(name)) for name in ("_noted", "tell_host")] == [ended, ended]
