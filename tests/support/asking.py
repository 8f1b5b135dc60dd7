"""Asking for a manicure by a provider that may fail, and going on from what that leaves behind."""

import json

from structlog.typing import EventDict

from agent.models.budget import Budget
from tests.support.providers import Provider
from tests.support.talking import Talk

ASK = "can I get a manicure tomorrow at 2?"
BOOKED = "Shall I book your Manicure with Amina for Tuesday 24 November at 14:00"


def failures(logs: list[EventDict]) -> list[tuple[str, int | None]]:
    """Return the kind and status of every failure the operator saw."""
    return [
        (each["kind"], each["status"]) for each in logs if each["event"] == "agent.model_failed"
    ]


async def asked(talk: Talk, there: Provider, stream: bool, budget: Budget | None = None) -> str:
    """Ask, be answered, and go on with a yes; return who spoke."""
    async with there.model(stream=stream) as model:
        turned = await talk.by(model, budget=budget).says(ASK)
    assert BOOKED in turned.reply
    assert [status for _, _, status, *_ in (await talk.world()).appointments] == ["proposed"]
    kept = json.dumps(await talk.find("SELECT messages FROM turns"))
    assert "canary" not in kept
    await talk.by().says("yes")
    assert [status for _, _, status, *_ in (await talk.world()).appointments] == ["confirmed"]
    return turned.model
