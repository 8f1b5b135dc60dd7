"""No more offers, or offers again."""

from pydantic_ai import RunContext

from jirani.services.contacts import set_preference
from tools.turn import Answer, Turn


async def set_offer_preference(ctx: RunContext[Turn]) -> Answer:
    """Stop offers for this guest, or resume them, as their own message says (O9).

    What they want is read from their stored message; you cannot supply it.
    """
    turn = ctx.deps
    decision = await set_preference(turn.case)
    return Answer.of(decision)
