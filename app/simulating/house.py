"""A host's house as it would be: Jirani's door here, the PMS there, HTTP in between."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from time import perf_counter
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI

from app.chat.opening import nothing_kept
from app.http.application import application as door_of
from app.http.serving import listen, opened_door
from app.settings import Settings
from app.speaking import guest_of
from app.standin.face import Face
from app.standin.ground import Delivery, StandIn
from app.standin.known import FACES
from app.standin.serving import application, due
from app.wiring import opened_with_news
from jirani.connectors.memory_mailer import MemoryMailer
from jirani.connectors.memory_pms import MemoryPms
from jirani.connectors.pms import PmsListing, PmsReservation
from jirani.rules.facts import OfferKind, PaymentPolicy, Reservation, StayPayment, StayStatus
from jirani.services import Services
from jirani.services.clock import SetClock
from jirani.services.onboarding import create_business
from jirani.services.pms.accounts import StoredAccounts
from jirani.services.pms.connecting import connect, register_hooks
from jirani.services.stays import hosting
from jirani.services.stays.describing import describe
from jirani.services.stays.places import enter_places
from jirani.services.stays.settings import set_setting
from scheduler.jobs import run_due

HOST = "host@beach-homes.example"
FLAT = PmsListing("flat", "Beach Condo", "America/New_York", "USD", time(16), time(11))
RATE = 10000  # minor units a night
SOLD: dict[OfferKind, dict[str, object]] = {
    OfferKind.EARLY_CHECK_IN: {"price": 2500, "wall": "09:00"},
    OfferKind.LATE_CHECK_OUT: {"price": 5000, "wall": "18:00"},
    OfferKind.MID_STAY_CLEANING: {"price": 7500},
}
STEP = timedelta(minutes=15)
ROUNDS = 8


@dataclass
class House:
    """Both sides, and the clock they share; `told` hears what passes between them."""

    services: Services
    business_id: str
    pms: str
    memory: MemoryPms
    face: Face
    standin: StandIn
    clock: SetClock
    mailer: MemoryMailer
    addresses: dict[str, str]
    client: httpx2.AsyncClient
    delivered: list[tuple[Delivery, int, float]] = field(default_factory=list)

    def book(self, arrival: date, departure: date, **but: Any) -> PmsReservation:
        """Let Sarah book the flat."""
        stay = PmsReservation(
            *("R1", FLAT.ref, StayStatus.CONFIRMED, StayPayment.PAID, arrival, departure),
            channel="direct",
            code="CODE-R1",
            guest_ref="sarah",
            guest_name="Sarah",
            guest_locale="en",
            total=50000,
            currency=FLAT.currency,
            payment_basis="flag",
        )
        self.memory.book(replace(stay, **but))
        return self.memory.world.reservations["R1"]

    async def until(self, moment: datetime) -> None:
        """Let time pass, a quarter of an hour at a time, and happen what is due."""
        await self.settle()
        while self.clock.now() < moment:
            self.clock.advance(min(STEP, moment - self.clock.now()))
            await self.settle()

    async def settle(self) -> None:
        """Let happen what is due now: webhooks leave, jobs run, guests are answered."""
        for _ in range(ROUNDS):
            hooks = due(self.memory, [self.face], self.clock.now())
            for each in hooks:
                await self._deliver(each)
            if not await run_due(self.services) and not hooks:
                return

    async def says(self, text: str) -> None:
        """Let Sarah write, and be answered."""
        self.memory.guest_says("R1", text)
        await self.settle()
        await self.until(self.clock.now() + timedelta(seconds=10))

    async def stay(self) -> Reservation | None:
        """Return Jirani's own copy of Sarah's stay, the only one there is."""
        async with self.services.store.read(self.business_id) as work:
            _, newest = await work.reservations.named("", 1)
        return newest[0] if newest else None

    async def _deliver(self, delivery: Delivery) -> None:
        started = perf_counter()
        answer = await self.client.post(
            delivery.url, content=delivery.body, headers=delivery.headers
        )
        self.delivered.append((delivery, answer.status_code, perf_counter() - started))


@asynccontextmanager
async def opened_house(pms: str, now: datetime) -> AsyncIterator[House]:
    """Open both sides on the loopback, connected as a host would connect them."""
    alone = Settings(
        smtp_url=None, model="offline", otlp_endpoint=None, log_level="error", shutdown_patience=5
    )
    with nothing_kept(alone) as settings:
        clock, mailer = SetClock(now), MemoryMailer()
        memory = MemoryPms(clock.now, name=pms)
        memory.world.place(FLAT, RATE)
        standin = StandIn(memory)
        face = FACES[pms](standin)
        async with (
            _served(application({pms: face})) as there,
            opened_with_news(settings, clock=clock) as (bare, news),
            guest_of(bare, settings, None) as guest,
            httpx2.AsyncClient(trust_env=False) as client,
        ):
            services = replace(bare, mailer=mailer, answerer=guest, talks=guest)
            async with (
                opened_door(services, news, guest, settings, jobs=False) as door,
                _served(door_of(door)) as here,
            ):
                business_id = await _connected(services, pms, face, there, here)
                yield House(
                    *(services, business_id, pms, memory, face, standin, clock, mailer),
                    {"PMS": there + face.base, "Jirani": here},
                    client,
                )


async def _connected(services: Services, pms: str, face: Face, there: str, here: str) -> str:
    """Create the host's business, connect it, and set what is sold."""
    made = await create_business(
        services,
        "Beach Homes",
        zone="America/New_York",
        currency="USD",
        vertical="stays",
        locale="en",
        policy=PaymentPolicy.PAY_OR_VENUE,
        slug="beach-homes",
    )
    accounts = services.pms
    assert isinstance(accounts, StoredAccounts)
    await connect(
        *(services, accounts, made.id, pms, face.secrets, {"base_url": there + face.base}),
        host=HOST,
        by="the host",
    )
    await register_hooks(services, accounts, made.id, pms, here, by="the host")
    account = accounts.of(made.id, pms)
    assert account
    await enter_places(services, made.id, account)
    for place, lacks in await hosting.listings(services, made.id):
        if "time zone" in lacks:
            await describe(services, made.id, place.id, "zone", FLAT.zone or "", by="the host")
    for kind, named in SOLD.items():
        for name, value in named.items():
            await set_setting(services, made.id, name, value, kind=str(kind), by="the host")
    for kind in (
        OfferKind.PRE_STAY_NIGHT,
        OfferKind.POST_STAY_NIGHT_AHEAD,
        OfferKind.POST_STAY_NIGHT_ON_THE_DAY,
    ):
        await set_setting(services, made.id, "active", False, kind=str(kind), by="the host")
    return made.id


class _Server(uvicorn.Server):
    """Leaves signals to whoever plays: Ctrl-C ends the house, and with it both its servers."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take none."""
        yield


@asynccontextmanager
async def _served(served: FastAPI) -> AsyncIterator[str]:
    """Serve an application on the loopback for the body; yield its address."""
    listening = listen("127.0.0.1", 0)
    server = _Server(uvicorn.Config(served, log_config=None, access_log=False, lifespan="off"))
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield "http://{}:{}".format(*listening.getsockname())
    finally:
        server.should_exit = True
        await running
