"""Everything a stored conversation was about, read in one transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time

from evals.capturing.record import House, Record
from evals.capturing.touched import DAY, touched_days, touched_services
from jirani.rules.facts import STAY_CHANNEL, Thread
from jirani.services.settling import UNROUTED
from jirani.store.rows.recorded import RecordedRows
from jirani.store.work import Store, Work

EVERYTHING = 100_000  # messages: more than any conversation has


class NothingToCapture(Exception):
    """A conversation that cannot be made a scenario, and why."""


async def recorded(store: Store, business_id: str, thread_id: str, *, whole: bool) -> Record:
    """Read a conversation: a thread and those that follow it; `whole`: all with this guest.

    Raises:
        LookupError: the business has no such thread.
        NothingToCapture: its guest has never written, or it is about a stay.
    """
    async with store.read(business_id) as work:
        rows = RecordedRows(work.session, business_id)
        every = await rows.conversation(thread_id)
        chosen = [each for each, _ in every] if whole else list(_followed(every, thread_id))
        if any(each.channel == STAY_CHANNEL for each in chosen):
            raise NothingToCapture(
                f"Conversation {thread_id!r} is about a stay; only appointments can be captured."
            )
        ids = [each.id for each in chosen]
        messages = [m for id in ids for m in await work.messages.last(id, EVERYTHING)]
        if not any(each.author == "guest" for each in messages):
            raise NothingToCapture(f"In conversation {thread_id!r} the guest has written nothing.")
        payments = [each for id in ids for each in await work.payments.of_thread(id)]
        record = Record(
            house=await house(work),
            customer=await work.customers.get(chosen[0].customer_id),
            threads=tuple(chosen),
            messages=tuple(messages),
            turns={(id, seq): turn for id in ids for seq, turn in (await rows.turns(id)).items()},
            decisions=await rows.decisions(ids),
            appointments=tuple(
                [each for id in ids for each in await work.appointments.of_thread(id)]
            ),
            proposals=tuple([each for id in ids for each in await work.proposals.of_thread(id)]),
            offers=tuple([each for id in ids for each in await work.offers.of_thread(id)]),
            sales=[each for id in ids for each in await work.offers.sales_of(id)],
            payments=tuple(payments),
            pushes=await rows.pushes(ids),
            callbacks=await rows.callbacks(each.id for each in payments),
            dials=await work.business.dials(),
            dials_turned=await rows.dials_turned(),
            names=await rows.names(),
            people=await rows.people(),
            earlier=sum(each.opened_at < chosen[0].opened_at for each, _ in every),
        )
        record = await _with_diaries(record, work, rows)
    return await _with_forgeries(store, record)


async def house(work: Work) -> House:
    """Read a business without what has happened in it."""
    catalogue = await work.catalogue.load()
    return House(
        await work.business.get(),
        catalogue,
        await work.catalogue.edges(),
        await work.catalogue.hours(each.id for each in catalogue.staff),
        await work.catalogue.snippets(),
    )


def _followed(every: Sequence[tuple[Thread, str | None]], first: str) -> Iterator[Thread]:
    """Go from a thread to the one a settled booking was followed by, and so on."""
    reached = {first}
    for thread, follows in every:
        if thread.id == first or follows in reached:
            reached.add(thread.id)
            yield thread


async def _with_diaries(record: Record, work: Work, rows: RecordedRows) -> Record:
    days = touched_days(record)
    everyone = [member.id for member in record.house.catalogue.staff]
    staff = {
        member.id
        for service in touched_services(record)
        for member in record.house.catalogue.qualified(service)
    }
    start = datetime.combine(days[0], time(), record.zone)
    end = datetime.combine(days[-1], time(), record.zone) + DAY
    wanted = set(days)
    own = {each.id for each in record.threads}
    around = [
        each
        for each in await rows.appointments(staff, start, end)
        if each.thread_id not in own and each.starts_at.astimezone(record.zone).date() in wanted
    ]
    return replace(
        record,
        days=days,
        exceptions=tuple(
            each
            for each in await work.catalogue.exceptions(everyone, days[0], days[-1])
            if each.day in wanted
        ),
        around=around,
        given_up=await rows.given_up(each.id for each in around),
    )


async def _with_forgeries(store: Store, record: Record) -> Record:
    """Add the callbacks that claimed a payment without our proof: they belong to no business."""
    if not record.payments:
        return record
    async with store.read(UNROUTED) as work:
        aside = await RecordedRows(work.session, UNROUTED).callbacks(p.id for p in record.payments)
    return replace(record, callbacks=sorted([*record.callbacks, *aside], key=lambda one: one.at))
