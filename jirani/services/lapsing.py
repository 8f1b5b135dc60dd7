"""When a hold runs out unpaid: released or kept for the venue, as the policy says (X12)."""

from jirani.rules.facts import Appointment, AppointmentStatus
from jirani.rules.payments import OPEN, when_unpaid
from jirani.services import Case, Services
from jirani.services.calling_off import call_off
from jirani.services.charging import at_venue
from jirani.services.log import log
from jirani.services.outbox import tell
from jirani.services.recovery.failing import fail, is_recovered
from jirani.services.recovery.scoring import rescore
from jirani.services.threads import case_of_thread, end_if_empty
from jirani.services.wording import language_of, names
from jirani.store.refusals import Overlap
from jirani.store.work import Work
from prompts import formats


async def lapse(services: Services, business_id: str, appointment_id: str) -> None:
    """End the hold of a booking nobody paid for in time, as the policy says (X12)."""
    async with services.store.read(business_id) as work:
        found = await work.appointments.get(appointment_id)
    case = await case_of_thread(services, business_id, found.thread_id)
    now = services.clock.now()
    try:
        async with services.store.begin(business_id, (found.staff_id, found.customer_id)) as work:
            lapsed = [
                each
                for each in await work.appointments.of_thread(found.thread_id)
                if each.hold_until and each.hold_until <= now
            ]
            if lapsed:
                await _end_holds(case, work, lapsed)
    except Overlap as overlap:
        log.error("appointment.not_kept", rule=str(overlap))
        return
    # Redis counts real seconds: whoever passes a deadline lets go of the keys behind it.
    slots = [each.slot for each in lapsed]
    await services.holds.release(business_id, slots, found.thread_id)


async def _end_holds(case: Case, work: Work, lapsed: list[Appointment]) -> None:
    for payment in await work.payments.of_thread(case.thread_id):
        if payment.status in OPEN and {*payment.appointment_ids} & {each.id for each in lapsed}:
            await call_off(case.services, work, payment)  # nobody is asked for what has ended (P3)
    recovered = [each for each in lapsed if is_recovered(each)]
    for each in recovered:
        await fail(case, work, each)
    lapsed = [each for each in lapsed if each not in recovered]
    if not lapsed:
        await end_if_empty(case, work)
        return
    language = await language_of(case, work)
    items = names(await work.catalogue.load(), lapsed, language)
    key = lapsed[0].id
    if when_unpaid(case.business.payment_policy) is AppointmentStatus.RELEASED:
        for each in lapsed:
            await work.appointments.change(
                each.id, status=AppointmentStatus.RELEASED, hold_until=None
            )
            await work.offers.sales_become(each.id, "failed")
        await rescore(case, work, case.customer_id)
        await end_if_empty(case, work)
        await tell(case, work, "released_unpaid", key=key, language=language, items=items)
        return
    charged = await at_venue(case, work, lapsed)
    amount = formats.money(charged.payment.amount if charged.payment else 0, case.business.currency)
    await tell(case, work, "kept_at_venue", key=key, language=language, items=items, amount=amount)
