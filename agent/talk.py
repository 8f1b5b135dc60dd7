"""A conversation with a host, read by a configured model for what forbids an offer (U4).

It can only forbid; however it fails, our own ledger and the shipped reader decide.
"""

import asyncio
import json
from collections.abc import Sequence

from pydantic import BaseModel
from pydantic_ai import Agent, RunContext, UsageLimits
from pydantic_ai.models import Model

from agent.words import LONGEST
from jirani.rules.facts import OfferKind
from jirani.services.log import log
from jirani.services.stays.by_hand import NOTHING, ByHand, Spoken
from prompts.library import Prompts

SECONDS = 10.0  # nobody waits on the line


class Found(BaseModel):
    """What forbids an offer of the kind that was asked about."""

    offered: bool = False
    accepted: bool = False
    declined: bool = False
    declined_all: bool = False
    opted_out: bool = False
    person: bool = False


talk_agent: Agent[str, Found] = Agent(
    name="talk", deps_type=str, output_type=Found, retries={"tools": 0, "output": 1}
)


@talk_agent.instructions
async def words(ctx: RunContext[str]) -> str:
    """Give the product team's instructions."""
    return ctx.deps


async def read_talk(
    model: Model, said: Sequence[Spoken], kind: OfferKind, prompts: Prompts
) -> ByHand:
    """Return what a model finds in a conversation; nothing where it fails."""
    try:
        async with asyncio.timeout(SECONDS):
            run = await talk_agent.run(
                _material(said, kind),
                deps=prompts.instructions("talk"),
                model=model,
                usage_limits=UsageLimits(request_limit=2),
            )
    except Exception as error:
        log.info("talk.not_read", model=model.model_name, error=type(error).__name__)
        return NOTHING
    return ByHand(**run.output.model_dump())


def _material(said: Sequence[Spoken], kind: OfferKind) -> str:
    """Write down what is to be read, as JSON: nothing in it can end it."""
    talk = [
        {"who": "guest" if each.guest else "house", "text": each.text[:LONGEST]} for each in said
    ]
    return json.dumps({"extra": str(kind), "talk": talk}, ensure_ascii=False)
