"""OpenAI's Chat Completions on the wire, from the server's side."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic_ai import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)

NAME = "openai"
PATH = "/v1/chat/completions"
BASE = "/v1"
_HEAD = {"id": "chatcmpl-1", "created": 1_795_000_000, "model": "gpt-5.2-2025-12-11"}
_USAGE = {"prompt_tokens": 900, "completion_tokens": 30, "total_tokens": 930}


def key_of(headers: dict[str, str]) -> str:
    return headers.get("authorization", "").removeprefix("Bearer ")


def tools_of(body: dict[str, Any]) -> list[str]:
    return [each["function"]["name"] for each in body.get("tools", [])]


def instructions_of(body: dict[str, Any]) -> str:
    said = [m["content"] for m in body["messages"] if m["role"] in ("system", "developer")]
    return "\n\n".join(said)


def messages_of(body: dict[str, Any], name: str) -> list[ModelMessage]:
    """Read the conversation; what the model said is put down to `name`."""
    found: list[ModelMessage] = []
    names: dict[str, str] = {}
    for each in body["messages"]:
        match each:
            case {"role": "user", "content": content}:
                found.append(ModelRequest([UserPromptPart(content)]))
            case {"role": "assistant"}:
                calls = each.get("tool_calls") or []
                names |= {call["id"]: call["function"]["name"] for call in calls}
                parts: list[TextPart | ToolCallPart] = [
                    ToolCallPart(
                        call["function"]["name"],
                        call["function"]["arguments"],
                        tool_call_id=call["id"],
                    )
                    for call in calls
                ]
                said = [TextPart(each["content"])] if each.get("content") else []
                found.append(ModelResponse([*said, *parts], model_name=name))
            case {"role": "tool", "tool_call_id": id, "content": content}:
                found.append(ModelRequest([ToolReturnPart(names[id], content, tool_call_id=id)]))
    return found


def plain(parts: list[TextPart | ToolCallPart], reason: str | None = None) -> dict[str, Any]:
    """Write an answer as one JSON object."""
    calls = [_call(each) for each in parts if isinstance(each, ToolCallPart)]
    text = "".join(each.content for each in parts if isinstance(each, TextPart))
    message: dict[str, Any] = {"role": "assistant", "content": text or None, "refusal": None}
    if calls:
        message["tool_calls"] = calls
    finish = reason or ("tool_calls" if calls else "stop")
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
    return {**_HEAD, "object": "chat.completion", "choices": [choice], "usage": _USAGE}


def streamed(parts: list[TextPart | ToolCallPart], reason: str | None = None) -> Iterator[str]:
    """Write an answer as server-sent events, words and arguments in bits."""
    yield _chunk({"role": "assistant", "content": "", "refusal": None})
    calls = 0
    for part in parts:
        if isinstance(part, TextPart):
            for bit in _bits(part.content):
                yield _chunk({"content": bit})
            continue
        call = {"index": calls, **_call(part)}
        arguments = call["function"]["arguments"]
        yield _chunk({"tool_calls": [call | {"function": {**call["function"], "arguments": ""}}]})
        for bit in _bits(arguments):
            yield _chunk({"tool_calls": [{"index": calls, "function": {"arguments": bit}}]})
        calls += 1
    yield _chunk({}, reason or ("tool_calls" if calls else "stop"))
    yield _event({**_HEAD, "object": "chat.completion.chunk", "choices": [], "usage": _USAGE})
    yield "data: [DONE]\n\n"


def error(status: int) -> dict[str, Any]:
    kind = {429: "rate_limit_exceeded", 401: "invalid_api_key"}.get(status)
    said = "Incorrect API key provided: sk-canary. You said: canary."
    return {"error": {"message": said, "type": "error", "param": None, "code": kind}}


def nothing() -> dict[str, Any]:
    """Write an answer without one."""
    return {**_HEAD, "object": "chat.completion", "choices": [], "usage": _USAGE}


def refused() -> dict[str, Any]:
    answer = plain([])
    answer["choices"][0]["message"]["refusal"] = "I can't help with that."
    return answer


CUT_OFF, FILTERED = "length", "content_filter"


def _call(part: ToolCallPart) -> dict[str, Any]:
    function = {"name": part.tool_name, "arguments": part.args_as_json_str()}
    return {"id": part.tool_call_id, "type": "function", "function": function}


def _chunk(delta: dict[str, Any], finish: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return _event({**_HEAD, "object": "chat.completion.chunk", "choices": [choice], "usage": None})


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data)}\n\n"


def _bits(text: str, size: int = 9) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))
