"""What a provider's word does to a payment, its bookings and sales, and what the guest hears."""

from jirani.connectors.payments import ChargeUpdate, token_matches
from jirani.rules.facts import (
    LIVE,
    Appointment,
    AppointmentStatus,
    Payment,
    PaymentStatus,
)
from jirani.rules.payments import (
    FAILURES,
    SETTLED,
    Transition,
    Update,
    held_until,
    retry_left,
    settle,
)
from jirani.services import Case, Services
from jirani.services.calling_off import call_off
from jirani.services.charging import unpaid_of
from jirani.services.diary import (
    keep_or_release,
    may_start,
    release_lapsed,
    staff_of_lapsed,
    successor,
)
from jirani.services.ledger import note
from jirani.services.log import about, log
from jirani.services.outbox import tell
from jirani.services.recovery.failing import freed_go_on, is_recovered
from jirani.services.recovery.scoring import rescore
from jirani.services.threads import case_of_thread
from jirani.services.wording import language_of, moment, names
from jirani.store.refusals import Overlap
from jirani.store.work import Work
from prompts import formats

UNROUTED = "unrouted"  # the scope of callbacks that name no business of ours


async def callback(services: Services, update: ChargeUpdate) -> bool:
    """Take a provider's callback, matched by our id and token in its path (P2).

    Returns False, and keeps the callback aside, if it matches no payment of ours.
    """
    path = update.payment_path
    if path and token_matches(services.callback_secret, path.payment_id, path.token):
        async with services.store.begin(path.business_id) as work:
            payment = await work.payments.get(path.payment_id)
            if payment and update.provider_ref in (payment.provider_ref or update.provider_ref, ""):
                await work.payments.callback(
                    services.ids.new(), _body(update), services.clock.now(), routed=True
                )
                thread_id = payment.thread_id
            else:
                payment = None
        if payment:
            with about(path.business_id, thread_id):
                await apply(
                    services, path.business_id, thread_id, path.payment_id, update, "callback"
                )
            return True
    async with services.store.begin(UNROUTED) as work:
        await work.payments.callback(
            services.ids.new(), _body(update), services.clock.now(), routed=False
        )
    log.warning("payment.unrouted")  # anybody may have written it: its words are in the row
    return False


def _body(update: ChargeUpdate) -> dict[str, object]:
    path = update.payment_path
    return {
        "payment_id": path.payment_id if path else None,
        "provider_ref": update.provider_ref,
        "state": str(update.state),
        "code": update.code,
        "amount": update.amount,
        "receipt": update.receipt,
    }


async def apply(
    services: Services,
    business_id: str,
    thread_id: str,
    payment_id: str,
    update: ChargeUpdate,
    source: str,
) -> None:
    """Settle a payment by a callback or a query, and tell the guest what changed."""
    case = await case_of_thread(services, business_id, thread_id)
    try:
        await _apply(case, payment_id, update, source)
    except Overlap:
        # Late money, and its slot was taken in this very moment: now it is seen as taken.
        await _apply(case, payment_id, update, source)


async def _apply(case: Case, payment_id: str, update: ChargeUpdate, source: str) -> None:
    services = case.services
    staff = await staff_of_lapsed(case)
    async with services.store.begin(case.business.id, (case.customer_id, *staff)) as work:
        payment = await work.payments.get(payment_id)
        if payment is None:
            return
        said = Update(
            state=update.state,
            source="callback" if source == "callback" else "query",
            code=update.code,
            amount=update.amount,
            receipt=update.receipt,
        )
        now = services.clock.now()
        change = settle(payment, said, now)
        await note(
            case, work, "settle", change.decision, stage="charging", subject=payment_id, said=said
        )
        if change.receipt:
            await work.payments.change(payment_id, receipt=change.receipt)
        if update.provider_ref and payment.provider_ref is None:
            await work.payments.change(payment_id, provider_ref=update.provider_ref)
        if change.status is not None:
            await work.payments.change(
                payment_id,
                status=change.status,
                settled_at=now,
                settled_by=source,
                next_query_at=None,
            )
            await _carry_over(case, work, payment, change)
            await rescore(case, work, case.customer_id)
    if change.needs_person:
        log.error("payment.needs_person", payment=payment_id)


async def _carry_over(case: Case, work: Work, payment: Payment, change: Transition) -> None:
    if change.status is PaymentStatus.PAID:
        await _paid(case, work, payment)
    elif change.status in FAILURES:
        await _failed(case, work, payment)


async def _paid(case: Case, work: Work, payment: Payment) -> None:
    """Confirm what was paid for; what had lapsed is restored if still free (P1, P2)."""
    wanted = await _wanted(case, work, payment)
    lost = [each for each in wanted if each.status not in LIVE]
    twice = await _paid_before(case, work, payment)
    if twice or (lost and not await _restored(case, work, lost)):
        await work.payments.change(payment.id, status=PaymentStatus.PAID_UNFULFILLED)
        await _tell(case, work, payment, "paid_unfulfilled", wanted)
        log.error("payment.unfulfilled", payment=payment.id)
        return
    for each in wanted:
        await work.appointments.change(each.id, status=AppointmentStatus.CONFIRMED, hold_until=None)
        await work.offers.sales_become(each.id, "applied")
    await _asked_no_more(case, work, payment)
    if not await unpaid_of(case, work):
        await work.threads.change(case.thread_id, ended_at=case.services.clock.now())
    await _tell(case, work, payment, "payment_received", wanted)


async def _paid_before(case: Case, work: Work, payment: Payment) -> bool:
    """Tell whether another charge for the same bookings was paid: this money goes back."""
    return any(
        other.id != payment.id
        and other.status is PaymentStatus.PAID
        and set(other.appointment_ids) & set(payment.appointment_ids)
        for other in await work.payments.of_thread(case.thread_id)
    )


async def _asked_no_more(case: Case, work: Work, paid: Payment) -> None:
    """Nobody is asked again for what this money has paid: not at the venue, nor by a retry.

    A prompt that has gone out cannot be called back; what it brings in goes back (P1).
    """
    for other in await work.payments.of_thread(case.thread_id):
        same = set(other.appointment_ids) & set(paid.appointment_ids)
        if same and other.status is PaymentStatus.DUE_AT_VENUE:
            await work.payments.change(other.id, status=PaymentStatus.CANCELLED)
        elif same == set(other.appointment_ids) and other.status is PaymentStatus.PENDING:
            await call_off(case.services, work, other)


async def _restored(case: Case, work: Work, lost: list[Appointment]) -> bool:
    if any(each.status is not AppointmentStatus.RELEASED for each in lost):
        return False  # cancelled by the guest: the money goes back, not the booking on
    catalogue = await work.catalogue.load()
    for each in lost:
        await release_lapsed(case, work, each.staff_id)
        if not (await may_start(case, work, catalogue, each)).allowed:
            return False
    return True


async def _wanted(case: Case, work: Work, payment: Payment) -> list[Appointment]:
    """Return what a payment is for, as it is now: lapsed ones are let go if any is taken (X8)."""
    wanted = [await successor(work, each) for each in payment.appointment_ids]
    if await keep_or_release(case, work, wanted):
        return wanted
    return [await work.appointments.get(each.id) for each in wanted]


async def _failed(case: Case, work: Work, payment: Payment) -> None:
    """Keep the slots for one retry, then let the policy decide (X12).

    Where one of them has lapsed and gone meanwhile, the others go as well: they were one charge
    (X10), and what a retry would pay for is no longer what was booked. What was settled otherwise
    meanwhile, paid when it had been moved or left to the venue, stays as it is.
    """
    now, timing = case.services.clock.now(), case.services.timing
    wanted = await _wanted(case, work, payment)
    settled = await _settled(work, {case.thread_id, *(each.thread_id for each in wanted)})
    ids = zip(payment.appointment_ids, wanted, strict=True)
    unpaid = [each for id, each in ids if not settled & {id, each.id}]
    unpaid = await freed_go_on(case, work, payment, unpaid)
    if not unpaid:
        return
    wanted = [each for each in wanted if not is_recovered(each)]
    gone = any(each.status is AppointmentStatus.RELEASED for each in wanted)
    # Five minutes for the retry count from the failure, whatever was left of the prompt's.
    until = now if gone else held_until(now, timing.payment_retry_hold)
    for each in unpaid:
        if each.status in LIVE:
            await work.appointments.change(each.id, status=AppointmentStatus.HELD, hold_until=until)
    attempts = [
        p
        for p in await work.payments.of_thread(case.thread_id)
        if set(p.appointment_ids) & set(payment.appointment_ids)
    ]
    text = "payment_failed" if retry_left(attempts) and not gone else "payment_no_retry"
    await _tell(case, work, payment, text, wanted)


async def _settled(work: Work, threads: set[str]) -> set[str]:
    """Return what needs no payment any more in these conversations."""
    payments = await work.payments.of_threads(threads)
    return {id for each in payments if each.status in SETTLED for id in each.appointment_ids}


async def _tell(
    case: Case, work: Work, payment: Payment, name: str, appointments: list[Appointment]
) -> None:
    catalogue = await work.catalogue.load()
    language = await language_of(case, work)
    first = min(appointments, key=lambda each: each.starts_at)
    await tell(
        case,
        work,
        name,
        key=payment.id,
        language=language,
        amount=formats.money(payment.amount, payment.currency),
        items=names(catalogue, appointments, language),
        when=moment(case, first.starts_at, language),
        business=case.business.name,
    )
