"""What was found to be on offer is looked at again as it is sent (O5, X1, X5, X8, X9)."""

import pytest

from jirani.rules.decision import Reason
from jirani.rules.facts import AppointmentStatus
from jirani.services.cross_selling import Found, Offered, find_options, reserve
from tests.support.looking import one, orphan_holds
from tests.support.salon import Guest, Salon

pytestmark = pytest.mark.anyio


async def found(guest: Guest) -> Found:
    """Book a manicure, and look for what is free behind it."""
    await guest.books("manicure", "amina", guest.salon.at("14:00"))
    return await find_options(guest.case, declined=False, offered_before=False)


async def sent(guest: Guest, found: Found) -> Offered:
    assert found.primary, found.decision
    return await reserve(guest.case, found.catalogue, found.primary, found.options[0])


async def assert_nothing_offered(salon: Salon) -> None:
    assert await one(salon.services.store, "SELECT count(*) FROM offers") == 0
    assert await orphan_holds(salon) == []


async def test_what_was_found_behind_one_booking_is_not_sent_behind_another(salon: Salon) -> None:
    guest = await salon.guest()
    planned = await found(guest)
    await guest.books("haircut", "cora", salon.at("16:00"))
    late = await sent(guest, planned)
    assert late.decision.reason is Reason.PRIMARY_NOT_CONFIRMED
    await assert_nothing_offered(salon)


async def test_a_slot_that_was_booked_meanwhile_is_not_offered(salon: Salon) -> None:
    guest, other = await salon.guests(2)
    planned = await found(guest)
    await salon.booked((other, "pedicure", planned.options[0].staff_id, salon.at("14:45")))
    late = await sent(guest, planned)
    assert late.decision.reason is Reason.SLOT_TAKEN
    await assert_nothing_offered(salon)


async def test_a_booking_cancelled_meanwhile_has_no_neighbour(salon: Salon) -> None:
    guest = await salon.guest()
    planned = await found(guest)
    assert planned.primary
    async with salon.services.store.begin(salon.id) as work:
        await work.appointments.change(planned.primary.id, status=AppointmentStatus.CANCELLED)
    assert (await sent(guest, planned)).decision.reason is Reason.PRIMARY_NOT_CONFIRMED


async def test_whom_a_person_has_taken_over_is_offered_nothing(salon: Salon) -> None:
    guest = await salon.guest()
    planned = await found(guest)
    async with salon.services.store.begin(salon.id) as work:
        await work.threads.change(guest.thread_id, person_since=salon.clock.now())
    assert (await sent(guest, planned)).decision.reason is Reason.PERSON_HANDLING
    await assert_nothing_offered(salon)
