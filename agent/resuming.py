"""A turn that is run again: what its message has settled already stands there as done (O4)."""

from collections.abc import Awaitable, Callable
from typing import Any

from pydantic_ai import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    RunContext,
    RunUsage,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import Model

from jirani.rules.dossier import Dossier
from jirani.rules.facts import OfferStatus
from tools.apply_upsell import apply_upsell
from tools.confirm_proposal import confirm_proposal
from tools.decline_upsell import decline_upsell
from tools.defer_upsell import defer_upsell
from tools.turn import Answer, Turn

Settling = Callable[[RunContext[Turn], str], Awaitable[Answer]]
Settled = tuple[Settling, str, str, str]  # a tool, its argument, the handle's kind, a thing's id

_ANSWERED: dict[OfferStatus, Settling] = {
    OfferStatus.ACCEPTED: apply_upsell,
    OfferStatus.DECLINED: decline_upsell,
}
_AROUND_STAYS = _ANSWERED | {OfferStatus.DEFERRED: defer_upsell}


def settled_by(seq: int, known: Dossier) -> list[Settled]:
    """Return what the guest's message settled before its turn was broken off."""
    confirmed: list[Settled] = [
        (confirm_proposal, "proposal", "p", each.id)
        for each in known.proposals
        if each.accepted_seq == seq
    ]
    answered: list[Settled] = [
        (_ANSWERED[each.status], "offer", "o", each.id)
        for each in known.offers
        if each.settled_seq == seq and each.status in _ANSWERED
    ]
    freed: list[Settled] = [
        (_ANSWERED[each.status], "offer", "r", each.id)
        for each in known.freed
        if each.settled_seq == seq and each.status in _ANSWERED
    ]
    around_stay: list[Settled] = [
        (_AROUND_STAYS[each.status], "offer", "e", each.id)
        for each in known.stay_offers
        if each.settled_seq == seq and each.status in _AROUND_STAYS
    ]
    return confirmed + answered + freed + around_stay


async def resumed(turn: Turn, settled: list[Settled], model: Model) -> list[ModelMessage]:
    """Return the guest's message and those calls, answered again, for a model to go on from.

    Asked again of the message that settled them, the tools change nothing and answer the same.
    """
    context = RunContext(deps=turn, model=model, usage=RunUsage())
    calls, returns = [], []
    for number, (tool, what, kind, id) in enumerate(settled, start=1):
        handle = turn.handles.give(kind, id)
        name, arguments = tool.__name__, {what: handle}
        call_id = f"again_{number}"
        calls.append(ToolCallPart(name, arguments, tool_call_id=call_id))
        turn.dossier = None
        answer: Any = await tool(context, handle)
        returns.append(ToolReturnPart(name, answer, tool_call_id=call_id))
    asked = ModelRequest(parts=[UserPromptPart(turn.text)])
    return [asked, ModelResponse(parts=calls), ModelRequest(parts=returns)] if calls else []
