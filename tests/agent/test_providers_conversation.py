"""Hosted models hold the whole conversation: every adapter, whole answers and streamed ones."""

from datetime import timedelta

import pytest
from structlog.typing import EventDict

from tests.support import anthropic_wire, openai_wire
from tests.support.providers import KEY, Wire, provider
from tests.support.talking import Talk

pytestmark = pytest.mark.anyio

LINES = ("hi, can I get a manicure tomorrow at 2?", "yes", "yes", "Grace Wanjiku, 0712 345 678")
WIRES = pytest.mark.parametrize("wire", [openai_wire, anthropic_wire], ids=["openai", "anthropic"])


@WIRES
@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "plain"])
async def test_a_hosted_model_books_cross_sells_and_starts_the_payment(
    talk: Talk, logs: list[EventDict], wire: Wire, stream: bool
) -> None:
    async with provider(wire) as there, there.model(stream=stream) as model:
        replies = [await talk.by(model).says(line) for line in LINES]
    expected = (
        ("Manicure", "Tuesday 24 November at 14:00", "KES 1,200"),
        ("booked", "Pedicure", "14:45", "KES 1,500"),
        ("Pedicure", "KES 2,700"),
        ("KES 2,700", "+254712345678"),
    )
    for turned, words in zip(replies, expected, strict=True):
        assert [word for word in words if word not in turned.reply] == []
        assert turned.model == "m"
    world = await talk.world()
    assert [(name, status) for name, _, status, *_ in world.appointments] == [
        ("Manicure", "confirmed"),
        ("Pedicure", "confirmed"),
    ]
    assert world.payments == ((270_000, "pending", "+254712345678"),)
    await talk.waits(timedelta(seconds=3))
    assert [status for _, status, _ in (await talk.world()).payments] == ["paid"]
    assert [each for each in logs if each["event"] == "agent.model_failed"] == []
    assert there.keys == {KEY}
    assert {bool(body.get("stream")) for body in there.asked} == {stream}


@WIRES
async def test_tokens_are_counted_also_of_streamed_answers(talk: Talk, wire: Wire) -> None:
    async with provider(wire) as there, there.model() as model:
        await talk.by(model).says("do you have parking?")
    thread = await talk.thread()
    assert (thread.requests, thread.tokens) == (2, 2 * 930)
