"""What reaches the guest at this terminal between turns."""

from collections.abc import Callable

from jirani.connectors.channels import Outbound, SendOutcome, SendResult

NAME = "terminal"


class TerminalChannel:
    """Hands the texts for one peer to `hear`.

    Other terminals may share the database: their texts are left to them.
    """

    name = NAME
    limit = 4096

    def __init__(self, peer: str, hear: Callable[[str], None]) -> None:
        self.peer = peer
        self._hear = hear

    async def send(self, message: Outbound) -> SendResult:
        """Let the guest hear a text."""
        if message.peer != self.peer:
            return SendResult(SendOutcome.RETRY, reason="for another terminal")
        self._hear(message.text)
        return SendResult(SendOutcome.ACCEPTED, message.key)
