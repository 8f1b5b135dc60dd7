"""Put a new time for a booking before the guest, to be confirmed."""

from pydantic_ai import RunContext

from jirani.services.proposing import propose_time
from tools import describing
from tools.turn import Answer, Turn, unknown


async def propose_move(ctx: RunContext[Turn], appointment: str, slot: str) -> Answer:
    """Hold another time for a booking and ask the guest to confirm the move. Nothing moves yet.

    Args:
        appointment: The handle of the booking to move, such as a1.
        slot: The handle of a slot found by find_slots with `moving`, such as s1.
    """
    turn = ctx.deps
    appointment_id = turn.handles.resolve("a", appointment)
    found = turn.handles.resolve("s", slot)
    if appointment_id is None:
        return unknown(appointment, "appointment")
    if found is None:
        return unknown(slot, "slot")
    async with turn.case.services.store.read(turn.case.business.id) as work:
        current = await work.appointments.get(appointment_id)
    _, at = found
    proposed = await propose_time(
        turn.case, turn.catalogue, current.service_id, at.staff_id, at.start, moves=current
    )
    if proposed.proposal is None or proposed.appointment is None:
        return Answer.of(proposed.decision, **describing.appointment(turn, current))
    return Answer.of(
        proposed.decision,
        proposal=turn.handles.give("p", proposed.proposal.id),
        old=describing.moment(turn, current.starts_at),
        **describing.appointment(turn, proposed.appointment),
    )
