"""A freed slot that was taken and not paid for goes on to the next, in one unit (R6)."""

from jirani.rules.facts import LIVE, Appointment, AppointmentStatus, OfferKind, Payment
from jirani.rules.payments import PROVISIONAL, is_provisional
from jirani.services import Case
from jirani.services.outbox import queue_message
from jirani.services.recovery.opening import open_slot
from jirani.services.recovery.scoring import rescore
from jirani.services.recovery.words import unpaid_text
from jirani.services.wording import language_of
from jirani.store.work import Work


def is_recovered(appointment: Appointment) -> bool:
    """Tell whether a booking has a freed slot; one that was moved since is like any other."""
    return appointment.source == OfferKind.SLOT_RECOVERY and appointment.moved_from is None


async def fail(case: Case, work: Work, unpaid: Appointment) -> None:
    """Cancel a booking that was not paid for and reopen its slot, if R1 holds (R6).

    The customer hears it; whoever pays all the same later has their money back (P1).
    """
    now = case.services.clock.now()
    opening = await work.openings.filled_with(unpaid.id)
    await work.appointments.change(
        unpaid.id, status=AppointmentStatus.CANCELLED, hold_until=None, cancelled_at=now
    )
    await work.offers.sales_become(unpaid.id, "failed")
    await open_slot(case, work, unpaid.id, settled=True, replaces=opening)
    language = await language_of(case, work)
    await queue_message(
        case.services,
        work,
        thread_id=unpaid.thread_id,
        text=await unpaid_text(case, work, unpaid, language),
        language=language,
        dedupe_key=f"recovery_unpaid:{unpaid.id}",
    )
    await rescore(case, work, unpaid.customer_id)


async def freed_go_on(
    case: Case, work: Work, payment: Payment, unpaid: list[Appointment]
) -> list[Appointment]:
    """Let freed slots go on to the next customer (R6); return the bookings that are none.

    A failure that only a query told is provisional: they wait until it is not (P1).
    """
    now = case.services.clock.now()
    current = await work.payments.get(payment.id)
    for each in unpaid:
        if not is_recovered(each) or each.status not in LIVE:
            continue
        if current and is_provisional(current, now):
            until = now + PROVISIONAL
            await work.appointments.change(each.id, status=AppointmentStatus.HELD, hold_until=until)
        else:
            await fail(case, work, each)
    return [each for each in unpaid if not is_recovered(each)]
