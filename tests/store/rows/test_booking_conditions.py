"""Only what was asked about stands in the way, or was an appointment once (X9, O1)."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from jirani.rules.facts import AppointmentStatus, OfferStatus, ProposalStatus
from jirani.store.engine import open_engine
from jirani.store.work import Store, Work
from tests.support.databases import fresh_sqlite
from tests.support.house import MONDAY
from tests.support.twins import HOUR, LATER, fill

pytestmark = pytest.mark.anyio

MOMENT = timedelta(microseconds=1)
# `fill` books, asks about and offers the same half hour, all of it for `w1`, or all for `w2`.
START, END = MONDAY + HOUR, MONDAY + 1.5 * HOUR


@pytest.fixture
async def work(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[Work]:
    """An open unit of a business with two rows of every kind."""
    store = Store(open_engine(fresh_sqlite(sqlite_template, tmp_path)))
    async with store.begin("m") as unit:
        await fill(unit, "m", 1, ("1", "2"))
        yield unit
    await store.close()


async def busy(
    work: Work, start: datetime = START, end: datetime = END, now: datetime = MONDAY, **but: Any
) -> int:
    """Count what stands in the way of `w1`."""
    found = await work.appointments.busy(["w1"], start, end, now, **but)
    assert {slot.staff_id for slot in found} <= {"w1"}
    return len(found)


async def test_what_is_booked_asked_and_offered_takes_its_own_time_of_its_own_staff(
    work: Work,
) -> None:
    assert await busy(work) == 3
    assert await busy(work, START - HOUR, START) == 0
    assert await busy(work, START - HOUR, START + MOMENT) == 3
    assert await busy(work, END - MOMENT, END + HOUR) == 3
    assert await busy(work, END, END + HOUR) == 0


async def test_a_hold_a_question_and_an_offer_last_until_their_moment(work: Work) -> None:
    assert await busy(work, now=START - MOMENT) == 3
    assert await busy(work, now=START) == 2  # `hold_until`
    assert await busy(work, now=LATER - MOMENT) == 2
    assert await busy(work, now=LATER) == 0


async def test_what_is_one_s_own_does_not_stand_in_one_s_way(work: Work) -> None:
    assert await busy(work, except_thread="t1") == 1
    assert await busy(work, except_appointment="a1") == 2


async def test_what_has_ended_stands_in_nobody_s_way(work: Work) -> None:
    await work.appointments.change("a1", status=AppointmentStatus.CANCELLED)
    assert await busy(work) == 2
    await work.proposals.change("m1", status=ProposalStatus.DROPPED)
    assert await busy(work) == 1
    await work.offers.settle("o1", OfferStatus.WITHDRAWN, at=MONDAY)
    assert await busy(work) == 0


async def test_a_question_whose_appointment_is_gone_stands_in_nobody_s_way(work: Work) -> None:
    await work.appointments.change("b1", status=AppointmentStatus.RELEASED)
    assert await busy(work) == 2


async def test_what_is_no_longer_live_is_not_released_x9(work: Work) -> None:
    await work.appointments.change("a1", status=AppointmentStatus.CANCELLED)
    assert await work.appointments.lapsed(LATER, ["w1"], ["c1"]) == 0
    assert (await work.appointments.get("a1")).status == AppointmentStatus.CANCELLED


async def test_an_appointment_comes_with_what_it_was_moved_from_and_nothing_else(
    work: Work,
) -> None:
    async def found() -> list[str]:
        return [each.id for each in await work.appointments.with_origins("t1")]

    assert await found() == ["a1", "b1"]
    await work.appointments.change("a1", moved_from="a2")
    assert await found() == ["a1", "a2", "b1"]


async def test_an_appointment_was_moved_to_what_its_customer_said_yes_to_and_nothing_else(
    work: Work,
) -> None:
    async def found(id: str = "a1", customer: str = "c1") -> str | None:
        moved = await work.appointments.moved_to(id, customer)
        return moved.id if moved else None

    assert await found() is None  # it was asked for only
    await work.proposals.change("m1", status=ProposalStatus.ACCEPTED)
    assert await found() == "b1"
    assert await found("a2", "c1") is None
    assert await found("a1", "c2") is None
