"""However a provider fails, the guest is answered, and the operator sees why."""

import pytest
from structlog.typing import EventDict

from agent.models import patient
from agent.models.budget import Budget
from agent.turn import Guest
from tests.support import anthropic_wire, openai_wire, troubles
from tests.support.asking import ASK, BOOKED, asked, failures
from tests.support.providers import Step, Wire, provider
from tests.support.talking import Talk

pytestmark = pytest.mark.anyio

WIRES = pytest.mark.parametrize("wire", [openai_wire, anthropic_wire], ids=["openai", "anthropic"])
WAYS = pytest.mark.parametrize("stream", [True, False], ids=["streamed", "plain"])
EITHER = pytest.mark.parametrize(
    ("wire", "stream"), [(openai_wire, True), (anthropic_wire, False)], ids=["openai", "anthropic"]
)
HURRIED = Budget(request_seconds=0.3)


@pytest.fixture(autouse=True)
def _soon_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient, "PAUSE", 0.01)


@EITHER
@pytest.mark.parametrize(
    ("step", "kind", "status", "times"),
    [
        (troubles.status(429), "rate_limited", 429, 2),
        (troubles.status(429, {"Retry-After": "60"}), "rate_limited", 429, 1),
        (troubles.status(500), "server_error", 500, 2),
        (troubles.status(503), "server_error", 503, 2),
        (troubles.status(400), "rejected", 400, 1),
        (troubles.status(401), "unauthorized", 401, 1),
        (troubles.status(404), "rejected", 404, 1),
        (troubles.body("<html>Welcome to the hotel's wifi</html>", "text/html"), "malformed", 0, 1),
        (troubles.cut_off, "cut_off", None, 1),
        (troubles.filtered, "refused", None, 1),
    ],
    ids=lambda each: getattr(each, "__name__", str(each)),
)
async def test_a_failing_provider_is_replaced_by_the_offline_model(
    talk: Talk,
    logs: list[EventDict],
    wire: Wire,
    stream: bool,
    step: Step,
    kind: str,
    status: int | None,
    times: int,
) -> None:
    async with provider(wire, step, for_ever=True) as there:
        assert await asked(talk, there, stream) == "offline"
    assert failures(logs) == [(kind, status or None)]
    assert len(there.asked) == times  # and not again in this turn
    assert "canary" not in str(logs)


@WIRES
@WAYS
@pytest.mark.parametrize("step", [troubles.hangs_up, troubles.hangs_up_half_way])
async def test_who_hangs_up_is_asked_once_more(
    talk: Talk, logs: list[EventDict], wire: Wire, stream: bool, step: Step
) -> None:
    async with provider(wire, step, for_ever=True) as there:
        assert await asked(talk, there, stream) == "offline"
    assert failures(logs) == [("connection", None)]
    assert len(there.asked) == 2


@WIRES
@WAYS
@pytest.mark.parametrize("step", [troubles.stalls, troubles.stalls_half_way])
async def test_who_stalls_is_not_waited_for(
    talk: Talk, logs: list[EventDict], wire: Wire, stream: bool, step: Step
) -> None:
    async with provider(wire, step, for_ever=True) as there:
        assert await asked(talk, there, stream, HURRIED) == "offline"
    assert failures(logs) == [("timeout", None)]


@WIRES
@pytest.mark.parametrize("step", [troubles.stalls, troubles.stalls_half_way])
async def test_a_stream_that_stalls_is_noticed_long_before_all_patience_is_over(
    talk: Talk, logs: list[EventDict], wire: Wire, step: Step
) -> None:
    async with (
        provider(wire, step, for_ever=True) as there,
        there.model(silence=0.2) as model,
    ):
        patient = Budget(request_seconds=3600, turn_seconds=3600)
        turned = await talk.by(model, budget=patient).says(ASK)
    assert BOOKED in turned.reply
    assert turned.seconds < 30
    assert failures(logs) == [("timeout", None)]


@WIRES
@pytest.mark.parametrize(
    "step",
    [troubles.body('{"id": "x", "cho'), troubles.body("[]"), troubles.nothing],
    ids=["half a JSON", "another JSON", "nothing in it"],
)
async def test_a_malformed_answer_is_no_answer(
    talk: Talk, logs: list[EventDict], wire: Wire, step: Step
) -> None:
    async with provider(wire, step, for_ever=True) as there:
        assert await asked(talk, there, stream=False) == "offline"
    assert failures(logs) == [("malformed", None)]


@WIRES
async def test_a_refusal_is_answered_by_the_offline_model(
    talk: Talk, logs: list[EventDict], wire: Wire
) -> None:
    async with provider(wire, troubles.refuses, for_ever=True) as there:
        assert await asked(talk, there, stream=False) == "offline"
    assert failures(logs) == [("refused", None)]


@WIRES
async def test_half_a_sentence_is_no_answer(talk: Talk, logs: list[EventDict], wire: Wire) -> None:
    async with provider(wire, troubles.breaks_off, for_ever=True) as there:
        assert await asked(talk, there, stream=True) == "offline"
    assert failures(logs) == [("cut_off", None)]


@pytest.mark.parametrize(
    ("wire", "lines", "kind"),
    [
        (openai_wire, ['data: {"error": {"message": "canary", "code": 502}}\n\n'], "server_error"),
        (openai_wire, ["data: {not json}\n\n"], "malformed"),
        (openai_wire, ["data: [DONE]\n\n"], "malformed"),
        (
            anthropic_wire,
            [
                'event: error\ndata: {"type": "error", "error": '
                '{"type": "overloaded_error", "message": "canary"}}\n\n'
            ],
            "server_error",
        ),
        (anthropic_wire, ["event: message_start\ndata: {not json}\n\n"], "malformed"),
        (anthropic_wire, ['event: message_stop\ndata: {"type": "message_stop"}\n\n'], "malformed"),
    ],
)
async def test_a_stream_with_a_fault_in_it_is_no_answer(
    talk: Talk, logs: list[EventDict], wire: Wire, lines: list[str], kind: str
) -> None:
    async with provider(wire, troubles.events(*lines), for_ever=True) as there:
        assert await asked(talk, there, stream=True) == "offline"
    assert [kind for kind, _ in failures(logs)] == [kind]
    assert "canary" not in str(logs)


@EITHER
@pytest.mark.parametrize(
    "step", [troubles.status(429), troubles.status(503), troubles.hangs_up], ids=[429, 503, "gone"]
)
async def test_a_passing_failure_is_tried_once_more_and_nobody_notices(
    talk: Talk, logs: list[EventDict], wire: Wire, stream: bool, step: Step
) -> None:
    async with provider(wire, step) as there:
        assert await asked(talk, there, stream) == "m"
    assert failures(logs) == []
    assert "agent.model_again" in [each["event"] for each in logs]


async def test_nobody_there_is_a_failed_connection(talk: Talk, logs: list[EventDict]) -> None:
    async with provider(openai_wire) as there:
        pass
    assert await asked(talk, there, stream=True) == "offline"
    assert failures(logs) == [("connection", None)]


# --- a provider that stays away


async def test_a_model_that_fails_turn_after_turn_is_left_alone_for_a_while(
    talk: Talk, logs: list[EventDict]
) -> None:
    async with (
        provider(openai_wire, troubles.status(500), for_ever=True) as there,
        there.model() as model,
    ):
        guest = Guest(talk.services, model)
        for _ in range(4):
            received = await talk.hears("do you have parking?")
            assert "free parking" in (await guest.answer(talk.business_id, received)).reply
    assert [kind for kind, _ in failures(logs)] == ["server_error"] * 3 + ["resting"]
    assert len(there.asked) == 6


async def test_who_is_told_when_to_come_back_waits_that_long(talk: Talk) -> None:
    async with (
        provider(openai_wire, troubles.status(429, {"Retry-After": "60"})) as there,
        there.model() as model,
    ):
        guest = Guest(talk.services, model)
        for _ in range(2):
            await guest.answer(talk.business_id, await talk.hears("do you have parking?"))
    assert len(there.asked) == 1
