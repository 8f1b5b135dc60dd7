"""A yes becomes an appointment and fills the opening, in the unit that took it (R5, O4)."""

from datetime import datetime

from jirani.rules.facts import (
    Appointment,
    AppointmentStatus,
    Opening,
    OpeningStatus,
    PaymentPolicy,
    RecoveryOffer,
)
from jirani.rules.recovery.opening import pay_by
from jirani.services import Case
from jirani.services.recovery.ending import withdraw_others
from jirani.services.recovery.moving_up import give_up_later, open_left
from jirani.services.recovery.opening import policy_in
from jirani.store.refusals import Overlap
from jirani.store.work import Work


async def fill(case: Case, work: Work, opening: Opening, offer: RecoveryOffer) -> Appointment:
    """Write the appointment and its sale, fill the opening, and tell the losers (R4, R5).

    Raises Overlap if the database finds the time taken, or the opening is over (X9).
    """
    now = case.services.clock.now()
    made = wanted(offer, case.services.ids.new(), await _hold_until(case, work, opening, offer))
    if offer.primary_id is not None:
        made = await give_up_later(work, offer, made)
    await work.appointments.add(made)
    filled = await work.openings.settle(opening.id, OpeningStatus.FILLED, at=now, filled_by=made.id)
    if not filled:
        raise Overlap("slot_openings_filled")
    if offer.primary_id is None:
        await work.recovery_offers.sell(case.services.ids.new(), offer, made.id, now)
    else:  # nothing new is sold by a move; what is left is
        await open_left(case, work, opening, offer, made)
    await withdraw_others(case.services, work, opening.id, but=offer.id)
    await work.threads.change(case.thread_id, charge_at=now + case.services.timing.charge_grace)
    return made


def wanted(offer: RecoveryOffer, id: str, hold_until: datetime | None = None) -> Appointment:
    """Return the appointment that an offer becomes."""
    return Appointment(
        id=id,
        thread_id=offer.thread_id,
        customer_id=offer.customer_id,
        service_id=offer.service_id,
        staff_id=offer.staff_id,
        starts_at=offer.starts_at,
        ends_at=offer.ends_at,
        busy_until=offer.busy_until,
        price=offer.price,
        currency=offer.currency,
        status=AppointmentStatus.CONFIRMED,
        hold_until=hold_until,
        source=str(offer.kind),
    )


async def _hold_until(
    case: Case, work: Work, opening: Opening, offer: RecoveryOffer
) -> datetime | None:
    """Return until when it must be paid (R6); None where we charge nothing."""
    if offer.price <= 0 or case.business.payment_policy is PaymentPolicy.PAY_AT_VENUE:
        return None
    return pay_by(opening, await policy_in(work), case.services.clock.now())
