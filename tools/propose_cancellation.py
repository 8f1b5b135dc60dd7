"""Ask the guest to confirm a cancellation."""

from pydantic_ai import RunContext

from jirani.services.proposing import propose_cancellation as propose
from tools import describing
from tools.turn import Answer, Turn, unknown


async def propose_cancellation(ctx: RunContext[Turn], appointment: str) -> Answer:
    """Ask the guest to confirm that a booking is to be cancelled. Nothing is cancelled yet.

    Args:
        appointment: The handle of the booking, such as a1.
    """
    turn = ctx.deps
    appointment_id = turn.handles.resolve("a", appointment)
    if appointment_id is None:
        return unknown(appointment, "appointment")
    async with turn.case.services.store.read(turn.case.business.id) as work:
        current = await work.appointments.get(appointment_id)
    proposed = await propose(turn.case, current)
    facts = describing.appointment(turn, current)
    if proposed.proposal is None:
        return Answer.of(proposed.decision, **facts)
    handle = turn.handles.give("p", proposed.proposal.id)
    return Answer.of(proposed.decision, proposal=handle, **facts)
