"""A mail carrier in memory."""

from collections import deque
from enum import StrEnum

from jirani.connectors.mailer import Mail, MailOutcome, MailResult, is_address, message_id


class MailFault(StrEnum):
    """What may go wrong with a mail in memory."""

    REJECTED = "rejected"
    RETRY = "retry"
    LOST = "lost"  # no answer, and it never arrived
    UNANSWERED = "unanswered"  # no answer, but it arrived


_OUTCOMES = {
    MailFault.REJECTED: MailOutcome.REJECTED,
    MailFault.RETRY: MailOutcome.RETRY,
    MailFault.LOST: MailOutcome.UNKNOWN,
    MailFault.UNANSWERED: MailOutcome.UNKNOWN,
}


class MemoryMailer:
    """Keeps what arrived in `sent`, twice if it was sent twice.

    `upcoming` faults befall the next mails, one each; `by_address` faults every mail there.
    """

    def __init__(self, name: str = "memory") -> None:
        self.name = name
        self.sent: list[Mail] = []
        self.upcoming: deque[MailFault | str] = deque()
        self.by_address: dict[str, MailFault | str] = {}

    async def send(self, mail: Mail) -> MailResult:
        """Keep the mail, unless a fault befalls it."""
        ident = message_id(mail.key, "memory.example")
        if not is_address(mail.to):
            return MailResult(MailOutcome.REJECTED, ident, "no_address")
        named = self.upcoming.popleft() if self.upcoming else self.by_address.get(mail.to)
        fault = MailFault(named) if named else None
        if fault in (None, MailFault.UNANSWERED):
            self.sent.append(mail)
        if fault is None:
            return MailResult(MailOutcome.ACCEPTED, ident)
        return MailResult(_OUTCOMES[fault], ident, fault)

    def to(self, address: str) -> list[Mail]:
        """Return what arrived at an address, in order."""
        return [mail for mail in self.sent if mail.to == address]
