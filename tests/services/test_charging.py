"""What a charge waits for, and what is never charged (P3, P4, X10)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from jirani.connectors.memory_gateway import MemoryGateway
from jirani.rules.decision import Reason
from jirani.rules.facts import PaymentPolicy, PaymentStatus
from jirani.rules.reading import Meaning
from jirani.services import Case, Services, charging
from jirani.services.charging import Charged, charge_due, choose_venue, start
from jirani.services.proposing import propose_cancellation
from tests.support.looking import rows
from tests.support.salon import Guest, Salon, open_salon

pytestmark = pytest.mark.anyio

GRACE = timedelta(seconds=90)


async def booked(salon: Salon, wall: str = "14:00") -> Guest:
    guest = await salon.guest()
    await guest.books("manicure", "amina", salon.at(wall))
    return guest


async def charge_at(guest: Guest) -> datetime | None:
    async with guest.salon.services.store.read(guest.salon.id) as work:
        return (await work.threads.get(guest.thread_id)).charge_at


@pytest.mark.parametrize("whole_units", [True, False])
async def test_a_price_that_the_provider_cannot_take_is_not_charged_and_not_rounded(
    salon: Salon, gateway: MemoryGateway, whole_units: bool
) -> None:
    gateway.whole_units = whole_units
    guest = await salon.guest()
    appointment = guest.appointment("manicure", "amina", salon.at("14:00"))
    async with salon.services.store.begin(salon.id) as work:
        await work.appointments.add(replace(appointment, price=120_050))
    charged = await start(guest.case)
    if whole_units:
        assert charged.decision.reason is Reason.NOT_ALLOWED_HERE
        assert await rows(salon.services.store, "SELECT id FROM payments") == []
    else:
        assert charged.payment
        assert charged.payment.amount == 120_050


async def test_a_charge_waits_for_the_answer_to_an_offer_and_no_longer(salon: Salon) -> None:
    guest = await booked(salon)
    offer = await guest.offer()
    salon.clock.at = offer.expires_at - timedelta(seconds=1)
    assert (await start(guest.case)).decision.reason is Reason.OPEN_OFFER
    salon.clock.at = offer.expires_at
    assert (await start(guest.case)).decision.allowed


async def test_a_charge_that_is_due_while_a_change_of_the_booking_waits_is_put_off(
    salon: Salon,
) -> None:
    guest = await salon.guest()
    appointment = await guest.books("manicure", "amina", salon.at("10:00"))
    asked = await propose_cancellation(await guest.says(Meaning.CANCEL), appointment)
    assert asked.proposal, asked.decision
    await charge_due(salon.services, salon.id, guest.thread_id)
    assert await charge_at(guest) == salon.clock.now() + GRACE


async def test_a_charge_that_is_due_while_its_phone_has_another_prompt_is_put_off(
    salon: Salon,
) -> None:
    first, second = await booked(salon, "10:00"), await booked(salon, "14:00")
    async with salon.services.store.begin(salon.id) as work:
        await work.customers.change(second.customer_id, phone=first.phone)
    assert (await start(first.case)).decision.allowed
    await charge_due(salon.services, salon.id, second.thread_id)
    assert await charge_at(second) == salon.clock.now() + GRACE


async def test_a_charge_that_is_open_is_not_made_again_by_its_own_conversation(
    salon: Salon,
) -> None:
    guest = await booked(salon)
    assert (await start(guest.case)).decision.allowed
    await charge_due(salon.services, salon.id, guest.thread_id)
    assert await charge_at(guest) is None


async def test_what_is_booked_while_a_charge_goes_out_keeps_a_charge_of_its_own(
    salon: Salon, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest, later = await booked(salon), salon.clock.now() + GRACE

    async def start_and_book(case: Case, *, asked: bool) -> Charged:
        charged = await start(case, asked=asked)
        async with salon.services.store.begin(salon.id) as work:
            await work.threads.change(guest.thread_id, charge_at=later)
        return charged

    monkeypatch.setattr(charging, "start", start_and_book)
    await charge_due(salon.services, salon.id, guest.thread_id)
    assert await charge_at(guest) == later


async def test_what_is_charged_together_is_held_equally_long(salon: Salon) -> None:
    guest = await booked(salon)
    salon.clock.advance(timedelta(minutes=10))
    await guest.books("haircut", "cora", salon.at("16:00"))
    held = "SELECT DISTINCT hold_until FROM appointments"
    assert len(await rows(salon.services.store, held)) == 2
    assert (await start(guest.case)).decision.allowed
    assert len(await rows(salon.services.store, held)) == 1


async def test_a_guest_pays_at_the_venue_what_is_unpaid_and_not_being_charged(
    services: Services,
) -> None:
    salon = await open_salon(services, PaymentPolicy.PAY_OR_VENUE)
    nothing, asked, guest = await salon.guest(), await booked(salon, "10:00"), await booked(salon)
    assert (await start(asked.case)).decision.allowed
    assert (await choose_venue(nothing.case)).decision.reason is Reason.NOTHING_TO_PAY
    assert (await choose_venue(asked.case)).decision.reason is Reason.CHARGE_OPEN
    chosen = await choose_venue(guest.case)
    assert chosen.payment
    assert chosen.payment.status is PaymentStatus.DUE_AT_VENUE


async def test_where_the_visit_is_paid_before_nobody_pays_at_the_venue(salon: Salon) -> None:
    guest = await booked(salon)
    assert (await choose_venue(guest.case)).decision.reason is Reason.NOT_ALLOWED_HERE
