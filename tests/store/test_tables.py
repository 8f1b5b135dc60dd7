"""The database's last word: what may be there once is not there twice (X2, O4, P1, P3).

Services look first, so that this is only met in a race; here nobody looks.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from jirani.rules.facts import Payment, PaymentStatus
from jirani.store.refusals import Twice
from jirani.store.work import Work
from tests.support.salon import Guest, Salon

pytestmark = pytest.mark.anyio

SETTLED = (PaymentStatus.PAID, PaymentStatus.FAILED)
OPEN = (PaymentStatus.PENDING, PaymentStatus.UNKNOWN)


async def write(salon: Salon, *writing: Callable[[Work], Awaitable[object]]) -> None:
    async with salon.services.store.begin(salon.id) as work:
        for each in writing:
            await each(work)


async def charged(
    guest: Guest, phone: str, status: PaymentStatus = PaymentStatus.PENDING
) -> Payment:
    """Write a charge of a guest's thread."""
    salon = guest.salon
    payment = Payment(
        *(salon.services.ids.new(), guest.thread_id, 120_000, "KES", status, "memory", phone),
        *(1, salon.clock.now()),
    )
    await write(salon, lambda work: work.payments.add(payment, {}))
    return payment


@pytest.mark.parametrize("status", OPEN)
async def test_a_thread_has_one_open_charge_p3(salon: Salon, status: PaymentStatus) -> None:
    guest = await salon.guest()
    for settled in SETTLED:
        await charged(guest, "+254700000001", settled)
    await charged(guest, "+254700000001", status)
    with pytest.raises(Twice):
        await charged(guest, "+254700000002")


@pytest.mark.parametrize("status", OPEN)
async def test_a_phone_has_one_open_charge_p3(salon: Salon, status: PaymentStatus) -> None:
    first, second = await salon.guests(2)
    for settled in SETTLED:
        await charged(first, "+254700000001", settled)
    await charged(first, "+254700000001", status)
    with pytest.raises(Twice):
        await charged(second, "+254700000001")
    await charged(second, "+254700000002")


async def test_a_receipt_pays_once_p1(salon: Salon) -> None:
    first, second = await salon.guests(2)
    one, other = await charged(first, "+254700000001"), await charged(second, "+254700000002")
    await write(salon, lambda work: work.payments.change(one.id, receipt="R1"))
    with pytest.raises(IntegrityError):
        await write(salon, lambda work: work.payments.change(other.id, receipt="R1"))
    await write(salon, lambda work: work.payments.change(other.id, receipt="R2"))


async def test_a_thread_has_one_cross_sell_and_what_replaces_it_x2(salon: Salon) -> None:
    guest = await salon.guest()
    await guest.books("manicure", "amina", salon.at("14:00"))
    offer = await guest.offer()
    another, now = replace(offer, id="another"), salon.clock.now()
    with pytest.raises(Twice):
        await write(salon, lambda work: work.offers.add(another, now))
    revived = replace(another, replaces=offer.id)
    await write(salon, lambda work: work.offers.add(revived, now))


async def test_an_offer_is_sold_once_o4(salon: Salon) -> None:
    guest = await salon.guest()
    booked = await guest.books("manicure", "amina", salon.at("14:00"))
    offer, now = await guest.offer(), salon.clock.now()
    await write(salon, lambda work: work.offers.sell("one", offer, booked.id, now))
    with pytest.raises(IntegrityError):
        await write(salon, lambda work: work.offers.sell("another", offer, booked.id, now))


async def test_what_leaves_is_queued_once_o4(salon: Salon) -> None:
    async def queue(work: Work) -> None:
        for id in ("one", "another"):
            await work.outbox.put(
                id, kind="message", peer="p", dedupe_key=id, payload={}, at=salon.clock.now()
            )

    await write(salon, queue)
    with pytest.raises(IntegrityError):
        await write(salon, lambda work: work.outbox.change("another", dedupe_key="one"))
