"""Slots that come free in a small salon, and the people who would like to have them."""

from dataclasses import dataclass, field
from datetime import timedelta

from jirani.rules.facts import (
    Appointment,
    Opening,
    Payment,
    PaymentStatus,
    RecoveryOffer,
)
from jirani.rules.reading import Meaning
from jirani.rules.recovery.settings import PREFIX
from jirani.services.confirming import Confirmed, confirm
from jirani.services.proposing import propose_cancellation
from jirani.services.recovery.answering import Answered, accept, decline
from jirani.services.recovery.consenting import listen
from scheduler.jobs import run_due
from tests.support.looking import rows
from tests.support.salon import Guest, Salon

QUARTER = timedelta(minutes=15)


@dataclass
class Recovering:
    """A salon, whoever gives a slot up, and those who wait for one, by customer id."""

    salon: Salon
    waiting: dict[str, Guest] = field(default_factory=dict)

    async def sets(self, **values: str) -> None:
        """Set how the business recovers slots."""
        services = self.salon.services
        async with services.store.begin(self.salon.id) as work:
            for name, value in values.items():
                await work.business.turn_dial(
                    services.ids.new(), PREFIX + name, value, "test", services.clock.now()
                )

    async def wait(self, n: int) -> list[Guest]:
        """Let people ask to be told of freed slots."""
        guests = await self.salon.guests(n)
        for guest in guests:
            await guest.says()
            await listen(guest.case)
            self.waiting[guest.customer_id] = guest
        return guests

    async def booked(
        self, wall: str = "14:00", service: str = "manicure", *, paid: bool = True, days: int = 1
    ) -> tuple[Guest, Appointment]:
        """Let somebody book with Amina, and pay unless said otherwise."""
        guest = await self.salon.guest()
        (made,) = await self.salon.booked((guest, service, "amina", self.salon.at(wall, days)))
        if paid:
            await self.pays(made)
        return guest, made

    async def pays(self, made: Appointment) -> None:
        """Write a payment that has come in."""
        services, now = self.salon.services, self.salon.clock.now()
        paid = Payment(
            *(services.ids.new(), made.thread_id, made.price, made.currency, PaymentStatus.PAID),
            *("memory", None, 1, now),
        )
        async with services.store.begin(self.salon.id) as work:
            await work.payments.add(paid, {made.id: made.price})

    async def cancels(self, guest: Guest, made: Appointment) -> Confirmed:
        """Cancel a booking in chat."""
        proposed = await propose_cancellation(await guest.says(), made)
        assert proposed.proposal, proposed.decision
        case = await guest.says(Meaning.ACCEPT)
        return await confirm(case, self.salon.catalogue, proposed.proposal.id)

    async def opened(self, wall: str = "14:00", *, days: int = 1) -> Opening:
        """Let a paid booking be cancelled, and return the opening."""
        guest, made = await self.booked(wall, days=days)
        assert (await self.cancels(guest, made)).decision.allowed
        opening = await self.opening_of(made.id)
        assert opening
        return opening

    async def opening_of(self, appointment_id: str) -> Opening | None:
        async with self.salon.services.store.read(self.salon.id) as work:
            return await work.openings.of_appointment(appointment_id)

    async def now(self, opening: Opening) -> Opening:
        """Return an opening as it is now."""
        async with self.salon.services.store.read(self.salon.id) as work:
            found = await work.openings.get(opening.id)
        assert found
        return found

    async def live(self, opening: Opening) -> tuple[RecoveryOffer, ...]:
        async with self.salon.services.store.read(self.salon.id) as work:
            return await work.recovery_offers.live(opening.id)

    async def offers(self, opening: Opening) -> tuple[RecoveryOffer, ...]:
        async with self.salon.services.store.read(self.salon.id) as work:
            return await work.recovery_offers.of_opening(opening.id)

    async def runs(self) -> None:
        """Do what is due now."""
        await run_due(self.salon.services)

    async def passes(self, time: timedelta) -> None:
        """Let time pass, a minute at a time at most, and do what falls due."""
        end = self.salon.clock.now() + time
        while (left := end - self.salon.clock.now()) > timedelta():
            self.salon.clock.advance(min(left, timedelta(minutes=1)))
            await self.runs()

    async def asked(self, opening: Opening) -> tuple[Guest, RecoveryOffer]:
        """Let the loop go on; return the one who is asked now."""
        await self.runs()
        (offer,) = await self.live(opening)
        return self.waiting[offer.customer_id], offer

    async def says_yes(self, guest: Guest, offer: RecoveryOffer) -> Answered:
        case = await guest.says(Meaning.ACCEPT)
        return await accept(case, self.salon.catalogue, offer.id)

    async def says_no(self, guest: Guest, offer: RecoveryOffer) -> Answered:
        return await decline(await guest.says(Meaning.DECLINE), offer.id)

    async def appointments(self, opening: Opening) -> list[tuple[str, str]]:
        """Return whose the slot is, live: customer and source."""
        found = await rows(
            self.salon.services.store,
            "SELECT customer_id, source FROM appointments WHERE staff_id = :staff "
            "AND starts_at = :at AND status IN ('held', 'confirmed')",
            staff=opening.staff_id,
            at=_moment(self.salon, opening),
        )
        return [(customer, source) for customer, source in found]

    async def texts(self, guest: Guest) -> list[str]:
        """Return what was said to somebody, oldest first."""
        async with self.salon.services.store.read(self.salon.id) as work:
            said = await work.messages.last(guest.thread_id, 20)
        return [each.text for each in said if each.author == "agent"]


async def recovering(salon: Salon) -> Recovering:
    """Return a salon that has switched on what is off unless a business wants it."""
    house = Recovering(salon)
    await house.sets(recovery="on")
    return house


def _moment(salon: Salon, opening: Opening) -> object:
    if salon.services.store.engine.dialect.name == "postgresql":
        return opening.starts_at
    return opening.starts_at.strftime("%Y-%m-%d %H:%M:%S.%f")
