"""What the world looks like after a step, in the words scenarios use."""

from decimal import Decimal

from evals.played import Seen
from evals.world import World
from jirani.rules.currency import minor_digits
from jirani.rules.facts import Catalogue, Offer, RecoveryOffer
from jirani.store.work import Work


async def look(world: World) -> Seen:
    """Read everything a scenario may expect something of."""
    seen = Seen(at=world.local(world.clock.now()))
    digits = minor_digits(world.business.currency)
    seen.charges = len(world.gateway.charges)
    seen.money_taken = Decimal(world.gateway.taken(world.clock.now())).scaleb(-digits)
    async with world.services.store.read(world.business.id) as work:
        await world.meet(work)
        rows = _Rows(world, work, await work.catalogue.load(), digits, seen)
        for thread_id, who in world.threads.items():
            await rows.of_thread(thread_id, who)
        await rows.of_people()
        await world.look_around(work, seen)
    names = rows.staff
    seen.rows["holds"] = [
        {
            "staff": names[hold.staff_id],
            "start": world.local(hold.start),
            "end": world.local(hold.end),
        }
        for hold in await world.services.holds.live(world.business.id)
    ]
    return seen


class _Rows:
    """Turns stored facts into rows with names, local times and amounts as people say them."""

    def __init__(
        self, world: World, work: Work, catalogue: Catalogue, digits: int, seen: Seen
    ) -> None:
        self.world = world
        self.work = work
        self.digits = digits
        self.seen = seen
        self.services = {each.id: each.name for each in catalogue.services}
        self.staff = {each.id: each.name for each in catalogue.staff}

    def money(self, minor: int) -> Decimal:
        return Decimal(minor).scaleb(-self.digits)

    async def of_thread(self, thread_id: str, who: str) -> None:
        work, rows = self.work, self.seen.rows
        appointments = await work.appointments.of_thread(thread_id)
        service_of = {each.id: self.services[each.service_id] for each in appointments}
        rows["appointments"] += [
            {
                "service": service_of[each.id],
                "staff": self.staff[each.staff_id],
                "start": self.world.local(each.starts_at),
                "end": self.world.local(each.ends_at),
                "status": str(each.status),
                "price": self.money(each.price),
                "source": each.source,
                "guest": who,
            }
            for each in appointments
        ]
        offered: list[Offer | RecoveryOffer] = [*await work.offers.of_thread(thread_id)]
        offered += await work.recovery_offers.of_thread(thread_id)
        rows["offers"] += [
            {
                "kind": str(each.kind),
                "service": self.services[each.service_id],
                "staff": self.staff[each.staff_id],
                "start": self.world.local(each.starts_at),
                "status": str(each.status),
                "reason": each.reason,
                "price": self.money(each.price),
                "guest": who,
            }
            for each in offered
        ]
        rows["sales"] += [
            {
                "service": service_of[each["appointment_id"]],
                "price": self.money(each["price"]),
                "status": each["status"],
                "guest": who,
            }
            for each in await work.offers.sales_of(thread_id)
        ]
        rows["payments"] += [
            {
                "amount": self.money(each.amount),
                "status": str(each.status),
                "items": sorted(service_of[id] for id in each.appointment_ids),
                "method": each.method,
                "guest": who,
            }
            for each in await work.payments.of_thread(thread_id)
        ]
        rows["decisions"] += await work.decisions.of_thread(thread_id)

    async def of_people(self) -> None:
        for who in dict.fromkeys(self.world.threads.values()):
            customer = await self.world.customer_of(self.work, who)
            address = (self.world.channel_name, self.world.peer(who))
            thread = await self.work.threads.latest(*address)
            if customer is None or thread is None:
                continue
            self.seen.contact[who] = {
                "name": customer.name,
                "phone": customer.phone,
                "offers_stopped": customer.offers_stopped_at is not None,
            }
            self.seen.conversation[who] = {
                "threads": list(self.world.threads.values()).count(who),
                "with_person": thread.person_since is not None,
                "cross_sell_declined": thread.cross_sell_declined,
                "ended": thread.ended_at is not None,
            }
