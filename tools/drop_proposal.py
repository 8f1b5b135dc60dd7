"""Let a proposal go."""

from pydantic_ai import RunContext

from jirani.services.confirming import decline
from tools import describing
from tools.turn import Answer, Turn, unknown


async def drop_proposal(ctx: RunContext[Turn], proposal: str) -> Answer:
    """Let a proposal go that the guest has just said no to; its time is free again.

    A new proposal takes the place of an open one by itself: call this for a plain no.

    Args:
        proposal: The handle of the open proposal, such as p1.
    """
    turn = ctx.deps
    proposal_id = turn.handles.resolve("p", proposal)
    if proposal_id is None:
        return unknown(proposal, "proposal")
    done = await decline(turn.case, proposal_id)
    facts = describing.appointment(turn, done.appointment) if done.appointment else {}
    return Answer.of(done.decision, kind=str(done.kind) if done.kind else None, **facts)
