"""One freed slot on the real product: a cancellation in chat, offers, and replies by a curve."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from evals.ground import Ground, logs_captured, sqlite
from evals.refilling.curve import Curve
from evals.seeding import DEMO
from evals.world import CHANNEL, World, furnish
from jirani.rules.facts import (
    Appointment,
    AppointmentStatus,
    Customer,
    Opening,
    OpeningStatus,
    RecoveryOffer,
)
from jirani.rules.grid import span
from jirani.services.clock import SetClock
from jirani.services.recovery.consenting import opt_in
from scheduler.jobs import JOBS, RECOVER, SEND

DAY = datetime(2026, 11, 24, tzinfo=ZoneInfo(str(DEMO["zone"])))  # the slot's, a Tuesday
OPENS, STARTS, GRID = timedelta(hours=9), 97, timedelta(minutes=5)  # from nine to five
NEEDED = frozenset({"expire_recovery_offers", RECOVER, SEND})  # the only jobs with work here
GAVE_UP = "jane"
KNOWN = Curve()


@dataclass(frozen=True, slots=True)
class Scene:
    """What is the same for every slot: how many wait for one, and how long it is until it begins.

    `settings` are the business's for slot recovery.
    """

    candidates: int = 20
    hours: float = 24.0
    curve: Curve = KNOWN
    settings: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """Its name, as whoever spreads runs over processes calls it."""
        return f"{self.candidates} candidates"


@dataclass(frozen=True, slots=True)
class Slot:
    """What became of one slot. Minutes are counted from the cancellation.

    `in_time` and `late` are yeses that came before their offer ended, and after; `late_taken`: a
    late one has it. `untrue` is what somebody heard and was not so.
    """

    seed: int
    status: str
    reason: str
    offers: int
    in_time: int
    late: int
    late_taken: bool
    filled_after: float | None
    untrue: tuple[str, ...] = ()


async def refill(ground: Ground, scene: Scene, seed: int) -> Slot:
    """Free a slot of a business of its own, and let its candidates reply until it begins."""
    random = Random(seed)
    file, business_id = await ground.copy("demo", "pay-at-venue", f"slot-{seed}")
    starts_at = DAY + OPENS + random.randrange(STARTS) * GRID
    clock = SetClock(starts_at - timedelta(hours=scene.hours) - timedelta(minutes=1))
    with logs_captured() as log:
        world = World(ground, sqlite(file), clock, seed, log)
        world.idle = frozenset(job.name for job in JOBS) - NEEDED
        try:
            await world.opened.client.flushall()
            settings = {"recovery": "on", **dict(scene.settings)}
            await furnish(world, business_id, {"recovery": settings})
            return await _Playing(world, scene, random, starts_at).plays(seed)
        finally:
            await world.opened.close()
            file.unlink()


class _Playing:
    """A slot and those who wait for one; whoever is asked draws their reply at that moment."""

    def __init__(self, world: World, scene: Scene, random: Random, starts_at: datetime) -> None:
        self.world, self.scene, self.random = world, scene, random
        self.starts_at = starts_at
        self.peers: dict[str, str] = {}  # of customers
        self.replies: dict[str, datetime | None] = {}  # of offers that are still to be replied to
        self.seen: dict[str, RecoveryOffer] = {}
        self.in_time = self.late = 0
        self.untrue: list[str] = []

    async def plays(self, seed: int) -> Slot:
        await self._people()
        opening_id = await self._cancelled()
        began = self.world.clock.now()
        late_taken, filled_after = False, None
        while True:
            await self._works()
            opening, offers = await self._look(opening_id)
            self._meet(offers)
            at = self._next(opening)
            if at is None or at >= self.starts_at:
                break
            self.world.clock.at = max(at, self.world.clock.now())
            for offer in [each for each in offers if self._replies(each)]:
                late = await self._says_yes(offer)
                after, _ = await self._look(opening_id)
                if after.status is OpeningStatus.FILLED and filled_after is None:
                    late_taken = late
                    filled_after = (self.world.clock.now() - began) / timedelta(minutes=1)
        return Slot(
            *(seed, str(opening.status), opening.reason, len(self.seen), self.in_time, self.late),
            *(late_taken, filled_after, tuple(self.untrue)),
        )

    async def _people(self) -> None:
        """Let everybody ask to be told; nobody has been here before."""
        services, business = self.world.services, self.world.business
        now = self.world.clock.now()
        for number in range(self.scene.candidates):
            peer = f"c{number:03}"
            person = Customer(services.ids.new(), name=f"Guest {number}", phone=f"+2547{number:08}")
            self.peers[person.id] = peer
            async with services.store.begin(business.id) as work:
                await work.customers.add(person, CHANNEL, peer, now)
            await opt_in(services, business.id, CHANNEL, peer, how="import")

    async def _cancelled(self) -> str:
        """Let somebody have the slot, and give it up in chat; return the opening."""
        world, services = self.world, self.world.services
        await world.say(GAVE_UP, ["hello"], None)
        (thread_id,) = world.threads
        async with services.store.begin(world.business.id) as work:
            thread, catalogue = await work.threads.get(thread_id), await work.catalogue.load()
            service = next(each for each in catalogue.services if each.name == "Manicure")
            staff = next(each for each in catalogue.staff if service.id in each.service_ids)
            ends_at, busy_until = span(service, self.starts_at)
            made = Appointment(
                *(services.ids.new(), thread_id, thread.customer_id, service.id, staff.id),
                *(self.starts_at, ends_at, busy_until, service.price, world.business.currency),
                AppointmentStatus.CONFIRMED,
            )
            await work.appointments.add(made)
        await world.say(GAVE_UP, ["please cancel my appointment"], None)
        world.clock.advance(timedelta(minutes=1))
        await world.say(GAVE_UP, ["yes"], None)
        async with services.store.read(world.business.id) as work:
            opening = await work.openings.of_appointment(made.id)
        if opening is None:
            raise RuntimeError("The cancellation has opened nothing.")
        return opening.id

    async def _works(self) -> None:
        while not await self.world.settle():
            pass

    async def _look(self, opening_id: str) -> tuple[Opening, tuple[RecoveryOffer, ...]]:
        world = self.world
        async with world.services.store.read(world.business.id) as work:
            opening = await work.openings.get(opening_id)
            offers = await work.recovery_offers.of_opening(opening_id)
        if opening is None:
            raise RuntimeError("The opening is gone.")
        return opening, tuple(each for each in offers if each.replaces is None)

    def _meet(self, offers: tuple[RecoveryOffer, ...]) -> None:
        """Let whoever has just been asked decide: whether, and when, they say yes."""
        now = self.world.clock.now()
        for each in offers:
            if each.id not in self.seen:
                self.seen[each.id] = each
                after = self.scene.curve.reply(self.random)
                self.replies[each.id] = None if after is None else now + after

    def _next(self, opening: Opening) -> datetime | None:
        """Return when something happens next: a reply, or the loop looks."""
        ahead = [at for at in self.replies.values() if at is not None]
        if opening.status is OpeningStatus.OPEN and opening.looks_at:
            ahead.append(opening.looks_at)
        return min(ahead, default=None)

    def _replies(self, offer: RecoveryOffer) -> bool:
        at = self.replies.get(offer.id)
        return at is not None and at <= self.world.clock.now()

    async def _says_yes(self, offer: RecoveryOffer) -> bool:
        """Say yes in chat; note what was said of it that is not so. True if it came late."""
        self.replies[offer.id] = None
        late = self.world.clock.now() >= offer.expires_at
        self.late, self.in_time = self.late + late, self.in_time + (not late)
        said = await self.world.say(self.peers[offer.customer_id], ["yes"], None)
        world = self.world
        async with world.services.store.read(world.business.id) as work:
            mine = await work.appointments.of_customer(offer.customer_id, world.clock.now())
        gone = ("taken", "offered to somebody else", "no longer", "gone")
        told = "nothing" if said is None else said.reply
        if not mine and not any(word in told for word in gone):
            self.untrue.append(f"has nothing, and hears: {told}")
        if mine and any(word in told for word in gone[:2]):
            self.untrue.append(f"has it, and hears: {told}")
        if not mine and not late and offer.lane == 0 and not dict(self.scene.settings):
            self.untrue.append(f"came in time, and has nothing: {told}")
        self.world.stirred()
        return late
