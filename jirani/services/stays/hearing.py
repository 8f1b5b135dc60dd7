"""What is said in a PMS's conversation: a guest's words, once, and a host's (domain §7)."""

from collections.abc import Sequence
from datetime import timedelta

from jirani.connectors.pms import Direction, PmsEvent, PmsMessage
from jirani.connectors.pms_channel import same_words
from jirani.rules.decision import ALLOWED
from jirani.rules.facts import Reservation, Thread
from jirani.rules.message import Message
from jirani.services import Case, Services
from jirani.services.ledger import note
from jirani.services.outbox import queue_answer
from jirani.services.stays.copying import CHANNEL
from jirani.services.threads import Received
from jirani.store.work import Work

A_MOMENT = timedelta(seconds=2)  # nobody answers faster; the PMS's clock may be so far behind


class NobodyKnown(Exception):
    """A message about no stay that we know."""


def message_key(pms: str, ref: str) -> str:
    """Return the key under which a PMS's message is stored once."""
    return f"pms:{pms}:{ref}"[:200]


async def stay_of(
    work: Work, pms: str, reservation_ref: str | None, conversation: str
) -> Reservation | None:
    """Find the stay a message is about: the one named, else the newest of the conversation."""
    if reservation_ref and (named := await work.reservations.by_ref(pms, reservation_ref)):
        return named
    thread = await work.threads.latest(CHANNEL, conversation)
    stays = await work.reservations.of_thread(thread.id) if thread else ()
    return stays[-1] if stays else None


async def take(
    services: Services, business_id: str, reservation: Reservation, message: PmsMessage
) -> Received | None:
    """Store what somebody wrote about a stay, once; None if it is no guest's.

    What we posted ourselves is recognised by its id, or by its words. Any other text that goes
    out is the host's, or the PMS's own: one that answers what a guest has just asked is a host
    who answers first, and from then on the conversation is theirs (domain §7).
    """
    if message.direction is Direction.SYSTEM:
        return None
    thread_id, key = reservation.thread_id, message_key(reservation.pms, message.ref)
    now, said = services.clock.now(), message.text.replace("\x00", "")
    async with services.store.begin(business_id, (f"thread:{thread_id}",)) as work:
        known = await work.messages.by_key(key)
        thread = await work.threads.get(thread_id)
        if message.direction is Direction.IN:
            if known:
                return Received(thread, known.seq, fresh=False)
            seq = await work.messages.add(thread_id, "guest", said, now, dedupe_key=key)
            last = await work.messages.last(thread_id, 2)
            if thread.person_since is None and _is_answered(last, message):
                await _leave_it_to_them(services, work, thread)
            await work.threads.change(thread_id, last_at=now)
            # Told of late, or out of order, it answers nothing that was asked after it was written.
            asked_after = message.sent_at + A_MOMENT
            await work.stay_offers.not_answered_by(seq, thread_id, asked_after)
            await queue_answer(services, work, thread_id, seq)
            return Received(thread, seq, fresh=True)
        if known is None and not await _is_ours(work, thread_id, message):
            last = await work.messages.last(thread_id, 1)
            await work.messages.add(thread_id, "person", said, now, dedupe_key=key)
            if thread.person_since is None and last and last[0].author == "guest":
                await _leave_it_to_them(services, work, thread)
    return None


def _is_answered(last: Sequence[Message], message: PmsMessage) -> bool:
    """Tell whether the host wrote after the guest did, though we heard of the guest later."""
    return any(each.author == "person" and each.at > message.sent_at for each in last)


async def _leave_it_to_them(services: Services, work: Work, thread: Thread) -> None:
    await work.threads.change(thread.id, person_since=services.clock.now())
    business, dials = await services.house(work)
    case = Case(services, business, dials, thread.customer_id, thread.id, 0)
    await note(case, work, "hand_over", ALLOWED, stage="conversation")


async def _is_ours(work: Work, thread_id: str, message: PmsMessage) -> bool:
    words = same_words(message.text)
    for entry in await work.outbox.of_thread(thread_id):
        if entry.kind == "message" and (
            message.ref == entry.provider_ref
            or message.key == entry.id
            or same_words(entry.payload["text"]) == words
        ):
            return True
    return False


async def hear(services: Services, business_id: str, pms: str, event: PmsEvent) -> Received | None:
    """Take in one message of a webhook; raises NobodyKnown if it is about no stay we know."""
    message = event.message
    if message is None:
        return None
    ref = event.reservation_ref or message.reservation_ref
    async with services.store.read(business_id) as work:
        found = await stay_of(work, pms, ref, message.conversation)
    if found is None:
        raise NobodyKnown(ref or message.conversation)
    return await take(services, business_id, found, message)
