"""The world of one scenario: a business, a clock moved by hand, and what reaches whom."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import NoReturn, TypeVar
from zoneinfo import ZoneInfo

from structlog.testing import LogCapture

from agent.turn import Guest
from evals.due import due
from evals.ground import Ground, Opened, logs_captured
from evals.scenario import Scenario
from evals.seeding import DEMO, differ, take, turn_dials
from jirani.connectors.channels import MemoryChannel
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.connectors.payments import ChargeUpdate
from jirani.rules.facts import Business
from jirani.services import Services
from jirani.services.clock import SetClock
from jirani.services.settling import callback
from jirani.store.redis_client import Breaker
from scheduler.jobs import run_due

CHANNEL = "chat"
NOW = "2026-11-21T11:00"  # a Saturday
_Answer = TypeVar("_Answer")


class Switch(Breaker):
    """A breaker with a switch: while `down`, Redis cannot be reached."""

    def __init__(self) -> None:
        super().__init__(pause=0.0)
        self.down = False

    async def call(
        self, attempt: Callable[[], Awaitable[_Answer]], *, otherwise: _Answer
    ) -> _Answer:
        """Try, unless switched off: the product then goes on as it does without Redis."""
        return await super().call(_cut_off if self.down else attempt, otherwise=otherwise)


async def _cut_off() -> NoReturn:
    raise ConnectionError("Redis is switched off")


class Gateway(MemoryGateway):
    """A provider whose next callback can be foreseen, so that no moment is missed."""

    def next_callback(self) -> datetime | None:
        """Return when it will call back next, as far as charges until now go."""
        return min((at for at, _ in self._callbacks), default=None)


class World:
    """Everything around a conversation; `threads` maps each guest's threads to the guest."""

    def __init__(
        self, ground: Ground, file: Path, now: datetime, seed: int, log: LogCapture
    ) -> None:
        self.ground = ground
        self.file = file
        self.seed = seed
        self.log = log
        self.clock = SetClock(now)
        self.gateway = Gateway(self.clock.now)
        self.channel = MemoryChannel(CHANNEL)
        self.redis = Switch()
        self.threads: dict[str, str] = {}
        self.delivered: list[ChargeUpdate] = []
        self.business: Business
        self._processes = 0
        self.opened = self._process()

    @property
    def services(self) -> Services:
        """The services of the process now running."""
        return self.opened.services

    def local(self, at: datetime) -> str:
        """Write a moment as scenarios do: local, to the minute."""
        return f"{at.astimezone(ZoneInfo(self.business.zone)):%Y-%m-%dT%H:%M}"

    def instant(self, local: str) -> datetime:
        """Read a moment of a scenario."""
        return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(self.business.zone))

    async def settle(self) -> None:
        """Let happen what is due: callbacks that have arrived, then every job."""
        for update in self.gateway.due_callbacks(self.clock.now()):
            await self.deliver(update)
        if await due(self.services, self.clock.now()):
            await run_due(self.services)

    async def deliver(self, update: ChargeUpdate) -> None:
        """Let the provider call back."""
        self.delivered.append(update)
        await callback(self.services, update)

    async def restart(self) -> None:
        """End the process and start another over the same rows; the outside world goes on."""
        await self.opened.close()
        self.opened = self._process()

    def _process(self) -> Opened:
        self._processes += 1
        opened = Opened(
            self.ground,
            self.file,
            self.clock,
            self.gateway,
            {CHANNEL: self.channel},
            self.redis,
            seed=self.seed * 1000 + self._processes,  # no process repeats another's ids
        )
        self.guest = Guest(opened.services, self.ground.model)
        return opened


@asynccontextmanager
async def opened_world(ground: Ground, scenario: Scenario, seed: int) -> AsyncIterator[World]:
    """Set up the world a scenario describes; `seed` makes its ids.

    Raises:
        Refused: something in the description does not exist or cannot be.
    """
    about = scenario.world
    base, payment = about.get("base", "demo"), about.get("payment", "pay-first")
    file, business_id = await ground.copy(base, payment, f"{scenario.name}-{seed}")
    with logs_captured() as log:
        now = datetime.fromisoformat(about.get("now", NOW))
        zone = ZoneInfo(DEMO["zone"] if base == "demo" else base.get("zone", DEMO["zone"]))
        world = World(ground, file, now.replace(tzinfo=zone), seed, log)
        try:
            await world.opened.client.flushall()
            services = world.services
            async with services.store.read(business_id) as work:
                world.business = await work.business.get()
            await turn_dials(services, business_id, about.get("dials", {}))
            await differ(services, business_id, about.get("days", []))
            for taken in about.get("busy", []):
                await take(services, world.business, taken)
            world.gateway.upcoming.extend(about.get("gateway", []))
            world.redis.down = about.get("redis") == "down"
            yield world
        finally:
            await world.opened.close()
            file.unlink()
