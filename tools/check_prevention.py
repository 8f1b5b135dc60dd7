"""May this customer be offered anything now?"""

from pydantic_ai import RunContext

from jirani.services.cross_selling import prevention
from jirani.services.ledger import note
from tools.turn import Answer, Turn


async def check_prevention(ctx: RunContext[Turn]) -> Answer:
    """Ask whether this customer may be offered anything now (O5, O9, U4).

    It only informs: reserve_pair decides by the same rules again.
    """
    turn = ctx.deps
    async with turn.case.services.store.begin(turn.case.business.id) as work:
        decision = await prevention(turn.case, work)
        await note(turn.case, work, "check_prevention", decision, stage="sending")
    return Answer.of(decision, should_offer=decision.allowed, confidence=1.0)
