"""Any message is read, and any answer of a provider is one or a failure."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import strategies as st
from pydantic_ai import ModelMessage, ModelRequest, TextPart, ToolCallPart, UserPromptPart
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.wrapper import WrapperModel
from structlog.testing import capture_logs

from agent.language import language_of
from agent.models.budget import Budget
from agent.models.failing import ModelFailed
from agent.models.patient import Patient
from agent.preferring import wishes_in
from agent.reader import TrainedReader
from agent.when import Problem, When, read_when
from agent.wish import Intent, Wish, from_json, read_wish, to_json
from agent.wish.contact import find_phone
from agent.words import plain_words
from jirani.rules.facts import Catalogue, Service, Staff
from jirani.services.reading import Live
from tests.support import anthropic_wire, openai_wire
from tests.support.fuzzing import (
    JSON,
    Parser,
    bombard,
    examples,
    parsers,
    sizes,
    spoilt_bytes,
)
from tests.support.providers import Provider, Wire
from tests.support.wire import EVENTS, PLAIN, Exchange, serving

NOW = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Africa/Nairobi"))
SOLD = Catalogue(
    services=(Service("v1", "Manicure", 45, 0, 120_000, aliases=("mani", "kucha")),),
    staff=(Staff("t1", "Amina", frozenset({"v1"})),),
)
LIVE = Live("o1", "cross_sell", ("Pedicure", "pedi", "Grace", "14:45"))
READER = TrainedReader()
SAID = (
    "yes please, but at half past 4 on friday the 3rd, not with Amina",
    "naomba mani kesho saa nane na nusu mchana, mimi ni Grace 0712 345 678",
    "can you move it from 10am to between 2 and 4:30 pm next week? my number is +254 (0)712-345678",
    "STOP. no extras, maybe later; 2026-11-24T14:00, 24/11/26, the day after tomorrow in 3 hours",
)
PREFERRED = (
    "please don't ask me about extra nights, late check-outs or cleaning again, but we love usafi",
    "fewer offers, no cleaning offers; we're on a tight budget! you may offer me nights again",
)


def read_by_all(text: str) -> object:
    """Read one text in every way a guest's message is read."""
    words = plain_words(text, SAID[0])
    return language_of(words), READER.read(text, live=[LIVE], last_said=text, has_appointment=True)


PARSERS = parsers(
    Parser("words and reader", read_by_all, (), SAID),
    Parser("when", lambda text: read_when(text, NOW, expecting_time=True, near=time(14)), (), SAID),
    Parser("wish", lambda text: read_wish(text, NOW, SOLD, expecting="contact", shown=3), (), SAID),
    Parser("wishes of offers", wishes_in, (), (*SAID, *PREFERRED)),
    Parser("phone", lambda text: find_phone(text, "KE", True, ()), (), ("0712 345 678", *SAID)),
)


@PARSERS
@examples()
def test_any_message_is_read(parser: Parser, examples: int) -> None:
    bombard(parser, parser.worst(), examples)


@PARSERS
@sizes()
def test_a_megabyte_is_read_soon(parser: Parser, size: int) -> None:
    parser.is_soon_done(size)


_DAYS, _TIMES = st.dates(), st.times().map(lambda at: at.replace(microsecond=0, fold=0))
_SOME = st.none() | st.text(min_size=1)
WHENS = st.builds(
    When,
    date=st.none() | _DAYS,
    date_to=st.none() | _DAYS,
    time=st.none() | _TIMES,
    after=st.none() | _TIMES,
    before=st.none() | _TIMES,
    problem=st.none() | st.sampled_from(Problem),
    choices=st.lists(_DAYS | _TIMES, max_size=3).map(tuple),
    spans=st.lists(st.tuples(st.integers(0, 9), st.integers(10, 99)), max_size=3).map(tuple),
)
WISHES = st.builds(
    Wish,
    intents=st.lists(st.sampled_from(Intent), max_size=4).map(tuple),
    prefers=st.lists(st.text(max_size=9), max_size=3).map(tuple),
    service_ids=st.lists(st.text(min_size=1), max_size=3).map(tuple),
    staff_id=_SOME,
    when=WHENS,
    name=_SOME,
    phone=_SOME,
)


@examples()
def test_a_stored_wish_is_read_back_and_anything_else_is_a_value_error(examples: int) -> None:
    def read_back(wish: Wish) -> None:
        assert from_json(json.loads(json.dumps(to_json(wish)))) == wish

    bombard(read_back, WISHES, examples)

    def read(value: dict[str, Any]) -> None:
        with suppress(ValueError):
            from_json(value)

    names = st.sampled_from(sorted(to_json(Wish()))) | st.text()
    whens = st.dictionaries(st.sampled_from(sorted(to_json(Wish())["when"])), JSON, max_size=3)
    bombard(read, st.dictionaries(names, JSON | whens, max_size=4), examples)


PARTS: list[TextPart | ToolCallPart] = [
    TextPart("Let me look."),
    ToolCallPart("find_slots", {"service": "v1", "at": "14:00"}, tool_call_id="c1"),
]
WIRES = pytest.mark.parametrize("wire", [openai_wire, anthropic_wire], ids=["openai", "anthropic"])
WAYS = pytest.mark.parametrize("stream", [True, False], ids=["streamed", "plain"])


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """One event loop for all of a test's examples."""
    with capture_logs(), asyncio.Runner() as made:
        yield made


@WIRES
@WAYS
@examples(many=1500)
def test_any_answer_of_a_provider_is_an_answer_or_a_failure(
    runner: asyncio.Runner, wire: Wire, stream: bool, examples: int
) -> None:
    said = b""

    async def answer(exchange: Exchange) -> None:
        kind = EVENTS if stream else PLAIN
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n"
        exchange.writer.write(f"{head}Content-Length: {len(said)}\r\n\r\n".encode() + said)
        await exchange.writer.drain()

    async def opened() -> WrapperModel:
        there = Provider(wire, address=await stack.enter_async_context(serving(answer)))
        return await stack.enter_async_context(there.model(stream=stream, silence=3.0))

    async def ask() -> None:
        request: list[ModelMessage] = [ModelRequest([UserPromptPart("a manicure?")])]
        with suppress(ModelFailed):
            await Patient(model, Budget()).request(request, None, ModelRequestParameters())

    def check(answered: bytes) -> None:
        nonlocal said
        said = answered
        runner.run(ask())

    stack = AsyncExitStack()
    model = runner.run(opened())
    good = "".join(wire.streamed(PARTS)) if stream else json.dumps(wire.plain(PARTS))
    bombard(check, spoilt_bytes([good.encode()]), examples)
    runner.run(stack.aclose())


def test_what_a_date_or_a_time_is_written_as_is_told_apart() -> None:
    wish = Wish(when=When(choices=(date(2026, 11, 24), time(14))))
    assert from_json(to_json(wish)) == wish
