"""A freed slot that is taken and not paid for goes on to the next customer (R6)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jirani.connectors.memory_gateway import Course, MemoryGateway
from jirani.rules.facts import OfferStatus, Opening, OpeningStatus
from jirani.rules.recovery.score import Tier
from jirani.services.recovery.failing import is_recovered
from tests.support.looking import one, rows
from tests.support.recovering import Recovering
from tests.support.salon import Guest

pytestmark = pytest.mark.anyio

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


async def taken(house: Recovering, opening: Opening) -> tuple[Guest, str]:
    """Let the one who is asked say yes; return them and their appointment."""
    guest, offer = await house.asked(opening)
    answered = await house.says_yes(guest, offer)
    assert answered.appointment, answered.decision
    return guest, answered.appointment.id


async def reopened(house: Recovering, appointment_id: str) -> Opening:
    opening = await house.opening_of(appointment_id)
    assert opening
    return opening


async def status(house: Recovering, appointment_id: str) -> str:
    store = house.salon.services.store
    found: str = await one(
        store, "SELECT status FROM appointments WHERE id = :id", id=appointment_id
    )
    return found


async def test_a_failed_charge_cancels_it_and_the_next_is_asked(
    paying: Recovering, gateway: MemoryGateway
) -> None:
    await paying.wait(2)
    opening = await paying.opened()
    gateway.default = Course.FAILED
    first, made = await taken(paying, opening)
    await paying.passes(10 * MINUTE)
    assert await status(paying, made) == "cancelled"
    again = await reopened(paying, made)
    assert (again.root_id, again.replaces, again.left_by) == (
        *(opening.id, opening.id),
        first.customer_id,
    )
    second, _ = await paying.asked(again)
    assert second.customer_id != first.customer_id
    assert "did not arrive" in (await paying.texts(first))[-1]
    async with paying.salon.services.store.read(paying.salon.id) as work:
        scored = await work.scores.get(first.customer_id)
    assert scored
    assert (scored.score.points, scored.score.tier) == (10, Tier.RISK)


async def test_what_is_paid_in_time_stays(paying: Recovering, gateway: MemoryGateway) -> None:
    await paying.wait(1)
    opening = await paying.opened()
    gateway.default = Course.PAID
    guest, made = await taken(paying, opening)
    await paying.passes(10 * MINUTE)
    assert await status(paying, made) == "confirmed"
    await paying.passes(3 * HOUR)
    assert await paying.appointments(opening) == [(guest.customer_id, "slot_recovery")]
    sales = await rows(paying.salon.services.store, "SELECT status FROM sales")
    assert sales == [("applied",)]


async def test_without_a_phone_to_charge_it_is_let_go_after_two_hours(paying: Recovering) -> None:
    await paying.wait(1)
    opening = await paying.opened()
    guest, offer = await paying.asked(opening)
    async with paying.salon.services.store.begin(paying.salon.id) as work:
        await work.customers.change(guest.customer_id, phone=None)
    answered = await paying.says_yes(guest, offer)
    assert answered.appointment
    assert answered.appointment.hold_until == paying.salon.clock.now() + 2 * HOUR
    await paying.passes(2 * HOUR - MINUTE)
    assert await status(paying, answered.appointment.id) == "confirmed"
    await paying.passes(2 * MINUTE)
    assert await status(paying, answered.appointment.id) == "cancelled"
    again = await reopened(paying, answered.appointment.id)
    assert (await paying.now(again)).reason == "nobody_left"  # nobody is asked twice (R2)


async def test_whoever_was_asked_before_is_not_asked_again_when_it_reopens(
    paying: Recovering, gateway: MemoryGateway
) -> None:
    await paying.wait(3)
    opening = await paying.opened()
    gateway.default = Course.FAILED
    first, offer = await paying.asked(opening)
    await paying.says_no(first, offer)
    second, made = await taken(paying, opening)
    await paying.passes(10 * MINUTE)
    third, _ = await paying.asked(await reopened(paying, made))
    assert third.customer_id not in (first.customer_id, second.customer_id)


async def test_a_recovered_booking_that_is_cancelled_unpaid_opens_its_slot_again(
    paying: Recovering,
) -> None:
    await paying.wait(2)
    opening = await paying.opened()
    first, made = await taken(paying, opening)
    async with paying.salon.services.store.read(paying.salon.id) as work:
        booking = await work.appointments.get(made)
    assert (await paying.cancels(first, booking)).decision.allowed
    again = await reopened(paying, made)
    assert (again.status, again.root_id) == (OpeningStatus.OPEN, opening.id)
    second, _ = await paying.asked(again)
    assert second.customer_id != first.customer_id
    ended = [each.status for each in await paying.offers(opening)]
    assert ended == [OfferStatus.ACCEPTED]


async def test_only_what_was_taken_as_a_freed_slot_and_not_moved_since_goes_on_r6(
    paying: Recovering,
) -> None:
    _, made = await paying.booked()
    freed = replace(made, source="slot_recovery")
    assert is_recovered(freed)
    assert not is_recovered(made)
    assert not is_recovered(replace(freed, moved_from="another"))
