"""Offers are decided about together as if one came after another (U5, U8)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from jirani.connectors.memory_pms_faults import PmsFault
from jirani.rules.decision import Reason
from jirani.rules.facts import OfferStatus
from jirani.services import Services
from jirani.services.stays import deciding, words
from tests.support.lodge import AFTER, EARLY, FLAT, Lodge, local, open_lodge
from tests.support.looking import one

pytestmark = pytest.mark.anyio

DUE = local(6, 8, 9)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def lodge(services: Services) -> Lodge:
    """Two guests on both sides of one free night: what each may be offered is due by now."""
    lodge = await open_lodge(services, local(6, 6, 12))
    await lodge.sells(AFTER, EARLY)
    await lodge.books(date(2026, 6, 5), date(2026, 6, 10))
    await lodge.books(date(2026, 6, 11), date(2026, 6, 15), "R2")
    return lodge


async def one_of_two(lodge: Lodge) -> None:
    after, early = await lodge.offer(AFTER), await lodge.offer(EARLY, "R2")
    assert after.status is OfferStatus.OFFERED
    assert (early.status, early.reason) == (OfferStatus.EXPIRED, Reason.TURNOVER_TAKEN)
    assert (len(lodge.texts()), len(lodge.texts("R2"))) == (1, 0)
    assert await one(lodge.services.store, "SELECT count(*) FROM contacts") == 1


async def test_the_second_sees_what_the_first_has_claimed(lodge: Lodge) -> None:
    await lodge.at(DUE)
    await one_of_two(lodge)


async def test_what_the_database_refuses_is_decided_about_apart(
    lodge: Lodge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody sees anybody's claim: the database does (U8)."""

    async def nobody(*_: object) -> tuple[()]:
        return ()

    monkeypatch.setattr(deciding, "claims_at", nobody)
    await lodge.at(DUE)
    await one_of_two(lodge)


async def test_one_row_that_raises_stops_no_other(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    lodge = await open_lodge(services, local(6, 10, 12))
    await lodge.sells(EARLY)
    lodge.pms.world.place(replace(FLAT, ref="attic"), 10000)
    await lodge.books(date(2026, 6, 15), date(2026, 6, 20))
    await lodge.books(date(2026, 6, 15), date(2026, 6, 20), "R2", listing_ref="attic")
    speaks = words.offer_text

    def breaks(*args: Any) -> str:
        if args[4].reservation.ref == "R1":
            raise ZeroDivisionError
        return speaks(*args)

    monkeypatch.setattr(deciding, "offer_text", breaks)
    await lodge.at(local(6, 12, 9))
    assert (await lodge.offer(EARLY, "R2")).status is OfferStatus.OFFERED
    broken = await lodge.offer(EARLY)
    assert (broken.status, broken.attempts) == (OfferStatus.SCHEDULED, 1)
    monkeypatch.undo()
    await lodge.through(local(6, 12, 9) + 10 * MINUTE, MINUTE)
    assert (await lodge.offer(EARLY)).status is OfferStatus.OFFERED
    assert await one(services.store, "SELECT count(*) FROM contacts") == 2


async def test_of_texts_that_leave_together_each_has_its_own_answer(services: Services) -> None:
    lodge = await open_lodge(services, local(6, 10, 12))
    await lodge.sells(EARLY)
    for n in range(1, 5):
        lodge.pms.world.place(replace(FLAT, ref=f"flat{n}"), 10000)
        stay = (date(2026, 6, 15), date(2026, 6, 20))
        await lodge.books(*stay, f"R{n}", listing_ref=f"flat{n}")
    lodge.pms.faults.next("post", PmsFault.REFUSED, PmsFault.TIMEOUT_AFTER, PmsFault.DOWN)
    await lodge.at(local(6, 12, 9))
    statuses = sorted([str((await lodge.offer(EARLY, f"R{n}")).status) for n in range(1, 5)])
    assert statuses == ["expired", "offered", "scheduled", "scheduled"]
    await lodge.through(local(6, 12, 9) + 10 * MINUTE, MINUTE)
    statuses = sorted([str((await lodge.offer(EARLY, f"R{n}")).status) for n in range(1, 5)])
    assert statuses == ["expired", "offered", "offered", "offered"]
    assert sorted(len(lodge.texts(f"R{n}")) for n in range(1, 5)) == [0, 1, 1, 1]
    assert await one(services.store, "SELECT count(*) FROM contacts") == 3
