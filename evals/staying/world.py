"""The world of a scenario about stays: a PMS, its conversations, and a host who reads mail."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from structlog.testing import LogCapture

from agent.turn import Guest, Turned
from evals.ground import Ground, Opened
from evals.played import Seen
from evals.scenario import GUEST
from evals.staying.house import HOST, PMS
from evals.staying.seen import look_around
from evals.staying.wires import connected
from evals.world import Said, World
from jirani.connectors.memory_mailer import MemoryMailer
from jirani.connectors.memory_pms import MemoryPms
from jirani.connectors.pms import Direction
from jirani.rules.facts import STAY_CHANNEL, Customer
from jirani.services.accounts import KnownAccounts
from jirani.services.clock import SetClock
from jirani.services.outbox import BURST
from jirani.services.stays.intake import keep
from jirani.services.threads import Received
from jirani.store.work import Work
from tools.turn import Called

FIRST = "R1"  # the stay of whoever is just called the guest
ROUNDS = 5


class StayWorld(World):
    """A host's two places; each stay has a guest and a conversation of its own."""

    channel_name = STAY_CHANNEL
    idle = frozenset(
        {
            *("expire_offers", "expire_proposals", "lapse_holds"),
            *("charge", "query_payments", "reap_payments"),
        }
    )

    def __init__(
        self,
        ground: Ground,
        database: str,
        clock: SetClock,
        seed: int,
        log: LogCapture,
        business_id: str,
        pms: str = PMS,
    ) -> None:
        self.business_id = business_id
        self.pms = MemoryPms(clock.now, name=PMS)
        self.connected = connected(pms, self.pms, business_id)
        self.mailer = MemoryMailer()
        self.by_hand: set[str] = set()  # messages the host wrote
        self._read: dict[str, int] = {}
        self._calls: list[Called] = []
        super().__init__(ground, database, clock, seed, log)

    def peer(self, who: str) -> str:
        """Return the PMS's conversation with somebody."""
        ref = stay_of(who)
        return self.connected.talk(self.pms.world.conversation(ref) or f"conversation-{ref}")

    async def say(
        self, who: str, texts: list[str], key: str | None, button: str | None = None
    ) -> Said | None:
        """Let a guest write in the PMS, and a moment pass in which they are answered there."""
        from evals.passing import let_pass

        self._calls.clear()
        for text in texts:
            self.pms.guest_says(stay_of(who), text)
        await self.settle()
        await let_pass(self, BURST)
        return Said("", tuple(self._calls))

    async def buttons(self, who: str) -> list[tuple[str, str]]:
        """Return nothing: no PMS shows buttons."""
        return []

    async def arrived(self, who: str) -> list[str]:
        """Return what we wrote to a guest since this was asked last, as far as it reached them."""
        talk = self.pms.world.conversation(stay_of(who)) or ""
        said = self.pms.world.messages.get(talk, [])
        fresh, self._read[who] = said[self._read.get(who, 0) :], len(said)
        return [each.text for each in fresh if self.is_ours(each.ref, each.direction, each.failed)]

    def is_ours(self, ref: str, direction: Direction, failed: bool = False) -> bool:
        """Tell whether the agent wrote a message, and the guest can read it."""
        return direction is Direction.OUT and ref not in self.by_hand and not failed

    def next_from_outside(self) -> datetime | None:
        """Return when the PMS calls next."""
        nexts = (super().next_from_outside(), self.pms.hooks.next_at())
        return min((each for each in nexts if each), default=None)

    async def settle(self) -> bool:
        """Let happen what is due: webhooks that have arrived, then every job, till all is quiet."""
        for _ in range(ROUNDS):
            now = self.clock.now()
            hooks = self.connected.hooks(now)
            for hook in hooks:
                await keep(self.services, self.business_id, hook)
            if not hooks:
                if self.quiet_at == now:
                    return True
                if not await self.due(now):
                    self.quiet_at = now
                    return True
            await self.run_due()
        return False

    async def meet(self, work: Work) -> None:
        """Note the conversations about stays that have been heard of by now."""
        for ref in self.pms.world.reservations:
            if known := await self.connected.find(work, ref):
                self.threads[known.thread_id] = guest_of(ref)

    async def customer_of(self, work: Work, who: str) -> Customer | None:
        """Return whose stay it is."""
        known = await self.connected.find(work, stay_of(who))
        return await work.customers.get(known.customer_id) if known else None

    async def look_around(self, work: Work, seen: Seen) -> None:
        """Add what there is of stays."""
        await look_around(self, work, seen)

    def _process(self) -> Opened:
        opened = super()._process()
        port, name = self.connected.port, self.connected.name
        accounts = KnownAccounts({(self.business_id, name): port}, {self.business_id: HOST})
        services = replace(opened.services, pms=accounts, mailer=self.mailer)
        self.guest = Guest(services, self.ground.model)
        opened.services = replace(services, answerer=_Overheard(self.guest, self._calls))
        return opened


class _Overheard:
    """Answers as the agent does, and notes which tools it called."""

    def __init__(self, guest: Guest, calls: list[Called]) -> None:
        self._guest = guest
        self._calls = calls

    async def answer(self, business_id: str, received: Received) -> Turned:
        turned = await self._guest.answer(business_id, received)
        self._calls += turned.calls
        return turned


def stay_of(who: str) -> str:
    """Return the stay of somebody: the first one's guest is just called the guest."""
    return FIRST if who == GUEST else who


def guest_of(ref: str) -> str:
    """Name the guest of a stay."""
    return GUEST if ref == FIRST else ref


def listed(value: Any) -> Sequence[Any]:
    """Return what is one or several as several."""
    return value if isinstance(value, list) else [value]
