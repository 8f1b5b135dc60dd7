"""The database's last word: no two live appointments of one person at once (X9)."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from jirani.rules.facts import Appointment, AppointmentStatus, PaymentPolicy
from jirani.services import Services
from jirani.store.refusals import Overlap
from tests.support.looking import double_bookings, one
from tests.support.salon import Guest, Salon, open_salon

pytestmark = pytest.mark.anyio

STAFF, CUSTOMER = "appointments_staff_overlap", "appointments_customer_overlap"


async def write(salon: Salon, *appointments: Appointment) -> None:
    async with salon.services.store.begin(salon.id) as work:
        for each in appointments:
            await work.appointments.add(each)


def haircut(
    guest: Guest,
    wall: str,
    staff: str = "beth",
    status: AppointmentStatus = AppointmentStatus.CONFIRMED,
    hold_until: datetime | None = None,
) -> Appointment:
    """40 minutes and 15 of buffer."""
    start = guest.salon.at(wall)
    return guest.appointment("haircut", staff, start, status=status, hold_until=hold_until)


async def test_a_staff_member_is_busy_until_the_buffer_ends(salon: Salon) -> None:
    first, second, third = await salon.guests(3)
    await write(salon, haircut(first, "14:00"))
    for wall in ("13:10", "14:00", "14:40", "14:50"):
        with pytest.raises(Overlap, match=STAFF):
            await write(salon, haircut(second, wall))
    await write(salon, haircut(second, "14:55"), haircut(third, "13:05"))


async def test_a_customer_is_busy_until_the_work_ends(salon: Salon) -> None:
    guest = await salon.guest()
    await write(salon, haircut(guest, "14:00", "beth"))
    for wall in ("13:25", "14:00", "14:35"):
        with pytest.raises(Overlap, match=CUSTOMER):
            await write(salon, haircut(guest, wall, "cora"))
    await write(salon, haircut(guest, "14:40", "cora"))


@pytest.mark.parametrize("status", AppointmentStatus)
async def test_only_held_and_confirmed_appointments_exclude_others(
    salon: Salon, status: AppointmentStatus
) -> None:
    first, second = await salon.guests(2)
    await write(salon, haircut(first, "14:00", status=status))
    if status in ("held", "confirmed"):
        with pytest.raises(Overlap, match=STAFF):
            await write(salon, haircut(second, "14:00"))
    else:
        await write(salon, haircut(second, "14:00"))


async def test_a_change_of_status_or_time_is_judged_like_a_new_one(salon: Salon) -> None:
    first, second = await salon.guests(2)
    waiting = haircut(second, "14:00", status=AppointmentStatus.PROPOSED)
    later = haircut(second, "16:00")
    await write(salon, haircut(first, "14:00"), waiting, later)

    async def change(id: str, **changes: object) -> None:
        async with salon.services.store.begin(salon.id) as work:
            await work.appointments.change(id, **changes)

    with pytest.raises(Overlap, match=STAFF):
        await change(waiting.id, status=AppointmentStatus.HELD)
    with pytest.raises(Overlap, match=STAFF):
        await change(later.id, starts_at=salon.at("14:30"))
    await change(later.id, staff_id="cora", starts_at=salon.at("14:30"))


async def test_the_same_staff_id_at_another_business_is_somebody_else(services: Services) -> None:
    here, there = await open_salon(services), await open_salon(services, slug="other")
    await write(here, haircut(await here.guest(), "14:00"))
    await write(there, haircut(await there.guest(), "14:00"))


async def test_of_50_who_write_one_slot_at_once_one_gets_it(salon: Salon) -> None:
    guests = await salon.guests(50)
    lost = await asyncio.gather(
        *(_locked(salon, haircut(guest, "14:00")) for guest in guests), return_exceptions=True
    )
    assert sorted(map(type, lost), key=str) == sorted([type(None)] + [Overlap] * 49, key=str)
    assert await one(salon.services.store, "SELECT count(*) FROM appointments") == 1


async def test_one_customer_at_three_staff_members_at_once_gets_one(salon: Salon) -> None:
    guest, store = await salon.guest(), salon.services.store
    wanted = [
        guest.appointment("manicure", "amina", salon.at("14:00")),
        guest.appointment("haircut", "beth", salon.at("14:10")),
        guest.appointment("massage", "cora", salon.at("13:30")),
    ]
    lost = await asyncio.gather(*(_locked(salon, each) for each in wanted), return_exceptions=True)
    assert [type(each) for each in lost].count(Overlap) == 2
    assert await double_bookings(store) == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_whoever_counts_double_bookings_sees_those_of_staff_and_of_customers(
    salon: Salon,
) -> None:
    store, (first, second) = salon.services.store, await salon.guests(2)
    async with store.engine.execution_options(writes=True).begin() as unguarded:
        guards = (
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'appointments'"
        )
        for name in list(await unguarded.scalars(text(guards))):
            await unguarded.execute(text(f"DROP TRIGGER {name}"))
    await write(salon, haircut(first, "14:00"), haircut(second, "14:55"))
    assert await double_bookings(store) == 0
    await write(salon, haircut(second, "13:30", "cora"), haircut(first, "14:50"))
    assert await double_bookings(store) == 2  # 14:50 is in Beth's buffer, and lasts until 15:45
    await write(salon, haircut(first, "14:30", "cora"))
    assert await double_bookings(store) == 3


async def _locked(salon: Salon, each: Appointment) -> None:
    locks = (each.staff_id, each.customer_id)
    async with salon.services.store.begin(salon.id, locks) as work:
        await work.appointments.add(each)


async def test_a_lapsed_held_row_is_released_by_who_needs_its_slot(salon: Salon) -> None:
    slow, quick = await salon.guests(2)
    now = salon.clock.now()
    held = haircut(slow, "14:00", status=AppointmentStatus.HELD, hold_until=now)
    await write(salon, held)
    with pytest.raises(Overlap):
        await write(salon, haircut(quick, "14:00"))  # a constraint has no clock

    booked = await quick.books("haircut", "beth", salon.at("14:00"))

    async with salon.services.store.read(salon.id) as work:
        assert (await work.appointments.get(held.id)).status is AppointmentStatus.RELEASED
        assert (await work.appointments.get(booked.id)).status is AppointmentStatus.CONFIRMED


async def test_a_hold_that_still_runs_is_released_by_nobody(salon: Salon) -> None:
    slow, quick = await salon.guests(2)
    until = salon.clock.now() + timedelta(seconds=1)
    await write(salon, haircut(slow, "14:00", hold_until=until))
    assert (await quick.asks_for("haircut", "beth", salon.at("14:00"))).proposal is None


async def test_where_one_may_pay_at_the_venue_a_lapsed_hold_keeps_its_slot(
    services: Services,
) -> None:
    salon = await open_salon(services, PaymentPolicy.PAY_OR_VENUE)
    slow, quick = await salon.guests(2)
    await write(salon, haircut(slow, "14:00", hold_until=salon.clock.now()))
    assert (await quick.asks_for("haircut", "beth", salon.at("14:00"))).proposal is None
