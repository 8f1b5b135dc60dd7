"""What is read of a PMS around a stay: fifteen days on both sides (U10, O4, O12)."""

from datetime import date, timedelta

import pytest

from jirani.connectors.memory_pms import MemoryPms
from jirani.connectors.pms import PmsReservation
from jirani.rules.facts import StayPayment, StayStatus
from jirani.services.clock import SetClock
from jirani.services.stays.looking import NotThere, look, look_around
from tests.support.lodge import FLAT
from tests.support.stay_facts import local

pytestmark = pytest.mark.anyio

NOW = local(6, 12, 9)
FIRST, LAST = date(2026, 6, 15), date(2026, 6, 20)
STAY = PmsReservation("R1", "flat", StayStatus.CONFIRMED, StayPayment.PAID, FIRST, LAST)


async def test_as_much_is_read_as_extra_nights_may_reach_and_one_more() -> None:
    pms = MemoryPms(SetClock(NOW).now)
    pms.world.place(FLAT, 10000)
    pms.book(STAY)
    around = (await look_around(pms, "R1", NOW)).around
    assert around
    days = [night.day for night in around.nights or ()]
    fifteen = timedelta(days=15)
    assert (min(days), max(days) + timedelta(days=1)) in (
        (FIRST - fifteen, LAST + fifteen),
        (FIRST - fifteen, LAST + fifteen + timedelta(days=1)),
    )


async def test_what_the_pms_does_not_know_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    pms = MemoryPms(SetClock(NOW).now)
    pms.book(STAY)
    with pytest.raises(NotThere, match="no reservation R2"):
        await look(pms, "R2", NOW)

    async def no_listing(ref: str) -> None:
        return None

    monkeypatch.setattr(pms, "listing", no_listing)
    with pytest.raises(NotThere, match="no listing flat"):
        await look(pms, "R1", NOW)
