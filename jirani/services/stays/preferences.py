"""What a guest wishes of offers: kept, shown, taken back; their stays are planned by it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from jirani.rules.facts import GuestPreference, Preference, Reservation
from jirani.rules.stays.preferring import SAID
from jirani.services import Services
from jirani.services.log import log
from jirani.services.onboarding.report import Refused
from jirani.services.stays.planning import replan_one
from jirani.store.work import Work

GUEST, HOST = "guest", "host"


@dataclass(frozen=True, slots=True)
class Wished:
    """Wishes that are new, and those that no longer hold."""

    noted: tuple[Preference, ...] = ()
    dropped: tuple[Preference, ...] = ()


async def wishes_of(
    services: Services, business_id: str, customer_id: str
) -> tuple[GuestPreference, ...]:
    """Return a guest's wishes by name. Raises Refused if the business knows no such guest."""
    async with services.store.read(business_id) as work:
        await _known(work, customer_id)
        return await work.preferences.of_guest(customer_id)


async def enter(
    services: Services, work: Work, wished: Wished, whose: str, *, source: str, said: str, by: str
) -> None:
    """Keep a guest's wishes and drop others, in the open unit, which holds the guest's lock."""
    for name in wished.dropped:
        await work.preferences.drop(whose, name)
    for name in wished.noted:
        about = (whose, name, source, said[:SAID], by[:80], services.clock.now())
        await work.preferences.put(GuestPreference(*about))


async def change(
    services: Services, business_id: str, customer_id: str, wished: Wished, *, said: str, by: str
) -> None:
    """Enter a host's word about a guest. Raises Refused if the business knows no such guest."""
    async with services.store.begin(business_id, (customer_id,)) as work:
        await _known(work, customer_id)
        await enter(services, work, wished, customer_id, source=HOST, said=said, by=by)
    await follow(services, business_id, customer_id, wished, HOST)


async def follow(
    services: Services, business_id: str, customer_id: str, wished: Wished, source: str
) -> None:
    """Plan the guest's stays anew: what they do not want goes, what they want again may come."""
    log.info(
        "guest.preferences_changed",
        customer=customer_id,
        noted=[str(each) for each in wished.noted],
        dropped=[str(each) for each in wished.dropped],
        source=source,
    )
    for stay in await _stays(services, business_id, customer_id):
        await replan_one(services, business_id, stay)


async def _stays(services: Services, business_id: str, customer_id: str) -> Iterable[Reservation]:
    since = services.clock.now().date() - timedelta(days=1)
    async with services.store.read(business_id) as work:
        return await work.reservations.of_customer(customer_id, since)


async def _known(work: Work, customer_id: str) -> None:
    try:
        await work.customers.get(customer_id)
    except LookupError:
        raise Refused([f"There is no guest {customer_id!r}."]) from None
