"""Put a free time before the guest, to be confirmed."""

from pydantic_ai import RunContext

from jirani.services.cross_selling import suggest
from jirani.services.proposing import propose_time
from tools import describing
from tools.describing import price
from tools.turn import Answer, Turn, unknown


async def propose_booking(ctx: RunContext[Turn], slot: str) -> Answer:
    """Hold a free slot for a few minutes and ask the guest to confirm it. This books nothing yet.

    If `allowed` is false nothing is held: look for other times. If the answer names an `extra`,
    mention it once with its price; it is not part of the booking.

    Args:
        slot: The handle of a slot found by find_slots, such as s1.
    """
    turn = ctx.deps
    found = turn.handles.resolve("s", slot)
    if found is None:
        return unknown(slot, "slot")
    service_id, at = found
    proposed = await propose_time(turn.case, turn.catalogue, service_id, at.staff_id, at.start)
    if proposed.proposal is None or proposed.appointment is None:
        return Answer.of(proposed.decision)
    extra = await suggest(turn.case, turn.catalogue, service_id)
    facts = {} if extra is None else {"extra": extra.name, "extra_price": price(turn, extra.price)}
    return Answer.of(
        proposed.decision,
        proposal=turn.handles.give("p", proposed.proposal.id),
        **describing.appointment(turn, proposed.appointment),
        **facts,
    )
