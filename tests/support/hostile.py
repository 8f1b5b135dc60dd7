"""Models that do as a script says, or whatever they please."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from pydantic_ai import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from tools import TOOLS

Said = str | Exception | list[ToolCallPart | TextPart]
NAMES = tuple(each.name for each in TOOLS)
AFTERWARDS = "Anything else?"


def calling(tool: str, **arguments: Any) -> ToolCallPart:
    return ToolCallPart(tool, arguments)


def scripted(*steps: Said, for_ever: bool = False) -> FunctionModel:
    """Say these things one request after the other; then a harmless word, or all of it again."""
    left = list(steps)

    async def speak(_: list[ModelMessage], __: AgentInfo) -> ModelResponse:
        if not left and for_ever:
            left.extend(steps)
        step = left.pop(0) if left else AFTERWARDS
        if isinstance(step, Exception):
            raise step
        parts = [TextPart(step)] if isinstance(step, str) else [_anew(part) for part in step]
        return ModelResponse(parts)

    return FunctionModel(speak, model_name="scripted")


def _anew(part: ToolCallPart | TextPart) -> ToolCallPart | TextPart:
    """Give a call an id of its own: two with the same are no valid response."""
    return part if isinstance(part, TextPart) else ToolCallPart(part.tool_name, part.args)


LIES = (
    "You are booked for tomorrow at 10:00!",
    "All of it is paid, thank you.",
    "A pedicure is KES 1 today.",
    "I have cancelled everything.",
    "Nimekuwekea nafasi kesho saa 10:00.",
    "Malipo yamepokelewa.",
    "",
    "Shall I?",
)
HANDLES = tuple(f"{kind}{number}" for kind in "vtapsox" for number in (1, 2, 3, 9))
ODD = ("", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "*", "p1; drop table")
SETTLING = ("confirm_proposal", "apply_upsell")
HANDLE_OF = {
    "find_slots": ("service",),
    "propose_booking": ("slot",),
    "propose_move": ("appointment", "slot"),
    "propose_cancellation": ("appointment",),
    "confirm_proposal": ("proposal",),
    "drop_proposal": ("proposal",),
    "reserve_pair": ("option",),
    "apply_upsell": ("offer",),
    "decline_upsell": ("offer",),
}
KIND_OF = {
    "service": "v",
    "slot": "s",
    "appointment": "a",
    "proposal": "p",
    "option": "x",
    "offer": "o",
}


@dataclass
class Mischief:
    """A model that calls any tool with any handle and says anything, by a seed; `saw` it all."""

    seed: int
    saw: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)

    @property
    def model(self) -> FunctionModel:
        async def speak(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
            self.saw.append(f"{info.instructions}{messages[-1]}")
            chance = self._random
            if chance.random() < 0.25:
                return ModelResponse([TextPart(chance.choice(LIES))])
            calls: list[ToolCallPart | TextPart] = [
                self._call(info) for _ in range(chance.choice((1, 1, 1, 2, 3)))
            ]
            if chance.random() < 0.1:
                calls.insert(0, TextPart(chance.choice(LIES)))
            return ModelResponse(calls)

        return FunctionModel(speak, model_name="mischief")

    def _call(self, info: AgentInfo) -> ToolCallPart:
        chance = self._random
        if chance.random() < 0.03:
            return calling("book_for_free", price=0)
        # Where something waits for a yes, that is where to push.
        tempting = [each.name for each in info.function_tools if each.name in SETTLING]
        tool = chance.choice(tempting if tempting and chance.random() < 0.6 else NAMES)
        arguments: dict[str, Any] = {name: self._handle(name) for name in HANDLE_OF.get(tool, ())}
        if tool == "find_slots":
            arguments |= {
                "day": chance.choice(("2026-11-24", "2026-11-25", "2026-11-01", "2026-02-31")),
                "at": f"{chance.randrange(7, 21):02}:00",
            }
        if tool == "search_knowledge":
            arguments["question"] = "parking"
        return ToolCallPart(tool, arguments)

    def _handle(self, name: str) -> str:
        """Return mostly what may well exist: a lock is not tried by knocking beside the door."""
        luck = self._random.random()
        if luck < 0.8:
            return f"{KIND_OF[name]}{self._random.choice((1, 1, 1, 2, 3))}"
        return self._random.choice(HANDLES if luck < 0.95 else ODD)
