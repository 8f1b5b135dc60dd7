"""Who answers a guest's message that came in by itself: a port, since jobs know no agent."""

from typing import Any, Protocol


class Answerer(Protocol):
    """Answers stored messages; the same message again changes nothing."""

    async def answer(self, business_id: str, received: Any) -> Any:
        """Answer one message that was received; raises Busy while another turn is under way."""


class Nobody:
    """Leaves messages to be read by people."""

    async def answer(self, business_id: str, received: Any) -> None:
        """Answer nothing."""
