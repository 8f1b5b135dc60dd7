"""Saying something between turns: queued with the decision, in one transaction."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from jirani.rules.facts import Thread
from jirani.services import Case, Services
from jirani.services.log import log
from jirani.store.queues import Due
from jirani.store.work import Work

MOST_ATTEMPTS = 5  # then it is given up (P1)
BACK_OFF = timedelta(seconds=10)  # twice as long each time (P1)
BURST = timedelta(seconds=2)  # until a burst has come to its end (§7)
GAVE_UP = "gave up"


async def queue_message(
    services: Services,
    work: Work,
    *,
    thread_id: str,
    text: str,
    dedupe_key: str,
    language: str | None = None,
    author: str = "agent",
    purpose: str = "transactional",
) -> None:
    """Say something between turns: stored in the thread and queued, in one transaction.

    `author` is `agent`, or `person` for somebody of the business; `purpose` is `transactional`, or
    `promotional` for what nobody has asked for.
    """
    now = services.clock.now()
    thread = await work.threads.get(thread_id)
    fresh = await work.outbox.put(
        services.ids.new(),
        kind="message",
        peer=f"{thread.channel}:{thread.peer}",
        dedupe_key=dedupe_key,
        payload={
            "text": text,
            "thread": thread_id,
            "channel": thread.channel,
            "peer": thread.peer,
        },
        at=now,
        thread_id=thread_id,
        purpose=purpose,
    )
    if fresh:
        await work.messages.add(thread_id, author, text, now, language=language)


async def queue_reply(services: Services, work: Work, thread: Thread, seq: int, text: str) -> None:
    """Post a turn's reply where nobody waits for it on the line; it is stored already."""
    await work.outbox.put(
        services.ids.new(),
        kind="message",
        peer=f"{thread.channel}:{thread.peer}",
        dedupe_key=f"reply:{thread.id}:{seq}",
        payload={
            "text": text,
            "thread": thread.id,
            "channel": thread.channel,
            "peer": thread.peer,
        },
        at=services.clock.now(),
        thread_id=thread.id,
    )


async def queue_answer(services: Services, work: Work, thread_id: str, seq: int) -> None:
    """Let a guest's stored message be answered, once what they write in a burst is there (§7)."""
    await work.outbox.put(
        services.ids.new(),
        kind="answer",
        peer=f"answer:{thread_id}",
        dedupe_key=f"answer:{thread_id}:{seq}",
        payload={"thread": thread_id, "seq": seq},
        at=services.clock.now() + BURST,
        thread_id=thread_id,
    )


async def tell(
    case: Case, work: Work, name: str, *, key: str, language: str, **values: str
) -> None:
    """Say one of the product team's texts between turns, once for each `key`."""
    tone = case.dials.tone
    await queue_message(
        case.services,
        work,
        thread_id=case.thread_id,
        text=case.services.prompts.render(name, language, tone=tone, **values),
        language=language,
        dedupe_key=f"{name}:{key}",
    )


async def again(
    services: Services,
    due: Due,
    note: str | None = None,
    *,
    most: int = MOST_ATTEMPTS,
    after: timedelta | None = None,
    last: Callable[[Work], Awaitable[None]] | None = None,
) -> bool:
    """Send an entry once more, ever later; False: it was tried often enough, and is dead (P1).

    `after` is how long whoever is to take it asked us to wait; `last` is what follows from giving
    it up, in the same unit: whoever dies between the two would leave nobody who knows.
    """
    async with services.store.begin(due.business_id) as work:
        attempts = await work.outbox.attempts(due.id)
        if attempts >= most:
            await work.outbox.change(
                due.id,
                state="dead",
                lease_until=None,
                note=f"{GAVE_UP}: {note}" if note else GAVE_UP,
            )
            if last is not None:
                await last(work)
            return False
        later = services.clock.now() + max(BACK_OFF * 2**attempts, after or timedelta())
        await work.outbox.change(
            due.id, state="ready", lease_until=None, not_before=later, note=note
        )
        return True


async def done(services: Services, due: Due, state: str, **facts: Any) -> None:
    """Note what became of an entry."""
    async with services.store.begin(due.business_id) as work:
        await work.outbox.change(due.id, state=state, lease_until=None, **facts)
    if state != "sent":
        log.warning("outbox.not_sent", entry=due.id, state=state)
