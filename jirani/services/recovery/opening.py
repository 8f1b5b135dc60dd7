"""A slot opens in the very unit in which its appointment is given up (R1, R6)."""

from jirani.rules.decision import Decision
from jirani.rules.facts import (
    Appointment,
    Opening,
    OpeningStatus,
    PaymentPolicy,
    RecoveryPolicy,
)
from jirani.rules.payments import SETTLED
from jirani.rules.recovery.opening import opens
from jirani.rules.recovery.settings import policy_of
from jirani.services import Case
from jirani.services.ledger import note
from jirani.store.work import Work

GUARD = "opens"


async def policy_in(work: Work) -> RecoveryPolicy:
    """Return how this business recovers slots, as set now."""
    return policy_of(await work.business.recovery())


async def was_settled(case: Case, work: Work, appointment: Appointment) -> bool:
    """Tell whether an appointment was paid, left to the venue, or needed no payment (R1).

    One that was moved took its payment with it.
    """
    if appointment.price <= 0 or case.business.payment_policy is PaymentPolicy.PAY_AT_VENUE:
        return True
    known = {each.id: each for each in await work.appointments.with_origins(appointment.thread_id)}
    ids, current = {appointment.id}, appointment
    while current.moved_from is not None and current.moved_from in known:
        current = known[current.moved_from]
        ids.add(current.id)
    payments = await work.payments.of_threads(
        {appointment.thread_id, *(each.thread_id for each in known.values())}
    )
    return any(each.status in SETTLED and ids & {*each.appointment_ids} for each in payments)


async def free_slot(case: Case, work: Work, given_up: Appointment) -> Opening | None:
    """Open the slot of a booking that its customer has cancelled or moved away, if R1 holds.

    One that had taken a freed slot itself was free before, whether or not it was paid for.
    """
    filled = await work.openings.filled_with(given_up.id)
    settled = filled is not None or await was_settled(case, work, given_up)
    return await open_slot(case, work, given_up.id, settled=settled, replaces=filled)


async def open_slot(
    case: Case,
    work: Work,
    appointment_id: str,
    *,
    settled: bool,
    replaces: Opening | None = None,
    depth: int = 0,
) -> Opening | None:
    """Open the slot of an appointment that was just given up; None if R1 does not hold.

    However often it is triggered, there is one opening, and one loop (R8). `replaces`: the opening
    that this appointment had filled; who was asked for that one is not asked again (R6). `depth`:
    how many bookings were moved up for this slot to be left.
    """
    given_up = await work.appointments.get(appointment_id)
    now = case.services.clock.now()
    decision = opens(given_up, await policy_in(work), now, settled=settled)
    opening = _opening(case, given_up, replaces, depth) if decision.allowed else None
    if opening and not await work.openings.open_once(opening):
        return None
    await _noted(case, work, decision, given_up, opening)
    return opening


def _opening(case: Case, given_up: Appointment, replaces: Opening | None, depth: int) -> Opening:
    id, now = case.services.ids.new(), case.services.clock.now()
    return Opening(
        id=id,
        root_id=replaces.root_id if replaces else id,
        appointment_id=given_up.id,
        left_by=given_up.customer_id,
        service_id=given_up.service_id,
        staff_id=given_up.staff_id,
        starts_at=given_up.starts_at,
        ends_at=given_up.ends_at,
        busy_until=given_up.busy_until,
        price=given_up.price,
        currency=given_up.currency,
        status=OpeningStatus.OPEN,
        opened_at=now,
        looks_at=now,
        depth=replaces.depth if replaces else depth,
        replaces=replaces.id if replaces else None,
    )


async def _noted(
    case: Case, work: Work, decision: Decision, given_up: Appointment, opening: Opening | None
) -> None:
    await note(
        case,
        work,
        GUARD,
        decision,
        stage="planning",
        subject=given_up.id,
        opening=opening.id if opening else None,
        start=given_up.starts_at,
    )
