"""A person takes over a conversation, speaks in it, and hands it back (domain §7)."""

from dataclasses import dataclass
from datetime import datetime

from jirani.rules.decision import ALLOWED, Decision
from jirani.rules.facts import Appointment, Business, Customer, Payment, Thread
from jirani.rules.message import Message
from jirani.services import Case, Services
from jirani.services.ledger import note
from jirani.services.outbox import queue_message
from jirani.services.threads import case_of_thread
from jirani.services.wording import language_of
from jirani.store.work import Work

RECENT = 20  # messages, and refusals, that a summary shows


@dataclass(frozen=True, slots=True)
class Refusal:
    """A guard's no, as the why-not ledger keeps it."""

    guard: str
    stage: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """What somebody needs to know who takes a conversation over; the newest comes last."""

    thread: Thread
    customer: Customer
    appointments: tuple[Appointment, ...]
    payments: tuple[Payment, ...]
    messages: tuple[Message, ...]
    refusals: tuple[Refusal, ...]


async def hand_over(case: Case) -> Decision:
    """Give the conversation to a person; the agent is silent until it is handed back."""
    async with case.services.store.begin(case.business.id) as work:
        await _take(case, work)
    return ALLOWED


async def say(services: Services, business_id: str, thread_id: str, text: str) -> None:
    """Let a person write to the guest; whoever speaks has the conversation from then on.

    Raises:
        LookupError: the business has no such conversation.
    """
    case = await case_of_thread(services, business_id, thread_id)
    async with services.store.begin(business_id) as work:
        await _take(case, work)
        await queue_message(
            services,
            work,
            thread_id=thread_id,
            text=text,
            dedupe_key=f"person:{services.ids.new()}",
            author="person",
        )


async def hand_back(services: Services, business_id: str, thread_id: str) -> bool:
    """Let the agent speak again, and tell the guest; False if no person had the conversation.

    Raises:
        LookupError: the business has no such conversation.
    """
    case = await case_of_thread(services, business_id, thread_id)
    async with services.store.begin(business_id) as work:
        thread = await work.threads.get(thread_id)
        if thread.person_since is None:
            return False
        await work.threads.change(thread_id, person_since=None, misunderstood=0)
        language = await language_of(case, work)
        await queue_message(
            services,
            work,
            thread_id=thread_id,
            text=services.prompts.render("person_done", language, tone=case.dials.tone),
            dedupe_key=f"handed_back:{thread_id}:{thread.person_since.isoformat()}",
            language=language,
        )
        await note(case, work, "hand_back", ALLOWED, stage="conversation")
    return True


async def summary(services: Services, business_id: str, thread_id: str) -> Summary:
    """Gather what was said, booked, paid and refused in a conversation.

    Raises:
        LookupError: the business has no such conversation.
    """
    async with services.store.read(business_id) as work:
        thread = await work.threads.get(thread_id)
        refused = [
            Refusal(each["guard"], each["stage"], each["reason"], each["at"])
            for each in await work.decisions.of_thread(thread_id)
            if not each["allowed"]
        ]
        return Summary(
            thread,
            await work.customers.get(thread.customer_id),
            await work.appointments.of_thread(thread_id),
            await work.payments.of_thread(thread_id),
            tuple(await work.messages.last(thread_id, RECENT)),
            tuple(refused[-RECENT:]),
        )


async def conversations(
    services: Services, business: Business, *, waiting: bool
) -> list[tuple[Thread, Customer, Message | None]]:
    """Return a business's newest conversations, each with its guest and its last message.

    `waiting`: only those that a person handles, the longest waiting first.
    """
    async with services.store.read(business.id) as work:
        found = []
        for thread in await work.threads.newest(with_a_person=waiting):
            said = await work.messages.last(thread.id, 1)
            customer = await work.customers.get(thread.customer_id)
            found.append((thread, customer, said[0] if said else None))
        return found


async def _take(case: Case, work: Work) -> None:
    thread = await work.threads.get(case.thread_id)
    if thread.person_since is None:
        await work.threads.change(case.thread_id, person_since=case.services.clock.now())
        await note(case, work, "hand_over", ALLOWED, stage="conversation")
