"""A year is played: through the real jobs, on a clock that goes in steps of half an hour."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

from sqlalchemy import and_, func, literal, select, union_all

from agent.turn import Guest
from evals.staying.wires import connected
from jirani.connectors.memory_mailer import MemoryMailer
from jirani.connectors.pms import PmsListing
from jirani.rules.facts import Business, Listing, PaymentPolicy, Snippet
from jirani.services import Services
from jirani.services.accounts import KnownAccounts
from jirani.services.clock import Ids, SetClock
from jirani.services.handover import hand_back
from jirani.services.stays.intake import keep
from jirani.services.stays.settings import set_setting
from jirani.store.tables.conversation import ThreadRow
from jirani.store.tables.money import OutboxRow
from jirani.store.tables.selling import OfferRow
from jirani.store.tables.stays import PmsEventRow
from scheduler.jobs import JOBS, ROUNDS
from tests.support.year.bookings import ZONES
from tests.support.year.record import Place
from tests.support.year.watched import WatchedPms

ID, HOST = "lodge", "host@lodge.example"
STEP, A_MOMENT = timedelta(minutes=30), timedelta(seconds=5)
# The others have no rows here: nobody books a haircut.
HERE = ("pms_events", "dispatch_offers", "expire_stay_offers", "answer", "send")
RUN = tuple(job for job in JOBS if job.name in HERE)
ROUND = {job.name: job for job in ROUNDS}
SELLS: dict[str, dict[str, object]] = {
    "early_check_in": {"price": 2500, "wall": "15:00"},
    "late_check_out": {"price": 5000, "wall": "12:00"},
    "mid_stay_cleaning": {"price": 7500},
    "pre_stay_gap_night": {},
    "post_stay_gap_night_before_checkin": {},
    "post_stay_gap_night_before_checkout": {},
}
KNOWN = {
    "wifi": ("The wifi is Beach, the password is sand.", ("wifi", "internet")),
    "parking": ("There is a parking lot behind the house.", ("parking",)),
}

_KEPT = func.coalesce(PmsEventRow.lease_until, PmsEventRow.received_at)
_WAITING = OfferRow.status.in_(("scheduled", "deferred")) & OfferRow.leaving_at.is_(None)
# When the next row of each job is due: between, none has anything to do.
_ANSWERS = OutboxRow.kind == "answer"
DUE = union_all(
    *(
        select(literal(job), func.min(column)).where(where)
        for job, column, where in (
            ("dispatch_offers", OfferRow.due_at, _WAITING),
            ("expire_stay_offers", OfferRow.expires_at, OfferRow.status == "offered"),
            ("answer", OutboxRow.not_before, and_(OutboxRow.state == "ready", _ANSWERS)),
            ("send", OutboxRow.not_before, and_(OutboxRow.state == "ready", ~_ANSWERS)),
            ("send", OutboxRow.lease_until, OutboxRow.state.in_(("claimed", "sending"))),
            ("pms_events", _KEPT, PmsEventRow.state == "ready"),
        )
    )
)
MOST = 12  # rounds of jobs at one moment


class Played:
    """The house, its PMS, and what is going to happen; `nightly` are days between night passes."""

    def __init__(
        self,
        services: Services,
        seed: int,
        start: datetime,
        nightly: int = 1,
        pms: str = "memory",
    ) -> None:
        assert isinstance(services.clock, SetClock)
        self.chance = Random(seed)
        self.clock = services.clock
        self.clock.at = start
        self.pms = WatchedPms(services.clock.now)
        self.pms.watch(seed)
        self.connected = connected(pms, self.pms, ID)
        self.mailer = MemoryMailer()
        accounts = KnownAccounts({(ID, pms): self.connected.port}, {ID: HOST})
        ids = Ids(services.clock, seed)  # else no two runs were alike
        services = replace(services, pms=accounts, mailer=self.mailer, ids=ids)
        self.services = replace(services, answerer=Guest(services))
        self.tally: Counter[str] = Counter()
        self.nightly = nightly
        self._acts: list[tuple[datetime, int, Callable[[], None]]] = []
        self._numbers = count()
        self.heard: Callable[[str, str], None] = lambda _ref, _text: None

    async def opens(self, places: list[Place]) -> None:
        """Open a house that sells all six kinds at every place."""
        about = ("stays", "America/New_York", "USD", "en", PaymentPolicy.PAY_OR_VENUE)
        async with self.services.store.begin(ID) as work:
            await work.business.add(Business(ID, ID, "Beach Homes", *about), self.clock.at)
            for name, (text, words) in KNOWN.items():
                await work.catalogue.put_snippet(Snippet(name, name, "en", words, text))
        for kind, settings in SELLS.items():
            for name, value in settings.items():
                await set_setting(
                    self.services, ID, name, value, kind=kind, listing_id="", by="host"
                )
        for place in places:
            told = (place.ref, place.ref.title(), place.zone, ZONES[place.zone])
            self.pms.world.place(PmsListing(*told, place.check_in, place.check_out), 10000)
        if self.connected.port is not self.pms:
            # What a PMS does not know of a place, its host has told.
            async with self.services.store.begin(ID) as work:
                for place in places:
                    told = (place.ref, place.ref.title(), place.zone, ZONES[place.zone])
                    hours = (place.check_in, place.check_out)
                    await work.listings.put(Listing(place.ref, "memory", *told, *hours))
        await self.connected.begin(self.services, ID)

    def at(self, moment: datetime, act: Callable[[], None]) -> None:
        """Let something happen at a moment, or now if that is over."""
        heappush(self._acts, (max(moment, self.clock.at), next(self._numbers), act))

    async def plays(self, until: datetime) -> None:
        """Let time pass, half hour by half hour; where nothing is due, none is spent."""
        day = self.clock.at.date()
        while (slot := await self._next_slot()) is not None and slot <= until:
            while day < slot.date():
                day += timedelta(days=1)
                self.clock.at = max(self.clock.at, datetime.combine(day, time(), UTC))
                await self._at_night()
            self.clock.at = max(self.clock.at, slot)
            self.tally["steps"] += 1
            await self._run()
            await self._settled()
            if self.poll_until and self.clock.at <= self.poll_until:
                await ROUND["poll"].run(self.services)
            await self._acted(slot)
        self.clock.at = max(self.clock.at, until)

    async def _acted(self, slot: datetime) -> None:
        """Let happen what happens in this half hour, some minutes into it."""
        if not (self._acts and self._acts[0][0] < slot + STEP):
            return
        self.clock.at += timedelta(minutes=self.chance.randrange(1, 25))
        while self._acts and self._acts[0][0] < slot + STEP:
            _, _, act = heappop(self._acts)
            act()
            self.clock.at += timedelta(seconds=1)
        await self._run()
        await self._settled()

    async def _settled(self) -> None:
        """Let the seconds pass in which answers are given and what failed is tried again."""
        for _ in range(4):
            due = min((await self._due()).values(), default=None)
            if due is None or due > self.clock.at + timedelta(minutes=1):
                return
            self.clock.at = max(due, self.clock.at + A_MOMENT)
            await self._run()

    @property
    def poll_until(self) -> datetime | None:
        """Return until when a poll would find the last change: it looks an hour back."""
        return self.pms.changed_at and self.pms.changed_at + timedelta(hours=1)

    async def _run(self) -> None:
        """Let the webhooks come that are due, and every job run that has something to do."""
        for hook in self.connected.hooks(self.clock.at):
            await keep(self.services, ID, hook)
        for _ in range(MOST):
            due = await self._due()
            now = [job for job in RUN if job.name in due and due[job.name] <= self.clock.at]
            if not now or sum([await job.run(self.services) for job in now]) == 0:
                break
            self.tally["runs"] += 1
        for ref, text in self.pms.news():
            self.heard(ref, text)

    async def _at_night(self) -> None:
        """Run what runs once a day, and let the host hand back what they have answered."""
        self.tally["nights"] += 1
        if self.tally["nights"] % self.nightly == 0:
            await ROUND["poll_arrivals"].run(self.services)
            await ROUND["replan"].run(self.services)
        async with self.services.store.engine.connect() as connection:
            query = select(ThreadRow.id).where(ThreadRow.person_since.is_not(None))
            waiting = [*await connection.scalars(query)]
        for thread_id in waiting:
            if self.chance.random() < 0.7:
                await hand_back(self.services, ID, thread_id)
                self.tally["handed back"] += 1

    async def _next_slot(self) -> datetime | None:
        """Return the next half hour in which anything is due; what is late waits for the next."""
        found = [*(await self._due()).values()]
        if (late := self.pms.hooks.next_at()) is not None:
            found.append(late)
        if self._acts:
            found.append(self._acts[0][0])
        if self.poll_until and self.clock.at + STEP <= self.poll_until:
            found.append(self.clock.at + STEP)
        past = _floor(self.clock.at) + (STEP if self.tally["steps"] else timedelta())
        return max(_floor(min(found)), past) if found else None

    async def _due(self) -> dict[str, datetime]:
        """Return when the next row of each job is due."""
        found: dict[str, datetime] = {}
        async with self.services.store.engine.connect() as connection:
            for job, at in await connection.execute(DUE):
                if at is not None:
                    found[job] = min(at, found.get(job, at))
        return found


def _floor(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 30 * 30, second=0, microsecond=0)
