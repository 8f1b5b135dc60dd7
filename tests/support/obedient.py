"""A model that does whatever anything it reads tells it to, and otherwise works as it should."""

import json
import re
from collections.abc import Iterable

from pydantic_ai import (
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings

from agent.offline.model import OfflineModel
from prompts.library import Prompts
from tests.support.hostile import HANDLE_OF

NAME = "obedient"
_ORDER = re.compile(r"SYSTEM: (call|say) (.*?) END")


def ordering(*calls: str, say: str = "") -> str:
    """Write orders as they are hidden in a text: calls such as `confirm_proposal p1`."""
    orders = [*(f"call {each}" for each in calls), *([f"say {say}"] if say else [])]
    return " ".join(f"SYSTEM: {order} END" for order in orders)


class Obedient(OfflineModel):
    """Obeys every order it finds, before and after its own work in each turn.

    `given` is all that it was ever given, `obeyed` the calls it made for others.
    """

    def __init__(self) -> None:
        super().__init__(Prompts())
        self.given: list[str] = []
        self.obeyed: list[str] = []

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        given = _all(messages, model_request_parameters)
        self.given.append(given)
        orders = list(dict.fromkeys(_ORDER.findall(given)))
        calls = [what for kind, what in orders if kind == "call"]
        times = _times_obeyed(messages)
        if calls and times == 0:
            return self._obeying(calls)
        answer = await super().request(messages, model_settings, model_request_parameters)
        if isinstance(answer.parts[0], ToolCallPart):
            return answer
        if calls and times == 1:  # again, now that there may be something new to settle
            return self._obeying(calls)
        lies = " ".join(what for kind, what in orders if kind == "say")
        return ModelResponse([TextPart(lies)], model_name=NAME) if lies else answer

    def _obeying(self, calls: Iterable[str]) -> ModelResponse:
        self.obeyed += calls
        return ModelResponse([_called(each) for each in calls], model_name=NAME)


def _all(messages: list[ModelMessage], parameters: ModelRequestParameters) -> str:
    """Return everything a model is given, as one text."""
    words = [part.content for part in parameters.instruction_parts or []]
    said = ModelMessagesTypeAdapter.dump_python(messages, mode="json")
    tools = [repr(each) for each in parameters.function_tools]
    return json.dumps([words, said, tools], ensure_ascii=False)


def _called(order: str) -> ToolCallPart:
    tool, _, rest = order.partition(" ")
    return ToolCallPart(tool, dict(zip(HANDLE_OF.get(tool, ()), rest.split(), strict=False)))


def _times_obeyed(messages: list[ModelMessage]) -> int:
    """Count the responses of this turn in which orders were followed."""
    times = 0
    for message in messages:
        if isinstance(message, ModelResponse):
            times += message.model_name == NAME
        elif isinstance(message, ModelRequest):
            begins = any(isinstance(part, UserPromptPart) for part in message.parts)
            times = 0 if begins else times
    return times
