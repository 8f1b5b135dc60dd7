"""Leave the payment for the visit."""

from pydantic_ai import RunContext

from jirani.services.charging import choose_venue
from jirani.services.wording import names
from tools import describing
from tools.turn import Answer, Turn


async def pay_at_venue(ctx: RunContext[Turn]) -> Answer:
    """Leave the bookings of this conversation to be paid at the venue, where the business allows.

    If `allowed` is false the business wants to be paid first: say so.
    """
    turn = ctx.deps
    charged = await choose_venue(turn.case)
    if charged.payment is None:
        return Answer.of(charged.decision)
    return Answer.of(
        charged.decision,
        **describing.payment(turn, charged.payment),
        items=names(turn.catalogue, charged.appointments, turn.language),
        when=describing.moment(turn, min(each.starts_at for each in charged.appointments)),
    )
