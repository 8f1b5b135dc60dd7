"""Webhooks are hints: duplicated, late, out of order or lost, they change nothing (U2)."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from jirani.connectors.memory_pms_faults import HookFault, PmsFault
from jirani.connectors.pms import Hook, Page, PmsReservation
from jirani.rules.decision import Reason
from jirani.rules.facts import OfferStatus, StayPayment, StayStatus
from jirani.services import Services
from jirani.services.stays.intake import keep, take_in
from jirani.services.stays.planning import replan_all
from jirani.services.stays.polling import poll, poll_arrivals
from tests.support.lodge import EARLY, FLAT, ID, LATE, Lodge, local, open_lodge
from tests.support.looking import one

pytestmark = pytest.mark.anyio

ARRIVAL, DEPARTURE = date(2026, 6, 15), date(2026, 6, 20)


@pytest.fixture
async def lodge(services: Services) -> Lodge:
    lodge = await open_lodge(services, local(6, 1, 12))
    await lodge.sells(EARLY, LATE)
    return lodge


async def parked(lodge: Lodge) -> list[str | None]:
    async with lodge.services.store.read(ID) as work:
        return [event.note for event in await work.pms_events.parked()]


async def test_a_webhook_delivered_twice_is_kept_once(lodge: Lodge) -> None:
    hook = Hook("memory", "k1", '{"event": "created", "reservation": "R1", "at": null}')
    assert await keep(lodge.services, ID, hook)
    assert not await keep(lodge.services, ID, hook)


@pytest.mark.parametrize("fault", [HookFault.DUPLICATE, HookFault.LATE, HookFault.OUT_OF_ORDER])
async def test_however_the_news_arrives_each_kind_has_one_row(
    lodge: Lodge, fault: HookFault
) -> None:
    lodge.pms.hooks.upcoming.append(fault)
    await lodge.books(ARRIVAL, DEPARTURE)
    lodge.pms.change("R1", guest_name="Sarah B.")
    await lodge.delivered()
    await lodge.at(local(6, 1, 13))
    offers = await lodge.offers()
    assert {kind: each.due_at for kind, each in offers.items()} == {
        EARLY: local(6, 12, 9),
        LATE: local(6, 17, 9),
    }
    assert (await lodge.stay()).guest_name == "Sarah B."


async def test_a_late_word_of_the_booking_revives_no_cancelled_stay(lodge: Lodge) -> None:
    lodge.pms.hooks.upcoming.append(HookFault.LATE)
    await lodge.books(ARRIVAL, DEPARTURE)
    lodge.pms.cancel("R1")
    await lodge.delivered()
    await lodge.at(local(6, 1, 13))
    assert (await lodge.stay()).status is StayStatus.CANCELLED
    assert await lodge.offers() == {}


async def test_a_lost_booking_is_found_by_the_next_poll(lodge: Lodge) -> None:
    lodge.pms.hooks.upcoming.append(HookFault.LOST)
    await lodge.books(ARRIVAL, DEPARTURE)
    assert await poll(lodge.services) == 1
    assert set(await lodge.offers()) == {EARLY, LATE}
    assert await poll(lodge.services) == 0


async def test_who_booked_while_we_were_away_is_found_by_who_arrives(lodge: Lodge) -> None:
    lodge.pms.hooks.upcoming.append(HookFault.LOST)
    await lodge.books(ARRIVAL, DEPARTURE)
    await lodge.at(local(6, 3, 12))
    assert await poll(lodge.services) == 0
    assert await poll_arrivals(lodge.services) == 1
    assert set(await lodge.offers()) == {EARLY, LATE}


async def test_a_stay_that_vanished_from_the_list_is_read_by_itself(
    lodge: Lodge, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lodge.books(ARRIVAL, DEPARTURE)
    assert await poll_arrivals(lodge.services) == 0

    async def nothing(**_: object) -> Page[PmsReservation]:
        return Page(())

    lodge.pms.hooks.upcoming.append(HookFault.LOST)
    lodge.pms.cancel("R1")
    monkeypatch.setattr(lodge.pms, "reservations", nothing)
    assert await poll(lodge.services) == 0
    assert await poll_arrivals(lodge.services) == 1
    assert (await lodge.stay()).status is StayStatus.CANCELLED
    assert await poll_arrivals(lodge.services) == 0


async def test_new_dates_move_what_was_not_sent(lodge: Lodge) -> None:
    await lodge.books(ARRIVAL, DEPARTURE)
    before = await lodge.offer(EARLY)
    lodge.pms.change("R1", arrival=date(2026, 6, 16))
    await lodge.delivered()
    after = await lodge.offer(EARLY)
    assert (after.id, after.due_at) == (before.id, local(6, 13, 9))


async def test_new_dates_end_what_the_guest_has(lodge: Lodge) -> None:
    await lodge.books(ARRIVAL, DEPARTURE)
    await lodge.at(local(6, 12, 9))
    lodge.pms.change("R1", arrival=date(2026, 6, 16))
    await lodge.delivered()
    offer = await lodge.offer(EARLY)
    assert (offer.status, offer.reason) == (OfferStatus.WITHDRAWN, Reason.DATES_CHANGED)


async def test_a_stay_that_is_paid_later_is_planned_then_and_the_no_is_written_once(
    lodge: Lodge,
) -> None:
    await lodge.books(ARRIVAL, DEPARTURE, payment=StayPayment.UNPAID)
    await replan_all(lodge.services)
    await replan_all(lodge.services)
    assert await lodge.offers() == {}
    planned = await lodge.decisions("planning")
    assert planned.count(("plan.early_check_in", Reason.NOT_PAID)) == 1
    lodge.pms.change("R1", payment=StayPayment.PAID)
    await lodge.delivered()
    assert set(await lodge.offers()) == {EARLY, LATE}


async def test_a_kind_switched_on_is_planned_by_the_nightly_pass(lodge: Lodge) -> None:
    await lodge.sells(LATE)
    await lodge.books(ARRIVAL, DEPARTURE)
    assert set(await lodge.offers()) == {LATE}
    await lodge.sells(EARLY, LATE)
    assert await replan_all(lodge.services) == 1
    assert set(await lodge.offers()) == {EARLY, LATE}


@pytest.mark.parametrize(
    ("arrival", "departure", "why"),
    [
        (ARRIVAL, ARRIVAL, "The stay has no night."),
        (DEPARTURE, ARRIVAL, "The stay ends before it begins: the dates look swapped."),
        (date(1, 1, 1), ARRIVAL, "The dates are not those of a stay."),
        (ARRIVAL, date(2030, 1, 1), "The dates are not those of a stay."),
    ],
)
async def test_a_stay_that_makes_no_sense_is_laid_aside_for_the_host(
    lodge: Lodge, arrival: date, departure: date, why: str
) -> None:
    await lodge.books(arrival, departure)
    assert await parked(lodge) == [why]
    await lodge.through(local(6, 1, 18))
    assert lodge.texts() == []


async def test_a_cancellation_counts_though_its_dates_make_no_sense(lodge: Lodge) -> None:
    await lodge.books(ARRIVAL, DEPARTURE)
    lodge.pms.change("R1", status=StayStatus.CANCELLED, arrival=DEPARTURE, departure=ARRIVAL)
    await lodge.delivered()
    assert (await lodge.stay()).status is StayStatus.CANCELLED
    assert {each.status for each in (await lodge.offers()).values()} == {OfferStatus.WITHDRAWN}


async def test_news_of_a_stay_nobody_knows_is_asked_for_again_then_laid_aside(
    lodge: Lodge,
) -> None:
    hook = Hook("memory", "k1", '{"event": "created", "reservation": "R9", "at": null}')
    await keep(lodge.services, ID, hook)
    await lodge.at(local(6, 1, 12, 1))
    assert await parked(lodge) == []
    await lodge.through(local(6, 1, 12, 30), timedelta(minutes=1))
    assert await parked(lodge) == ["The PMS knows no reservation R9."]


async def test_nonsense_in_a_webhook_is_laid_aside(lodge: Lodge) -> None:
    lodge.pms.hooks.upcoming.append(HookFault.GARBLED)
    await lodge.books(ARRIVAL, DEPARTURE)
    assert await parked(lodge) == ["It could not be read."]


@pytest.mark.parametrize("call", ["reservation", "listing", "conversation"])
async def test_a_pms_that_is_down_for_an_hour_loses_no_booking(lodge: Lodge, call: str) -> None:
    lodge.pms.faults.always(call, PmsFault.DOWN)
    await lodge.books(ARRIVAL, DEPARTURE)
    await lodge.through(local(6, 1, 13), timedelta(minutes=3))
    lodge.pms.faults.over()
    await lodge.through(local(6, 1, 14), timedelta(minutes=3))
    assert set(await lodge.offers()) == {EARLY, LATE}


@pytest.mark.parametrize("call", ["calendar", "tasks"])
async def test_a_stay_is_planned_though_its_calendar_cannot_be_read(
    lodge: Lodge, call: str
) -> None:
    lodge.pms.faults.next(call, PmsFault.DOWN)
    await lodge.books(ARRIVAL, DEPARTURE)
    assert set(await lodge.offers()) == {EARLY, LATE}


async def test_a_guest_keeps_their_conversation_and_a_second_stay_is_theirs_too(
    lodge: Lodge,
) -> None:
    await lodge.books(ARRIVAL, DEPARTURE, guest_ref="G")
    await lodge.books(date(2026, 7, 1), date(2026, 7, 4), "R2", guest_ref="G")
    first, second = await lodge.stay("R1"), await lodge.stay("R2")
    assert first.customer_id == second.customer_id
    assert first.thread_id != second.thread_id


async def test_a_zone_the_pms_does_not_know_stays_as_the_host_told_it(lodge: Lodge) -> None:
    await lodge.books(ARRIVAL, DEPARTURE)
    lodge.pms.world.place(replace(FLAT, zone=None, check_in=None))
    lodge.pms.change("R1", guest_name="S")
    await lodge.delivered()
    async with lodge.services.store.read(ID) as work:
        listing = await work.listings.by_ref("memory", "flat")
    assert listing
    assert (listing.zone, listing.check_in) == (FLAT.zone, FLAT.check_in)


async def test_replicas_that_take_in_the_same_news_at_once_make_one_stay(lodge: Lodge) -> None:
    await lodge.books(ARRIVAL, DEPARTURE, "R0")
    for ref in ("R1", "R2"):
        lodge.pms.world.put(
            replace(lodge.pms.world.reservations["R0"], ref=ref, guest_ref="G", conversation=None)
        )
    news = [
        Hook("memory", f"{ref}-{n}", f'{{"event": "changed", "reservation": "{ref}", "at": null}}')
        for n in range(4)
        for ref in ("R1", "R2")
    ]
    for hook in news:
        assert await keep(lodge.services, ID, hook)
    async with lodge.services.store.queues(claiming=True) as queues:
        events = await queues.claim_events(lodge.clock.now(), timedelta(minutes=2))
    await asyncio.gather(
        *(
            take_in(lodge.replica(seed).services, ID, event.id)
            for seed, event in enumerate(events, start=2)
        )
    )
    store = lodge.services.store
    assert await one(store, "SELECT count(*) FROM pms_events WHERE state <> 'done'") == 0
    assert await one(store, "SELECT count(*) FROM reservations") == 3
    assert await one(store, "SELECT count(*) FROM customers") == 2
    assert await one(store, "SELECT count(*) FROM offers") == 6
