"""Models that do as a script says, or whatever they please."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from pydantic_ai import ModelMessage, ModelResponse, TextPart, ToolCallPart, UserPromptPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from tests.support.lying import Liar
from tools import TOOLS

Said = str | Exception | list[ToolCallPart | TextPart]
NAMES = tuple(each.name for each in TOOLS)
AFTERWARDS = "Anything else?"


def calling(tool: str, **arguments: Any) -> ToolCallPart:
    return ToolCallPart(tool, arguments)


def verdict(meaning: str, span: str = "") -> ToolCallPart:
    """Say what an unclear message means, as the reading agent is told to."""
    return calling("final_result", meaning=meaning, span=span)


def scripted(*steps: Said, for_ever: bool = False) -> FunctionModel:
    """Say these things one request after the other; then a harmless word, or all of it again.

    Asked what an unclear message means, it does not know.
    """
    left = list(steps)

    async def speak(_: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        if info.output_tools:
            return ModelResponse([verdict("unclear")])
        if not left and for_ever:
            left.extend(steps)
        step = left.pop(0) if left else AFTERWARDS
        if isinstance(step, Exception):
            raise step
        parts = [TextPart(step)] if isinstance(step, str) else [_anew(part) for part in step]
        return ModelResponse(parts)

    return FunctionModel(speak, model_name="scripted")


def _reply(messages: list[ModelMessage]) -> str:
    """Return the guest's words from what a reading is made of."""
    asked = messages[0].parts[-1]
    assert isinstance(asked, UserPromptPart)
    return str(json.loads(str(asked.content))["reply"])


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
_NOW = re.compile(r"now\W{1,6}(\d{4}-\d\d-\d\d)")
_HANDLE = re.compile(r"(?<=[\"'])[vtapsox]\d{1,3}(?=[\"'])")
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
    """A model that calls any tool with any name, again and again, and lies, by a seed.

    `stolen` are ids and handles that are not this guest's; `saw` is all that it was given, and
    `tried` are its calls by tool, also those that never ran.
    """

    seed: int
    stolen: list[str] = field(default_factory=list)
    saw: list[str] = field(default_factory=list)
    tried: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)
        self._once: list[str] = []  # handles of earlier turns, and of other guests
        self._deck: list[str] = []
        self._today = "2026-11-23"
        self.liar = Liar(self._random)

    @property
    def model(self) -> FunctionModel:
        async def speak(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
            given = f"{info.instructions}{messages[-1]}"
            self.saw.append(given)
            if now := _NOW.search(given):
                self._today = now[1]
            self._once = [*self._once, *_HANDLE.findall(given)][-200:]
            chance = self._random
            if info.output_tools:  # whatever the guest wrote, it reads a yes in it
                return ModelResponse([verdict("accept", _reply(messages))])
            tempting = [each.name for each in info.function_tools if each.name in SETTLING]
            if chance.random() < (0.2 if tempting else 0.35):
                return ModelResponse([TextPart(self.liar.lie().text)])
            calls: list[ToolCallPart | TextPart] = [
                self._call(info) for _ in range(chance.choice((1, 1, 1, 2, 3)))
            ]
            if chance.random() < 0.15:
                calls += [_anew(calls[-1]) for _ in range(chance.randrange(1, 5))]
            if chance.random() < 0.1:
                calls.insert(0, TextPart(self.liar.lie().text))
            self.tried.update(each.tool_name for each in calls if isinstance(each, ToolCallPart))
            return ModelResponse(calls)

        return FunctionModel(speak, model_name="mischief")

    def _call(self, info: AgentInfo) -> ToolCallPart:
        chance = self._random
        if chance.random() < 0.03:
            return calling("book_for_free", price=0)
        # Where something waits for a yes, that is where to push.
        tempting = [each.name for each in info.function_tools if each.name in SETTLING]
        tool = chance.choice(tempting) if tempting and chance.random() < 0.5 else self._next()
        arguments: dict[str, Any] = {name: self._handle(name) for name in HANDLE_OF.get(tool, ())}
        if tool in SETTLING and chance.random() < 0.6:
            arguments = {name: f"{KIND_OF[name]}1" for name in HANDLE_OF[tool]}
        if tool == "find_slots":
            near = date.fromisoformat(self._today) + timedelta(days=chance.choice((1, 1, 2, -3)))
            day = str(near) if chance.random() < 0.9 else "2026-02-31"
            arguments |= {"day": day, "at": f"{chance.randrange(7, 21):02}:00"}
            if chance.random() < 0.2:
                arguments[chance.choice(("staff", "moving"))] = self._handle("appointment")
        if tool == "search_knowledge":
            arguments["question"] = chance.choice(("parking", "password", *self.stolen[-1:]))
        return ToolCallPart(tool, arguments)

    def _next(self) -> str:
        """Draw a tool: each in turn, in an order that changes."""
        if not self._deck:
            self._deck = self._random.sample(NAMES, len(NAMES))
        return self._deck.pop()

    def _handle(self, name: str) -> str:
        """Return mostly what may well exist: a lock is not tried by knocking beside the door."""
        chance = self._random
        luck = chance.random()
        if luck < 0.7:
            return f"{KIND_OF[name]}{chance.choice((1, 1, 1, 2, 3))}"
        if luck < 0.8 and self._once:
            return chance.choice(self._once)
        if luck < 0.93 and self.stolen:
            return chance.choice(self.stolen)
        return chance.choice((*HANDLES, *ODD))
