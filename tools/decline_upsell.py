"""The guest's no to an offer."""

from pydantic_ai import RunContext

from jirani.services.answering import decline
from tools import describing
from tools.turn import Answer, Turn, unknown


async def decline_upsell(ctx: RunContext[Turn], offer: str) -> Answer:
    """Take the guest's no to an offer: the slot is let go and nothing is offered again.

    Args:
        offer: The handle of the offer, such as o1.
    """
    turn = ctx.deps
    offer_id = turn.handles.resolve("o", offer)
    if offer_id is None:
        return unknown(offer, "offer")
    answered = await decline(turn.case, offer_id)
    facts = describing.offer(turn, answered.offer) if answered.offer else {}
    return Answer.of(answered.decision, **facts)
