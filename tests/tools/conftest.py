"""A tool is called as a model would call it: with a turn behind it, and handles only."""

from collections.abc import Awaitable, Callable

import pytest
from pydantic_ai import RunContext, RunUsage
from pydantic_ai.models.test import TestModel
from sqlalchemy import URL

from agent.wish import Wish
from jirani.rules.reading import Meaning
from jirani.services.asking import reading_of
from tests.support.salon import Guest
from tools.turn import Turn

TurnOf = Callable[..., Awaitable[RunContext[Turn]]]


@pytest.fixture
def database(sqlite_database: URL) -> URL:
    """What the tools call is tested on both databases; the tools themselves on one."""
    return sqlite_database


@pytest.fixture
def turn_of() -> TurnOf:
    """Let a guest say something; return the context a tool gets in that turn."""

    async def made(
        guest: Guest, meaning: Meaning = Meaning.UNCLEAR, wish: Wish | None = None
    ) -> RunContext[Turn]:
        case = await guest.says(meaning)
        async with case.services.store.read(case.business.id) as work:
            thread = await work.threads.get(case.thread_id)
            message = await work.messages.get(case.thread_id, case.seq)
        turn = Turn(
            case=case,
            catalogue=guest.salon.catalogue,
            thread=thread,
            offered_before=False,
            text=message.text,
            language="en",
            wish=wish or Wish(),
            reading=reading_of(message.reading),
        )
        return RunContext(deps=turn, model=TestModel(), usage=RunUsage())

    return made
