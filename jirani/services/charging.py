"""Charging: written before it is pushed, pushed once, one charge for the whole thread (P1-P4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jirani.connectors.payments import PaymentPath, callback_token
from jirani.rules.currency import minor_digits
from jirani.rules.decision import ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import (
    Appointment,
    AppointmentStatus,
    Customer,
    Payment,
    PaymentPolicy,
    PaymentStatus,
    ProposalKind,
    ProposalStatus,
)
from jirani.rules.payments import (
    OPEN,
    held_until,
    may_charge,
    next_query,
    owed,
    retry_at,
    total,
    whole_units,
)
from jirani.services import Case, Services
from jirani.services.diary import keep_or_release, lapsed_of, staff_of_lapsed
from jirani.services.ledger import note, note_apart
from jirani.services.log import log
from jirani.services.offers import OPEN as OPEN_OFFER
from jirani.services.outbox import tell
from jirani.services.threads import case_of_thread
from jirani.services.wording import language_of
from jirani.store.refusals import Twice
from jirani.store.work import Work


@dataclass(frozen=True, slots=True)
class Charged:
    """A guard's answer, the payment, and what it pays for."""

    decision: Decision
    payment: Payment | None = None
    appointments: tuple[Appointment, ...] = ()
    retry_at: datetime | None = None


async def start(case: Case, *, asked: bool = True) -> Charged:
    """Charge everything in the thread that is booked and not paid: one charge, the plain sum.

    Where nothing is charged by us, the bookings become due at the venue. `asked`: by the guest,
    who alone may have a charge again that has failed (X12).
    """
    services = case.services
    staff = await staff_of_lapsed(case)
    try:
        async with services.store.begin(case.business.id, (case.customer_id, *staff)) as work:
            charged = await _start(case, work, asked)
            await note(
                case,
                work,
                "may_charge",
                charged.decision,
                stage="charging",
                subject=charged.payment.id if charged.payment else None,
            )
    except Twice:
        decision = refuse(Reason.CHARGE_OPEN, "A payment prompt is already open.")
        await note_apart(case, "one_open_charge", decision, stage="charging")
        return Charged(decision)
    return charged


async def _start(case: Case, work: Work, asked: bool) -> Charged:
    now = case.services.clock.now()
    payments = await work.payments.of_thread(case.thread_id)
    unpaid = await _still_theirs(case, work, payments)
    ids = {each.id for each in unpaid}
    earlier = [p for p in payments if p.method != "venue" and ids & set(p.appointment_ids)]
    customer = await work.customers.get(case.customer_id)
    if case.business.payment_policy is PaymentPolicy.PAY_AT_VENUE and customer.phone and unpaid:
        return await at_venue(case, work, unpaid)
    decision = may_charge(
        case.business.payment_policy,
        amount=total(unpaid),
        has_phone=customer.phone is not None,
        has_name=customer.name is not None,
        open_charge=next((p for p in payments if p.status in OPEN), None),
        previous=earlier,
        live_offer=await _offer_waits(case, work, now),
        now=now,
        wait=case.services.timing.payment_retry_wait,
        phone_busy=customer.phone is not None
        and await work.payments.phone_is_charging(customer.phone, case.thread_id),
        asked=asked,
        anew=not ids <= {id for each in earlier for id in each.appointment_ids},
    )
    if decision.allowed and await _changing(case, work, now):
        decision = refuse(Reason.OPEN_OFFER, "A change of the booking waits for its answer.")
    if decision.allowed and not _chargeable(case, total(unpaid)):
        decision = refuse(Reason.NOT_ALLOWED_HERE, "The provider takes whole units only (P4).")
    if not decision.allowed:
        current = next((p for p in reversed(payments) if p.status in OPEN), None)
        again = retry_at(earlier, case.services.timing.payment_retry_wait)
        return Charged(decision, current, tuple(unpaid), again)
    return await _write(case, work, customer, unpaid, attempt=len(earlier) + 1)


async def unpaid_of(case: Case, work: Work) -> list[Appointment]:
    """Return the thread's live bookings that no payment has settled, as they are now."""
    appointments = await work.appointments.with_origins(case.thread_id)
    threads = {case.thread_id, *(each.thread_id for each in appointments)}
    return owed(case.thread_id, appointments, await work.payments.of_threads(threads))


async def _still_theirs(case: Case, work: Work, payments: Sequence[Payment]) -> list[Appointment]:
    """Return what is unpaid, without what had lapsed and may have been promised to others (X8)."""
    unpaid = await unpaid_of(case, work)
    lapsed = {each.id for each in lapsed_of(case, unpaid)}
    if not lapsed:
        return unpaid
    of_thread = await work.appointments.of_thread(case.thread_id)
    gone = {each.id for each in of_thread if each.status is AppointmentStatus.RELEASED}
    broken = any(lapsed & {*p.appointment_ids} and gone & {*p.appointment_ids} for p in payments)
    kept = await keep_or_release(case, work, unpaid, broken=broken)
    return unpaid if kept else [each for each in unpaid if each.id not in lapsed]


def _chargeable(case: Case, amount: int) -> bool:
    """Tell whether the provider can take this amount; a price to correct is never rounded."""
    if not case.services.gateway.whole_units:
        return True
    try:
        whole_units(amount, minor_digits(case.business.currency))
    except ValueError:
        log.error("payment.not_whole", amount=amount)
        return False
    return True


async def _offer_waits(case: Case, work: Work, now: datetime) -> bool:
    return any(
        each.status in OPEN_OFFER and each.expires_at > now
        for each in await work.offers.of_thread(case.thread_id)
    )


async def _changing(case: Case, work: Work, now: datetime) -> bool:
    return any(
        each.status is ProposalStatus.OPEN
        and each.kind is not ProposalKind.BOOK
        and each.expires_at > now
        for each in await work.proposals.of_thread(case.thread_id)
    )


async def _write(
    case: Case, work: Work, customer: Customer, unpaid: list[Appointment], attempt: int
) -> Charged:
    services, now = case.services, case.services.clock.now()
    amount = total(unpaid)
    payment_id = services.ids.new()
    payment = Payment(
        id=payment_id,
        thread_id=case.thread_id,
        amount=amount,
        currency=case.business.currency,
        status=PaymentStatus.PENDING,
        method=services.gateway.name,
        phone=customer.phone,
        attempt=attempt,
        created_at=now,
        appointment_ids=tuple(each.id for each in unpaid),
        token=callback_token(services.callback_secret, payment_id),
    )
    payment_queries = next_query(payment)
    await work.payments.add(payment, {each.id: each.price for each in unpaid})
    await work.payments.change(payment.id, next_query_at=payment_queries)
    # P3: the slots outlast the prompt, and the five minutes for a retry behind it (X12); all of
    # one charge as long as the one that is held longest, as they share its outcome (X10).
    hold = services.timing.charge_prompt + services.timing.payment_retry_hold
    until = max(held_until(now, hold, each.hold_until) for each in unpaid)
    for each in unpaid:
        await work.appointments.change(each.id, hold_until=until)
    await work.threads.change(case.thread_id, charge_at=None)
    await _queue_push(case, work, payment)
    return Charged(ALLOWED, payment, tuple(unpaid))


async def _queue_push(case: Case, work: Work, payment: Payment) -> None:
    path = PaymentPath(case.business.id, payment.id, payment.token)
    await work.outbox.put(
        case.services.ids.new(),
        kind="charge",
        peer=f"charge:{payment.phone}",
        dedupe_key=f"charge:{payment.id}",
        payload={
            "thread": case.thread_id,
            "payment_id": payment.id,
            "charge": {
                "key": payment.id,
                "phone": payment.phone,
                "amount": payment.amount,
                "currency": payment.currency,
                "reference": payment.id[-12:],
                "description": case.business.name[:13],
                "callback_path": str(path),
            },
        },
        at=case.services.clock.now(),
        thread_id=case.thread_id,
    )


async def at_venue(case: Case, work: Work, unpaid: list[Appointment]) -> Charged:
    """Leave bookings to be paid at the venue (X12)."""
    now = case.services.clock.now()
    payment = Payment(
        id=case.services.ids.new(),
        thread_id=case.thread_id,
        amount=total(unpaid),
        currency=case.business.currency,
        status=PaymentStatus.DUE_AT_VENUE,
        method="venue",
        phone=None,
        attempt=1,
        created_at=now,
        appointment_ids=tuple(each.id for each in unpaid),
        settled_at=now,
        settled_by="policy",
    )
    await work.payments.add(payment, {each.id: each.price for each in unpaid})
    for each in unpaid:
        await work.appointments.change(each.id, status=AppointmentStatus.CONFIRMED, hold_until=None)
        await work.offers.sales_become(each.id, "applied")
    await work.threads.change(case.thread_id, charge_at=None, ended_at=now)
    return Charged(ALLOWED, payment, tuple(unpaid))


async def choose_venue(case: Case) -> Charged:
    """Leave the thread's unpaid bookings to the venue at the guest's wish, if the policy allows."""
    async with case.services.store.begin(case.business.id, (case.customer_id,)) as work:
        unpaid = await unpaid_of(case, work)
        payments = await work.payments.of_thread(case.thread_id)
        if case.business.payment_policy is PaymentPolicy.PAY_FIRST:
            decision = refuse(Reason.NOT_ALLOWED_HERE, "This business is paid before the visit.")
        elif not unpaid:
            decision = refuse(Reason.NOTHING_TO_PAY, "Nothing waits to be paid.")
        elif any(p.status in OPEN for p in payments):
            decision = refuse(Reason.CHARGE_OPEN, "A payment prompt is still open.")
        else:
            decision = ALLOWED
        await note(case, work, "may_pay_at_venue", decision, stage="charging")
        return await at_venue(case, work, unpaid) if decision.allowed else Charged(decision)


async def charge_due(services: Services, business_id: str, thread_id: str) -> None:
    """Send the charge whose time has come (X10), or ask once for the contact it needs."""
    case = await case_of_thread(services, business_id, thread_id)
    charged = await start(case, asked=False)
    now = services.clock.now()
    async with services.store.begin(business_id) as work:
        thread = await work.threads.get(thread_id)
        reason = charged.decision.reason
        # Its own open charge will be told; that of another conversation, with this phone, will not.
        busy_elsewhere = reason is Reason.CHARGE_OPEN and charged.payment is None
        if reason is Reason.OPEN_OFFER or busy_elsewhere:
            # Something waits for its answer: look again when that has ended.
            later = now + services.timing.charge_grace
            await work.threads.change(thread_id, charge_at=later)
            return
        if charged.decision.allowed:
            return
        # Something new is charged together with what failed, as soon as that may be tried again.
        again = charged.retry_at if reason is Reason.RETRY_TOO_SOON else None
        await work.threads.change(thread_id, charge_at=again)
        if reason is Reason.NEEDS_CONTACT and not thread.asked_contact_at:
            await work.threads.change(thread_id, asked_contact_at=now)
            language = await language_of(case, work)
            await tell(case, work, "ask_contact", key=thread_id, language=language)
