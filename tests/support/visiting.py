"""Guests and integrators before a real server on the loopback, in the test's own event loop."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import httpx
from pydantic_ai.models import Model
from redis.asyncio import Redis

from agent.turn import Guest
from app.http.channel import NAME, WebChannel
from app.http.door import Door
from app.http.serving import Server, listen, opened_door, server_of
from app.settings import Settings
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.rules.facts import Role
from jirani.services import Services
from jirani.services.clock import SetClock
from jirani.services.keys import create_key
from jirani.store.news import News
from jirani.store.redis_client import Breaker

PATIENCE = 20.0  # real seconds for anything to come
Wanted = str | Callable[["Event"], bool]


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event."""

    name: str
    data: Any
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """One process with its door open; `business` is the one its visitors mean."""

    services: Services
    door: Door
    server: Server
    url: str
    business: str

    @property
    def clock(self) -> SetClock:
        assert isinstance(self.services.clock, SetClock)
        return self.services.clock

    @property
    def gateway(self) -> MemoryGateway:
        assert isinstance(self.services.gateway, MemoryGateway)
        return self.services.gateway

    def client(self, token: str | None = None, **headers: str) -> httpx.AsyncClient:
        """Return a client of this business's API; paths begin behind its name."""
        if token:
            headers["Authorization"] = f"Bearer {token}"
        base = f"{self.url}/v1/businesses/{self.business}"
        return httpx.AsyncClient(
            base_url=base, headers=headers, timeout=PATIENCE, trust_env=False, verify=False
        )

    @asynccontextmanager
    async def visitor(self) -> AsyncIterator["Visitor"]:
        """Begin a conversation."""
        async with self.client() as client:
            began = (await client.post("/threads")).raise_for_status().json()
        async with self.client(began["token"]) as client:
            yield Visitor(client, began["id"], began["token"])

    async def key(self, role: Role, business_id: str | None = None) -> str:
        """Make an API key."""
        made = await create_key(self.services, business_id or self.business, role, role, "tests")
        return made[1]

    def stop(self) -> None:
        """Ask the process to end, as a signal does; only that none is passed on to the tests."""
        self.door.closing.set()
        self.server.should_exit = True


@asynccontextmanager
async def open_site(
    services: Services,
    redis: Redis,
    business: str,
    model: Model | None = None,
    *,
    burst: float = 0.0,
    **others: Any,
) -> AsyncIterator[Site]:
    """Run a process of its own: its door, its server, its news of the others."""
    news = News(redis, Breaker(pause=0.01), pause=0.01)
    channels = services.channels | {NAME: WebChannel(news)}
    services = replace(services, channels=channels)
    settings = Settings(burst_wait=burst, **others)
    listening = listen("127.0.0.1", 0)
    host, port = listening.getsockname()
    guest = Guest(services, model)
    async with opened_door(services, news, guest, settings, jobs=False) as door:
        server = server_of(door, settings)
        site = Site(services, door, server, f"http://{host}:{port}", business)
        running = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield site
        finally:
            site.stop()
            await running


@dataclass
class Visitor:
    """A guest in a browser of their own: knows what the page knows."""

    client: httpx.AsyncClient
    id: str
    token: str
    choices: list[dict[str, Any]] = field(default_factory=list)
    _keys: "count[int]" = field(default_factory=lambda: count(1), repr=False)

    @property
    def path(self) -> str:
        return f"/threads/{self.id}"

    async def say(self, text: str, **how: Any) -> list[Event]:
        """Say something; return the events of the answer."""
        return await self._send({"text": text}, **how)

    async def press(self, label: str) -> list[Event]:
        """Press the button that begins so; return the events of the answer."""
        return await self._send({"choice": self.choice(label)})

    def choice(self, label: str) -> str:
        """Return the id of a button below the newest message."""
        found = [each["id"] for each in self.choices if each["label"].startswith(label)]
        assert found, (label, self.labels)
        return str(found[0])

    @property
    def labels(self) -> list[str]:
        return [each["label"] for each in self.choices]

    async def post(
        self, body: dict[str, Any], key: str | None = None, **headers: str
    ) -> httpx.Response:
        """Send a message; its answer comes by the events."""
        headers["Idempotency-Key"] = key or f"{self.id[:6]}-{next(self._keys)}"
        return await self.client.post(f"{self.path}/messages", json=body, headers=headers)

    async def read(self) -> dict[str, Any]:
        """Load the conversation anew, as a page does that is opened."""
        thread: dict[str, Any] = (await self.client.get(self.path)).raise_for_status().json()
        self.choices = thread["choices"]
        return thread

    async def texts(self, author: str = "agent") -> list[str]:
        """Return what somebody has said so far."""
        return [
            each["text"] for each in (await self.read())["messages"] if each["author"] == author
        ]

    @asynccontextmanager
    async def follow(
        self, after: str | None = None, *, last: str | None = None, at: "Site | None" = None
    ) -> AsyncIterator["Events"]:
        """Open the events: behind a cursor or a Last-Event-ID; `at` another process."""
        headers = {"Last-Event-ID": last} if last else {}
        params = {"after": after} if after is not None else {}
        base = f"{at.url}/v1/businesses/{at.business}" if at else ""
        path = f"{base}{self.path}/events"
        async with self.client.stream("GET", path, params=params, headers=headers) as response:
            assert response.status_code == 200, await response.aread()
            yield Events(response)

    async def _send(self, body: dict[str, Any], key: str | None = None) -> list[Event]:
        headers = {
            "Accept": "text/event-stream",
            "Idempotency-Key": key or f"{self.id[:6]}-{next(self._keys)}",
        }
        path = f"{self.path}/messages"
        async with self.client.stream("POST", path, json=body, headers=headers) as response:
            assert response.status_code == 200, await response.aread()
            events = Events(response)
            await events.until("done")
        for each in events.seen:
            if each.name == "state":
                self.choices = each.data["choices"]
        return events.seen


class Events:
    """What came over one stream so far."""

    def __init__(self, response: httpx.Response) -> None:
        self.seen: list[Event] = []
        self.raw = b""
        self._chunks = response.aiter_raw()

    async def until(self, wanted: Wanted) -> Event:
        """Read on until an event of this name, or one that fits."""
        while True:
            event = await self.next()
            if event.name == wanted if isinstance(wanted, str) else wanted(event):
                return event

    async def next(self) -> Event:
        """Return the next event. Raises StopAsyncIteration at the end of the stream."""
        async with asyncio.timeout(PATIENCE):
            while True:
                block, found, rest = self.raw.partition(b"\n\n")
                if not found:
                    self.raw += await anext(self._chunks)
                    continue
                self.raw = rest
                if event := _event(block.decode()):
                    self.seen.append(event)
                    return event

    async def rest(self) -> list[Event]:
        """Read to the end of the stream; return what came."""
        before = len(self.seen)
        while True:
            try:
                await self.next()
            except StopAsyncIteration:
                return self.seen[before:]

    def texts(self, author: str = "agent") -> list[str]:
        return said(self.seen, author)


def said(events: list[Event], author: str = "agent") -> list[str]:
    """Return the messages of an author among events."""
    messages = [each.data for each in events if each.name == "message"]
    return [each["text"] for each in messages if each["author"] == author]


def last_state(events: list[Event]) -> dict[str, Any]:
    state: dict[str, Any] = [each.data for each in events if each.name == "state"][-1]
    return state


def _event(block: str) -> Event | None:
    fields = dict(line.split(": ", 1) for line in block.split("\n") if line and line[0] != ":")
    if "event" not in fields:
        return None
    return Event(fields["event"], json.loads(fields["data"]), fields.get("id"))
