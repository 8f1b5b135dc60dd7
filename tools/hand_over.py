"""A person takes over."""

from pydantic_ai import RunContext

from jirani.services.handover import hand_over as give
from tools.turn import Answer, Turn


async def hand_over(ctx: RunContext[Turn]) -> Answer:
    """Hand the conversation to a person of the business; you are silent from then on.

    Call it when the guest asks for a person, complains, or is misunderstood again and again.
    """
    turn = ctx.deps
    return Answer.of(await give(turn.case))
