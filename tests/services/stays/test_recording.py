"""What was sold is put on record once, the host hears of it, and it can be taken back (U7)."""

from datetime import date, timedelta
from typing import Any

import pytest

from jirani.connectors.memory_pms_faults import PmsFault
from jirani.connectors.pms import Capabilities
from jirani.rules.facts import OfferKind, OfferStatus, TaskKind
from jirani.services import Services
from jirani.services.stays.recording import queue_record, queue_undo
from tests.support.lodge import AFTER, CLEANING, EARLY, HOST, ID, Lodge, local, open_lodge

pytestmark = pytest.mark.anyio

ARRIVAL, DEPARTURE = date(2026, 6, 15), date(2026, 6, 20)
MINUTE = timedelta(minutes=1)


async def offered(
    services: Services, kind: OfferKind, at: Any, channel: str = "direct", **pms: Any
) -> Lodge:
    lodge = await open_lodge(services, local(6, 1, 12), **pms)
    await lodge.sells(kind)
    await lodge.books(ARRIVAL, DEPARTURE, channel=channel, code="HMTEST01")
    await lodge.at(at)
    assert (await lodge.offer(kind)).status is OfferStatus.OFFERED
    return lodge


async def sold(lodge: Lodge, kind: OfferKind) -> None:
    """Enter a sale, as whoever reads the guest's yes will, and let what is due happen."""
    offer = await lodge.answers(kind, OfferStatus.ACCEPTED)
    async with lodge.services.store.begin(ID) as work:
        id = lodge.services.ids.new()
        await work.stay_sales.sell(
            id, offer, lodge.clock.now(), status="applied_internally", method="pending"
        )
        await queue_record(lodge.services, work, offer)
    await lodge.delivered()


async def undone(lodge: Lodge, kind: OfferKind) -> None:
    offer = await lodge.offer(kind)
    async with lodge.services.store.begin(ID) as work:
        assert await work.stay_sales.reverse(offer.id, lodge.clock.now())
        await queue_undo(lodge.services, work, offer)
    await lodge.delivered()


async def sale(lodge: Lodge, kind: OfferKind) -> tuple[str, str | None]:
    offer = await lodge.offer(kind)
    async with lodge.services.store.read(ID) as work:
        found = await work.stay_sales.of_offer(offer.id)
    assert found
    return found.status, found.method


def subjects(lodge: Lodge) -> list[str]:
    return [mail.subject for mail in lodge.mailer.to(HOST)]


async def test_a_fee_is_on_the_bill_then_the_host_hears_of_it_and_a_task_is_planned(
    services: Services,
) -> None:
    lodge = await offered(services, EARLY, local(6, 12, 9))
    await sold(lodge, EARLY)
    [fee] = lodge.pms.world.fees["R1"]
    assert (fee.title, fee.amount) == ("Early check-in at 09:00 on Monday 15 June", 2500)
    assert await sale(lodge, EARLY) == ("applied", "fee")
    [mail] = lodge.mailer.to(HOST)
    assert mail.subject == "Sarah took an extra for USD 25"
    assert "Early check-in at 09:00 on Monday 15 June" in mail.plain
    [task] = lodge.pms.world.tasks.values()
    assert (task.kind, task.day) == (TaskKind.OTHER, ARRIVAL)


async def test_a_cleaning_becomes_a_task_of_its_day(services: Services) -> None:
    lodge = await offered(services, CLEANING, local(6, 18, 10))
    await sold(lodge, CLEANING)
    [task] = lodge.pms.world.tasks.values()
    assert (task.kind, task.day) == (TaskKind.CLEANING, date(2026, 6, 19))


@pytest.mark.parametrize("fault", [PmsFault.TIMEOUT_AFTER, PmsFault.TIMEOUT_BEFORE, PmsFault.DOWN])
async def test_whatever_befalls_the_fee_it_is_there_once(
    services: Services, fault: PmsFault
) -> None:
    lodge = await offered(services, EARLY, local(6, 12, 9))
    lodge.pms.faults.next("add_fee", fault)
    lodge.pms.faults.next("fees", fault)
    lodge.pms.faults.next("add_task", fault)
    await sold(lodge, EARLY)
    await lodge.through(local(6, 12, 9, 20), MINUTE)
    assert len(lodge.pms.world.fees["R1"]) == 1
    assert len(lodge.pms.world.tasks) == 1
    assert await sale(lodge, EARLY) == ("applied", "fee")
    assert len(subjects(lodge)) == 1


async def test_on_airbnb_the_host_is_sent_to_where_money_is_asked_for(services: Services) -> None:
    lodge = await offered(services, EARLY, local(6, 12, 9), channel="airbnb")
    await sold(lodge, EARLY)
    assert await sale(lodge, EARLY) == ("awaiting_payment", "request_money")
    [mail] = lodge.mailer.to(HOST)
    assert "https://www.airbnb.com/hosting/stay/HMTEST01" in mail.plain


async def test_where_there_are_no_fees_it_is_recorded_with_us(services: Services) -> None:
    pms = Capabilities(fees=False, tasks=False)
    lodge = await offered(services, EARLY, local(6, 12, 9), capabilities=pms)
    await sold(lodge, EARLY)
    assert await sale(lodge, EARLY) == ("applied_internally", "internal")
    assert lodge.pms.world.tasks == {}


async def test_a_fee_that_is_refused_is_the_hosts_to_enter(services: Services) -> None:
    lodge = await offered(services, EARLY, local(6, 12, 9))
    lodge.pms.faults.next("add_fee", PmsFault.REFUSED)
    await sold(lodge, EARLY)
    assert await sale(lodge, EARLY) == ("failed", "fee")
    assert subjects(lodge) == ["Sarah took an extra for USD 25, but it could not be recorded"]


async def test_a_fee_that_never_gets_an_answer_is_given_up_and_the_host_told(
    services: Services,
) -> None:
    lodge = await offered(services, EARLY, local(6, 12, 9))
    lodge.pms.faults.always("add_fee", PmsFault.DOWN)
    await sold(lodge, EARLY)
    await lodge.through(local(6, 12, 12), 15 * MINUTE)
    assert (await sale(lodge, EARLY))[0] == "failed"
    assert len(subjects(lodge)) == 1


async def test_sold_nights_become_part_of_the_stay_and_their_claim_ends(
    services: Services,
) -> None:
    lodge = await offered(services, AFTER, local(6, 17, 9))
    assert await lodge.claims(local(6, 20), local(6, 22)) == 1
    await sold(lodge, AFTER)
    assert lodge.pms.world.reservations["R1"].departure == date(2026, 6, 21)
    assert await sale(lodge, AFTER) == ("applied", "dates")
    await lodge.delivered()
    assert (await lodge.stay()).departure == date(2026, 6, 21)
    assert await lodge.claims(local(6, 20), local(6, 23)) == 0
    assert lodge.pms.world.fees.get("R1") is None


@pytest.mark.parametrize(("kind", "at"), [(EARLY, local(6, 12, 9)), (AFTER, local(6, 17, 9))])
async def test_what_is_taken_back_is_taken_off_again(
    services: Services, kind: OfferKind, at: Any
) -> None:
    lodge = await offered(services, kind, at)
    await sold(lodge, kind)
    await undone(lodge, kind)
    assert lodge.pms.world.fees.get("R1", []) == []
    assert lodge.pms.world.tasks == {}
    assert lodge.pms.world.reservations["R1"].departure == DEPARTURE
    assert (await sale(lodge, kind))[0] == "reversed"
    assert len(subjects(lodge)) == 2


async def test_what_is_taken_back_while_it_is_still_unknown_is_settled_first(
    services: Services,
) -> None:
    lodge = await offered(services, EARLY, local(6, 12, 9))
    lodge.pms.faults.next("add_fee", PmsFault.TIMEOUT_AFTER)
    lodge.pms.faults.next("fees", PmsFault.DOWN)
    await sold(lodge, EARLY)
    assert len(lodge.pms.world.fees["R1"]) == 1
    await undone(lodge, EARLY)
    await lodge.through(local(6, 12, 10), 5 * MINUTE)
    assert lodge.pms.world.fees["R1"] == []
    assert (await sale(lodge, EARLY))[0] == "reversed"
    assert subjects(lodge) == ["Sarah no longer wants an extra for USD 25"]


async def test_a_task_that_cannot_be_planned_is_the_hosts_to_plan(services: Services) -> None:
    lodge = await offered(services, EARLY, local(6, 12, 9))
    lodge.pms.faults.always("add_task", PmsFault.DOWN)
    await sold(lodge, EARLY)
    await lodge.through(local(6, 12, 12), 15 * MINUTE)
    assert subjects(lodge)[1:] == ["The task for an extra of Sarah could not be planned"]
    assert (await sale(lodge, EARLY))[0] == "applied"


@pytest.mark.parametrize("fault", [PmsFault.REFUSED, PmsFault.DOWN])
async def test_what_cannot_be_taken_off_again_is_the_hosts_to_take_off(
    services: Services, fault: PmsFault
) -> None:
    lodge = await offered(services, EARLY, local(6, 12, 9))
    await sold(lodge, EARLY)
    for call in ("remove_fee", "remove_task"):
        lodge.pms.faults.always(call, fault)
    await undone(lodge, EARLY)
    await lodge.through(local(6, 12, 12), 15 * MINUTE)
    assert sorted(subjects(lodge)[2:]) == [
        "A task for Sarah may still be planned",
        "USD 25 may still be on the bill of Sarah",
    ]


async def test_nights_that_stay_in_are_the_hosts_to_take_out(services: Services) -> None:
    lodge = await offered(services, AFTER, local(6, 17, 9))
    await sold(lodge, AFTER)
    lodge.pms.faults.next("shorten", PmsFault.REFUSED)
    await undone(lodge, AFTER)
    assert subjects(lodge)[2:] == ["Nights may still be part of the stay of Sarah"]


async def test_what_was_given_up_and_taken_back_may_be_on_the_bill_all_the_same(
    services: Services,
) -> None:
    lodge = await offered(services, EARLY, local(6, 12, 9))
    lodge.pms.faults.always("add_fee", PmsFault.TIMEOUT_BEFORE)
    await sold(lodge, EARLY)
    await lodge.through(local(6, 12, 12), 15 * MINUTE)
    await undone(lodge, EARLY)
    assert "USD 25 may still be on the bill of Sarah" in subjects(lodge)
