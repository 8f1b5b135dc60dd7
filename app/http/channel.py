"""The chat page as a channel: what is said between turns is a row already; the page is told."""

import json
from typing import Any

from jirani.connectors.channels import Outbound, SendOutcome, SendResult
from jirani.store.news import News

NAME = "web"
LONGEST = 4000  # characters of one message, either way


class WebChannel:
    """Tells whoever shows a conversation to look: rows are what they show."""

    name = NAME
    limit = 100_000

    def __init__(self, news: News) -> None:
        self._news = news

    async def send(self, message: Outbound) -> SendResult:
        """Announce a stored message; a page that is closed finds it when it opens."""
        await tell(self._news, message.peer, "look")
        return SendResult(SendOutcome.ACCEPTED, message.key)


async def tell(news: News, peer: str, event: str, **data: Any) -> None:
    """Tell the pages that show a conversation, in every process."""
    await news.publish(f"{NAME}:{peer}", json.dumps({"event": event, "data": data}))
