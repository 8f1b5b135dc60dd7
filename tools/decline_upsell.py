"""The guest's no to an offer."""

from pydantic_ai import RunContext

from jirani.services.answering import decline
from jirani.services.recovery import answering as recovery
from jirani.services.stays.answering import decline_stay
from tools import describing, describing_recovery, describing_stays
from tools.turn import Answer, Turn, unknown


async def decline_upsell(ctx: RunContext[Turn], offer: str) -> Answer:
    """Take the guest's no to an offer: its time is let go, and it is not offered again.

    Args:
        offer: The handle of the offer, such as o1, r1 or e1.
    """
    turn = ctx.deps
    around_stay = turn.handles.resolve("e", offer)
    if around_stay is not None:
        return await describing_stays.answer(turn, await decline_stay(turn.case, around_stay))
    freed = turn.handles.resolve("r", offer)
    if freed is not None:
        answered_slot = await recovery.decline(turn.case, freed)
        return await describing_recovery.answer(turn, answered_slot)
    offer_id = turn.handles.resolve("o", offer)
    if offer_id is None:
        return unknown(offer, "offer")
    answered = await decline(turn.case, offer_id)
    facts = describing.offer(turn, answered.offer) if answered.offer else {}
    return Answer.of(answered.decision, **facts)
