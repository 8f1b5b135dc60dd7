"""A stored message, as a fact."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a thread; `reading` and `wish` are what it was understood to say."""

    thread_id: str
    seq: int
    author: str
    text: str
    language: str | None
    reading: dict[str, Any] | None
    wish: dict[str, Any] | None
    at: datetime
    dedupe_key: str | None = None  # the channel's id of it
    button: str | None = None  # the id of the button that was pressed; `text` then is its label
