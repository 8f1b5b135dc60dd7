"""Running the agent for one turn: the chosen model, and the offline one for what it leaves over."""

from dataclasses import dataclass, replace

from pydantic_ai import (
    Agent,
    AgentRunError,
    ModelMessage,
    ModelRequest,
    UsageLimits,
    UserPromptPart,
    capture_run_messages,
)
from pydantic_ai.messages import repair_messages
from pydantic_ai.models.fallback import FallbackModel

from agent.guest import guest_agent
from agent.models.budget import Budget
from agent.models.failing import Failure, ModelFailed
from agent.models.patient import Patient
from agent.offline.model import NAME, OfflineModel
from jirani.services.log import log
from tools.turn import Turn

MOST_REQUESTS = 14  # steps of the offline model in a turn; in talk it needs five


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run came to: the reply, still unchecked, its messages, who spoke, what it cost."""

    reply: str
    messages: list[ModelMessage]
    model: str = NAME
    requests: int = 0
    tokens: int = 0
    failure: Failure | None = None


async def run_offline(
    turn: Turn, offline: OfflineModel, history: list[ModelMessage], again: list[ModelMessage]
) -> Ran:
    """Run a turn by the offline model alone.

    `again` is what the turn had done before it was broken off; empty in a first run.
    """
    text = None if again else turn.text
    return await _offline(turn, offline, text, [*history, *again], len(history))


async def run_hosted(
    turn: Turn,
    patient: Patient,
    offline: OfflineModel,
    history: list[ModelMessage],
    again: list[ModelMessage],
    budget: Budget,
) -> Ran:
    """Run a turn by a model that may fail; the offline model finishes what was begun.

    A failed request is answered by the offline model, and so is the rest of the turn. What only
    shows in the run as a whole (nothing said, tools that do not exist) ends it: the offline model
    then runs over what was done, which repeats nothing.
    """
    chain = FallbackModel(patient, offline, fallback_on=(ModelFailed,))
    text = None if again else turn.text
    with capture_run_messages() as seen:
        try:
            run = await guest_agent.run(
                text,
                deps=turn,
                message_history=[*history, *again],
                model=chain,
                usage_limits=UsageLimits(request_limit=budget.turn_requests + MOST_REQUESTS),
            )
        except AgentRunError as error:
            if patient.failure is None:
                patient.failed(error)
            ran = None
        else:
            spoke = NAME if patient.failure else patient.model_name
            ran = Ran(run.output, run.all_messages()[len(history) :], spoke)
    if ran is None:
        turn.dossier = None  # its last call may have been cut off: look anew
        asked = [ModelRequest(parts=[UserPromptPart(turn.text)])]
        done = repair_messages(list(seen)) or [*history, *(again or asked)]
        ran = await _offline(turn, offline, None, done, len(history))
    return replace(ran, requests=patient.requests, tokens=patient.tokens, failure=patient.failure)


async def _offline(
    turn: Turn, offline: OfflineModel, text: str | None, history: list[ModelMessage], before: int
) -> Ran:
    try:
        with Agent.parallel_tool_call_execution_mode("sequential"):
            run = await guest_agent.run(
                text,
                deps=turn,
                message_history=history,
                model=offline,
                usage_limits=UsageLimits(request_limit=MOST_REQUESTS),
            )
    except Exception as error:  # the guest is always answered; what was done stays done
        log.exception("agent.offline_failed", error=type(error).__name__)
        tone = turn.case.dials.tone
        return Ran(turn.case.services.prompts.render("try_again", turn.language, tone=tone), [])
    return Ran(run.output, run.all_messages()[before:])
