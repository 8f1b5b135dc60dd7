"""A silent charge is given up after three queries, and asked about to the end (P1, P5, X12)."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from jirani.connectors.memory_gateway import Course, MemoryGateway
from jirani.rules.facts import Payment, PaymentStatus
from jirani.rules.payments import query_times
from jirani.services.charging import start
from jirani.services.querying import query
from jirani.services.sending import send_due
from tests.support.salon import Salon

pytestmark = pytest.mark.anyio


async def charged(salon: Salon) -> Payment:
    guest = await salon.guest()
    await guest.books("manicure", "amina", salon.at("14:00"))
    started = await start(guest.case)
    assert started.payment, started.decision
    await send_due(salon.services)
    return await now_is(salon, started.payment)


async def now_is(salon: Salon, payment: Payment) -> Payment:
    async with salon.services.store.read(salon.id) as work:
        found = await work.payments.get(payment.id)
    assert found
    return found


async def asked(salon: Salon, payment: Payment, times: int) -> list[str]:
    """Ask so many times, each when it is due; return what was logged of it."""
    with capture_logs() as logs:
        for at in query_times(payment.created_at)[payment.queries :][:times]:
            salon.clock.at = at
            await query(salon.services, salon.id, payment.id)
    return [line["event"] for line in logs if line["event"].startswith("payment.")]


async def test_a_charge_nobody_answers_has_timed_out_with_the_third_query(
    salon: Salon, gateway: MemoryGateway
) -> None:
    gateway.upcoming.append(Course.TIMEOUT_LOST)
    payment = await charged(salon)
    await asked(salon, payment, 2)
    waiting = await now_is(salon, payment)
    assert (waiting.status, waiting.queries) == (PaymentStatus.UNKNOWN, 2)
    await asked(salon, waiting, 1)
    given_up = await now_is(salon, payment)
    assert (given_up.status, given_up.settled_by) == (PaymentStatus.EXPIRED, "query")
    assert given_up.next_query_at == payment.created_at + timedelta(minutes=10)


async def test_a_person_looks_once_all_asking_is_over_and_nothing_was_ever_heard(
    salon: Salon, gateway: MemoryGateway
) -> None:
    gateway.upcoming.append(Course.TIMEOUT_LOST)
    payment = await charged(salon)
    assert await asked(salon, payment, 4) == []
    assert await asked(salon, await now_is(salon, payment), 1) == ["payment.needs_person"]
    assert (await now_is(salon, payment)).next_query_at is None


async def test_of_a_failure_that_the_provider_has_told_nobody_needs_to_know_more(
    salon: Salon, gateway: MemoryGateway
) -> None:
    gateway.upcoming.append(Course.FAILED)
    payment = await charged(salon)  # and no callback comes
    assert await asked(salon, payment, 5) == []
    assert (await now_is(salon, payment)).status is PaymentStatus.FAILED
