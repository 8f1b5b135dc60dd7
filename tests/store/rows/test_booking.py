"""When staff are busy: from start to end, the deadline of what is only asked included (X9)."""

from datetime import datetime, timedelta

import pytest

from jirani.rules.facts import Appointment, Slot
from tests.support.salon import Salon

pytestmark = pytest.mark.anyio

MOMENT = timedelta(microseconds=1)


async def busy(salon: Salon, slot: Slot, start: datetime, end: datetime) -> bool:
    """Tell whether one slot stands in the way of a stretch of time, by now's clock."""
    async with salon.services.store.read(salon.id) as work:
        return slot in await work.appointments.busy([slot.staff_id], start, end, salon.clock.now())


async def blocks_its_own_time_and_no_more(salon: Salon, slot: Slot) -> bool:
    hour = timedelta(hours=1)
    before = await busy(salon, slot, slot.start - hour, slot.start)
    within = await busy(salon, slot, slot.start - hour, slot.start + MOMENT)
    until_the_end = await busy(salon, slot, slot.busy_until - MOMENT, slot.busy_until + hour)
    after = await busy(salon, slot, slot.busy_until, slot.busy_until + hour)
    return (before, within, until_the_end, after) == (False, True, True, False)


async def test_a_booking_blocks_its_own_time(salon: Salon) -> None:
    guest = await salon.guest()
    [booked] = await salon.booked((guest, "haircut", "beth", salon.at("14:00")))
    assert await blocks_its_own_time_and_no_more(salon, booked.slot)


async def test_a_question_blocks_its_own_time_until_its_deadline(salon: Salon) -> None:
    guest = await salon.guest()
    asked = await guest.asks_for("haircut", "beth", salon.at("14:00"))
    assert asked.proposal
    assert asked.appointment
    slot = asked.appointment.slot
    assert await blocks_its_own_time_and_no_more(salon, slot)
    salon.clock.at = asked.proposal.expires_at - MOMENT
    assert await busy(salon, slot, slot.start, slot.busy_until)
    salon.clock.at = asked.proposal.expires_at
    assert not await busy(salon, slot, slot.start, slot.busy_until)


async def test_an_offer_blocks_its_own_time_until_its_deadline(salon: Salon) -> None:
    guest = await salon.guest()
    await guest.books("manicure", "amina", salon.at("14:00"))
    offer = await guest.offer()
    slot = offer.slot
    assert await blocks_its_own_time_and_no_more(salon, slot)
    salon.clock.at = offer.expires_at - MOMENT
    assert await busy(salon, slot, slot.start, slot.busy_until)
    salon.clock.at = offer.expires_at
    assert not await busy(salon, slot, slot.start, slot.busy_until)


async def test_appointments_come_page_by_page_also_where_two_begin_at_once(salon: Salon) -> None:
    first, second, third = await salon.guests(3)
    await salon.booked(
        (first, "manicure", "amina", salon.at("14:00")),
        (second, "haircut", "beth", salon.at("14:00")),
        (third, "manicure", "amina", salon.at("16:00")),
    )
    seen: list[Appointment] = []
    async with salon.services.store.read(salon.id) as work:
        while len(seen) < 4:
            after = (seen[-1].starts_at, seen[-1].id) if seen else None
            page = await work.appointments.page(None, None, after=after, most=1)
            if not page:
                break
            seen += page
    assert len(seen) == 3
    assert seen == sorted(seen, key=lambda each: (each.starts_at, each.id))
