"""What is due is due at its very moment, and not once it has ended (X10, X12, P1, P5)."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from jirani.rules.facts import OfferStatus, PaymentStatus
from jirani.rules.reading import Meaning
from jirani.services import Services
from jirani.services.charging import start
from jirani.services.confirming import decline
from jirani.services.outbox import tell
from jirani.services.sending import send_due
from jirani.store.queues import Due, Queues
from tests.support.salon import Salon, open_salon

pytestmark = pytest.mark.anyio

Queue = Callable[[Queues, datetime], Awaitable[list[Due]]]


async def is_due(salon: Salon, queue: Queue, id: str, at: datetime) -> bool:
    async with salon.services.store.queues() as queues:
        return Due(salon.id, id) in await queue(queues, at)


async def falls_due(salon: Salon, queue: Queue, id: str, at: datetime) -> bool:
    """Tell whether a row is due at this moment, and was not a second before."""
    before = at - timedelta(seconds=1)
    return await is_due(salon, queue, id, at) and not await is_due(salon, queue, id, before)


async def test_a_question_falls_due_with_its_deadline_unless_it_was_answered(salon: Salon) -> None:
    guest = await salon.guest()
    asked = (await guest.asks_for("manicure", "amina", salon.at("14:00"))).proposal
    assert asked
    assert await falls_due(salon, Queues.proposals, asked.id, asked.expires_at)
    await decline(await guest.says(Meaning.DECLINE), asked.id)
    assert not await is_due(salon, Queues.proposals, asked.id, asked.expires_at)


async def test_an_offer_falls_due_with_its_deadline_unless_it_was_answered(salon: Salon) -> None:
    guest = await salon.guest()
    await guest.books("manicure", "amina", salon.at("14:00"))
    offer = await guest.offer()
    assert await falls_due(salon, Queues.offers, offer.id, offer.expires_at)
    async with salon.services.store.begin(salon.id) as work:
        await work.offers.settle(offer.id, OfferStatus.DECLINED, at=salon.clock.now())
    assert not await is_due(salon, Queues.offers, offer.id, offer.expires_at)


async def test_a_hold_and_a_charge_fall_due_when_they_were_to(salon: Salon) -> None:
    guest = await salon.guest()
    booked = await guest.books("manicure", "amina", salon.at("14:00"))
    async with salon.services.store.read(salon.id) as work:
        charge_at = (await work.threads.get(guest.thread_id)).charge_at
    assert booked.hold_until
    assert charge_at
    assert await falls_due(salon, Queues.holds, booked.id, booked.hold_until)
    assert await falls_due(salon, Queues.charges, guest.thread_id, charge_at)


async def test_a_payment_is_asked_about_at_its_time_and_looked_at_until_it_is_settled(
    salon: Salon,
) -> None:
    guest = await salon.guest()
    await guest.books("manicure", "amina", salon.at("14:00"))
    payment = (await start(guest.case)).payment
    assert payment
    next_query_at = payment.created_at + timedelta(seconds=35)
    assert await falls_due(salon, Queues.queries, payment.id, next_query_at)
    assert await falls_due(salon, Queues.unsettled, payment.id, payment.created_at)
    async with salon.services.store.begin(salon.id) as work:
        await work.payments.change(payment.id, status=PaymentStatus.PAID)
    assert not await is_due(salon, Queues.unsettled, payment.id, payment.created_at)


async def test_a_business_is_found_by_its_own_name(services: Services) -> None:
    for slug in ("first", "second"):
        await open_salon(services, slug=slug)
    async with services.store.queues() as queues:
        found = [await queues.business(slug) for slug in ("first", "second", "third")]
    assert found == ["first", "second", None]


async def test_what_has_left_waits_no_longer(salon: Salon) -> None:
    first, second = await salon.guests(2)
    for guest in (first, second):
        async with salon.services.store.begin(salon.id) as work:
            await tell(guest.case, work, "thanks", key=guest.peer, language="en")
        if guest is first:
            await send_due(salon.services)
    async with salon.services.store.queues() as queues:
        assert await queues.waiting() == {"ready": (1, salon.clock.now())}
