"""The offline model: pydantic-ai's Model over the policy, plain and streaming."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from pydantic import TypeAdapter
from pydantic_ai import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    RequestUsage,
    RunContext,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import (
    CompletedStreamedResponse,
    Model,
    ModelRequestParameters,
    StreamedResponse,
)
from pydantic_ai.settings import ModelSettings

from agent.offline.moment import Call, Done, Line, Moment
from agent.offline.narration import narrate
from agent.offline.policy import decide
from prompts.library import Prompts
from tools.situation import Situation

NAME = "offline"
_plain = TypeAdapter(Any)

# Tools that only look: what another model looked for, this one looks for again.
LOOKING = frozenset(
    {"find_slots", "find_cross_sell_options", "check_prevention", "search_knowledge"}
)


class OfflineModel(Model):
    """Answers from the situation, the offered tools and what this turn has done; no network."""

    def __init__(self, prompts: Prompts) -> None:
        super().__init__()
        self._prompts = prompts

    @property
    def model_name(self) -> str:
        """Its name in rows and traces."""
        return NAME

    @property
    def system(self) -> str:
        """The provider's name."""
        return NAME

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Take the next step: one tool call, or the reply."""
        _, parameters = self.prepare_request(model_settings, model_request_parameters)
        situation = _situation(parameters)
        tools = frozenset(each.name for each in parameters.function_tools)
        moment = Moment(situation, _done(messages), tools)
        step = decide(moment)
        part: TextPart | ToolCallPart
        if isinstance(step, Call):
            made = f"call_{len(messages)}"
            part = ToolCallPart(step.tool, step.arguments, tool_call_id=made)
        else:
            lines = [*narrate(moment), *step.lines] or [Line("unclear", {})]
            part = TextPart(self._text(situation, lines))
        return ModelResponse(
            parts=[part],
            model_name=self.model_name,
            provider_name=self.system,
            usage=RequestUsage(),
        )

    @asynccontextmanager
    async def request_stream(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: RunContext[Any] | None = None,
    ) -> AsyncIterator[StreamedResponse]:
        """Stream the same answer, part by part."""
        response = await self.request(messages, model_settings, model_request_parameters)
        yield CompletedStreamedResponse(
            response, model_request_parameters=model_request_parameters, replay_events=True
        )

    def _text(self, situation: Situation, lines: Sequence[Line]) -> str:
        tone = situation.business["tone"]
        said = [
            self._prompts.render(line.text, situation.language, tone=tone, **line.values)
            for line in lines
        ]
        return "\n".join(dict.fromkeys(said))


def _situation(parameters: ModelRequestParameters) -> Situation:
    for part in parameters.instruction_parts or []:
        if part.dynamic and part.content.startswith("{"):
            return Situation.model_validate_json(part.content)
    raise LookupError("no situation came with this request")


def _done(messages: Sequence[ModelMessage]) -> list[Done]:
    """Return the tool calls of this turn: everything after the guest's message.

    Of what a model did that broke before the turn was over, only what changed something counts.
    """
    calls: dict[str, ToolCallPart] = {}
    own: set[str] = set()
    done: list[Done] = []
    for message in messages:
        if isinstance(message, ModelRequest):
            returned = [part for part in message.parts if isinstance(part, ToolReturnPart)]
            # News about the tools offered comes as a user prompt too, beside a tool's answer.
            if not returned and any(isinstance(part, UserPromptPart) for part in message.parts):
                calls, done = {}, []
            for part in returned:
                each = _answer(calls.get(part.tool_call_id), part)
                if part.tool_call_id in own or (each.allowed and each.tool not in LOOKING):
                    done.append(each)
        else:
            called = [part for part in message.parts if isinstance(part, ToolCallPart)]
            calls |= {part.tool_call_id: part for part in called}
            if message.model_name == NAME:
                own |= {part.tool_call_id for part in called}
    return done


def _answer(called: ToolCallPart | None, part: ToolReturnPart) -> Done:
    arguments = called.args_as_dict() if called else {}
    content = _plain.dump_python(part.content, mode="json")
    if not isinstance(content, dict) or part.outcome != "success":
        return Done(part.tool_name, arguments, False, "unavailable", {"error": json.dumps(content)})
    return Done(
        part.tool_name, arguments, content["allowed"], content["reason"], content["facts"] or {}
    )
