"""Whether a customer wants to hear of slots that come free (R2)."""

from pydantic_ai import RunContext

from jirani.services.recovery.consenting import tell_of_slots
from tools.turn import Answer, Turn


async def tell_of_freed_slots(ctx: RunContext[Turn]) -> Answer:
    """Note that this guest wants to be told of slots that come free, or no more, as they said.

    What they want is read from their stored message; you cannot supply it. Promise no slot.
    """
    turn = ctx.deps
    intents = [str(each) for each in turn.wish.intents]
    wants = None
    if "listen_no_more" in intents or "listen" in intents:
        wants = "listen_no_more" not in intents
    return Answer.of(await tell_of_slots(turn.case, wants), listens=bool(wants))
