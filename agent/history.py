"""A thread's model messages: what is recalled for a turn, and what is kept of it."""

from dataclasses import replace
from typing import Any

from pydantic_ai import (
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelRequest,
    ToolReturnPart,
    UserPromptPart,
)

from tools.turn import Answer

RECALLED = 40  # stored messages sent along, at most


def recalled(history: list[ModelMessage]) -> list[ModelMessage]:
    """Return the newest messages, beginning with a guest's: calls stay with their answers."""
    begins = [
        index
        for index, message in enumerate(history)
        if isinstance(message, ModelRequest)
        and any(isinstance(part, UserPromptPart) for part in message.parts)
        and not any(isinstance(part, ToolReturnPart) for part in message.parts)
    ]
    fitting = [index for index in begins if len(history) - index <= RECALLED]
    return history[fitting[0] :] if fitting else []


def answers_in(messages: list[ModelMessage]) -> list[tuple[str, Answer]]:
    """Return what the tools answered, with their names."""
    return [
        (part.tool_name, part.content)
        for message in messages
        if isinstance(message, ModelRequest)
        for part in message.parts
        if isinstance(part, ToolReturnPart) and isinstance(part.content, Answer)
    ]


def storable(messages: list[ModelMessage]) -> list[Any]:
    """Return messages as JSON, without instructions: they are words of today, not history."""
    bare = [
        replace(message, instructions=None) if isinstance(message, ModelRequest) else message
        for message in messages
    ]
    stored: list[Any] = ModelMessagesTypeAdapter.dump_python(bare, mode="json", exclude_none=True)
    return stored
