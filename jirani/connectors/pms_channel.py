"""The conversation of a property-management system, as a channel (U5)."""

import html
import unicodedata
from collections.abc import Collection
from datetime import datetime

from jirani.connectors.channels import Outbound, SendOutcome, SendResult
from jirani.connectors.pms import Direction, Pms, PmsMessage, PmsUnavailable


class PmsChannel:
    """Posts to a stay's guest; the peer of a text is the conversation's id in the PMS."""

    def __init__(self, pms: Pms, name: str = "pms") -> None:
        self.name = name
        self._pms = pms

    @property
    def limit(self) -> int:
        """The longest text the PMS takes."""
        return self._pms.capabilities.longest_message

    async def send(self, message: Outbound) -> SendResult:
        """Post one text; after `unknown` ask `find` before posting it again."""
        written = await self._pms.post(message.peer, message.text, message.key)
        outcome = SendOutcome(written.outcome)
        return SendResult(outcome, written.ref, written.reason, written.retry_after)

    async def find(
        self, message: Outbound, since: datetime, known: Collection[str] = ()
    ) -> SendResult:
        """Find out by reading whether a text arrived that was posted at `since` or later.

        `accepted` with its id: it did. `retry`: it is not there. `unknown`: the conversation could
        not be read, so nothing may be sent yet. `known` are ids that belong to other texts of
        ours: the same words may have been said twice. `since` should allow for the PMS's clock.
        """
        try:
            said = await self._pms.messages(message.peer, since=since)
        except PmsUnavailable as unread:
            why = f"unread: {unread.reason}"
            return SendResult(SendOutcome.UNKNOWN, reason=why, retry_after=unread.retry_after)
        ours = [one for one in said if one.direction is Direction.OUT and one.ref not in known]
        found = _by_key(ours, message.key) or _by_words(ours, message.text)
        if found is None:
            return SendResult(SendOutcome.RETRY, reason="not_there")
        if found.failed:
            return SendResult(SendOutcome.REJECTED, found.ref, "undelivered")
        return SendResult(SendOutcome.ACCEPTED, found.ref)


def _by_key(said: list[PmsMessage], key: str) -> PmsMessage | None:
    return next((one for one in said if one.key == key), None)


def _by_words(said: list[PmsMessage], text: str) -> PmsMessage | None:
    """Return the first message of these words that is not known to be another text's."""
    words = same_words(text)
    return next((one for one in said if one.key is None and same_words(one.text) == words), None)


def same_words(text: str) -> str:
    """Return a text as it is recognised: systems escape, compose and re-space what they store."""
    return " ".join(unicodedata.normalize("NFC", html.unescape(text)).split())
