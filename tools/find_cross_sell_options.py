"""Look for the neighbouring slot."""

from pydantic_ai import RunContext

from jirani.services.cross_selling import find_options
from prompts import formats
from tools import describing
from tools.turn import Answer, Turn


async def find_cross_sell_options(ctx: RunContext[Turn]) -> Answer:
    """Look for one complementary service right behind the booking just confirmed (X1-X7).

    Call it once after a booking is confirmed. If `allowed` is false, offer nothing and go on.
    """
    turn = ctx.deps
    found = await find_options(
        turn.case,
        declined=turn.thread.cross_sell_declined,
        offered_before=turn.offered_before,
    )
    if found.primary is None:
        return Answer.of(found.decision)
    best = found.options[0]
    service = found.catalogue.service(best.service_id)
    start = describing.local(turn, best.starts_at)
    return Answer.of(
        found.decision,
        option=turn.handles.give("x", (found.primary, best)),
        service=service.name,
        staff=found.catalogue.member(best.staff_id).name,
        starts_at=start.isoformat(),
        time=formats.clock(start),
        minutes=formats.minutes(service.minutes, turn.language),
        price=describing.price(turn, service.price),
        gap_minutes=best.gap_minutes,
    )
