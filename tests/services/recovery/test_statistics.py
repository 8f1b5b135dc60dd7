"""What came of freed slots, counted by both databases as it happened."""

from datetime import timedelta

import pytest

from jirani.connectors.memory_gateway import Course, MemoryGateway
from jirani.rules.recovery.order import place
from jirani.rules.recovery.score import Score, Tier
from jirani.rules.recovery.statistics import Report
from jirani.services.recovery.statistics import statistics
from jirani.store.rows.scores import Scored
from tests.support.recovering import QUARTER, Recovering, recovering
from tests.support.salon import open_salon

pytestmark = pytest.mark.anyio
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


async def counted(house: Recovering, days: int | None = None) -> Report:
    today = house.salon.clock.now().date()
    first = None if days is None else today + days * DAY
    return await statistics(house.salon.services, house.salon.id, first, first)


async def test_a_slot_s_story_is_counted_by_the_tier_of_each_when_asked(house: Recovering) -> None:
    best, other, third = await house.wait(3)
    now = house.salon.clock.now()
    score = Score(90, Tier.TOP)
    async with house.salon.services.store.begin(house.salon.id) as work:
        await work.scores.put([Scored(best.customer_id, score, now, place(score, now))])
    opening = await house.opened()
    first, offer = await house.asked(opening)
    assert (first.customer_id, offer.tier) == (best.customer_id, Tier.TOP)
    await house.says_no(first, offer)
    async with house.salon.services.store.begin(house.salon.id) as work:
        worse = Score(10, Tier.RISK)  # what they are now does not change what they were
        later = now + MINUTE
        await work.scores.put([Scored(best.customer_id, worse, later, place(worse, later))])
    second, silent = await house.asked(opening)
    await house.passes(QUARTER)
    assert (await house.says_no(second, silent)).decision.allowed is False
    last, taken = await house.asked(opening)
    house.salon.clock.advance(MINUTE)
    assert (await house.says_yes(last, taken)).decision.allowed
    # Another one, that nobody is left for.
    await house.opened("16:00")
    await house.runs()
    found = await counted(house)
    assert (found.slots, found.openings, found.filled) == (2, {"filled": 1, "open": 1}, 0.5)
    total = found.total
    assert (total.asked, total.declined, total.expired, total.accepted) == (3, 1, 1, 1)
    assert (total.fills, total.minutes, total.revenue) == (1, 45, {"KES": 120_000})
    assert (found.by_tier[Tier.TOP].declined, found.by_tier[Tier.NEUTRAL].fills) == (1, 1)
    assert found.by_tier[Tier.RISK].asked == 0
    assert (found.messages, found.median, found.nine_in_ten) == (3, *(QUARTER + MINUTE,) * 2)
    assert await counted(house, 0) == found
    assert (await counted(house, 1)).slots == 0
    assert {other.customer_id, third.customer_id} == {second.customer_id, last.customer_id}


async def test_what_was_not_paid_for_is_lost_and_its_slot_counts_once(
    paying: Recovering, gateway: MemoryGateway
) -> None:
    await paying.wait(2)
    opening = await paying.opened()
    first, offer = await paying.asked(opening)
    gateway.default = Course.FAILED
    made = await paying.says_yes(first, offer)
    assert made.appointment
    await paying.passes(10 * MINUTE)
    again = await paying.opening_of(made.appointment.id)
    assert again
    second, offer = await paying.asked(again)
    gateway.default = Course.PAID
    assert (await paying.says_yes(second, offer)).decision.allowed
    found = await counted(paying)
    assert (found.slots, found.openings) == (1, {"filled": 2})
    assert (found.total.accepted, found.total.fills, found.total.lost) == (2, 1, 1)
    assert (found.total.minutes, found.total.revenue) == (45, {"KES": 120_000})
    assert found.total.unpaid == {"KES": 120_000}
    assert found.messages == 3  # two offers, and that payment did not come
    await paying.passes(10 * MINUTE)
    found = await counted(paying)
    assert (found.total.revenue, found.total.unpaid) == ({"KES": 120_000}, {})
    assert found.median
    assert found.median >= 10 * MINUTE  # since it first came free


async def test_a_late_yes_was_asked_once(house: Recovering) -> None:
    await house.wait(1)
    opening = await house.opened()
    guest, offer = await house.asked(opening)
    house.salon.clock.advance(QUARTER + MINUTE)
    assert (await house.says_yes(guest, offer)).appointment
    found = await counted(house)
    assert (found.total.asked, found.total.accepted, found.total.expired) == (1, 1, 0)
    assert found.messages == 1


async def test_another_business_s_slots_are_not_counted(house: Recovering) -> None:
    await house.wait(1)
    opening = await house.opened()
    await house.asked(opening)
    neighbour = await recovering(await open_salon(house.salon.services, slug="neighbour"))
    found = await counted(neighbour)
    assert (found.slots, found.total.asked, found.messages, found.median) == (0, 0, 0, None)
