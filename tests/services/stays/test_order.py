"""One guest is written to by one voice: order, spacing, deferrals, whoever sends (O5, O10, O11)."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from jirani.rules.decision import Reason
from jirani.rules.facts import OfferStatus
from jirani.services import Services
from jirani.services.sending import send_due
from jirani.services.stays import dispatch
from jirani.services.stays.dispatch import dispatch_due
from jirani.services.stays.phones import zone_of_phone
from jirani.services.stays.settings import set_setting
from jirani.store.queues import Claim
from tests.support.lodge import EARLY, FLAT, ID, LATE, Lodge, local, open_lodge
from tests.support.looking import one

pytestmark = pytest.mark.anyio

ARRIVAL, DEPARTURE = date(2026, 6, 15), date(2026, 6, 16)
DUE = local(6, 12, 9)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def lodge(services: Services) -> Lodge:
    """Both kinds are due at the same moment."""
    lodge = await open_lodge(services, local(6, 10, 12))
    await lodge.sells(EARLY, LATE)
    await set_setting(lodge.services, ID, "window", 4, kind=str(LATE), by="host")
    await lodge.books(ARRIVAL, DEPARTURE)
    return lodge


async def test_replicas_that_claim_one_each_send_the_nearer_first(lodge: Lodge) -> None:
    lodge.clock.at = DUE
    offers = await lodge.offers()
    claims = {}
    for kind in (EARLY, LATE):
        async with lodge.services.store.queues(claiming=True) as queues:
            [claim] = await queues.claim_offers(DUE, dispatch.LEASE, 1)
        claims[next(k for k in offers if offers[k].id == claim.id)] = claim
        assert kind
    await dispatch.dispatch(lodge.replica(2).services, claims[LATE])
    late = await lodge.offer(LATE)
    assert (late.status, late.leaving_at) == (OfferStatus.SCHEDULED, None)
    await dispatch.dispatch(lodge.replica(3).services, claims[EARLY])
    await lodge.at(DUE + MINUTE)
    assert (await lodge.offer(EARLY)).status is OfferStatus.OFFERED
    late = await lodge.offer(LATE)
    assert (late.status, late.reason) == (OfferStatus.SCHEDULED, Reason.SPACING)
    assert late.due_at == local(6, 14, 9)


async def test_replicas_at_the_same_moment_write_to_a_guest_once(lodge: Lodge) -> None:
    lodge.clock.at = DUE
    claims: list[Claim] = []
    for _ in range(2):
        async with lodge.services.store.queues(claiming=True) as queues:
            claims += await queues.claim_offers(DUE, dispatch.LEASE, 1)
    await asyncio.gather(
        *(
            dispatch.dispatch(lodge.replica(seed).services, claim)
            for seed, claim in enumerate(claims, start=2)
        )
    )
    await send_due(lodge.services)
    assert len(lodge.texts()) <= 1
    await lodge.at(DUE + MINUTE)
    assert len(lodge.texts()) == 1
    assert await one(lodge.services.store, "SELECT count(*) FROM contacts") == 1


async def test_a_deferred_offer_is_asked_once_more_at_the_time_the_guest_named(
    services: Services,
) -> None:
    """Named by the guest, it is held by quiet hours and O8, not by spacing (O10)."""
    lodge = await open_lodge(services, local(6, 10, 12))
    await lodge.sells(EARLY)
    await lodge.books(ARRIVAL, DEPARTURE)
    await lodge.at(DUE)
    offer, later = await lodge.offer(EARLY), local(6, 13, 10)
    async with lodge.services.store.begin(ID) as work:
        at = lodge.clock.now()
        assert await work.stay_offers.defer(offer.id, at=at, due_at=later, time_named=True)
    await lodge.at(later - MINUTE)
    assert len(lodge.texts()) == 1
    await lodge.at(later)
    again = await lodge.offer(EARLY)
    assert (again.id, again.status, again.asked_again) == (offer.id, OfferStatus.OFFERED, True)
    assert again.terms == offer.terms
    assert len(lodge.texts()) == 2
    assert await one(lodge.services.store, "SELECT count(*) FROM contacts") == 2
    await lodge.through(local(6, 15, 8), timedelta(hours=3))
    assert len(lodge.texts()) == 2


async def test_a_deferred_offer_that_cannot_be_asked_again_stays_open_until_it_ends(
    services: Services,
) -> None:
    lodge = await open_lodge(services, local(6, 10, 12))
    await lodge.sells(EARLY)
    await lodge.books(ARRIVAL, DEPARTURE)
    await lodge.at(DUE)
    offer = await lodge.offer(EARLY)
    async with lodge.services.store.begin(ID) as work:
        at = lodge.clock.now()
        later = local(6, 13, 10)
        assert await work.stay_offers.defer(offer.id, at=at, due_at=later, time_named=True)
        await work.threads.change(offer.thread_id, person_since=at)
    await lodge.at(later)
    assert (await lodge.offer(EARLY)).status is OfferStatus.OFFERED
    assert len(lodge.texts()) == 1
    await lodge.at(local(6, 14, 9))
    assert (await lodge.offer(EARLY)).status is OfferStatus.EXPIRED


async def test_what_raises_is_tried_like_a_pms_that_fails(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    lodge = await open_lodge(services, local(6, 10, 12))
    await lodge.sells(EARLY)
    await lodge.books(ARRIVAL, DEPARTURE)

    async def breaks(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("jirani.services.stays.alone.take", breaks)
    lodge.pms.guest_says("R1", "hello")
    lodge.pms.hooks.due(lodge.clock.now())
    await lodge.at(DUE)
    offer = await lodge.offer(EARLY)
    assert (offer.status, offer.attempts) == (OfferStatus.SCHEDULED, 1)
    assert offer.reason == "ZeroDivisionError"
    monkeypatch.undo()
    await lodge.through(DUE + 10 * MINUTE, MINUTE)
    assert "09:00 instead of 16:00" in lodge.texts()[-1]


async def test_a_guest_moved_to_another_listing_is_offered_what_that_one_has(
    services: Services,
) -> None:
    lodge = await open_lodge(services, local(6, 10, 12))
    await lodge.sells(EARLY)
    lodge.pms.world.place(replace(FLAT, ref="villa", name="Villa"), 20000)
    await lodge.books(ARRIVAL, DEPARTURE)
    before = await lodge.offer(EARLY)
    lodge.pms.change("R1", listing_ref="villa")
    await lodge.delivered()
    after = await lodge.offer(EARLY)
    assert after.id != before.id
    assert after.listing_id != before.listing_id
    await lodge.at(DUE)
    [text] = lodge.texts()
    assert "Villa" in text


async def test_a_phone_of_a_one_zone_country_tells_the_guests_clock(services: Services) -> None:
    """Nine in New York is four in the afternoon in Nairobi, and after that comes their evening."""
    lodge = await open_lodge(services, local(6, 10, 12))
    await lodge.sells(EARLY)
    await set_setting(lodge.services, ID, "send_at", "14:00", kind=str(EARLY), by="host")
    await lodge.books(ARRIVAL, DEPARTURE, guest_phone="+254712345678")
    await lodge.at(local(6, 12, 14))
    offer = await lodge.offer(EARLY)
    assert (offer.reason, offer.due_at) == (Reason.QUIET_HOURS, local(6, 13, 1))


@pytest.mark.parametrize(
    ("phone", "zone"),
    [
        ("+254712345678", "Africa/Nairobi"),
        ("+33612345678", "Europe/Paris"),
        ("+14155550123", None),
        ("+61412345678", None),
        ("0712345678", None),
        ("", None),
        (None, None),
    ],
)
def test_a_phones_zone(phone: str | None, zone: str | None) -> None:
    assert zone_of_phone(phone) == zone


async def test_a_host_who_answers_between_two_of_ours_stops_the_second(lodge: Lodge) -> None:
    lodge.clock.at = DUE
    await dispatch_due(lodge.services)
    await send_due(lodge.services)
    lodge.pms.guest_says("R1", "Who is this?")
    lodge.pms.host_says("R1", "It is me, Ann. Let me take over here.")
    await lodge.at(local(6, 14, 9))
    late = await lodge.offer(LATE)
    assert (late.status, late.reason) == (OfferStatus.EXPIRED, Reason.PERSON_HANDLING)
