"""A connector before a little Hostaway, which forgets nothing and waits for nobody."""

import pytest

from jirani.connectors.hostaway import bills, dates
from tests.support.hostaway_rig import HostawayRig


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (bills, dates):
        monkeypatch.setattr(module, "SETTLING", 0.0)


@pytest.fixture
def rig() -> HostawayRig:
    return HostawayRig()
