"""1,000 stays over the wires of three PMSs, with every fault at 5 % (U5, U7).

No doubled message, no doubled fee, no sale lost, every give-up told to the host.
"""

from dataclasses import replace
from datetime import date

import pytest

from jirani.connectors.guesty import bills as guesty_bills
from jirani.connectors.guesty import dates as guesty_dates
from jirani.connectors.hostaway import bills as hostaway_bills
from jirani.connectors.hostaway import dates as hostaway_dates
from jirani.services import Services
from tests.support.proving import Proved
from tests.support.year.telling import figures, recorded
from tests.support.year.whole import Year, lived
from tests.support.year.wired import breaches, left

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(0)]

WIRES = ("hostaway", "guesty", "lodgify")
# Of each fault, at each call that it can befall, and of each webhook: a third of all calls.
RATE = 0.05
SELDOM = 0.008  # one call in twenty, whatever befalls it: more is sold
SMALL = Year(
    seed=1, guests=15, places=9, first=date(2026, 10, 22), days=9, ahead=4, nightly=3, rate=SELDOM
)
MANY = Year(
    seed=0, guests=96, places=32, first=date(2026, 10, 10), days=24, ahead=8, nightly=2, rate=RATE
)
STAYS, SEEDS = 84, range(1, 5)  # 3 x 4 x 84 are 1,008
SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait in real time for what a PMS may show a moment later."""
    for module in (hostaway_bills, hostaway_dates):
        monkeypatch.setattr(module, "SETTLING", 0.0)
    for module in (guesty_bills, guesty_dates):
        monkeypatch.setattr(module, "PATIENCE", (0.0, 0.0))


async def played(services: Services, year: Year, proved: Proved, stays: int) -> None:
    played, lives = await lived(services, year)
    record, rows = await recorded(played, lives), await left(played)
    found = breaches(record, rows)
    assert not found, "\n".join(map(str, (len(found), *found[:30])))
    assert len(record.stays) >= stays
    assert record.sales
    name = f"thousand stays, {year.pms}, seed {year.seed}"
    proved(f"{name}: {len(record.stays)} stays, {len(record.sales)} sales, 0 breaches")
    for number, line in enumerate(str(await figures(played)).splitlines(), 1):
        proved(f"{name}: {number}. {line}")
    mails = ", ".join(f"{each} {times}" for each, times in sorted(rows.mails.items()))
    proved(f"{name}: 9. mails to the host: {mails}")


@SQLITE
@pytest.mark.parametrize("pms", WIRES)
async def test_a_dozen_stays_come_through_every_fault(
    services: Services, proved: Proved, pms: str
) -> None:
    await played(services, replace(SMALL, pms=pms), proved, stays=12)


@pytest.mark.proof
@SQLITE
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("pms", WIRES)
async def test_a_thousand_stays_come_through_every_fault(
    services: Services, proved: Proved, pms: str, seed: int
) -> None:
    await played(services, replace(MANY, pms=pms, seed=seed), proved, stays=STAYS)


@pytest.mark.proof
@SQLITE
@pytest.mark.parametrize("pms", WIRES)
async def test_so_they_do_where_one_call_in_twenty_fails(
    services: Services, proved: Proved, pms: str
) -> None:
    await played(services, replace(MANY, pms=pms, seed=5, rate=SELDOM), proved, stays=STAYS)


@pytest.mark.proof
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
@pytest.mark.parametrize("pms", WIRES)
async def test_so_they_do_on_postgres(services: Services, proved: Proved, pms: str) -> None:
    few = replace(MANY, pms=pms, seed=6, guests=30, days=20, in_turn=False)
    await played(services, few, proved, stays=26)
