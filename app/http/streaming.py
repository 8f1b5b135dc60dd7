"""A conversation as server-sent events: hints make them prompt, rows make them true."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

from app.http.channel import NAME
from app.http.door import Door
from app.http.viewing import Seen, look
from jirani.services.threads import Received
from jirani.store.news import Listener

ALIVE = 15.0  # real seconds between signs of life
LONGEST = 120.0  # real seconds that the answer to one message is waited for
AGAIN = 2000  # milliseconds after which a browser should come back
SSE: dict[str, Any] = {
    "text/event-stream": {
        "schema": {
            "type": "object",
            "description": "One event; its data is JSON.",
            "required": ["event", "data"],
            "properties": {
                "event": {"enum": ["message", "part", "typing", "state", "done"]},
                "data": {"type": "string", "contentMediaType": "application/json"},
                "id": {"type": "string", "description": "Of a message: the cursor behind it."},
            },
        },
        "example": 'event: part\ndata: {"text": "Shall I book your Manicure? "}\n\n',
    }
}


async def events_of(door: Door, business_id: str, peer: str, cursor: str) -> AsyncIterator[str]:
    """Yield what was said after the cursor, the state, and then everything as it comes.

    Ends when the process does; the client comes back with its cursor.
    """
    async with door.news.listen(f"{NAME}:{peer}") as listener:
        yield f"retry: {AGAIN}\n\n"
        following = _Following(door, business_id, peer, cursor)
        async for event in following.news():
            yield event
        following.resume()
        while not door.closing.is_set():
            heard = await _heard(listener, door, ALIVE)
            if door.closing.is_set():
                return
            if heard is None:
                yield ": alive\n\n"
            async for event in following.on(heard):
                yield event
            if heard is None:
                following.resume()


async def answer_of(
    door: Door, business_id: str, peer: str, received: Received
) -> AsyncIterator[str]:
    """Yield the answer to one message, whose turn runs by itself, then `done`."""
    async with door.news.listen(f"{NAME}:{peer}") as listener:
        cursor = f"{received.thread.id}.{received.seq}"
        following = _Following(door, business_id, peer, cursor)
        async for event in following.news():
            yield event
        deadline = asyncio.get_running_loop().time() + LONGEST
        while not following.answered and not door.closing.is_set():
            if asyncio.get_running_loop().time() > deadline:
                return
            heard = await _heard(listener, door, ALIVE)
            if heard is None:
                yield ": alive\n\n"
            async for event in following.on(heard):
                yield event
        if following.answered:
            yield sse("done", {})


class _Following:
    """What one client has seen so far."""

    def __init__(self, door: Door, business_id: str, peer: str, cursor: str) -> None:
        self.door, self.business_id, self.peer, self.cursor = door, business_id, peer, cursor
        self.answered = False
        self._state: dict[str, Any] | None = None
        self._seen: Seen | None = None

    async def on(self, heard: dict[str, Any] | None) -> AsyncIterator[str]:
        """Pass a hint on, or look into the rows where it says so, or says nothing."""
        if heard is None or heard["event"] == "look":
            async for event in self.news():
                yield event
        elif heard["event"] != "part" or not self.answered:  # the whole was faster than its parts
            yield sse(heard["event"], heard["data"])

    async def news(self) -> AsyncIterator[str]:
        """Yield the messages after the cursor, and the state if it has changed."""
        seen = await self.door.readings.finish(self._look())
        self._seen, self.cursor = seen, seen.cursor
        self.answered = not seen.state.answering
        for message, cursor in seen.marked():
            yield sse("message", message.model_dump(mode="json"), cursor)
        state = seen.state.model_dump(mode="json")
        if state != self._state:
            self._state = state
            yield sse("state", state)

    async def _look(self) -> Seen:
        async with self.door.services.store.read(self.business_id) as work:
            return await look(self.door.services, work, self.peer, self.cursor)

    def resume(self) -> None:
        """See to the answer of a message whose turn was cut off with the process that ran it."""
        if self._seen and self._seen.pending and self._seen.thread:
            pending = Received(self._seen.thread, self._seen.pending.seq, fresh=False)
            self.door.turns.begin(self.business_id, pending)


async def _heard(listener: Listener, door: Door, wait: float) -> dict[str, Any] | None:
    """Wait for a hint, or for the end of this process."""
    hint = asyncio.ensure_future(listener.next(wait))
    closing = asyncio.ensure_future(door.closing.wait())
    try:
        await asyncio.wait({hint, closing}, return_when=asyncio.FIRST_COMPLETED)
        notice = hint.result() if hint.done() else None
    finally:
        hint.cancel()
        closing.cancel()
    heard: dict[str, Any] | None = json.loads(notice) if notice else None
    return heard


def sse(event: str, data: dict[str, Any], id: str | None = None) -> str:
    """Write one event."""
    lines = [f"id: {id}"] if id else []
    lines += [f"event: {event}", f"data: {json.dumps(data, ensure_ascii=False)}"]
    return "\n".join(lines) + "\n\n"
