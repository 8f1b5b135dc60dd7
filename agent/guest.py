"""The agent that talks with guests: one prompt, the listed tools, one call at a time."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pydantic_ai import Agent, RunContext, ToolDefinition
from pydantic_ai.capabilities import AbstractCapability
from pydantic_ai.exceptions import ModelRetry, ToolFailed
from pydantic_ai.messages import ToolCallPart

from jirani.rules.decision import Reason
from jirani.services.log import log
from jirani.services.watch import watched
from tools import GUEST_TOOLS, TOOLS
from tools.situation import Situation, look
from tools.turn import Answer, Called, Turn

WHEN = {each.name: each.when for each in TOOLS}
LOOKING = frozenset(each.name for each in TOOLS if each.looks)


@dataclass
class OneByOne(AbstractCapability[Turn]):
    """Calls run one after another, only what the state allows is offered, each is traced.

    The guards re-read the state at execution, so that a model may call in any order (O1).
    """

    async def wrap_run(
        self, ctx: RunContext[Turn], *, handler: Callable[[], Awaitable[Any]]
    ) -> Any:
        """Serialise the calls of one response."""
        with Agent.parallel_tool_call_execution_mode("sequential"):
            return await handler()

    async def prepare_tools(
        self, ctx: RunContext[Turn], tool_defs: list[ToolDefinition]
    ) -> list[ToolDefinition]:
        """Offer the tools that the situation allows."""
        if ctx.deps.unhurried:
            ctx.deps.dossier = None
        situation = await look_at(ctx.deps)
        return [each for each in tool_defs if WHEN[each.name](situation)]

    async def wrap_tool_execute(
        self,
        ctx: RunContext[Turn],
        *,
        call: ToolCallPart,
        tool_def: ToolDefinition,
        args: dict[str, Any],
        handler: Callable[[dict[str, Any]], Awaitable[Any]],
    ) -> Any:
        """Trace a call; a fault becomes a failed call and never ends the conversation."""
        if call.tool_name not in LOOKING:
            ctx.deps.dossier = None
        name, plain = call.tool_name, {key: str(v) for key, v in args.items() if v is not None}
        try:
            with watched(
                "tool.called", tool=name, allowed=False, reason=Reason.UNAVAILABLE
            ) as told:
                answer = await handler(args)
                if isinstance(answer, Answer):
                    told |= {"allowed": answer.allowed, "reason": answer.reason}
                return answer
        except (ModelRetry, ToolFailed):
            raise
        except Exception as error:
            log.exception("tool.failed", tool=name, error=type(error).__name__)
            raise ToolFailed("This does not work just now; nothing was changed.") from error
        finally:
            spent = told["seconds"] * 1000
            ctx.deps.trace.append(Called(name, plain, told["allowed"], told["reason"], spent))


async def look_at(turn: Turn) -> Situation:
    """Look at the situation; anew only if something may have been written since."""
    known = await turn.known()
    if turn.looked is None or turn.looked[0] is not known:
        turn.looked = known, look(turn, known)
    situation: Situation = turn.looked[1]
    return situation


guest_agent: Agent[Turn, str] = Agent(
    name="guest",
    deps_type=Turn,
    tools=GUEST_TOOLS,
    capabilities=[OneByOne()],
    retries={"tools": 3, "output": 1},
)


@guest_agent.instructions
async def words(ctx: RunContext[Turn]) -> str:
    """Give the product team's instructions; they hold words, no data.

    It waits for nothing: what is not asynchronous would be run in another thread each time.
    """
    return ctx.deps.case.services.prompts.instructions("guest")


@guest_agent.instructions
async def situation(ctx: RunContext[Turn]) -> str:
    """Give the situation as JSON: data, never instructions."""
    return (await look_at(ctx.deps)).model_dump_json()
