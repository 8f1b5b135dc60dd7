"""What is tried goes out, stands in the row, is learned from, and can be switched off (U9)."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from jirani.rules.facts import (
    Group,
    KindSettings,
    OfferKind,
    OfferStatus,
    Preference,
    StayOffer,
    Trial,
)
from jirani.rules.stays.learning import group_of
from jirani.rules.stays.posterior import Posterior
from jirani.services import Services
from jirani.services.stays.learned import what_was_learned
from jirani.services.stays.preferences import Wished, change
from jirani.services.stays.settings import set_setting
from jirani.services.stays.trying import as_before
from tests.support.lodge import EARLY, ID, NEW_YORK, Lodge, local, open_lodge

pytestmark = pytest.mark.anyio

ARRIVAL, DEPARTURE = date(2026, 6, 15), date(2026, 6, 20)
SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
STEPS = {"learn": True, "price_steps": [2000, 3000], "other_send_at": "18:00"}


@pytest.fixture
async def lodge(services: Services) -> Lodge:
    lodge = await open_lodge(services, local(6, 1, 10))
    await lodge.sells(EARLY, **STEPS)
    return lodge


async def twice_a_day(lodge: Lodge, first: date, days: int = 1) -> None:
    """Let the two times come at which something may go out."""
    for n in range(days):
        day = first + n * timedelta(days=1)
        for hour in (9, 18):
            await lodge.at(local(day.month, day.day, hour))


async def test_nothing_is_tried_unless_the_host_switches_it_on(services: Services) -> None:
    lodge = await open_lodge(services, local(6, 1, 10))
    await lodge.sells(EARLY, price_steps=[2000, 3000], other_send_at="18:00")
    await lodge.books(ARRIVAL, DEPARTURE)
    await twice_a_day(lodge, date(2026, 6, 12))
    offer = await lodge.offer(EARLY)
    assert offer.terms
    assert (offer.terms.price, offer.trial) == (2500, None)
    assert offer.offered_at == local(6, 12, 9)
    assert (await what_was_learned(lodge.services, ID))[0] == []


async def test_one_of_the_steps_goes_out_at_one_of_the_times_and_is_learned_from(
    lodge: Lodge,
) -> None:
    await lodge.books(ARRIVAL, DEPARTURE)
    await twice_a_day(lodge, date(2026, 6, 12))
    offer = await lodge.offer(EARLY)
    assert offer.trial
    assert offer.terms
    assert offer.offered_at
    if offer.trial.group is Group.HOLDOUT:
        assert (offer.terms.price, offer.offered_at) == (2500, local(6, 12, 9))
    else:
        assert offer.terms.price == offer.trial.step
        assert offer.terms.price in (2000, 3000)
        assert offer.trial.send_at in (time(9), time(18))
        assert offer.offered_at == local(6, 12, offer.trial.send_at.hour)
    assert f"USD {offer.terms.price // 100}" in lodge.texts()[-1]
    await lodge.answers(EARLY, OfferStatus.DECLINED)
    [found] = (await what_was_learned(lodge.services, ID))[0]
    side = found.learning if offer.trial.group is Group.LEARNING else found.holdout
    assert (side.ended, side.accepted) == (1, 0)


@SQLITE
async def test_who_is_held_out_gets_the_usual_price_at_the_usual_time(lodge: Lodge) -> None:
    groups = set[Group]()
    for n in range(12):
        ref, arrival = f"R{n}", ARRIVAL + timedelta(days=2 * n)
        await lodge.books(arrival, arrival + timedelta(days=1), ref)
        groups.add(group_of(ID, (await lodge.stay(ref)).customer_id, 20))
    await set_setting(lodge.services, ID, "holdout", 50, kind="", listing_id="", by="host")
    await twice_a_day(lodge, date(2026, 6, 12), 24)
    seen: dict[Group, set[tuple[int, int]]] = {Group.LEARNING: set(), Group.HOLDOUT: set()}
    for n in range(12):
        offer = await lodge.offer(EARLY, f"R{n}")
        customer = (await lodge.stay(f"R{n}")).customer_id
        if offer.offered_at and offer.terms and offer.trial:
            assert offer.trial.group is group_of(ID, customer, 50)
            sent = offer.offered_at.astimezone(NEW_YORK).hour
            seen[offer.trial.group].add((offer.terms.price, sent))
    assert {price for price, _ in seen[Group.HOLDOUT]} <= {2500}
    assert {price for price, _ in seen[Group.LEARNING]} <= {2000, 3000}
    assert seen[Group.HOLDOUT]
    assert seen[Group.LEARNING]


async def test_a_plan_keeps_its_time_and_loses_it_when_learning_is_switched_off(
    lodge: Lodge,
) -> None:
    await set_setting(lodge.services, ID, "holdout", 5, kind="", listing_id="", by="host")
    offer = None
    for n in range(8):
        ref, arrival = f"R{n}", ARRIVAL + timedelta(days=2 * n)
        await lodge.books(arrival, arrival + timedelta(days=1), ref)
        found = await lodge.offer(EARLY, ref)
        if found.trial and found.trial.send_at == time(18):
            offer = found
            break
    assert offer
    assert offer.due_at
    assert offer.due_at.hour == 22  # 18:00 in New York, in summer
    await lodge.delivered()
    assert (await lodge.offer(EARLY, ref)).due_at == offer.due_at
    await set_setting(lodge.services, ID, "learn", value=False, kind="", listing_id="", by="host")
    await set_setting(
        lodge.services, ID, "learn", value=False, kind=str(EARLY), listing_id="", by="host"
    )
    lodge.pms.change(ref, guest_name="Sam")
    await lodge.delivered()
    planned = await lodge.offer(EARLY, ref)
    assert planned.due_at
    assert planned.due_at.hour == 13


@pytest.mark.parametrize("kind", [EARLY, OfferKind.PRE_STAY_NIGHT])
def test_who_asks_for_what_they_were_offered_hears_the_same_price(kind: OfferKind) -> None:
    settings = KindSettings(
        price=2500, learn=True, price_steps=(2000, 3000), discount_steps=(5, 20)
    )
    step = 3000 if kind is EARLY else 20
    sent = StayOffer("o", kind, "r", "l", "c", "t", OfferStatus.EXPIRED, None)
    before = replace(sent, trial=Trial(Group.LEARNING, step))
    found = as_before(kind, settings, [before])
    assert (found.price if kind is EARLY else found.discount) == step
    gone = replace(sent, trial=Trial(Group.LEARNING, 1))
    for offers in ([], [sent], [gone], [replace(before, kind=OfferKind.LATE_CHECK_OUT)]):
        assert as_before(kind, settings, offers) == settings
    off = replace(settings, learn=False)
    assert as_before(kind, off, [before]) == off


async def test_how_often_things_are_taken_is_counted_by_kind_lead_time_and_price(
    services: Services,
) -> None:
    lodge = await open_lodge(services, local(6, 1, 10))
    await lodge.sells(EARLY)
    await lodge.books(ARRIVAL, DEPARTURE)
    await twice_a_day(lodge, date(2026, 6, 12))
    await lodge.answers(EARLY, OfferStatus.DECLINED)
    _, [found] = await what_was_learned(lodge.services, ID)
    assert (found.kind, found.lead, found.price, found.currency) == (EARLY, "2-3 days", 2500, "USD")
    assert found.posterior == Posterior(0, 1)


async def test_with_a_guest_who_minds_the_price_nothing_is_tried(lodge: Lodge) -> None:
    await lodge.books(ARRIVAL, DEPARTURE)
    customer = (await lodge.stay()).customer_id
    wished = Wished(noted=(Preference.BUDGET,))
    await change(lodge.services, ID, customer, wished, said="", by="host")
    await twice_a_day(lodge, date(2026, 6, 12))
    offer = await lodge.offer(EARLY)
    assert offer.terms
    assert (offer.terms.price, offer.trial) == (2000, None)
