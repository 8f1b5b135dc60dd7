"""Scores follow from rows: anew after each outcome, and nightly in batches (R3, R7)."""

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from jirani.rules.facts import AppointmentStatus
from jirani.rules.recovery.night import next_night
from jirani.rules.recovery.score import Tier
from jirani.services.recovery import scoring
from jirani.services.recovery.consenting import opt_in, opt_out
from jirani.services.recovery.scoring import LEASE, score_all, score_business, score_some
from jirani.store.rows.scores import Scored
from tests.support.looking import one
from tests.support.recovering import Recovering
from tests.support.salon import Guest

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)


async def scored(house: Recovering, customer_id: str) -> Scored:
    async with house.salon.services.store.read(house.salon.id) as work:
        found = await work.scores.get(customer_id)
    assert found
    return found


async def visits(house: Recovering, guest: Guest, days: list[int], *, paid: bool = True) -> None:
    """Let somebody have been here so many days ago; unpaid ones were let go."""
    for ago in days:
        at = house.salon.at("14:00", days=-ago)
        (made,) = await house.salon.booked((guest, "manicure", "amina", at))
        if paid:
            await house.pays(made)
        else:
            async with house.salon.services.store.begin(house.salon.id) as work:
                await work.appointments.change(made.id, status=AppointmentStatus.RELEASED)


async def test_the_golden_histories_have_their_scores_out_of_rows(paying: Recovering) -> None:
    none, three, buckets, void = await paying.salon.guests(4)
    await visits(paying, three, [1, 2, 3])
    await visits(paying, buckets, [10, 60, 120])
    await visits(paying, void, [4], paid=False)
    assert await score_all(paying.salon.services) == 4
    found = [await scored(paying, each.customer_id) for each in (three, buckets, void)]
    assert [each.score.points for each in found] == [100, 85, 10]
    assert [each.score.tier for each in found] == [Tier.TOP, Tier.TOP, Tier.RISK]
    async with paying.salon.services.store.read(paying.salon.id) as work:
        assert await work.scores.get(none.customer_id) is None  # stands as a fresh one does


async def test_batches_of_any_size_come_to_the_same(paying: Recovering) -> None:
    guests = await paying.salon.guests(7)
    for n, guest in enumerate(guests):
        await visits(paying, guest, [n * 20 + 1])
    assert await score_all(paying.salon.services) == 7
    once = [(await scored(paying, each.customer_id)).score for each in guests]
    assert await score_all(paying.salon.services) == 0  # not before the night
    paying.salon.clock.advance(timedelta(hours=24))
    assert await score_all(paying.salon.services, batch=2) == 7
    assert [(await scored(paying, each.customer_id)).score for each in guests] == once


async def test_a_late_cancellation_counts_at_once(paying: Recovering) -> None:
    late, made = await paying.booked("14:00")
    await paying.salon.guests(1)
    paying.salon.clock.advance(timedelta(hours=6))
    await paying.cancels(late, made)
    assert (await scored(paying, late.customer_id)).score.points == 30
    early, other = await paying.booked("16:00", days=3)
    await paying.cancels(early, other)
    assert (await scored(paying, early.customer_id)).score.points == 40


async def test_what_was_computed_later_stands_whoever_writes_last(paying: Recovering) -> None:
    (guest,) = await paying.salon.guests(1)
    await visits(paying, guest, [1])
    services = paying.salon.services
    now = services.clock.now()
    async with services.store.begin(paying.salon.id) as work:
        await score_some(work, [guest.customer_id], now + DAY)
        await score_some(work, [guest.customer_id], now)
    assert (await scored(paying, guest.customer_id)).computed_at == now + DAY


async def test_waiting_lifts_those_who_were_not_asked_where_the_business_says_so(
    paying: Recovering,
) -> None:
    waits, best = await paying.wait(2)
    await visits(paying, best, [1, 2, 3])
    services = paying.salon.services

    async def first() -> str:
        assert await score_all(services)
        async with services.store.read(paying.salon.id) as work:
            return (await work.candidates.in_order())[0].customer_id

    assert await first() == best.customer_id
    paying.salon.clock.advance(9 * DAY)
    assert await first() == best.customer_id
    await paying.sets(aging="10")
    paying.salon.clock.advance(DAY)
    async with services.store.begin(paying.salon.id) as work:
        await work.consents.opt_in("memory", best.peer, "chat", services.clock.now())
    assert await first() == waits.customer_id


async def test_consent_is_given_to_an_address_that_is_known_and_taken_back(
    paying: Recovering,
) -> None:
    (guest,) = await paying.salon.guests(1)
    services, business = paying.salon.services, paying.salon.id
    assert await opt_in(services, business, "memory", "nobody", how="import") is None
    assert await opt_in(services, business, "memory", guest.peer, how="import") == guest.customer_id
    assert await one(services.store, "SELECT opted_in_how FROM identities") == "import"
    assert await opt_out(services, business, "memory", guest.peer) == guest.customer_id
    assert await one(services.store, "SELECT opted_in_at FROM identities") is None
    assert (await scored(paying, guest.customer_id)).computed_at is None
    async with services.store.read(business) as work:
        assert await work.candidates.in_order() == []


async def test_a_business_is_scored_once_a_night_by_whichever_replica_is_first(
    paying: Recovering,
) -> None:
    services = paying.salon.services
    await paying.salon.guests(9)
    replicas = [score_all(services, batch=2) for _ in range(4)]
    assert sorted(await asyncio.gather(*replicas)) == [0, 0, 0, 9]
    clock, moment = paying.salon.clock, timedelta(microseconds=1)
    clock.advance(next_night(clock.now(), ZoneInfo(paying.salon.business.zone)) - clock.now())
    clock.advance(-moment)
    assert await score_all(services) == 0
    clock.advance(moment)
    replicas = [score_all(services, batch=2) for _ in range(4)]
    assert sorted(await asyncio.gather(*replicas)) == [0, 0, 0, 9]


async def test_when_a_process_dies_scoring_another_one_goes_on_from_there(
    paying: Recovering,
) -> None:
    services, clock = paying.salon.services, paying.salon.clock
    ids = [each.customer_id for each in await paying.salon.guests(9)]
    async with services.store.queues(claiming=True) as queues:
        claim = await queues.claim_scoring(clock.now(), LEASE)
    assert claim
    async with services.store.begin(paying.salon.id) as work:  # one batch, and it is dead
        assert await work.scoring.go_on(claim.lease_until, claim.lease_until) == ""
        await work.scoring.came_to(sorted(ids)[3])
    assert await score_all(services) == 0  # it may still live
    clock.advance(LEASE)
    assert await score_all(services) == 5
    assert await score_business(services, claim) == 0  # the dead one comes back too late


async def test_one_business_that_cannot_be_scored_stops_no_other(
    paying: Recovering, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = paying.salon.services
    await paying.salon.guests(3)

    async def fails(*_: object) -> None:
        raise OSError("the database is away")

    with monkeypatch.context() as broken:
        broken.setattr(scoring, "score_some", fails)
        assert await score_all(services) == 0
    paying.salon.clock.advance(LEASE)
    assert await score_all(services) == 3
