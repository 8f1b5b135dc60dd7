"""Asking the provider about silent charges, and finding those only a person can settle."""

from datetime import datetime

from jirani.connectors.payments import ChargeUpdate
from jirani.rules.facts import Payment, PaymentStatus
from jirani.rules.payments import FINAL, OPEN, needs_review, query_times
from jirani.services import Services
from jirani.services.log import log
from jirani.services.settling import apply
from jirani.services.watch import outside

GIVEN_UP = 3  # queries: the prompt has long gone from the phone, the charge has timed out (X12)


async def query(services: Services, business_id: str, payment_id: str) -> None:
    """Ask about a silent charge, on its schedule (P1).

    One that stays silent past its prompt has timed out; it is asked about to the end of the
    schedule, for money may still have been taken.
    """
    payment = await _read(services, business_id, payment_id)
    if payment is None or payment.next_query_at is None:
        return
    asked = payment.queries + 1
    current = await _ask(services, business_id, payment)
    if current.status in OPEN and asked >= GIVEN_UP:
        timeout = ChargeUpdate(current.provider_ref or "", None, PaymentStatus.EXPIRED, "timeout")
        await apply(services, business_id, current.thread_id, payment_id, timeout, "query")
        current = await _read(services, business_id, payment_id) or current
    async with services.store.begin(business_id) as work:
        await work.payments.change(
            payment_id, queries=asked, next_query_at=_next_time(current, asked)
        )
    if needs_review(current) or _stays_unheard(current, asked):
        log.error("payment.needs_person", payment=payment_id)


def _next_time(payment: Payment, asked: int) -> datetime | None:
    times = query_times(payment.created_at)
    settled = payment.status in FINAL or payment.settled_by in ("callback", "push")
    return None if settled or asked >= len(times) else times[asked]


def _stays_unheard(payment: Payment, asked: int) -> bool:
    """Tell whether all asking is over and the provider has never said what became of it.

    Of a charge it gave us no name for it cannot even be asked: money may have been taken (P1, P5).
    """
    if payment.settled_by in ("callback", "push") or _next_time(payment, asked) is not None:
        return False
    return payment.status in OPEN or payment.provider_ref is None


async def reap(services: Services, business_id: str, payment_id: str) -> None:
    """Settle what stayed pending by asking once more; else a person must look (P5)."""
    payment = await _read(services, business_id, payment_id)
    if payment is None:
        return
    current = await _ask(services, business_id, payment)
    if current.status in OPEN:
        log.error("payment.needs_person", payment=payment_id)


async def _ask(services: Services, business_id: str, payment: Payment) -> Payment:
    if payment.provider_ref is None:
        return payment
    with outside(services.gateway.name, "query") as told:
        update = await services.gateway.query(payment.provider_ref)
        told["outcome"] = str(update.state)
    await apply(services, business_id, payment.thread_id, payment.id, update, "query")
    return await _read(services, business_id, payment.id) or payment


async def _read(services: Services, business_id: str, payment_id: str) -> Payment | None:
    async with services.store.read(business_id) as work:
        return await work.payments.get(payment_id)
