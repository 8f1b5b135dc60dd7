"""A salon whose customers write in chat, with its clock in somebody's hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from agent.turn import Guest
from app.chat.channel import NAME
from app.chat.conversation import Conversation
from app.chat.opening import nothing_kept
from app.commands.running import business_of
from app.demo import SLUG
from app.phones import ring
from app.settings import Settings
from app.speaking import guest_of
from app.wiring import opened
from jirani.connectors.memory_gateway import Course, MemoryGateway
from jirani.rules.facts import Appointment, Business, Opening
from jirani.services import Services
from jirani.services.clock import Ids, SetClock
from jirani.services.onboarding import set_dial
from jirani.services.recovery.settings import set_setting
from scheduler.jobs import run_due

STEP = timedelta(minutes=1)
OWNER = "the owner"


@dataclass
class Salon:
    """The demo salon over an empty world of its own; `people` are whoever has written to it."""

    services: Services
    business: Business
    guest: Guest
    clock: SetClock
    gateway: MemoryGateway
    people: dict[str, Conversation] = field(default_factory=dict)

    def at(self, day: int, wall: str) -> datetime:
        """Return a moment of November 2026 as the salon's clock shows it."""
        hour, minute = map(int, wall.split(":"))
        return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(self.business.zone))

    def local(self, at: datetime) -> datetime:
        """Return a moment as the salon's clock shows it."""
        return at.astimezone(ZoneInfo(self.business.zone))

    async def says(self, name: str, text: str) -> None:
        """Let somebody write, and be answered."""
        talk = Conversation(self.services, self.guest, self.business, name)
        await self.people.setdefault(name, talk).say(text)

    async def settle(self) -> None:
        """Let happen what is due now: the scheduler's jobs, and phones that pay."""
        await run_due(self.services)
        while await ring(self.services):
            await run_due(self.services)

    async def passes(self, time: timedelta) -> None:
        """Let time pass, a minute at a time, and happen what falls due."""
        await self.until(self.clock.now() + time)

    async def until(self, moment: datetime) -> None:
        """Let time pass until a moment."""
        while (left := moment - self.clock.now()) > timedelta():
            self.clock.advance(min(left, STEP))
            await self.settle()

    async def skips_to(self, moment: datetime) -> None:
        """Come to a later moment at once: what fell due in between happens now."""
        self.clock.advance(max(moment - self.clock.now(), timedelta()))
        await self.settle()

    async def books(self, name: str, text: str, *, pays: bool = True) -> None:
        """Let somebody book in chat and pay on their phone, or fail to."""
        if not pays:
            self.gateway.upcoming.append(Course.FAILED)
        for said in (text, "yes"):
            await self.says(name, said)
        await self.settle()
        await self.passes(STEP)

    async def openings(self) -> tuple[Opening, ...]:
        """Return what has come free, oldest first."""
        async with self.services.store.read(self.business.id) as work:
            return (await work.openings.page())[::-1]

    async def booked(self, day: int) -> list[Appointment]:
        """Return what stands in the book for a day, in order."""
        begin = self.at(day, "00:00")
        async with self.services.store.read(self.business.id) as work:
            known = [await work.customers.by_peer(NAME, name) for name in self.people]
            found = [
                each
                for customer in known
                if customer
                for each in await work.appointments.of_customer(customer.id, begin)
            ]
        end = begin + timedelta(days=1)
        return sorted((e for e in found if e.starts_at < end), key=lambda each: each.starts_at)


@asynccontextmanager
async def opened_salon(**recovery: str) -> AsyncIterator[Salon]:
    """Open the demo salon on its own databases, gone afterwards, with `recovery`'s settings."""
    alone = Settings(model="offline", otlp_endpoint=None, smtp_url=None, log_level="error")
    with nothing_kept(alone) as settings:
        clock = SetClock(datetime(2026, 11, 18, 9, tzinfo=ZoneInfo("Africa/Nairobi")))
        async with opened(settings, clock=clock) as bare:
            gateway = MemoryGateway(clock.now)
            services = replace(bare, ids=Ids(clock), gateway=gateway)
            business = await business_of(services, SLUG)
            # One thing at a time: nothing is sold beside what is booked here.
            await set_dial(services, business.id, "cross_sell", "never", by=OWNER)
            for name, value in recovery.items():
                await set_setting(services, business.id, name, value, by=OWNER)
            async with guest_of(services, settings, None) as guest:
                yield Salon(services, business, guest, clock, gateway)
