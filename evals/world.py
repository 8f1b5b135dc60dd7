"""The world of one scenario: a business, a clock moved by hand, and what reaches whom."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NoReturn, TypeVar
from zoneinfo import ZoneInfo

from structlog.testing import LogCapture

from agent.turn import Guest
from evals.due import Found, due
from evals.dying import Died, Dying
from evals.ground import Ground, Opened
from evals.listening import let_listen
from evals.played import Seen
from evals.seeding import differ, take, turn_dials, zone_of
from jirani.connectors.channels import MemoryChannel
from jirani.connectors.memory_gateway import MemoryGateway
from jirani.connectors.payments import ChargeUpdate
from jirani.rules.facts import Business, Customer
from jirani.services import Case, Services
from jirani.services.choices import choices_of
from jirani.services.clock import SetClock
from jirani.services.recovery.settings import set_setting
from jirani.services.settling import callback
from jirani.services.threads import receive
from jirani.services.wording import language_of
from jirani.store.redis_client import Breaker
from jirani.store.work import Work
from scheduler import jobs
from scheduler.jobs import DISPATCH, Job
from tools.turn import Called

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


@dataclass(frozen=True, slots=True)
class Said:
    """What a guest's message came to."""

    reply: str
    calls: tuple[Called, ...] = ()


class World:
    """Everything around a conversation; `threads` maps each guest's threads to the guest."""

    channel_name = CHANNEL
    idle = frozenset({"pms_events", DISPATCH, "expire_stay_offers"})  # jobs with nothing to do here

    def __init__(
        self, ground: Ground, database: str, clock: SetClock, seed: int, log: LogCapture
    ) -> None:
        self.ground = ground
        self.database = database
        self.seed = seed
        self.log = log
        self.clock = clock
        self.gateway = Gateway(self.clock.now)
        self.channel = MemoryChannel(CHANNEL)
        self.redis = Switch()
        self.threads: dict[str, str] = {}
        self.delivered: list[ChargeUpdate] = []
        self.business: Business
        self.quiet_at: datetime | None = None  # when nothing was due, and nothing happened since
        self._processes = 0
        self._heard: dict[str, int] = {}  # how much of what was sent each has read
        self.presses = False  # whether buttons matter in this scenario
        self.pressable: dict[str, dict[str, str]] = {}  # each guest's buttons so far: label, id
        self.opened = self._process()

    @property
    def services(self) -> Services:
        """The services of the process now running."""
        return self.opened.services

    def peer(self, who: str) -> str:
        """Return the address that somebody of the scenario writes from."""
        return who

    async def say(
        self, who: str, texts: list[str], key: str | None, button: str | None = None
    ) -> Said | None:
        """Deliver messages at once; the door answers the last one.

        `button` is the id of the one that was pressed. None if it had been delivered before.
        """
        business_id = self.business.id
        for text in texts:
            received = await receive(
                self.services, business_id, CHANNEL, self.peer(who), text, key, button
            )
        if not received.fresh:
            return None
        self.threads[received.thread.id] = who
        turned = await self.guest.answer(business_id, received)
        self.threads[turned.thread_id] = who
        return Said(turned.reply, turned.calls)

    async def buttons(self, who: str) -> list[tuple[str, str]]:
        """Return label and id of the buttons somebody sees now."""
        services = self.services
        async with services.store.read(self.business.id) as work:
            thread = await work.threads.latest(CHANNEL, self.peer(who))
            if thread is None:
                return []
            dials = await services.dials(work, self.business)
            case = Case(services, self.business, dials, thread.customer_id, thread.id, 0)
            catalogue, language = await work.catalogue.load(), await language_of(case, work)
            choices = await choices_of(case, work, thread, catalogue, language)
        return [(each.label, each.id) for each in choices]

    async def arrived(self, who: str) -> list[str]:
        """Return the texts that have reached somebody between turns since this was asked last."""
        fresh, self._heard[who] = (
            self.channel.sent[self._heard.get(who, 0) :],
            len(self.channel.sent),
        )
        return [each.text for each in fresh if each.peer == who]

    def next_from_outside(self) -> datetime | None:
        """Return when somebody outside calls next, as far as it is known now."""
        return self.gateway.next_callback()

    async def meet(self, work: Work) -> None:
        """Note conversations that began without a guest's message: a freed slot was offered."""
        for who in {*self.threads.values()}:
            if thread := await work.threads.latest(self.channel_name, self.peer(who)):
                self.threads[thread.id] = who

    async def customer_of(self, work: Work, who: str) -> Customer | None:
        """Return what is known of a guest."""
        return await work.customers.by_peer(self.channel_name, self.peer(who))

    async def look_around(self, work: Work, seen: Seen) -> None:
        """Add what only this kind of world has to what is seen."""

    def events(self) -> list[str]:
        """Return the names of everything logged until now."""
        return [entry["event"] for entry in self.log.entries]

    def local(self, at: datetime) -> str:
        """Write a moment as scenarios do: local, to the minute."""
        return f"{at.astimezone(ZoneInfo(self.business.zone)):%Y-%m-%dT%H:%M}"

    def instant(self, local: str) -> datetime:
        """Read a moment of a scenario."""
        return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(self.business.zone))

    async def settle(self) -> bool:
        """Let happen what is due: callbacks that have arrived, then every job.

        True if nothing is due any more, as far as that was looked at.
        """
        now = self.clock.now()
        updates = self.gateway.due_callbacks(now)
        for update in updates:
            await self.deliver(update)
        if self.quiet_at == now and not updates:
            return True
        if await self.due(now):
            try:
                await self.run_due()
            except Died:
                await self.restart()
            return False
        self.quiet_at = now
        return True

    async def due(self, at: datetime) -> Found:
        """Return what the jobs would find at a moment."""
        return await due(self.services, at, self.busy())

    def busy(self) -> list[Job]:
        """Return the jobs that may find something in this kind of world."""
        return [job for job in jobs.JOBS if job.name not in self.idle]

    async def run_due(self) -> None:
        """Run those jobs once, now."""
        for job in self.busy():
            await job.run(self.services)

    def stirred(self) -> None:
        """Note that something happens: what was quiet may not be so any more."""
        self.quiet_at = None

    async def deliver(self, update: ChargeUpdate) -> None:
        """Let the provider call back."""
        self.delivered.append(update)
        await callback(self.services, update)

    def about_to_die(self) -> None:
        """Let the program end when it next offers a freed slot, just before that is written."""
        dying = Dying(self.services.store.engine)
        self.opened.services = replace(self.services, store=dying)

    async def restart(self) -> None:
        """End the process and start another over the same rows; the outside world goes on."""
        await self.opened.close()
        self.opened = self._process()

    def _process(self) -> Opened:
        self._processes += 1
        opened = Opened(
            self.ground,
            self.database,
            self.clock,
            self.gateway,
            {CHANNEL: self.channel},
            self.redis,
            seed=self.seed * 1000 + self._processes,  # no process repeats another's ids
        )
        self.guest = Guest(opened.services, self.ground.model)
        return opened


def beginning(about: dict[str, Any]) -> datetime:
    """Return the moment at which a scenario begins."""
    zone = zone_of(about.get("base", "demo"))
    return datetime.fromisoformat(about.get("now", NOW)).replace(tzinfo=zone)


async def furnish(world: World, business_id: str, about: dict[str, Any]) -> None:
    """Bring a business of its own into the state that a scenario describes."""
    services = world.services
    async with services.store.read(business_id) as work:
        world.business = await work.business.get()
    await turn_dials(services, business_id, about.get("dials", {}))
    for name, value in about.get("recovery", {}).items():
        await set_setting(services, business_id, name, value, by="eval")
    await let_listen(services, business_id, CHANNEL, about.get("listening", []))
    await differ(services, business_id, about.get("days", []))
    for taken in about.get("busy", []):
        await take(services, world.business, taken)
    world.gateway.upcoming.extend(about.get("gateway", []))
