"""Charge what is booked."""

import math

from pydantic_ai import RunContext

from jirani.services.charging import start
from jirani.services.sending import send_due
from jirani.services.wording import names
from prompts import formats
from tools import describing
from tools.turn import Answer, Turn


async def start_payment(ctx: RunContext[Turn]) -> Answer:
    """Send one payment request for everything booked in this conversation and not yet paid.

    Amount and phone come from the rows. If `allowed` is false nothing was sent; `reason` says
    what is missing. A request that was sent is not yet paid.
    """
    turn = ctx.deps
    charged = await start(turn.case)
    facts = describing.payment(turn, charged.payment) if charged.payment else {}
    if charged.appointments:
        facts["items"] = names(turn.catalogue, charged.appointments, turn.language)
        first = min(each.starts_at for each in charged.appointments)
        facts["when"] = describing.moment(turn, first)
    if charged.retry_at and charged.retry_at > turn.now:
        left = math.ceil((charged.retry_at - turn.now).total_seconds())
        facts["wait"] = formats.seconds(left, turn.language)
    if charged.decision.allowed:
        await send_due(turn.case.services)
    return Answer.of(charged.decision, **facts)
