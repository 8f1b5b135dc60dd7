"""A consent that a customer gave elsewhere, entered by the business with what shows it (R2, O9)."""

from jirani.rules.decision import ALLOWED
from jirani.rules.facts import Customer
from jirani.services import Case, Services
from jirani.services.ledger import note
from jirani.services.onboarding.report import Refused
from jirani.store.rows.consents import Address
from jirani.store.work import Work

GUARD = "may_tell_of_slots"


async def addresses_of(
    services: Services, business_id: str, customer_id: str
) -> tuple[Customer, tuple[Address, ...]]:
    """Return a customer, and where they may be told of freed slots; LookupError for nobody."""
    async with services.store.read(business_id) as work:
        return await work.customers.get(customer_id), await work.consents.addresses(customer_id)


async def vouch(
    services: Services,
    business_id: str,
    customer_id: str,
    channel: str,
    peer: str | None,
    *,
    said: str,
    by: str,
) -> None:
    """Enter that a customer wants to be told of freed slots at an address; `said` shows it.

    A consent that they gave before stands as it is. LookupError if there is no such customer or
    address. Raises Refused if there are several, or if they have stopped all offers: those only
    they can start again (O9).
    """
    said = said.replace("\x00", "").strip()  # PostgreSQL keeps no such character
    if not said:
        raise Refused(["Say what shows that they want it: a form, a date, their words."])
    async with services.store.begin(business_id, (customer_id,)) as work:
        customer = await work.customers.get(customer_id)
        if customer.offers_stopped_at is not None:
            raise Refused(["They have stopped all offers; only they can start them again."])
        at = _one(await work.consents.addresses(customer_id), channel, peer)
        if at.since is None:
            now = services.clock.now()
            await work.consents.opt_in(at.channel, at.peer, "api", now, said)
            await _noted(services, work, customer_id, at, wants=True, by=by, said=said)


def _one(addresses: tuple[Address, ...], channel: str, peer: str | None) -> Address:
    there = [each for each in addresses if each.channel == channel and peer in (None, each.peer)]
    if not there:
        raise LookupError(channel)
    if len(there) > 1:
        raise Refused([f"They have several addresses at {channel}; name one as `peer`."])
    return there[0]


async def take_back(services: Services, business_id: str, customer_id: str, *, by: str) -> None:
    """Enter that a customer does not want to be told any more, anywhere; LookupError for nobody.

    What they have been offered stays open until it ends.
    """
    async with services.store.begin(business_id, (customer_id,)) as work:
        await work.customers.get(customer_id)
        for each in await work.consents.addresses(customer_id):
            if each.since is not None:
                await work.consents.opt_out(each.channel, each.peer)
                await _noted(services, work, customer_id, each, wants=False, by=by)


async def _noted(
    services: Services,
    work: Work,
    customer_id: str,
    at: Address,
    *,
    wants: bool,
    by: str,
    said: str | None = None,
) -> None:
    business, dials = await services.house(work)
    thread = await work.threads.latest(at.channel, at.peer)
    case = Case(services, business, dials, customer_id, thread.id if thread else "", 0)
    about = {"channel": at.channel, "wants": wants, "by": by, "said": said}
    await note(case, work, GUARD, ALLOWED, stage="contact", subject=customer_id, **about)
