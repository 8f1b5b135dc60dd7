"""What the event loop spends on asking a hosted model, beside a model that is a function."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import thread_time
from typing import Any

from pydantic import SecretStr
from pydantic_ai import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import Model
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

from agent.models import model_named
from agent.models.access import Access
from evals.bench.timing import Compared, Times
from evals.bench.turning import bare_agent

HISTORIES = (0, 20, 100)  # messages; a turn recalls 40 at most
RUNS, WARM_UP = 30, 4
ASKED = "do you have parking?"
SAID = "Yes, there is free parking behind the building; it is open until eight in the evening."
_HEAD: dict[str, Any] = {"id": "c", "created": 1, "model": "m"}


async def asking() -> list[Compared]:
    """Measure runs with one tool call, so two requests, by CPU time of the event loop's thread."""
    key = SecretStr("none")
    with _provider() as address:
        streamed = _named(Access({"openai": key}, address))
        plain = _named(Access({"openai": key}, address, stream=False))
        sdk = OpenAIChatModel("m", provider=OpenAIProvider(address, key.get_secret_value()))
        async with streamed, plain, sdk:
            found = []
            for length in HISTORIES:
                ours, function = await _measured(length, streamed, None)
                what = f"asking a hosted model, {length} messages before, CPU of the loop"
                found.append(Compared.at(50, what, ours, "FunctionModel", function))
            ours, theirs = await _measured(length, plain, sdk)
            what = f"the same, not streamed, {length} messages before"
            return [*found, Compared.at(50, what, ours, "by the SDK's own way", theirs)]


async def _measured(length: int, *models: Model | None) -> Sequence[Times]:
    agent, history = bare_agent(), _history(length)
    every = [Times(thread_time) for _ in models]
    for _ in range(WARM_UP + RUNS):
        for times, model in zip(every, models, strict=True):
            await times.add(partial(agent.run, ASKED, message_history=history, model=model))
    for times in every:
        del times.seconds[:WARM_UP]
    return every


def _named(access: Access) -> Model:
    model = model_named("openai:m", access)
    if model is None:
        raise RuntimeError("a hosted model was expected")
    return model


def _history(length: int) -> list[ModelMessage]:
    """Return earlier turns of four messages, as long as a turn's are."""
    facts = [{"slot": f"s{n}", "service": "Manicure", "staff": "Amina"} for n in range(8)]
    turns: list[ModelMessage] = []
    for number in range(length // 4):
        id = f"call_{number}"
        turns += [
            ModelRequest([UserPromptPart("can I get a manicure tomorrow at 2?")]),
            ModelResponse([ToolCallPart("look", {"topic": "slots"}, tool_call_id=id)]),
            ModelRequest([ToolReturnPart("look", {"slots": facts}, tool_call_id=id)]),
            ModelResponse([TextPart("I can offer tomorrow at 14:00 with Amina. Shall I book it?")]),
        ]
    return turns


@contextmanager
def _provider() -> Iterator[str]:
    """Let a provider of models answer on the loopback, in a thread of its own."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Provider) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()


class _Provider(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Call the tool, and then say what it told."""
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        function = {"name": "look", "arguments": '{"topic": "parking"}'}
        call = {"index": 0, "id": "call_now", "type": "function", "function": function}
        done = asked["messages"][-1]["role"] == "tool"
        if asked.get("stream"):
            words = [{"content": f"{word} "} for word in SAID.split()]
            kind, content = (
                "text/event-stream",
                _events(words if done else [{"tool_calls": [call]}]),
            )
        else:
            answer = {"content": SAID} if done else {"content": None, "tool_calls": [call]}
            kind, content = "application/json", _object({"role": "assistant", **answer})
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


def _object(message: dict[str, Any]) -> bytes:
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return json.dumps({**_HEAD, "object": "chat.completion", "choices": [choice]}).encode()


def _events(deltas: list[dict[str, Any]]) -> bytes:
    reasons = [None] * len(deltas) + ["stop"]
    choices = [
        {"index": 0, "delta": delta, "finish_reason": reason}
        for delta, reason in zip([*deltas, {}], reasons, strict=True)
    ]
    head = _HEAD | {"object": "chat.completion.chunk"}
    lines = [f"data: {json.dumps(head | {'choices': [each]})}\n\n" for each in choices]
    return "".join([*lines, "data: [DONE]\n\n"]).encode()
