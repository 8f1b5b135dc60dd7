"""A conversation as a guest has it with the demo salon, and the rows it leaves behind."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import Any

from pydantic_ai.models import Model

from agent.models.budget import Budget
from agent.turn import Guest, Turned
from jirani.connectors.channels import MemoryChannel
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.rules.facts import Thread
from jirani.services import Services
from jirani.services.clock import SetClock
from jirani.services.settling import callback
from jirani.services.threads import Received, receive
from scheduler.jobs import run_due
from tests.support.looking import rows

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class World:
    """What is written, in words: no ids, prices in minor units, statuses as they are."""

    appointments: tuple[Row, ...] = ()  # service, staff, status, price, source
    proposals: tuple[Row, ...] = ()  # kind, status, asked_seq, accepted_seq
    offers: tuple[Row, ...] = ()  # service, status, reason, price, settled_seq
    sales: tuple[Row, ...] = ()  # price, status
    contacts: tuple[Row, ...] = ()  # kind
    payments: tuple[Row, ...] = ()  # amount, status, phone
    customers: tuple[Row, ...] = ()  # name, phone
    outbox: tuple[Row, ...] = ()  # kind, state

    @property
    def untouched(self) -> bool:
        """Tell whether nothing was booked, asked, sold, charged, sent, or kept of anybody."""
        strangers = ((None, None),) * len(self.customers)
        return self == World(customers=strangers)


@dataclass
class Talk:
    """One guest at the keyboard; `model` speaks for the salon, the offline one by default."""

    services: Services
    business_id: str
    model: Model | None = None
    peer: str = "grace"
    budget: Budget | None = None
    _keys: "count[int]" = field(default_factory=count, repr=False)

    def by(
        self,
        model: Model | None = None,
        *,
        peer: str | None = None,
        budget: Budget | None = None,
    ) -> "Talk":
        """Go on with another model, as another guest, or with other means."""
        return replace(self, model=model, peer=peer or self.peer, budget=budget or self.budget)

    @property
    def clock(self) -> SetClock:
        assert isinstance(self.services.clock, SetClock)
        return self.services.clock

    @property
    def gateway(self) -> MemoryGateway:
        assert isinstance(self.services.gateway, MemoryGateway)
        return self.services.gateway

    @property
    def sent(self) -> list[str]:
        """What the guest got between turns."""
        channel = self.services.channels["memory"]
        assert isinstance(channel, MemoryChannel)
        return channel.texts(self.peer)

    async def hears(self, text: str, *, key: str | None = None) -> Received:
        """Store a message and leave it unanswered."""
        key = key or f"{self.peer}-{next(self._keys)}"
        return await receive(self.services, self.business_id, "memory", self.peer, text, key)

    async def answers(self, received: Received) -> Turned:
        """Answer a stored message."""
        guest = Guest(self.services, self.model, budget=self.budget)
        return await guest.answer(self.business_id, received)

    async def says(self, *lines: str) -> Turned:
        """Say something, or one thing after the other; return the last answer."""
        for line in lines:
            turned = await self.answers(await self.hears(line))
        return turned

    async def waits(self, time: timedelta) -> None:
        """Let time pass, and do what falls due: callbacks first, then the jobs."""
        self.clock.advance(time)
        for update in self.gateway.due_callbacks(self.clock.now()):
            await callback(self.services, update)
        await run_due(self.services)

    async def thread(self) -> Thread:
        """Return the conversation as it is now."""
        async with self.services.store.read(self.business_id) as work:
            found = await work.threads.latest("memory", self.peer)
        assert found
        return found

    async def find(self, sql: str, **values: Any) -> list[Row]:
        """Return what a query finds."""
        return await rows(self.services.store, sql, **values)

    async def world(self) -> World:
        """Return everything that was written for all guests."""
        return World(**{name: tuple(await self.find(sql)) for name, sql in _WORLD.items()})


_NAMED = (
    "JOIN services s ON s.business_id = x.business_id AND s.id = x.service_id "
    "JOIN staff t ON t.business_id = x.business_id AND t.id = x.staff_id ORDER BY x.id"
)
_WORLD = {
    "appointments": (
        f"SELECT s.name, t.name, x.status, x.price, x.source FROM appointments x {_NAMED}"
    ),
    "proposals": "SELECT kind, status, asked_seq, accepted_seq FROM proposals ORDER BY id",
    "offers": f"SELECT s.name, x.status, x.reason, x.price, x.settled_seq FROM offers x {_NAMED}",
    "sales": "SELECT price, status FROM sales ORDER BY id",
    "contacts": "SELECT kind FROM contacts ORDER BY id",
    "payments": "SELECT amount, status, phone FROM payments ORDER BY id",
    "customers": "SELECT name, phone FROM customers ORDER BY id",
    "outbox": "SELECT kind, state FROM outbox ORDER BY id",
}
