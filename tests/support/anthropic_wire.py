"""Anthropic's Messages on the wire, from the server's side."""

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

NAME = "anthropic"
PATH = "/v1/messages"
BASE = ""
_HEAD = {"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5"}


def key_of(headers: dict[str, str]) -> str:
    return headers.get("x-api-key") or headers.get("authorization", "").removeprefix("Bearer ")


def tools_of(body: dict[str, Any]) -> list[str]:
    return [each["name"] for each in body.get("tools", [])]


def instructions_of(body: dict[str, Any]) -> str:
    system = body["system"]
    return system if isinstance(system, str) else "\n\n".join(each["text"] for each in system)


def messages_of(body: dict[str, Any], name: str) -> list[ModelMessage]:
    """Read the conversation; what the model said is put down to `name`."""
    found: list[ModelMessage] = []
    names: dict[str, str] = {}
    for each in body["messages"]:
        blocks = each["content"]
        if isinstance(blocks, str):
            blocks = [{"type": "text", "text": blocks}]
        said: list[TextPart | ToolCallPart] = []
        heard: list[UserPromptPart | ToolReturnPart] = []
        for block in blocks:
            match block:
                case {"type": "text", "text": text} if each["role"] == "user":
                    heard.append(UserPromptPart(text))
                case {"type": "text", "text": text}:
                    said.append(TextPart(text))
                case {"type": "tool_use", "id": id, "name": tool, "input": given}:
                    names[id] = tool
                    said.append(ToolCallPart(tool, given, tool_call_id=id))
                case {"type": "tool_result", "tool_use_id": id, "content": content}:
                    text = content if isinstance(content, str) else content[0]["text"]
                    heard.append(ToolReturnPart(names[id], text, tool_call_id=id))
        asked = each["role"] == "user"
        found.append(ModelRequest(heard) if asked else ModelResponse(said, model_name=name))
    return found


def plain(parts: list[TextPart | ToolCallPart], reason: str | None = None) -> dict[str, Any]:
    """Write an answer as one JSON object."""
    usage = {"input_tokens": 900, "output_tokens": 30}
    reason = reason or _reason(parts)
    content = [_block(each) for each in parts]
    return {
        **_HEAD,
        "content": content,
        "stop_reason": reason,
        "stop_sequence": None,
        "usage": usage,
    }


def streamed(parts: list[TextPart | ToolCallPart], reason: str | None = None) -> Iterator[str]:
    """Write an answer as server-sent events, words and arguments in bits."""
    usage = {"input_tokens": 900, "output_tokens": 1}
    begun: dict[str, Any] = {
        **_HEAD,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": usage,
    }
    yield _event("message_start", message=begun)
    yield _event("ping")
    for index, part in enumerate(parts):
        empty: dict[str, Any] = {"text": ""} if isinstance(part, TextPart) else {"input": {}}
        block = _block(part) | empty
        yield _event("content_block_start", index=index, content_block=block)
        for delta in _deltas(part):
            yield _event("content_block_delta", index=index, delta=delta)
        yield _event("content_block_stop", index=index)
    ended = {"stop_reason": reason or _reason(parts), "stop_sequence": None}
    yield _event("message_delta", delta=ended, usage={"output_tokens": 30})
    yield _event("message_stop")


def error(status: int) -> dict[str, Any]:
    kind = {429: "rate_limit_error", 401: "authentication_error"}.get(status, "api_error")
    return {"type": "error", "error": {"type": kind, "message": "sk-canary: you said canary."}}


def nothing() -> dict[str, Any]:
    """Write an answer without one."""
    return plain([], "end_turn")


def refused() -> dict[str, Any]:
    return plain([], "refusal")


CUT_OFF, FILTERED = "max_tokens", "refusal"


def _reason(parts: list[TextPart | ToolCallPart]) -> str:
    return "tool_use" if any(isinstance(p, ToolCallPart) for p in parts) else "end_turn"


def _block(part: TextPart | ToolCallPart) -> dict[str, Any]:
    if isinstance(part, TextPart):
        return {"type": "text", "text": part.content, "citations": None}
    id, given = part.tool_call_id, part.args
    given = json.loads(given) if isinstance(given, str) else given or {}
    return {"type": "tool_use", "id": id, "name": part.tool_name, "input": given}


def _deltas(part: TextPart | ToolCallPart) -> Iterator[dict[str, str]]:
    if isinstance(part, TextPart):
        for bit in _bits(part.content):
            yield {"type": "text_delta", "text": bit}
    else:
        for bit in _bits(part.args_as_json_str()):
            yield {"type": "input_json_delta", "partial_json": bit}


def _event(type: str, **data: Any) -> str:
    return f"event: {type}\ndata: {json.dumps({'type': type, **data})}\n\n"


def _bits(text: str, size: int = 9) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))
