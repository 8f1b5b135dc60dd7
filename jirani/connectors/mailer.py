"""The port to whoever carries our mail to a host."""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class MailOutcome(StrEnum):
    """What became of a mail; the words of `channels.SendOutcome`."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"  # final
    RETRY = "retry"  # not taken, later
    UNKNOWN = "unknown"  # no answer after the text had left: it may arrive


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one address, in plain text and HTML; `key` is our id of it on every attempt."""

    to: str
    subject: str
    plain: str
    html: str
    key: str


@dataclass(frozen=True, slots=True)
class MailResult:
    """The carrier's answer; `message_id` is the mail's own, the same for the same key."""

    outcome: MailOutcome
    message_id: str
    reason: str = ""


class Mailer(Protocol):
    """A way to send mail. Never raises for the carrier's answers, never retries by itself."""

    @property
    def name(self) -> str:
        """What mails by it are recorded as."""

    async def send(self, mail: Mail) -> MailResult:
        """Send one mail."""


# One address, no display name: nothing a header or a command could be smuggled in by.
_ADDRESS = re.compile(
    r"[^\s@<>()\[\]\\,;:\"\x00-\x20\x7f]{1,64}@[^\s@<>()\[\]\\,;:\"\x00-\x20\x7f]+"
)


def is_address(to: str) -> bool:
    """Tell whether mail can be addressed so."""
    return len(to) <= 254 and _ADDRESS.fullmatch(to) is not None and to.isprintable()


def message_id(key: str, domain: str) -> str:
    """Return the Message-ID of a key: a mail sent twice is recognised as one by it."""
    return f"<{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:40]}@{domain}>"


def one_line(words: str) -> str:
    """Return words fit for a header: names come from strangers, line breaks end headers."""
    return " ".join("".join(c if c.isprintable() else " " for c in words).split())
