"""Whatever a model calls, nothing of another guest or another business comes before it (O2, §7)."""

from dataclasses import dataclass, field

import pytest
from pydantic_ai import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

from jirani.services.onboarding import create_business, import_services, import_staff
from tests.support.hostile import HANDLE_OF, HANDLES, ODD, calling
from tests.support.strangers import MARK, planted
from tests.support.talking import Talk

pytestmark = pytest.mark.anyio

STAGES = ("hello", "my name is Grace", "a facial on wednesday at 10", "yes", "no", "0712345678")
TALK = (f"do you have {MARK}parking?", "manicure tomorrow at 2", "yes", "0733 111 222 Zuhura")


@dataclass
class Curious:
    """Calls every tool with every name there might be, and remembers all that it is given."""

    names: list[str]
    given: list[str] = field(default_factory=list)

    @property
    def model(self) -> FunctionModel:
        async def speak(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
            self.given.append(f"{info.instructions}{messages}{info.function_tools}")
            if len(messages[-1].parts) > 1:
                return ModelResponse([TextPart("Anything else?")])
            return ModelResponse(list(self._calls()))

        return FunctionModel(speak, model_name="curious")

    def _calls(self) -> list[ToolCallPart]:
        calls = [
            calling(tool, **dict.fromkeys(arguments, name))
            for tool, arguments in HANDLE_OF.items()
            for name in self.names
        ]
        for question in ("parking", MARK, "phone", "Zuhura", "password"):
            calls.append(calling("search_knowledge", question=question))
        for name in self.names:
            calls.append(calling("find_slots", service="v1", staff=name, moving=name))
        others = ("find_cross_sell_options", "check_prevention", "save_contact", "pay_at_venue")
        return [*calls, *(calling(tool) for tool in others)]


async def neighbour(talk: Talk) -> Talk:
    """Open another business, with a guest before it."""
    made = await create_business(talk.services, "Spa", zone="Africa/Nairobi", currency="KES")
    await import_services(talk.services, made.id, "name,minutes,price\nManicure,60,9999\n")
    await import_staff(talk.services, made.id, "name,services,hours\nZuri,all,daily 8-20\n")
    return Talk(talk.services, made.id, peer="neighbour")


async def strangers(talk: Talk) -> list[str]:
    """Let another guest and another business live; return the marks in what is theirs."""
    next_door, other = await neighbour(talk), talk.by(peer="other")
    for stranger in (next_door, other):
        await stranger.says(*TALK)
    customer = (await other.thread()).customer_id
    return [
        *await planted(talk.services.store, next_door.business_id),
        *await planted(talk.services.store, talk.business_id, customer),
    ]


async def test_a_model_that_asks_for_everything_is_shown_nothing_of_strangers(talk: Talk) -> None:
    marks = await strangers(talk)
    assert len(marks) > 60
    curious = Curious([*HANDLES, *ODD, *marks[::9]])
    replies = []
    for line in STAGES:
        replies.append((await talk.by(curious.model).says(line)).reply)
        replies.append((await talk.says(line)).reply)
    seen = "\n".join([*curious.given, *replies, *talk.sent])
    assert "Facial" in seen
    # What it called itself comes back to it; an answer may name what was asked for and not found.
    for name in curious.names:
        seen = seen.replace(f"'{name}'", "").replace(f'"{name}"', "")
    assert [mark for mark in marks if mark in seen] == []
    assert MARK not in seen.replace(f"'question': '{MARK}'", "")
