"""From a cancellation to the next customer: who is asked, and what becomes of it (R1-R5)."""

import asyncio
from datetime import datetime, timedelta

import pytest

from jirani.rules.decision import Reason
from jirani.rules.facts import OfferStatus, OpeningStatus
from jirani.rules.reading import Meaning
from jirani.services.confirming import confirm
from jirani.services.contacts import set_preference
from jirani.services.proposing import propose_time
from jirani.services.recovery.answering import accept
from jirani.services.recovery.loop import recover
from tests.support.looking import double_bookings, one
from tests.support.recovering import QUARTER, Recovering

pytestmark = pytest.mark.anyio

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


async def test_a_cancelled_slot_is_offered_taken_and_filled(house: Recovering) -> None:
    await house.wait(2)
    opening = await house.opened()
    guest, offer = await house.asked(opening)
    assert "manicure with Amina on" in (await house.texts(guest))[-1].lower().replace(
        "amina", "Amina"
    )
    answered = await house.says_yes(guest, offer)
    assert answered.decision.allowed
    assert answered.appointment
    assert answered.appointment.source == "slot_recovery"
    after = await house.now(opening)
    assert (after.status, after.filled_by) == (OpeningStatus.FILLED, answered.appointment.id)
    assert await house.appointments(opening) == [(guest.customer_id, "slot_recovery")]
    await house.passes(HOUR)
    assert len(await house.offers(opening)) == 1


async def test_one_who_says_nothing_or_no_is_followed_by_the_next_until_nobody_is_left_r4(
    house: Recovering,
) -> None:
    await house.wait(3)
    opening = await house.opened()
    first, _ = await house.asked(opening)
    await house.passes(QUARTER)
    second, offer = await house.asked(opening)
    assert (await house.says_no(second, offer)).decision.allowed
    third, _ = await house.asked(opening)
    assert len({first.customer_id, second.customer_id, third.customer_id}) == 3
    await house.passes(QUARTER)
    after = await house.now(opening)
    assert (after.status, after.reason) == (OpeningStatus.EXPIRED, "nobody_left")
    ends = [(each.status, each.reason) for each in await house.offers(opening)]
    assert ends == [
        (OfferStatus.EXPIRED, "silence"),
        (OfferStatus.DECLINED, "declined"),
        (OfferStatus.EXPIRED, "silence"),
    ]


async def test_who_gave_it_up_or_never_asked_to_be_told_is_not_asked_r2(house: Recovering) -> None:
    (canceller,) = await house.wait(1)
    await house.salon.guests(3)
    (made,) = await house.salon.booked((canceller, "manicure", "amina", house.salon.at("14:00")))
    await house.cancels(canceller, made)
    opening = await house.opening_of(made.id)
    assert opening
    await house.runs()
    assert await house.offers(opening) == ()
    assert (await house.now(opening)).reason == "nobody_left"


async def test_who_left_it_before_the_next_one_did_is_not_asked_either_r2(
    house: Recovering,
) -> None:
    first, second = await house.wait(2)
    (made,) = await house.salon.booked((first, "manicure", "amina", house.salon.at("14:00")))
    await house.cancels(first, made)
    opening = await house.opening_of(made.id)
    assert opening
    guest, offer = await house.asked(opening)
    assert guest.customer_id == second.customer_id
    taken = (await house.says_yes(guest, offer)).appointment
    assert taken
    await house.cancels(second, taken)
    again = await house.opening_of(taken.id)
    assert again
    await house.runs()
    assert await house.offers(again) == ()
    assert (await house.now(again)).reason == "nobody_left"


async def test_an_unpaid_booking_opens_nothing_and_a_paid_one_that_was_moved_does_r1(
    paying: Recovering,
) -> None:
    guest, made = await paying.booked(paid=False)
    assert (await paying.cancels(guest, made)).decision.allowed
    assert await paying.opening_of(made.id) is None

    mover, paid = await paying.booked("15:00")
    proposed = await propose_time(
        *(await mover.says(), paying.salon.catalogue, "manicure", "amina"),
        paying.salon.at("17:00"),
        moves=paid,
    )
    assert proposed.proposal
    case = await mover.says(Meaning.ACCEPT)
    moved = await confirm(case, paying.salon.catalogue, proposed.proposal.id)
    assert moved.given_up
    opening = await paying.opening_of(paid.id)
    assert opening
    assert opening.status is OpeningStatus.OPEN


async def test_nothing_opens_twice_and_two_triggers_start_one_loop_r8(house: Recovering) -> None:
    await house.wait(6)
    opening = await house.opened()
    services = house.salon.services
    loops = [recover(services, house.salon.id, opening.id) for _ in range(8)]
    await asyncio.gather(*loops)
    assert len(await house.offers(opening)) == 1
    assert await one(services.store, "SELECT count(*) FROM slot_openings") == 1
    assert await one(services.store, "SELECT count(*) FROM contacts") == 1


async def test_in_the_evening_the_loop_waits_for_the_morning_o7(house: Recovering) -> None:
    await house.wait(1)
    house.salon.clock.advance(timedelta(hours=10, minutes=50))  # 19:50 in Nairobi
    opening = await house.opened("14:00")
    await house.runs()
    waiting = await house.now(opening)
    assert (waiting.status, waiting.looks_at) == (OpeningStatus.OPEN, house.salon.at("08:00"))
    assert await house.offers(opening) == ()
    house.salon.clock.at = house.salon.at("08:00")
    await house.runs()
    assert len(await house.live(opening)) == 1


async def test_what_no_waking_hour_is_left_for_is_over_at_once_o7(house: Recovering) -> None:
    await house.wait(3)
    house.salon.clock.advance(timedelta(hours=12))  # 21:00 in Nairobi
    opening = await house.opened("08:15")
    await house.runs()
    after = await house.now(opening)
    assert (after.status, after.reason) == (OpeningStatus.EXPIRED, "quiet_hours")
    assert await house.offers(opening) == ()


async def test_a_late_yes_takes_what_nobody_else_was_asked_about_r5(house: Recovering) -> None:
    await house.wait(1)
    opening = await house.opened()
    guest, offer = await house.asked(opening)
    house.salon.clock.advance(QUARTER + MINUTE)  # no sweeper has been here
    answered = await house.says_yes(guest, offer)
    assert answered.decision.allowed
    assert answered.offer
    assert answered.offer.replaces == offer.id
    assert await house.appointments(opening) == [(guest.customer_id, "slot_recovery")]


async def test_a_late_yes_hears_that_somebody_else_was_asked_or_has_it_r5(
    house: Recovering,
) -> None:
    await house.wait(2)
    opening = await house.opened()
    first, offer = await house.asked(opening)
    await house.passes(QUARTER)
    second, later = await house.asked(opening)
    assert (await house.says_yes(first, offer)).decision.reason is Reason.SLOT_HELD
    assert (await house.says_yes(second, later)).decision.allowed
    assert (await house.says_yes(first, offer)).decision.reason is Reason.SLOT_FILLED


async def test_the_same_yes_again_changes_nothing_o4(house: Recovering) -> None:
    await house.wait(1)
    opening = await house.opened()
    guest, offer = await house.asked(opening)
    case = await guest.says(Meaning.ACCEPT)
    answers = [await accept(case, house.salon.catalogue, offer.id) for _ in range(2)]
    assert [each.decision.reason for each in answers] == [Reason.CLEAR, Reason.ALREADY_DONE]
    assert answers[0].appointment == answers[1].appointment
    assert len(await house.appointments(opening)) == 1


async def test_a_booking_that_waits_takes_the_yes_first_and_the_offer_lives_on_r5(
    house: Recovering,
) -> None:
    await house.wait(1)
    opening = await house.opened()
    guest, offer = await house.asked(opening)
    proposed = await guest.asks_for("haircut", "cora", house.salon.at("17:00"))
    assert proposed.proposal
    case = await guest.says(Meaning.ACCEPT)
    first = await accept(case, house.salon.catalogue, offer.id)
    assert first.decision.reason is Reason.BOOKING_FIRST
    assert (await confirm(case, house.salon.catalogue, proposed.proposal.id)).decision.allowed
    again = await accept(case, house.salon.catalogue, offer.id)
    assert again.decision.reason is Reason.NO_ACCEPTANCE  # one yes settles one thing (O1)
    assert (await house.says_yes(guest, offer)).decision.allowed


async def test_stop_closes_the_live_offer_and_the_next_is_asked_at_once_o9(
    house: Recovering,
) -> None:
    await house.wait(2)
    opening = await house.opened()
    guest, offer = await house.asked(opening)
    await set_preference(await guest.says(Meaning.OPT_OUT))
    other, _ = await house.asked(opening)
    assert other.customer_id != guest.customer_id
    ended = {each.id: each for each in await house.offers(opening)}[offer.id]
    assert (ended.status, ended.reason) == (OfferStatus.WITHDRAWN, "opted_out")


async def test_a_slot_that_was_booked_otherwise_is_withdrawn(house: Recovering) -> None:
    await house.wait(1)
    opening = await house.opened()
    somebody = await house.salon.guest()
    await somebody.books("manicure", "amina", house.salon.at("14:00"))
    await house.runs()
    after = await house.now(opening)
    assert (after.status, after.reason) == (OpeningStatus.WITHDRAWN, "slot_taken")


async def test_of_those_asked_at_once_one_wins_and_the_others_hear_it_r4(
    house: Recovering,
) -> None:
    await house.sets(parallel="3")
    await house.wait(4)
    opening = await house.opened()
    await house.runs()
    live = await house.live(opening)
    assert [each.lane for each in live] == [0, 1, 2]
    winner, *losers = [house.waiting[each.customer_id] for each in live]
    assert "the first yes has it" in (await house.texts(winner))[-1]  # promised to nobody
    assert (await house.says_yes(winner, live[0])).decision.allowed
    for loser, offer in zip(losers, live[1:], strict=True):
        assert "has been taken" in (await house.texts(loser))[-1]
        assert (await house.says_yes(loser, offer)).decision.reason is Reason.SLOT_FILLED
    assert await double_bookings(house.salon.services.store) == 0


async def test_a_claimed_opening_is_one_worker_s_until_its_lease_runs_out_r9(
    house: Recovering,
) -> None:
    opening = await house.opened()
    store, now = house.salon.services.store, house.salon.clock.now()

    async def claimed(at: datetime) -> list[str]:
        async with store.queues(claiming=True) as queues:
            return [due.id for due in await queues.claim_openings(at, 2 * MINUTE)]

    assert [await claimed(now), await claimed(now + MINUTE)] == [[opening.id], []]
    assert await claimed(now + 2 * MINUTE) == [opening.id]


async def test_its_offer_falls_due_in_its_own_queue_and_in_no_other_r4_x10(
    house: Recovering,
) -> None:
    await house.wait(1)
    _, offer = await house.asked(await house.opened())
    async with house.salon.services.store.queues() as queues:
        before = offer.expires_at - timedelta(seconds=1)
        assert await queues.recovery_offers(before) == []
        due = await queues.recovery_offers(offer.expires_at)
        assert [each.id for each in due] == [offer.id]
        assert await queues.offers(offer.expires_at) == []  # those are cross-sells
        assert await queues.stay_offers(offer.expires_at) == []
