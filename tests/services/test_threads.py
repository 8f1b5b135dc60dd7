"""When a conversation ends: a day of silence, but not over a person or an open bill (§7)."""

from datetime import timedelta

import pytest

from jirani.rules.facts import AppointmentStatus
from jirani.services.handover import hand_over
from jirani.services.threads import receive
from tests.support.salon import Guest, Salon

pytestmark = pytest.mark.anyio

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
HELD, CONFIRMED, RELEASED = (
    AppointmentStatus.HELD,
    AppointmentStatus.CONFIRMED,
    AppointmentStatus.RELEASED,
)


async def goes_on(guest: Guest, after: timedelta) -> bool:
    """Tell whether what a guest writes after some silence belongs to the same conversation."""
    salon = guest.salon
    salon.clock.advance(after)
    received = await receive(salon.services, salon.id, "memory", guest.peer, "hello again")
    return received.thread.id == guest.thread_id


@pytest.mark.parametrize(("silence", "same"), [(DAY - SECOND, True), (DAY, False)])
async def test_a_conversation_ends_with_a_day_of_silence(
    salon: Salon, silence: timedelta, same: bool
) -> None:
    assert await goes_on(await salon.guest(), silence) is same


async def test_each_message_begins_the_day_anew(salon: Salon) -> None:
    guest = await salon.guest()
    assert await goes_on(guest, DAY - SECOND)
    assert await goes_on(guest, DAY - SECOND)


async def test_a_conversation_that_a_person_has_does_not_end(salon: Salon) -> None:
    guest = await salon.guest()
    await hand_over(guest.case)
    assert await goes_on(guest, 2 * DAY)


@pytest.mark.parametrize(
    ("status", "awaits_money", "same"),
    [
        (HELD, True, True),
        (CONFIRMED, True, True),
        (CONFIRMED, False, False),
        (RELEASED, True, False),
    ],
)
async def test_a_conversation_goes_on_while_a_booking_of_it_waits_for_its_money(
    salon: Salon, status: AppointmentStatus, awaits_money: bool, same: bool
) -> None:
    guest = await salon.guest()
    until = salon.clock.now() + timedelta(minutes=5) if awaits_money else None
    booked = guest.appointment(
        "manicure", "amina", salon.at("14:00", days=5), status=status, hold_until=until
    )
    async with salon.services.store.begin(salon.id) as work:
        await work.appointments.add(booked)
    assert await goes_on(guest, DAY) is same
