"""Providers of models on the loopback, in true wire format, who know how to book a manicure."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from pydantic import SecretStr
from pydantic_ai import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolDefinition,
    ToolReturnPart,
)
from pydantic_ai.messages import InstructionPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.wrapper import WrapperModel

from agent.models import model_named
from agent.models.access import Access
from agent.offline.model import NAME, OfflineModel
from prompts.library import Prompts
from tests.support.wire import EVENTS, Exchange, serving

KEY = "sk-test-canary"
Parts = list[TextPart | ToolCallPart]


class Wire(Protocol):
    """A provider's language, as the server speaks it."""

    NAME: str
    PATH: str
    BASE: str
    CUT_OFF: str
    FILTERED: str

    def key_of(self, headers: dict[str, str]) -> str: ...
    def tools_of(self, body: dict[str, Any]) -> list[str]: ...
    def instructions_of(self, body: dict[str, Any]) -> str: ...
    def messages_of(self, body: dict[str, Any], name: str) -> list[ModelMessage]: ...
    def plain(self, parts: Parts, reason: str | None = None) -> dict[str, Any]: ...
    def streamed(self, parts: Parts, reason: str | None = None) -> Iterator[str]: ...
    def error(self, status: int) -> dict[str, Any]: ...
    def nothing(self) -> dict[str, Any]: ...
    def refused(self) -> dict[str, Any]: ...


Step = Callable[["Provider", Exchange], Awaitable[None]]


@dataclass
class Provider:
    """A provider that does what `steps` say, request by request, and answers well after that.

    What it answers by itself is what the offline model would say, from what came over the wire;
    asked what an unclear message means, its `verdict`.
    """

    wire: Wire
    steps: list[Step] = field(default_factory=list)
    for_ever: bool = False
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    address: str = ""
    verdict: dict[str, str] = field(default_factory=lambda: {"meaning": "unclear", "span": ""})
    _mind: OfflineModel = field(default_factory=lambda: OfflineModel(Prompts()))

    def model(self, *, stream: bool = True, silence: float = 5.0) -> WrapperModel:
        """Return the product's own adapter, pointed here."""
        keys = {self.wire.NAME: SecretStr(KEY)}
        base_url = self.address + self.wire.BASE
        model = model_named(f"{self.wire.NAME}:m", Access(keys, base_url, stream, silence))
        assert isinstance(model, WrapperModel)
        return model

    async def __call__(self, exchange: Exchange) -> None:
        assert exchange.path.partition("?")[0] == self.wire.PATH
        self.asked.append(exchange.body)
        self.keys.add(self.wire.key_of(exchange.headers))
        if self.steps:
            await (self.steps[0] if self.for_ever else self.steps.pop(0))(self, exchange)
        else:
            await self.says(exchange, await self.well(exchange.body))

    async def says(self, exchange: Exchange, parts: Parts, reason: str | None = None) -> None:
        """Answer in the way that was asked for."""
        if not exchange.body.get("stream"):
            await exchange.whole(self.wire.plain(parts, reason))
            return
        await exchange.begin(EVENTS)
        await exchange.pieces(self.wire.streamed(parts, reason))
        await exchange.end()

    async def well(self, body: dict[str, Any]) -> Parts:
        """Think of the next step."""
        if "final_result" in self.wire.tools_of(body):
            return [ToolCallPart("final_result", self.verdict)]
        instructions = self.wire.instructions_of(body)
        start = instructions.index('{"now"')
        _, length = json.JSONDecoder().raw_decode(instructions[start:])
        situation = InstructionPart(content=instructions[start : start + length], dynamic=True)
        asked = ModelRequestParameters(
            function_tools=[ToolDefinition(name=each) for each in self.wire.tools_of(body)],
            instruction_parts=[situation],
        )
        messages = [_understood(each) for each in self.wire.messages_of(body, NAME)]
        answer: ModelResponse = await self._mind.request(messages, None, asked)
        return [part for part in answer.parts if isinstance(part, TextPart | ToolCallPart)]


@asynccontextmanager
async def provider(wire: Wire, *steps: Step, for_ever: bool = False) -> AsyncIterator[Provider]:
    """Let a provider work for the block."""
    made = Provider(wire, list(steps), for_ever)
    async with serving(made) as address:
        made.address = address
        yield made


def _understood(message: ModelMessage) -> ModelMessage:
    """Read what tools answered; a call that went wrong is forgotten, and so made anew."""
    if isinstance(message, ModelResponse):
        return message
    parts = [part for part in message.parts if _is_useful(part)]
    for part in parts:
        if isinstance(part, ToolReturnPart):
            part.content = json.loads(str(part.content))
    return ModelRequest(parts)


def _is_useful(part: Any) -> bool:
    return not isinstance(part, ToolReturnPart) or '"allowed"' in str(part.content)
