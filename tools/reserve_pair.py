"""Hold both slots and make the offer."""

from pydantic_ai import RunContext

from jirani.services.cross_selling import reserve
from tools import describing
from tools.turn import Answer, Turn, unknown


async def reserve_pair(ctx: RunContext[Turn], option: str) -> Answer:
    """Hold the booking and its neighbouring slot together, and offer the neighbour (X8).

    If `allowed` is true, tell the guest the offer exactly as described and ask yes or no. If
    not, somebody was faster or may not be asked: offer nothing.

    Args:
        option: The handle found by find_cross_sell_options, such as x1.
    """
    turn = ctx.deps
    found = turn.handles.resolve("x", option)
    if found is None:
        return unknown(option, "option")
    primary, chosen = found
    offered = await reserve(turn.case, turn.catalogue, primary, chosen)
    if offered.offer is None:
        return Answer.of(offered.decision)
    turn.offered_before = True
    return Answer.of(offered.decision, **describing.offer(turn, offered.offer))
