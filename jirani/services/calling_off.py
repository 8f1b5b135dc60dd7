"""A charge that has not gone out yet is called off where nobody is to pay it any more (P1, P3)."""

from jirani.rules.facts import LIVE, Payment, PaymentStatus
from jirani.rules.payments import OPEN
from jirani.services import Services
from jirani.services.diary import successor
from jirani.services.threads import case_of_thread
from jirani.store.work import Work


async def call_off(services: Services, work: Work, payment: Payment) -> None:
    """Cancel a charge whose push still waits to be sent; one that has gone out stays (P1)."""
    push = await work.outbox.by_key(f"charge:{payment.id}")
    if push and push.state in ("ready", "claimed"):
        await work.outbox.change(push.id, state="withdrawn", lease_until=None)
        await _cancel(services, work, payment)


async def still_wanted(services: Services, business_id: str, payment: Payment) -> bool:
    """Tell whether a charge that is about to go out is for what is booked still, all of it.

    Between its writing and its sending a process may have died, a hold run out, or the guest
    cancelled. Where nothing is left to pay for it is called off, in silence: whoever ended that has
    told the guest.
    """
    case = await case_of_thread(services, business_id, payment.thread_id)
    async with services.store.begin(business_id, (case.customer_id,)) as work:
        current = await work.payments.get(payment.id)
        if current is None or current.status not in OPEN:
            return False
        wanted = [await successor(work, each) for each in current.appointment_ids]
        live = [each.status in LIVE for each in wanted]
        if not any(live):
            await _cancel(services, work, current)
        return all(live)


async def _cancel(services: Services, work: Work, payment: Payment) -> None:
    await work.payments.change(
        payment.id,
        status=PaymentStatus.CANCELLED,
        settled_at=services.clock.now(),
        settled_by="policy",
        next_query_at=None,
    )
