"""Mail to the host: queued with the decision it tells of, in one transaction (U5, U7)."""

import html

from jirani.connectors.mailer import Mail, MailOutcome, one_line
from jirani.services import Services
from jirani.services.log import log
from jirani.services.outbox import again, done
from jirani.services.watch import outside
from jirani.store.queues import Due
from jirani.store.rows.outbox import Entry
from jirani.store.work import Work

MOST = 8


async def tell_host(
    services: Services,
    work: Work,
    business_id: str,
    name: str,
    *,
    key: str,
    thread_id: str,
    language: str,
    **values: str,
) -> bool:
    """Queue one mail for a key; False if nobody is there to read it, or it was queued before."""
    to = services.pms.host(business_id)
    if to is None:
        log.warning("host.no_address", text=name)
        return False
    subject, _, body = services.prompts.render(name, language, **values).partition("\n")
    return await work.outbox.put(
        services.ids.new(),
        kind="mail",
        peer=f"mail:{name}:{key}"[:200],
        dedupe_key=f"{name}:{key}"[:200],
        payload={"thread": thread_id, "to": to, "subject": subject, "text": body.strip()},
        at=services.clock.now(),
        thread_id=thread_id,
    )


async def send_mail(services: Services, due: Due, entry: Entry) -> None:
    """Hand a mail to its carrier; asked again, it is recognised by its id."""
    if services.mailer is None:
        await done(services, due, "dead", note="no mailer here")
        return
    text, subject = entry.payload["text"], one_line(entry.payload["subject"])
    mail = Mail(entry.payload["to"], subject, text, _page(text), due.id)
    with outside(services.mailer.name, "mail") as told:
        result = await services.mailer.send(mail)
        told["outcome"] = str(result.outcome)
    if result.outcome is MailOutcome.ACCEPTED:
        await done(services, due, "sent", provider_ref=result.message_id[:120])
    elif result.outcome is MailOutcome.REJECTED:
        await done(services, due, "dead", note=result.reason)
    else:
        await again(services, due, result.reason, most=MOST)


def _page(text: str) -> str:
    lines = html.escape(text).replace("\n", "<br>\n")
    return f"<!doctype html>\n<html><body><p>{lines}</p></body></html>\n"
