"""The guest's "maybe later"."""

from pydantic_ai import RunContext

from jirani.services.stays.deferring import defer_stay
from tools import describing_stays
from tools.turn import Answer, Turn, unknown


async def defer_upsell(ctx: RunContext[Turn], offer: str) -> Answer:
    """Ask once more later, at the time the guest named; until then the offer stays open.

    That they said so, and when, is read from their stored message; you cannot supply it.

    Args:
        offer: The handle of the offer, such as e1.
    """
    turn = ctx.deps
    offer_id = turn.handles.resolve("e", offer)
    if offer_id is None:
        return unknown(offer, "offer")
    answered = await defer_stay(turn.case, offer_id)
    return await describing_stays.answer(turn, answered)
