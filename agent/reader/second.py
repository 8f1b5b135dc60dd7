"""A second reading, by a configured model, of what the phrases left unclear.

It may turn `unclear` into a meaning and nothing else. What it says is believed only if it rests on
words the guest wrote, and its yes only if nothing in them leans to a no: a sale nobody wanted is
the costly error. Whatever goes wrong leaves `unclear`, which is asked.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from pydantic import BaseModel, StringConstraints
from pydantic_ai import Agent, RunContext, UsageLimits
from pydantic_ai.models import Model

from agent.reader.doubt import Doubt
from agent.reader.leaning import hesitates, leans_to_no
from agent.words import LONGEST, plain_words
from jirani.rules.reading import DECLINES, Meaning, Reading
from jirani.services.log import log
from jirani.services.reading import Live
from prompts.library import Prompts

SECONDS = 5.0  # one word of an answer; the guest waits for a reply besides
CONFIDENCE = 0.7
# Consent to be written to again is never concluded by a model.
_NEVER_BELIEVED = frozenset({Meaning.OPT_IN})


class Verdict(BaseModel):
    """What the reply means, and the guest's words that say so."""

    meaning: Meaning
    span: Annotated[str, StringConstraints(max_length=LONGEST)] = ""


reading_agent: Agent[str, Verdict] = Agent(
    name="reading",
    deps_type=str,
    output_type=Verdict,
    retries={"tools": 0, "output": 1},
)


@reading_agent.instructions
async def words(ctx: RunContext[str]) -> str:
    """Give the product team's instructions."""
    return ctx.deps


async def second_reading(
    model: Model, doubt: Doubt, prompts: Prompts | None = None, *, seconds: float = SECONDS
) -> Reading:
    """Return what a model makes of an unclear reply; the first reading where it fails.

    A first reading that is not `unclear` is returned as it is, and costs nothing.
    """
    if doubt.first.meaning is not Meaning.UNCLEAR:
        return doubt.first
    instructions = (prompts or Prompts()).instructions("reading")
    try:
        async with asyncio.timeout(seconds):
            run = await reading_agent.run(
                _material(doubt),
                deps=instructions,
                model=model,
                usage_limits=UsageLimits(request_limit=2),
            )
    except Exception as error:  # however it fails: the guest is asked
        log.info("reading.second_failed", model=model.model_name, error=type(error).__name__)
        return doubt.first
    return weighed(doubt, run.output)


def weighed(doubt: Doubt, verdict: Verdict) -> Reading:
    """Return what a verdict comes to beside the first reading."""
    first, meaning = doubt.first, verdict.meaning
    if meaning is Meaning.UNCLEAR or meaning in _NEVER_BELIEVED:
        return first
    if not _said(verdict.span, doubt):
        return first  # it rests on nothing the guest wrote
    if meaning is Meaning.ACCEPT and _leans_to_no(doubt):
        meaning = Meaning.DECLINE
    elif meaning is Meaning.ACCEPT and hesitates(doubt.text, doubt.last_said):
        return first  # "hm", "if", "thanks": no model makes a yes of it
    return replace(
        first, meaning=meaning, confidence=CONFIDENCE, span=verdict.span.strip(), leaning=None
    )


def _leans_to_no(doubt: Doubt) -> bool:
    leaning = doubt.first.leaning in DECLINES
    return leaning or leans_to_no(doubt.text, doubt.live, doubt.last_said)


def _said(span: str, doubt: Doubt) -> bool:
    own = plain_words(doubt.text, doubt.last_said)
    said = plain_words(span)
    return bool(said.strip()) and said in own


def _material(doubt: Doubt) -> str:
    """Write down what is to be read, as JSON: nothing in it can end it."""
    return json.dumps(
        {
            "we_said": doubt.last_said[-LONGEST:],
            "waiting": _waiting(doubt.live),
            "has_booking": doubt.has_appointment,
            "reply": doubt.text[:LONGEST],
        },
        ensure_ascii=False,
    )


def _waiting(live: Sequence[Live]) -> list[dict[str, object]]:
    return [{"kind": each.kind, "about": list(each.words)} for each in live]
