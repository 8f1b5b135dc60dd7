"""A flat in New York behind a PMS in memory: webhooks, clock and rows, without an agent."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from jirani.connectors.memory_mailer import MemoryMailer
from jirani.connectors.memory_pms import MemoryPms
from jirani.connectors.pms import PmsListing, PmsReservation
from jirani.rules.facts import (
    Business,
    OfferKind,
    OfferStatus,
    PaymentPolicy,
    Reservation,
    StayOffer,
    StayPayment,
    StayStatus,
)
from jirani.services import Services
from jirani.services.accounts import KnownAccounts
from jirani.services.clock import Ids, SetClock
from jirani.services.stays.intake import keep
from jirani.services.stays.settings import set_setting
from scheduler.jobs import run_due

ID, HOST = "lodge", "host@lodge.example"
NEW_YORK = ZoneInfo("America/New_York")
FLAT = PmsListing("flat", "Beach Condo", "America/New_York", "USD", time(16), time(11))
EARLY, LATE, CLEANING = (
    OfferKind.EARLY_CHECK_IN,
    OfferKind.LATE_CHECK_OUT,
    OfferKind.MID_STAY_CLEANING,
)
BEFORE, AFTER, ON_THE_DAY = (
    OfferKind.PRE_STAY_NIGHT,
    OfferKind.POST_STAY_NIGHT_AHEAD,
    OfferKind.POST_STAY_NIGHT_ON_THE_DAY,
)
SELLS: dict[OfferKind, dict[str, Any]] = {
    EARLY: {"price": 2500, "wall": "09:00"},
    LATE: {"price": 5000, "wall": "18:00"},
    CLEANING: {"price": 7500},
    BEFORE: {},
    AFTER: {},
    ON_THE_DAY: {},
}


def local(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return a moment of 2026 by the clocks of New York."""
    return datetime(2026, month, day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


@dataclass
class Lodge:
    """One host with one flat; `services` is what one process has."""

    services: Services
    pms: MemoryPms
    mailer: MemoryMailer

    @property
    def clock(self) -> SetClock:
        assert isinstance(self.services.clock, SetClock)
        return self.services.clock

    async def sells(self, *kinds: OfferKind, **settings: Any) -> None:
        """Let the host sell these kinds and no others; settings are of every one of them."""
        for kind in SELLS:
            active = kind in kinds
            named = {**SELLS[kind], **settings, "active": True} if active else {"active": False}
            for name, value in named.items():
                await set_setting(
                    self.services, ID, name, value, kind=str(kind), listing_id="", by="host"
                )

    async def books(
        self, arrival: date, departure: date, ref: str = "R1", **more: Any
    ) -> PmsReservation:
        """Let a guest book, and the PMS tell of it."""
        facts: dict[str, Any] = {
            "channel": "direct",
            "guest_ref": f"guest-{ref}",
            "guest_name": "Sarah",
            "currency": "USD",
        }
        told = (ref, "flat", StayStatus.CONFIRMED, StayPayment.PAID, arrival, departure)
        stay = replace(PmsReservation(*told), **(facts | more))
        self.pms.book(stay)
        await self.delivered()
        return stay

    async def delivered(self) -> None:
        """Let the webhooks arrive that are due, and whatever is due happen."""
        for hook in self.pms.hooks.due(self.clock.now()):
            await keep(self.services, ID, hook)
        await run_due(self.services)

    async def at(self, moment: datetime) -> None:
        """Let it be a moment, at once; every job runs then."""
        assert moment >= self.clock.at, "time does not run backwards"
        self.clock.at = moment
        await self.delivered()

    async def through(self, moment: datetime, step: timedelta = timedelta(minutes=30)) -> None:
        """Let time pass until a moment, with the jobs at every step."""
        while self.clock.at < moment:
            await self.at(min(self.clock.at + step, moment))

    def texts(self, ref: str = "R1") -> list[str]:
        """Return what was said in a stay's conversation."""
        return self.pms.world.texts(f"conversation-{ref}")

    async def stay(self, ref: str = "R1") -> Reservation:
        """Return our copy of a stay."""
        async with self.services.store.read(ID) as work:
            found = await work.reservations.by_ref("memory", ref)
        assert found
        return found

    async def offers(self, ref: str = "R1") -> dict[OfferKind, StayOffer]:
        """Return a stay's offers, the newest of each kind."""
        stay = await self.stay(ref)
        async with self.services.store.read(ID) as work:
            return {each.kind: each for each in await work.stay_offers.of_reservation(stay.id)}

    async def offer(self, kind: OfferKind, ref: str = "R1") -> StayOffer:
        """Return a stay's offer of a kind."""
        return (await self.offers(ref))[kind]

    async def claims(self, first: datetime, last: datetime) -> int:
        """Count the offers that claim hours of the flat."""
        listing_id = (await self.stay()).listing_id
        async with self.services.store.read(ID) as work:
            return len(await work.stay_claims.live(listing_id, first, last))

    async def answers(
        self, kind: OfferKind, status: OfferStatus, ref: str = "R1", reason: str = ""
    ) -> StayOffer:
        """Enter a guest's answer, as whoever reads it will."""
        offer = await self.offer(kind, ref)
        async with self.services.store.begin(ID) as work:
            at = self.clock.now()
            assert await work.stay_offers.settle(offer.id, status, at=at, seq=1, reason=reason)
        return await self.offer(kind, ref)

    async def decisions(self, stage: str, ref: str = "R1") -> list[tuple[str, str]]:
        """Return which guard decided what about a stay, oldest first."""
        stay = await self.stay(ref)
        async with self.services.store.read(ID) as work:
            return [
                (each["guard"], each["reason"])
                for each in await work.decisions.of_thread(stay.thread_id)
                if each["stage"] == stage
            ]

    def replica(self, seed: int) -> "Lodge":
        """Return another process over the same rows and the same world."""
        return replace(self, services=replace(self.services, ids=Ids(self.clock, seed=seed)))


async def open_lodge(services: Services, start: datetime, **pms: Any) -> Lodge:
    """Open a lodge; nothing is sold there yet."""
    assert isinstance(services.clock, SetClock)
    services.clock.at = start
    world, mailer = MemoryPms(services.clock.now, **pms), MemoryMailer()
    world.world.place(FLAT, 10000)
    accounts = KnownAccounts({(ID, "memory"): world}, {ID: HOST})
    services = replace(services, pms=accounts, mailer=mailer)
    about = ("stays", "America/New_York", "USD", "en", PaymentPolicy.PAY_OR_VENUE)
    async with services.store.begin(ID) as work:
        await work.business.add(Business(ID, ID, "Beach Homes", *about), start)
    return Lodge(services, world, mailer)
