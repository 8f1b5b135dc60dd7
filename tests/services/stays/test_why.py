"""Why an offer was sent or was not, as a host reads it (domain §1: the why-not ledger)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from jirani.connectors.memory_pms_faults import PmsFault
from jirani.rules.decision import Reason, refuse
from jirani.rules.facts import Business, OfferStatus, PaymentPolicy, StayPayment
from jirani.services import Services
from jirani.services.onboarding import Refused
from jirani.services.stays.recording import queue_record, queue_undo
from jirani.services.stays.telling import headline, sentences
from jirani.services.stays.why import why
from tests.support.lodge import (
    AFTER,
    CLEANING,
    EARLY,
    HOST,
    ID,
    LATE,
    Lodge,
    local,
    open_lodge,
)

pytestmark = pytest.mark.anyio


async def told(lodge: Lodge, wanted: str, kind: str | None = None) -> list[str]:
    """Return the sentences of one story, the headline first."""
    [story] = await why(lodge.services, ID, wanted, kind)
    said = sentences(story, lodge.clock.now())
    return [
        headline(lodge.services, story),
        *(f"{words} {'; '.join(seen)}" for _, words, seen in said),
    ]


async def a_december(services: Services) -> Lodge:
    lodge = await open_lodge(services, local(12, 5, 12))
    await lodge.sells(EARLY, CLEANING, LATE)
    await lodge.books(date(2026, 12, 10), date(2026, 12, 17))
    await lodge.at(local(12, 7, 9))
    return lodge


async def test_a_sale_is_told_from_its_plan_to_the_bill_and_back(services: Services) -> None:
    lodge = await a_december(services)
    await lodge.at(local(12, 7, 11))
    offer = await lodge.answers(EARLY, OfferStatus.ACCEPTED)
    async with services.store.begin(ID) as work:
        at, id = lodge.clock.now(), lodge.services.ids.new()
        await work.stay_sales.sell(id, offer, at, status="applied_internally", method="pending")
        await queue_record(lodge.services, work, offer)
    await lodge.delivered()
    story = await told(lodge, offer.id)
    [fee] = lodge.pms.world.fees["R1"]
    assert story[0] == (
        "Early check-in at 09:00 on Thursday 10 December, USD 25: Sarah, Beach Condo, "
        "Thursday 10 December to Thursday 17 December (R1)"
    )
    assert story[1].startswith("Planned for Monday 7 December at 09:00.")
    assert "no offer to this guest in the 7 days before (at most 3)" in story[2]
    assert "the calendar as it stood on Monday 7 December at 09:00" in story[2]
    assert story[3].startswith("The text left, and memory took it as message ")
    assert story[4:] == [
        "The guest took it. ",
        f"Sold, and on the guest's bill (fee, {fee.ref}). ",
        f"The fee: done ({fee.ref}). ",
        *[line for line in story if line.startswith("The task for housekeeping: done")],
        f"The mail to {HOST} (“Sarah took an extra for USD 25”): done. ",
        "The guest took it. ",
    ]
    async with services.store.begin(ID) as work:
        assert await work.stay_sales.reverse(offer.id, lodge.clock.now())
        await queue_undo(lodge.services, work, offer)
    await lodge.delivered()
    story = await told(lodge, offer.id)
    assert "The sale was taken back. " in story
    assert any(line.startswith("Taking the fee off again: done") for line in story)


async def test_what_was_put_off_says_until_when_and_what_ended_it_says_who_was_there(
    services: Services,
) -> None:
    lodge = await a_december(services)
    await lodge.at(local(12, 13, 10))
    await lodge.books(date(2026, 12, 17), date(2026, 12, 20), "R2")
    await lodge.at(local(12, 14, 9))
    await lodge.at(local(12, 15, 10))
    story = await told(lodge, "R1", LATE)
    assert story[2].startswith(
        "Not yet: the last offer was too short a time ago. "
        "Put off to Tuesday 15 December at 10:00. "
    )
    assert "the last on Sunday 13 December at 10:00" in story[2]
    assert "it may leave until Wednesday 16 December at 11:00" in story[2]
    assert story[3].startswith("Not sent: somebody arrives too early that day. That was its end.")
    assert "stay R2 is there from Thursday 17 December to Sunday 20 December" in story[3]
    assert story[4:] == ["It was never sent: somebody arrives too early that day. "]


async def test_what_was_never_planned_says_why(services: Services) -> None:
    lodge = await a_december(services)
    assert (await told(lodge, "R1", AFTER))[-1] == (
        "No row, because this kind of offer is switched off. "
    )
    thread_id = (await lodge.stay()).thread_id
    async with services.store.begin(ID) as work:
        await work.decisions.record(
            services.ids.new(),
            "may_ask",
            refuse(Reason.NIGHT_NOT_FREE),
            at=lodge.clock.now(),
            stage="acceptance",
            thread_id=thread_id,
            facts={"product": "nights_after"},
        )
    assert (await told(lodge, "R1", AFTER))[2] == (
        "Not given to the guest who asked: the night is not free. "
    )
    await lodge.books(date(2026, 12, 8), date(2026, 12, 9), "R2")
    assert (await told(lodge, "R2", EARLY))[-1] == (
        "No row, because the time to send it was already past. "
    )
    days = date(2026, 12, 20), date(2026, 12, 23)
    unpaid = await lodge.books(*days, "R3", payment=StayPayment.UNPAID)
    assert (await told(lodge, "R3", EARLY))[-1] == "No row, because the stay is not paid. "
    lodge.pms.book(replace(unpaid, payment=StayPayment.PAID))
    await lodge.delivered()
    first, second, *_ = (await told(lodge, "R3", EARLY))[1:]
    assert first.startswith("Not planned: the stay is not paid.")
    assert second.startswith("Planned for Thursday 17 December at 09:00.")


async def test_a_pms_that_fails_is_told_of_and_so_is_the_mail_to_the_host(
    services: Services,
) -> None:
    lodge = await open_lodge(services, local(12, 5, 12))
    await lodge.sells(EARLY)
    await lodge.books(date(2026, 12, 10), date(2026, 12, 17))
    lodge.pms.faults.always("reservation", PmsFault.DOWN)
    await lodge.at(local(12, 7, 9))
    await lodge.through(local(12, 7, 16), timedelta(minutes=20))
    story = await told(lodge, "R1", EARLY)
    failed = [line for line in story if line.startswith("It could not be sent: ")]
    assert len(failed) == 5
    assert "It was never sent: the booking system could not be reached. " in story
    assert any(line.startswith(f"The mail to {HOST}") for line in story)


async def test_nothing_of_another_business_is_told_and_what_is_unknown_says_what_there_is(
    services: Services,
) -> None:
    lodge = await a_december(services)
    offer = await lodge.offer(EARLY)
    about = ("stays", "America/New_York", "USD", "en", PaymentPolicy.PAY_OR_VENUE)
    async with services.store.begin("other") as work:
        await work.business.add(Business("other", "other", "Other", *about), lodge.clock.now())
    for wanted in (offer.id, "R1", (await lodge.stay()).id):
        with pytest.raises(Refused, match="No stay is known here yet"):
            await why(services, "other", wanted)
    with pytest.raises(Refused, match=r"no stay 'R9' here\. The newest stays are: R1 \(Sarah\)"):
        await why(services, ID, "R9")
    with pytest.raises(Refused, match="There is no kind 'sauna'; there are early_check_in"):
        await why(services, ID, "R1", "sauna")
