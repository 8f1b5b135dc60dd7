"""The port to whoever carries our words to the guest, and its in-memory twin."""

from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol


class Purpose(StrEnum):
    """Why a text is sent: consent, quiet hours and the channel's own rules hang on it."""

    SERVICE = "service"  # an answer inside a live conversation
    TRANSACTIONAL = "transactional"  # a confirmation, a receipt
    PROMOTIONAL = "promotional"  # an offer


class SendOutcome(StrEnum):
    """What became of a text."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"  # final
    RETRY = "retry"  # the channel said: not processed, later
    UNKNOWN = "unknown"  # a time-out after the bytes had left


@dataclass(frozen=True, slots=True)
class Outbound:
    """A text to one peer; `key` is our id of it, the same on every attempt."""

    key: str
    thread_id: str
    peer: str
    text: str
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class SendResult:
    """The channel's answer; `provider_id` is its id for the text, if it gave one."""

    outcome: SendOutcome
    provider_id: str | None = None
    reason: str = ""
    retry_after: timedelta | None = None  # where the channel said how much later


class Channel(Protocol):
    """A way to reach a guest. Never raises for the channel's answers, never retries by itself."""

    @property
    def name(self) -> str:
        """What threads on it are recorded as."""

    @property
    def limit(self) -> int:
        """The longest text it takes, in characters."""

    async def send(self, message: Outbound) -> SendResult:
        """Send one text."""


class ChannelFault(StrEnum):
    """What may go wrong with a text in memory."""

    REJECTED = "rejected"
    RETRY = "retry"
    LOST = "lost"  # no answer, and it never arrived
    UNANSWERED = "unanswered"  # no answer, but it arrived


_OUTCOMES = {
    ChannelFault.REJECTED: SendOutcome.REJECTED,
    ChannelFault.RETRY: SendOutcome.RETRY,
    ChannelFault.LOST: SendOutcome.UNKNOWN,
    ChannelFault.UNANSWERED: SendOutcome.UNKNOWN,
}


class MemoryChannel:
    """Keeps what arrived in `sent`; `upcoming` faults befall the next texts, one each.

    `by_peer` faults befall every text to that peer.
    """

    def __init__(self, name: str = "memory", limit: int = 4096) -> None:
        self.name = name
        self.limit = limit
        self.sent: list[Outbound] = []
        self.upcoming: deque[ChannelFault | str] = deque()
        self.by_peer: dict[str, ChannelFault | str] = {}

    async def send(self, message: Outbound) -> SendResult:
        """Keep the text, unless a fault befalls it or it is too long."""
        if len(message.text) > self.limit:
            return SendResult(SendOutcome.REJECTED, reason="too_long")
        named = self.upcoming.popleft() if self.upcoming else self.by_peer.get(message.peer)
        fault = ChannelFault(named) if named else None
        if fault in (None, ChannelFault.UNANSWERED):
            self.sent.append(message)
        if fault is None:
            return SendResult(SendOutcome.ACCEPTED, f"{self.name}-{len(self.sent)}")
        return SendResult(_OUTCOMES[fault], reason=fault.value)

    def texts(self, peer: str) -> list[str]:
        """Return what arrived at a peer, in order."""
        return [message.text for message in self.sent if message.peer == peer]
