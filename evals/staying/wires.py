"""How a world of stays is connected: to the system in memory itself, or over a true wire to it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

import httpx2

from app.standin.ground import StandIn
from app.standin.known import FACES
from app.standin.serving import InProcess, application, due
from jirani.connectors.connector import Account, Connector, Outside
from jirani.connectors.hooks import RawHook
from jirani.connectors.known import CONNECTORS
from jirani.connectors.memory_pms import MemoryPms
from jirani.connectors.pms import Hook, Pms
from jirani.connectors.wire.authority import MemoryTokens
from jirani.rules.facts import Reservation
from jirani.services import Services
from jirani.store.work import Work

HERE = "http://stand-in.test"
DOOR = "http://jirani.test/hooks"


class Connected(Protocol):
    """What Jirani sees of the system behind a world of stays."""

    name: str
    port: Pms

    def talk(self, conversation: str) -> str:
        """Return what the system calls a conversation."""

    def stay(self, ref: str) -> str:
        """Return the world's name of a stay that the system calls so."""

    def hooks(self, now: datetime) -> list[Hook]:
        """Return the webhooks that have come by now, proven."""

    async def find(self, work: Work, ref: str) -> Reservation | None:
        """Find our copy of a stay of the world, if there is one yet."""

    async def begin(self, services: Services, business_id: str) -> None:
        """Connect, and let our listings be the system's."""


def connected(name: str, memory: MemoryPms, business_id: str) -> Connected:
    """Connect with the world in memory, or over the wire of a PMS."""
    if name == memory.name:
        return InMemory(memory)
    return OverTheWire(name, memory, business_id)


class InMemory:
    """Nothing stands between."""

    def __init__(self, memory: MemoryPms) -> None:
        self.name = memory.name
        self.port: Pms = memory
        self._memory = memory

    def talk(self, conversation: str) -> str:
        """Return it as it is."""
        return conversation

    def stay(self, ref: str) -> str:
        """Return it as it is."""
        return ref

    def hooks(self, now: datetime) -> list[Hook]:
        """Return the webhooks that have come by now."""
        return self._memory.hooks.due(now)

    async def find(self, work: Work, ref: str) -> Reservation | None:
        """Find our copy of a stay."""
        return await work.reservations.by_ref(self.name, ref)

    async def begin(self, services: Services, business_id: str) -> None:
        """Do nothing: our listings are the system's already."""


class OverTheWire:
    """The world behind the stand-in, the stand-in behind the PMS's true wire format."""

    def __init__(self, name: str, memory: MemoryPms, business_id: str) -> None:
        self.name = name
        self._standin = StandIn(memory)
        self._face = FACES[name](self._standin)
        self._connector: Connector = CONNECTORS[name]
        app = application({name: self._face})
        client = httpx2.AsyncClient(transport=InProcess(app))
        self._outside = Outside(client, MemoryTokens(), memory.clock, plays=True)
        base = HERE + self._face.base
        self._account = Account(business_id, name, self._face.secrets, {"base_url": base})
        self.port: Pms = self._connector.open(self._account, self._outside)

    def talk(self, conversation: str) -> str:
        """Return what the PMS calls a conversation."""
        stay = self._standin.world.stay_of(conversation)
        if self.name == "lodgify" and stay:  # there a conversation is named by its booking
            return self._id("reservation", stay)
        return self._id("conversation", conversation)

    def stay(self, ref: str) -> str:
        """Return the world's name of a stay that the PMS calls so; LookupError: it gave no such."""
        known = self._standin.ids.ref("reservation", ref)
        if known is None:
            raise LookupError(f"no stay is called {ref}")
        return known

    def hooks(self, now: datetime) -> list[Hook]:
        """Return the webhooks that have come by now, each proven as at our door."""
        return [
            self._connector.hook(
                RawHook(
                    {key.lower(): value for key, value in each.headers.items()},
                    each.body,
                    each.url.removeprefix(DOOR).strip("/") or None,
                ),
                self._account,
                now,
            )
            for each in due(self._standin.memory, [self._face], now)
        ]

    async def find(self, work: Work, ref: str) -> Reservation | None:
        """Find our copy of a stay by the id the PMS has given it."""
        return await work.reservations.by_ref(self.name, self._id("reservation", ref))

    async def begin(self, services: Services, business_id: str) -> None:
        """Have the webhooks sent, and let our listings be the system's."""
        proofs = await self._connector.register(self._account, self._outside, DOOR)
        self._account = replace(self._account, secrets={**self._account.secrets, **proofs})
        async with services.store.begin(business_id) as work:
            for place in await work.listings.all():
                ref = self._id("listing", place.ref)
                await work.listings.put(replace(place, pms=self.name, ref=ref))

    def _id(self, kind: str, ref: str) -> str:
        ids = self._standin.ids
        forms: dict[str, Callable[[str, str], Any]] = {
            "hostaway": ids.number,
            "guesty": ids.hexed,
            "lodgify": ids.uuid if kind == "conversation" else ids.number,
        }
        return str(forms[self.name](kind, ref))
