"""The guest takes back a yes."""

from pydantic_ai import RunContext

from jirani.services.stays.taking_back import undo_stay
from tools import describing_stays
from tools.turn import Answer, Turn, unknown


async def undo_upsell(ctx: RunContext[Turn], offer: str) -> Answer:
    """Take back what the guest has bought within the last hour and does not want after all.

    Their stored message must say so; you cannot supply it.

    Args:
        offer: The handle of what was sold, such as e1.
    """
    turn = ctx.deps
    offer_id = turn.handles.resolve("e", offer)
    if offer_id is None:
        return unknown(offer, "sale")
    answered = await undo_stay(turn.case, offer_id)
    return await describing_stays.answer(turn, answered)
