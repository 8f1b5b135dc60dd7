"""The one tool that accepts an offer, of whatever kind (O1)."""

from pydantic_ai import RunContext

from jirani.rules.payments import total
from jirani.services.answering import accept
from jirani.services.recovery import answering as recovery
from jirani.services.stays.answering import accept_stay
from tools import describing, describing_recovery, describing_stays
from tools.turn import Answer, Turn, unknown


async def apply_upsell(ctx: RunContext[Turn], offer: str) -> Answer:
    """Sell what the guest has just said yes to.

    The yes is read from the guest's own stored message; you cannot supply it. If `allowed` is
    false nothing was sold: explain `detail` kindly and do not retry.

    Args:
        offer: The handle of the offer, such as o1, r1 or e1.
    """
    turn = ctx.deps
    around_stay = turn.handles.resolve("e", offer)
    if around_stay is not None:
        return await describing_stays.answer(turn, await accept_stay(turn.case, around_stay))
    freed = turn.handles.resolve("r", offer)
    if freed is not None:
        answered_slot = await recovery.accept(turn.case, turn.catalogue, freed)
        return await describing_recovery.answer(turn, answered_slot)
    offer_id = turn.handles.resolve("o", offer)
    if offer_id is None:
        return unknown(offer, "offer")
    answered = await accept(turn.case, turn.catalogue, offer_id)
    facts = describing.offer(turn, answered.offer) if answered.offer else {}
    if answered.decision.allowed:
        facts["total"] = describing.price(turn, total((await turn.known()).unpaid))
    return Answer.of(answered.decision, **facts)
