"""Keep the name and phone the guest has written."""

from pydantic_ai import RunContext

from jirani.services.contacts import save
from jirani.services.wording import addressed
from tools.turn import Answer, Turn


async def save_contact(ctx: RunContext[Turn]) -> Answer:
    """Keep the name and phone number in the guest's message of this turn.

    They are read from the stored message by code, never passed by you (O2). `missing` says what
    is still needed.
    """
    turn = ctx.deps
    saved = await save(turn.case, turn.wish.name, turn.wish.phone)
    return Answer.of(
        saved.decision,
        name=addressed(saved.customer.name, turn.case.dials.honorific),
        phone=saved.customer.phone,
        missing=saved.missing,
    )
