"""A host's mail is queued once, and tried until its carrier has it (U5, U7)."""

from types import SimpleNamespace
from typing import Any

import pytest

from jirani.connectors.mailer import MailOutcome, MailResult
from jirani.services.clock import Ids, SetClock
from jirani.services.stays import hosts
from jirani.services.stays.hosts import send_mail, tell_host
from jirani.store.rows.outbox import Entry
from tests.support.one_row import OneRow, a_work
from tests.support.stay_facts import local

pytestmark = pytest.mark.anyio

CLOCK = SetClock(local(6, 12, 9))
SAID = {"to": "host@lodge.example", "subject": "An extra", "text": "Sarah took one."}
ENTRY = Entry("e", "mail", "claimed", SAID, 1, CLOCK.now())
DUE: Any = SimpleNamespace(id="e", business_id="lodge")


@pytest.mark.parametrize(
    ("to", "fresh", "queued"), [("host", True, True), ("host", False, False), (None, True, False)]
)
async def test_a_mail_is_queued_where_somebody_reads_it_and_none_was_before(
    to: str | None, fresh: bool, queued: bool
) -> None:
    outbox = OneRow(fresh)
    services: Any = SimpleNamespace(
        clock=CLOCK,
        ids=Ids(CLOCK),
        pms=SimpleNamespace(host=lambda business_id: to),
        prompts=SimpleNamespace(render=lambda *_, **__: "An extra\n\nSarah took one."),
    )
    about = {"key": "o", "thread_id": "thread", "language": "en"}
    told = await tell_host(services, a_work(outbox=outbox), "lodge", "host_sold", **about)
    assert told is queued
    assert len(outbox.asked) == (1 if to else 0)


@pytest.mark.parametrize(
    ("outcome", "became"),
    [
        (None, ("dead", "no mailer here")),
        (MailOutcome.ACCEPTED, ("sent", None)),
        (MailOutcome.REJECTED, ("dead", "why")),
        (MailOutcome.RETRY, ("again, 8 times at most", "why")),
        (MailOutcome.UNKNOWN, ("again, 8 times at most", "why")),
    ],
)
async def test_what_becomes_of_a_mail(
    monkeypatch: pytest.MonkeyPatch, outcome: MailOutcome | None, became: tuple[str, str | None]
) -> None:
    told: list[tuple[str, str | None]] = []

    async def done(services: object, due: object, state: str, **facts: Any) -> None:
        told.append((state, facts.get("note")))

    async def again(services: object, due: object, note: str, *, most: int) -> None:
        told.append((f"again, {most} times at most", note))

    monkeypatch.setattr(hosts, "done", done)
    monkeypatch.setattr(hosts, "again", again)
    mailer: Any = OneRow(MailResult(outcome, "M1", "why")) if outcome else None
    if mailer:
        mailer.name = "memory"
    services: Any = SimpleNamespace(mailer=mailer)
    await send_mail(services, DUE, ENTRY)
    assert told == [became]
