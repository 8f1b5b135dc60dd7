"""Opening conversations, taking messages in, and finding for whom a job acts."""

from dataclasses import dataclass
from datetime import timedelta

from jirani.rules.facts import LIVE, Customer, Thread
from jirani.services import Case, Services
from jirani.services.log import found_out
from jirani.store.work import Work


@dataclass(frozen=True, slots=True)
class Received:
    """Where a message was put; not `fresh` if the same was received before."""

    thread: Thread
    seq: int
    fresh: bool


async def receive(
    services: Services,
    business_id: str,
    channel: str,
    peer: str,
    text: str,
    key: str | None = None,
    button: str | None = None,
) -> Received:
    """Store a guest's message once, in the thread it belongs to.

    `key` is the channel's id of the message: what is delivered twice is stored once (domain §7).
    `button` is the id of the button that was pressed; `text` then is its label.
    """
    # What a new guest sends at once makes one customer and one thread.
    async with services.store.begin(business_id, (f"peer:{channel}:{peer}",)) as work:
        if key and (known := await work.messages.by_key(key)):
            return Received(await work.threads.get(known.thread_id), known.seq, fresh=False)
        now = services.clock.now()
        customer = await _customer(services, work, channel, peer)
        thread = await work.threads.latest(channel, peer)
        if thread is None or await _is_over(services, work, thread):
            thread = await open_thread(services, work, customer.id, channel, peer)
        said = text.replace("\x00", "")  # PostgreSQL keeps no such character
        seq = await work.messages.add(thread.id, "guest", said, now, dedupe_key=key, button=button)
        await work.threads.change(thread.id, last_at=now)
        return Received(thread, seq, fresh=True)


async def open_thread(
    services: Services,
    work: Work,
    customer_id: str,
    channel: str,
    peer: str,
    follows: str | None = None,
) -> Thread:
    """Open a thread: cross-sell state begins anew with it."""
    now = services.clock.now()
    thread = Thread(services.ids.new(), customer_id, channel, peer, opened_at=now, last_at=now)
    await work.threads.add(thread, follows)
    return thread


async def _is_over(services: Services, work: Work, thread: Thread) -> bool:
    """A thread ends after a day of silence, unless a booking of it is still to be settled."""
    if services.clock.now() - thread.last_at < services.timing.thread_idle:
        return False
    if thread.person_since or await _of_a_stay(services, work, thread):
        return False
    return not any(
        each.status in LIVE and each.hold_until
        for each in await work.appointments.of_thread(thread.id)
    )


async def _of_a_stay(services: Services, work: Work, thread: Thread) -> bool:
    """A thread about a stay lasts until a day after the departure (domain §1)."""
    yesterday = services.clock.now().date() - timedelta(days=1)
    stays = await work.reservations.of_thread(thread.id)
    return any(each.departure >= yesterday for each in stays)


async def _customer(services: Services, work: Work, channel: str, peer: str) -> Customer:
    known = await work.customers.by_peer(channel, peer)
    if known:
        return known
    customer = Customer(services.ids.new())
    await work.customers.add(customer, channel, peer, services.clock.now())
    return customer


async def case_of_thread(services: Services, business_id: str, thread_id: str) -> Case:
    """Return the case a job acts in: the thread's own, at its newest guest message."""
    async with services.store.read(business_id) as work:
        thread = await work.threads.get(thread_id)
        business, dials = await services.house(work)
        found_out(business.slug, thread_id)
        newest = [m.seq for m in await work.messages.last(thread_id, 20) if m.author == "guest"]
        return Case(
            services,
            business,
            dials,
            thread.customer_id,
            thread_id,
            newest[-1] if newest else 0,
        )


async def end_if_empty(case: Case, work: Work) -> None:
    """A thread ends when nothing booked is left in it; nothing is charged any more."""
    left = await work.appointments.of_thread(case.thread_id)
    if not any(each.status in LIVE for each in left):
        now = case.services.clock.now()
        await work.threads.change(case.thread_id, charge_at=None, ended_at=now)
