"""One due offer is taken one step on only while it is due, and not on its way already (U5, O4)."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from jirani.rules.facts import StayOffer
from jirani.services.clock import SetClock
from jirani.services.stays.alone import _is_due
from tests.support.stay_facts import EARLY, local, scheduled

NOW = local(6, 12, 9)
ROW = scheduled(EARLY, NOW)


def due(row: StayOffer) -> bool:
    services: Any = SimpleNamespace(clock=SetClock(NOW))
    return _is_due(services, row)


def test_what_is_due_is_so_from_its_very_moment_until_it_leaves() -> None:
    assert due(ROW)
    assert not due(replace(ROW, due_at=NOW + timedelta(microseconds=1)))
    assert not due(replace(ROW, due_at=None))
    assert not due(replace(ROW, leaving_at=NOW))
