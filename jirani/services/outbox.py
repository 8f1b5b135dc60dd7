"""Saying something between turns: queued with the decision, in one transaction."""

from jirani.services import Case, Services
from jirani.store.work import Work


async def queue_message(
    services: Services,
    work: Work,
    *,
    thread_id: str,
    text: str,
    dedupe_key: str,
    language: str | None = None,
    author: str = "agent",
) -> None:
    """Say something between turns: stored in the thread and queued, in one transaction.

    `author` is `agent`, or `person` for somebody of the business.
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
    )
    if fresh:
        await work.messages.add(thread_id, author, text, now, language=language)


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
