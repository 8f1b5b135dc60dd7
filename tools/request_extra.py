"""The guest asks for something around their stay before anybody offers it (U11)."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Literal

from pydantic import Field
from pydantic_ai import RunContext

from jirani.rules.decision import Reason, refuse
from jirani.rules.stays.pricing import Wish
from jirani.services.stays.requesting import Request, request_stay
from prompts import formats
from tools import describing_stays
from tools.turn import Answer, Turn

Extra = Literal["early_check_in", "late_check_out", "cleaning", "nights_before", "nights_after"]


async def request_extra(
    ctx: RunContext[Turn],
    extra: Extra,
    at: time | None = None,
    day: date | None = None,
    nights: int | None = Field(default=None, ge=1, le=14),
) -> Answer:
    """Look whether an extra can be had that the guest has asked for, and offer it if so.

    If `allowed`, it is offered on the terms in `facts`: tell the guest its time and its price, and
    ask for a yes or a no. Nothing is sold before the guest's own yes in a later message.

    Args:
        extra: What the guest asks for.
        at: The time of day the guest named, if any, such as 14:00.
        day: The day the guest named for a cleaning, if any.
        nights: How many extra nights the guest named, if any.
    """
    turn = ctx.deps
    known = await turn.known()
    if known.stay is None:
        no = refuse(Reason.NOT_ALLOWED_HERE, "This conversation is about no stay.")
        return Answer.of(no)
    heard = getattr(turn.wish, "extra", None) == extra
    turn.dossier = None
    request = Request(describing_stays.EXTRAS[extra], Wish(at, day, nights), heard)
    answered = await request_stay(turn.case, known.stay.reservation, request)
    told = await describing_stays.answer(turn, answered)
    return replace(told, facts={**told.facts, "extra": extra, **_also(told, at)})


def _also(told: Answer, at: time | None) -> dict[str, str]:
    """Name the time a guest asks for that lies within an offer they have already (U6)."""
    starts_at = told.facts.get("starts_at")
    if told.reason != Reason.OPEN_OFFER or at is None or not starts_at:
        return {}
    moment = datetime.fromisoformat(starts_at).replace(hour=at.hour, minute=at.minute)
    return {"also": formats.clock(at), "also_at": moment.isoformat()}
