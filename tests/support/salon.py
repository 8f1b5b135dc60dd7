"""A small salon and its guests: messages with a stored reading, so that no agent is needed."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from jirani.rules.dials import Dials
from jirani.rules.facts import (
    Appointment,
    AppointmentStatus,
    Business,
    Catalogue,
    Customer,
    Direction,
    Edge,
    Hours,
    Offer,
    PaymentPolicy,
    Relation,
    Service,
    Staff,
    Thread,
)
from jirani.rules.grid import span
from jirani.rules.reading import Meaning, Reading
from jirani.services import Case, Services
from jirani.services.clock import SetClock
from jirani.services.confirming import confirm
from jirani.services.cross_selling import Offered, find_options, reserve
from jirani.services.proposing import Proposed, propose_time

SERVICES = (
    Service("manicure", "Manicure", 45, 0, 120_000),
    Service("pedicure", "Pedicure", 45, 0, 150_000),
    Service("haircut", "Haircut", 40, 15, 100_000),
    Service("massage", "Massage", 60, 10, 300_000),
)
STAFF = (
    Staff("amina", "Amina", frozenset({"manicure", "pedicure"})),
    Staff("beth", "Beth", frozenset({"manicure", "pedicure", "haircut"})),
    Staff("cora", "Cora", frozenset({"haircut", "massage"})),
)
EDGES = (
    Edge("manicure", "pedicure", Relation.COMPLEMENTARY, 0.9, Direction.BIDIRECTIONAL),
    Edge("haircut", "massage", Relation.COMPLEMENTARY, 0.5, Direction.UNIDIRECTIONAL),
)
_WEEK = range(7)


@dataclass
class Salon:
    """A business as its guests meet it; `at` names times of tomorrow."""

    services: Services
    business: Business
    catalogue: Catalogue
    dials: Dials
    known: int = 0

    @property
    def id(self) -> str:
        return self.business.id

    @property
    def clock(self) -> SetClock:
        assert isinstance(self.services.clock, SetClock)
        return self.services.clock

    def at(self, wall: str, days: int = 1) -> datetime:
        """Return a local clock time, tomorrow unless said otherwise."""
        zone = ZoneInfo(self.business.zone)
        day = self.clock.now().astimezone(zone).date() + timedelta(days=days)
        return datetime.combine(day, time.fromisoformat(wall), zone)

    async def guest(self, *, contact: bool = True) -> "Guest":
        """Let somebody new write in; with `contact`, name and phone are known."""
        return (await self.guests(1, contact=contact))[0]

    async def guests(self, n: int, *, contact: bool = True) -> "list[Guest]":
        """Let `n` people write in, each in a thread of their own."""
        services, now = self.services, self.services.clock.now()
        made = []
        async with services.store.begin(self.id) as work:
            for _ in range(n):
                self.known += 1
                peer = f"peer-{self.known}"
                person = Customer(services.ids.new())
                if contact:
                    phone = f"+2547{self.known:08}"
                    person = replace(person, name=f"Guest {self.known}")
                    person = replace(person, phone=phone)
                await work.customers.add(person, "memory", peer, now)
                thread = Thread(services.ids.new(), person.id, "memory", peer, now, now)
                await work.threads.add(thread)
                made.append(Guest(self, person.id, thread.id, peer, phone=person.phone))
        return made

    async def booked(self, *wanted: tuple["Guest", str, str, datetime]) -> list[Appointment]:
        """Write confirmed bookings straight into the diary, in one unit."""
        made = [guest.appointment(service, staff, at) for guest, service, staff, at in wanted]
        async with self.services.store.begin(self.id) as work:
            for each in made:
                await work.appointments.add(each)
        return made


@dataclass
class Guest:
    """Somebody in a conversation; `case` is at their newest message."""

    salon: Salon
    customer_id: str
    thread_id: str
    peer: str
    phone: str | None = None
    seq: int = field(default=0, init=False)

    @property
    def case(self) -> Case:
        salon = self.salon
        return Case(
            salon.services,
            salon.business,
            salon.dials,
            self.customer_id,
            self.thread_id,
            self.seq,
        )

    async def says(
        self, meaning: Meaning = Meaning.UNCLEAR, *, handle: str | None = None, language: str = "en"
    ) -> Case:
        """Store a message that was read to mean this; return the case of its turn."""
        services, text = self.salon.services, str(meaning)
        reading = asdict(Reading(meaning, span=text, language=language, handle=handle))
        async with services.store.begin(self.salon.id) as work:
            self.seq = await work.messages.add(self.thread_id, "guest", text, services.clock.now())
            await work.messages.understood(self.thread_id, self.seq, reading, {}, language)
        return self.case

    async def asks_for(self, service: str, staff: str, start: datetime) -> Proposed:
        """Ask for a slot: it is proposed, or refused."""
        return await propose_time(await self.says(), self.salon.catalogue, service, staff, start)

    async def books(self, service: str, staff: str, start: datetime) -> Appointment:
        """Ask for a slot and say yes to the question."""
        proposed = await self.asks_for(service, staff, start)
        assert proposed.proposal, proposed.decision
        case = await self.says(Meaning.ACCEPT)
        confirmed = await confirm(case, self.salon.catalogue, proposed.proposal.id)
        assert confirmed.decision.allowed, confirmed.decision
        assert confirmed.appointment
        return confirmed.appointment

    async def in_new_thread(self) -> "Guest":
        """Begin another conversation, as the same customer."""
        services = self.salon.services
        async with services.store.begin(self.salon.id) as work:
            thread = await work.threads.get(self.thread_id)
            new = Thread(
                services.ids.new(),
                self.customer_id,
                thread.channel,
                self.peer,
                services.clock.now(),
                services.clock.now(),
            )
            await work.threads.add(new)
        return Guest(self.salon, self.customer_id, new.id, self.peer, self.phone)

    async def is_offered(self) -> Offered:
        """Get what the agent would offer now, after a booking."""
        catalogue = self.salon.catalogue
        found = await find_options(self.case, declined=False, offered_before=False)
        if found.primary is None:
            return Offered(found.decision)
        return await reserve(self.case, catalogue, found.primary, found.options[0])

    async def offer(self) -> Offer:
        """Get an offer, for certain."""
        offered = await self.is_offered()
        assert offered.offer, offered.decision
        return offered.offer

    def appointment(
        self,
        service_id: str,
        staff_id: str,
        start: datetime,
        *,
        status: AppointmentStatus = AppointmentStatus.CONFIRMED,
        hold_until: datetime | None = None,
    ) -> Appointment:
        """Describe an appointment of this guest; nothing is written."""
        service = self.salon.catalogue.service(service_id)
        ends_at, busy_until = span(service, start)
        return Appointment(
            id=self.salon.services.ids.new(),
            thread_id=self.thread_id,
            customer_id=self.customer_id,
            service_id=service_id,
            staff_id=staff_id,
            starts_at=start,
            ends_at=ends_at,
            busy_until=busy_until,
            price=service.price,
            currency=self.salon.business.currency,
            status=status,
            hold_until=hold_until,
        )


async def open_salon(
    services: Services,
    policy: PaymentPolicy = PaymentPolicy.PAY_FIRST,
    *,
    slug: str = "salon",
    zone: str = "Africa/Nairobi",
    staff: Iterable[Staff] = STAFF,
    opens: time = time(8),
    closes: time = time(20),
) -> Salon:
    """Open a salon with these staff, all working every day."""
    staff = tuple(staff)
    business = Business(slug, slug, "Neema's Salon", "salon", zone, "KES", "en", policy)
    async with services.store.begin(business.id) as work:
        await work.business.add(business, services.clock.now())
        for service in SERVICES:
            await work.catalogue.put_service(service)
        for member in staff:
            await work.catalogue.put_staff(member)
            week = [(f"{member.id}-{day}", Hours(member.id, day, opens, closes)) for day in _WEEK]
            await work.catalogue.set_hours(member.id, week)
        for edge in EDGES:
            await work.catalogue.put_edge(edge)
        dials = await services.dials(work, business)
        catalogue = await work.catalogue.load()
    return Salon(services, business, catalogue, dials)
