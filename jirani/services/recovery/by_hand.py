"""What a business does itself: it opens a slot that was given up, or takes an opening back (R8).

Both may be asked for twice, by two processes at once too: the second changes nothing.
"""

from dataclasses import dataclass

from jirani.rules.decision import AGAIN, Decision, Reason, refuse
from jirani.rules.facts import Appointment, Opening, OpeningStatus
from jirani.rules.recovery.opening import may_withdraw, opens
from jirani.services import Case, Services
from jirani.services.ledger import note
from jirani.services.recovery.ending import end
from jirani.services.recovery.looking import look_of
from jirani.services.recovery.opening import free_slot, policy_in, was_settled
from jirani.store.work import Work


@dataclass(frozen=True, slots=True)
class Done:
    """A guard's answer, and the opening as it is now, if there is one."""

    decision: Decision
    opening: Opening | None = None


async def open_by_hand(services: Services, business_id: str, appointment_id: str, by: str) -> Done:
    """Open the slot of an appointment that was given up, if R1 holds and it did not open before.

    As where recovery was switched on since. However often it is asked for, there is one opening,
    and so one loop (R8). Raises LookupError if there is no such appointment.
    """
    async with services.store.read(business_id) as work:
        given_up = await work.appointments.get(appointment_id)
    locks = (given_up.staff_id, given_up.customer_id)
    async with services.store.begin(business_id, locks) as work:
        given_up = await work.appointments.get(appointment_id)
        case = await _case(services, work, given_up)
        known = await work.openings.of_appointment(given_up.id)
        if known is None:
            known = await work.openings.open_at(given_up.staff_id, given_up.starts_at)
        decision = AGAIN if known else await _may_open(case, work, given_up)
        about = {"stage": "planning", "subject": given_up.id, "by": by}
        await note(case, work, "may_open", decision, **about)
        if known is None and decision.allowed:
            known = await free_slot(case, work, given_up)
        return Done(decision, known)


async def _may_open(case: Case, work: Work, given_up: Appointment) -> Decision:
    """Judge R1 at a later moment: the slot may have been booked since."""
    again = await work.openings.filled_with(given_up.id)
    settled = again is not None or await was_settled(case, work, given_up)
    now = case.services.clock.now()
    decision = opens(given_up, await policy_in(work), now, settled=settled)
    if decision.allowed and await work.openings.is_taken(given_up):
        return refuse(Reason.SLOT_TAKEN, "Somebody has booked that time since.")
    return decision


async def withdraw(services: Services, business_id: str, opening_id: str, by: str) -> Done:
    """Take an opening back; whoever is asked just now hears that it is not to be had any more.

    Raises LookupError if there is none.
    """
    async with services.store.read(business_id) as work:
        known = await work.openings.get(opening_id)
        if known is None:
            raise LookupError(opening_id)
    async with services.store.begin(business_id, (known.staff_id,)) as work:  # as a yes does
        opening = await work.openings.get(opening_id) or known
        decision = may_withdraw(opening)
        given_up = await work.appointments.get(opening.appointment_id)
        case = await _case(services, work, given_up)
        about = {"stage": "planning", "subject": opening.id, "by": by}
        await note(case, work, "may_withdraw", decision, **about)
        if decision.allowed and opening.status is OpeningStatus.OPEN:
            look = await look_of(services, work, opening)
            await end(look, work, OpeningStatus.WITHDRAWN, Reason.TAKEN_BACK)
        return Done(decision, await work.openings.get(opening_id))


async def _case(services: Services, work: Work, given_up: Appointment) -> Case:
    business, dials = await services.house(work)
    return Case(services, business, dials, given_up.customer_id, given_up.thread_id, 0)
