"""Who is asked next for a freed slot is the same in SQL and in the rules (R2, R3)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from jirani.rules.facts import (
    Appointment,
    AppointmentStatus,
    Business,
    Contact,
    ContactPolicy,
    Customer,
    Offer,
    OfferKind,
    OfferStatus,
    Opening,
    OpeningStatus,
    PaymentPolicy,
    RecoveryOffer,
    RecoveryPolicy,
    Service,
    Staff,
    Thread,
)
from jirani.rules.recovery.eligible import Candidate, eligible
from jirani.rules.recovery.order import UNSCORED, Place, place
from jirani.rules.recovery.score import Score, Tier
from jirani.store.rows.candidates import Standing
from jirani.store.rows.scores import Scored
from jirani.store.work import Store, Work
from tests.support.house import MONDAY as NOW

pytestmark = pytest.mark.anyio

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STARTS = NOW + 30 * HOUR
ELSEWHEN = NOW + 90 * DAY
SLOT: dict[str, Any] = {
    **{"service_id": "s", "staff_id": "amina", "price": 100, "currency": "KES"},
    **{"starts_at": STARTS, "ends_at": STARTS + HOUR, "busy_until": STARTS + HOUR + 10 * MINUTE},
}
OPENED: dict[str, Any] = {"status": OpeningStatus.OPEN, "opened_at": NOW, "looks_at": NOW}
OPENING = Opening("O2", "O1", "a2", "c000", replaces="O1", **SLOT, **OPENED)
FIRST = replace(OPENING, id="O1", appointment_id="a1", status=OpeningStatus.FILLED, replaces=None)
OLD = replace(FIRST, id="O0", root_id="O0", appointment_id="a0")
CHAIN = ["O1", "O2"]
CONTACT = ContactPolicy()


@dataclass(frozen=True, slots=True)
class Person:
    """A candidate as the rules see them, and where they stand."""

    who: Candidate
    place: Place

    @property
    def key(self) -> tuple[int, int, int, str]:
        return (*self.place, self.who.customer_id)


async def opened(store: Store, business: str) -> None:
    about = ("salon", "Africa/Nairobi", "KES", "en", PaymentPolicy.PAY_FIRST)
    async with store.begin(business) as work:
        await work.business.add(Business(business, business, business, *about), NOW)
        await work.catalogue.put_service(Service("s", "S", 60, 10, 100))
        for staff in ("amina", "beth"):
            await work.catalogue.put_staff(Staff(staff, staff, frozenset({"s"})))


class Town:
    """People who come about in every way that counts, by one seed."""

    def __init__(self, work: Work, seed: int) -> None:
        self.work, self.random, self.used = work, Random(seed), 0

    def chance(self, of: float) -> bool:
        return self.random.random() < of

    def id(self) -> str:
        self.used += 1
        return f"i{self.used:05}"

    async def people(self, n: int) -> list[Person]:
        names = [f"c{number:03}" for number in range(n)]
        for name in names:
            stopped = NOW if self.chance(0.1) else None
            await self.work.customers.add(Customer(name), "memory", name, NOW)
            await self.work.customers.change(name, offers_stopped_at=stopped)
            await self.work.threads.add(Thread(name, name, "memory", name, NOW, NOW))
        for opening in (OLD, FIRST, OPENING):
            await self.booked("c000", opening.appointment_id, AppointmentStatus.CANCELLED)
            await self.work.openings.open_once(opening)
        return [await self._person(name) for name in names]

    async def _person(self, name: str) -> Person:
        customer = await self.work.customers.get(name)
        stands = await self._stands(name)
        opted_in = self.chance(0.85)
        if opted_in:
            await self.work.consents.opt_in("memory", name, "api", NOW)
        asked, took = await self._asked(name)
        who = Candidate(
            name,
            tier=stands.score.tier,
            gave_it_up=name == OPENING.left_by,
            opted_in=opted_in,
            opted_out=customer.offers_stopped_at is not None,
            asked_before=asked,
            busy=await self._busy(name),
            took_at=took,
            history=tuple([each async for each in self._contacts(name)]),
        )
        return Person(who, stands.place)

    async def _stands(self, name: str) -> Scored:
        if self.chance(0.3):  # no row, or one that was never computed
            return Scored(name, Score(), None, UNSCORED)
        score = Score(self.random.choice((0, 30, 50, 50, 80, 100)), self.random.choice([*Tier]))
        computed = NOW - self.random.choice((0, 1)) * DAY if self.chance(0.9) else None
        waited = self.random.choice((0, 0, 0, 60))
        scored = Scored(name, score, computed, place(score, computed, waited))
        await self.work.scores.put([scored])
        return scored

    async def booked(
        self,
        name: str,
        id: str,
        status: AppointmentStatus,
        begins: Any = ELSEWHEN,
    ) -> Appointment:
        """Write an appointment of an hour, with ten minutes of buffer, each at its own time."""
        at = begins if begins is not ELSEWHEN else ELSEWHEN + self.used * DAY
        self.used += 1
        made = Appointment(
            *(id, name, name, "s", f"beth-{name}", at, at + HOUR, at + HOUR + 10 * MINUTE),
            *(100, "KES", status),
        )
        await self.work.catalogue.put_staff(Staff(made.staff_id, made.staff_id, frozenset({"s"})))
        await self.work.appointments.add(made)
        return made

    async def _busy(self, name: str) -> bool:
        if self.chance(0.5):
            return False
        begins = STARTS + self.random.choice((-130, -71, -70, -69, 0, 69, 70, 71, 130)) * MINUTE
        status = self.random.choice([*AppointmentStatus])
        made = await self.booked(name, self.id(), status, begins)
        live = status in (AppointmentStatus.HELD, AppointmentStatus.CONFIRMED)
        return live and made.starts_at < OPENING.busy_until and made.busy_until > STARTS

    async def _asked(self, name: str) -> tuple[bool, Any]:
        if self.chance(0.5):
            return False, None
        opening = self.random.choice((OLD, FIRST, OPENING))
        status = self.random.choice((OfferStatus.EXPIRED, OfferStatus.WITHDRAWN))
        if opening is OLD and self.chance(0.7):
            status = OfferStatus.ACCEPTED
        reason = self.random.choice(("filled", "silence"))
        offer = self.offer(name, opening.id, OfferStatus.OFFERED)
        await self.work.recovery_offers.add(offer, NOW)
        at = NOW - self.random.choice((23, 24, 25)) * HOUR
        await self.work.recovery_offers.settle(offer.id, status, at=at, reason=reason)
        lost = status is OfferStatus.WITHDRAWN and reason == "filled"
        took = at if status is OfferStatus.ACCEPTED else None
        return opening is not OLD and not lost, took

    def offer(self, name: str, opening_id: str, status: OfferStatus) -> RecoveryOffer:
        how: dict[str, Any] = {"status": status, "offered_seq": 0, "expires_at": NOW}
        return RecoveryOffer(self.id(), opening_id, 0, name, name, **SLOT, **how)

    async def _contacts(self, name: str) -> Any:
        for _ in range(self.random.choice((0, 0, 1, 3))):
            at = NOW - self.random.choice((1, 47, 48, 49, 167, 168, 169)) * HOUR
            proactive = self.chance(0.4)
            offer = self.offer(name, "O0", OfferStatus.EXPIRED)
            offer = replace(offer, replaces=offer.id)
            await self.work.recovery_offers.add(offer, at)
            await self.work.offers.contacted(offer.id, offer, at, proactive=proactive)
            yield Contact(at, proactive, str(offer.kind), offer.id)


def expected(people: list[Person], policy: RecoveryPolicy) -> Iterator[str]:
    for person in sorted(people, key=lambda each: each.key):
        if eligible(person.who, policy, CONTACT, NOW).allowed:
            yield person.who.customer_id


@pytest.mark.parametrize("seed", range(4))
async def test_the_order_in_sql_is_the_order_of_the_rules_page_by_page_r3(
    store: Store, seed: int
) -> None:
    await opened(store, "m")
    async with store.begin("m") as work:
        people = await Town(work, seed).people(120)
        for policy in (RecoveryPolicy(), RecoveryPolicy(exclude_risk=True)):
            found: list[Standing] = []
            while page := await work.candidates.eligible(
                *(OPENING, CHAIN, NOW, policy, CONTACT),
                after=found[-1] if found else None,
                most=7,
            ):
                found += page
            assert [each.customer_id for each in found] == [*expected(people, policy)]
            assert len(found) > 7
        everybody = await work.candidates.in_order(most=200)
        assert [each.key for each in everybody] == sorted(
            each.key for each in people if each.who.opted_in
        )
        for person in people:
            id = person.who.customer_id
            assert await work.candidates.was_asked(id, CHAIN) == person.who.asked_before
            assert await work.candidates.is_busy(id, OPENING) == person.who.busy
            assert await work.candidates.took_at(id) == person.who.took_at


async def alike(work: Work, town: Town) -> None:
    """Write two customers who want to be told, and a slot that the first has given up."""
    for name in ("c000", "c001"):
        await work.customers.add(Customer(name), "memory", name, NOW)
        await work.threads.add(Thread(name, name, "memory", name, NOW, NOW))
    for opening in (OLD, FIRST, OPENING):
        await town.booked("c000", opening.appointment_id, AppointmentStatus.CANCELLED)
        await work.openings.open_once(opening)


async def burden(work: Work, town: Town) -> None:
    """Let the second one be busy, asked before, just served, and written to enough."""
    await work.consents.opt_in("memory", "c001", "api", NOW)
    await town.booked("c001", "busy", AppointmentStatus.CONFIRMED, STARTS)
    for opening, status in ((FIRST, OfferStatus.EXPIRED), (OLD, OfferStatus.ACCEPTED)):
        offer = town.offer("c001", opening.id, OfferStatus.OFFERED)
        await work.recovery_offers.add(offer, NOW)
        await work.recovery_offers.settle(offer.id, status, at=NOW)
        await work.offers.contacted(offer.id, offer, NOW, proactive=True)
    for offer_id in (offer.id, offer.id):
        await work.offers.contacted(town.id(), replace(offer, id=offer_id), NOW, proactive=False)


async def test_what_another_business_knows_of_a_customer_of_that_id_counts_for_nobody_here(
    store: Store,
) -> None:
    for business in ("a", "m", "z"):
        await opened(store, business)
        async with store.begin(business) as work:
            await alike(work, town := Town(work, 0))
            if business != "m":
                await burden(work, town)
    async with store.begin("m") as work:
        assert await work.candidates.in_order() == []
        await work.consents.opt_in("memory", "c001", "api", NOW)
        for found in (
            await work.candidates.in_order(),
            await work.candidates.eligible(OPENING, CHAIN, NOW, RecoveryPolicy(), CONTACT),
        ):
            assert [each.customer_id for each in found] == ["c001"]
        assert not await work.candidates.was_asked("c001", CHAIN)
        assert not await work.candidates.is_busy("c001", OPENING)
        assert await work.candidates.took_at("c001") is None
        assert await work.candidates.address("c001") == ("memory", "c001")
        assert await work.candidates.address("c000") is None  # nobody has asked to be told there


async def test_whoever_took_an_extra_beside_a_booking_may_be_offered_a_freed_slot_r2(
    store: Store,
) -> None:
    await opened(store, "m")
    async with store.begin("m") as work:
        await alike(work, town := Town(work, 0))
        await work.consents.opt_in("memory", "c001", "api", NOW)
        first = await town.booked("c001", "first", AppointmentStatus.CONFIRMED)
        when = (first.starts_at, first.ends_at, first.busy_until)
        who = ("c001", "c001", first.id, "s", "amina")
        extra = Offer("x", OfferKind.CROSS_SELL, *who, *when, 9, "KES", OfferStatus.OFFERED, 0, NOW)
        await work.offers.add(extra, NOW)
        assert await work.offers.settle("x", OfferStatus.ACCEPTED, at=NOW)
        assert await work.candidates.took_at("c001") is None
        found = await work.candidates.eligible(OPENING, CHAIN, NOW, RecoveryPolicy(), CONTACT)
        assert [each.customer_id for each in found] == ["c001"]
