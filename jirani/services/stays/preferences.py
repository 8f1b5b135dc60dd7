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


async def guest_named(services: Services, business_id: str, named: str) -> str:
    """Return a guest's id, of itself or of a stay by its reference. Raises Refused."""
    async with services.store.read(business_id) as work:
        if named in await work.customers.some([named]):
            return named
        found, _ = await work.reservations.named(named, 0)
    whose = {each.customer_id for each in found}
    if len(whose) == 1:
        return whose.pop()
    several = f"Several guests have a stay {named!r}: {', '.join(sorted(whose))}."
    raise Refused([several if whose else f"There is no guest and no stay {named!r}."])


async def enter(
    services: Services, work: Work, wished: Wished, whose: str, *, source: str, said: str, by: str
) -> Wished:
    """Keep a guest's wishes and drop others, in the open unit, which holds the guest's lock.

    Returns what is new and what was dropped in fact: the same again keeps its first words.
    """
    known = {each.name for each in await work.preferences.of_guest(whose)}
    fresh = Wished(
        tuple(each for each in wished.noted if each not in known),
        tuple(each for each in wished.dropped if each in known),
    )
    for name in fresh.dropped:
        await work.preferences.drop(whose, name)
    words = said.replace("\x00", "")[:SAID]  # PostgreSQL keeps no such character
    for name in fresh.noted:
        about = (whose, name, source, words, by[:80], services.clock.now())
        await work.preferences.put(GuestPreference(*about))
    return fresh


async def change(
    services: Services, business_id: str, customer_id: str, wished: Wished, *, said: str, by: str
) -> Wished:
    """Enter a host's word about a guest. Raises Refused if the business knows no such guest."""
    async with services.store.begin(business_id, (customer_id,)) as work:
        await _known(work, customer_id)
        fresh = await enter(services, work, wished, customer_id, source=HOST, said=said, by=by)
    await follow(services, business_id, customer_id, fresh, HOST)
    return fresh


async def follow(
    services: Services, business_id: str, customer_id: str, wished: Wished, source: str
) -> None:
    """Plan the guest's stays anew: what they do not want goes, what they want again may come."""
    if wished == Wished():
        return
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
