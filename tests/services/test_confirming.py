"""A question waits, and its slot with it, until it is answered with a yes or a no (O1, X9)."""

from datetime import timedelta

import pytest
from redis.asyncio import Redis

from jirani.rules.decision import Reason
from jirani.rules.facts import Proposal, ProposalStatus
from jirani.rules.reading import Meaning
from jirani.services.confirming import confirm, decline
from jirani.services.proposing import propose_cancellation, propose_time
from jirani.store.holds import HoldResult
from tests.support.rewinding import pass_in_redis
from tests.support.salon import Guest, Salon

pytestmark = pytest.mark.anyio


async def asked(guest: Guest) -> Proposal:
    """Ask for a manicure: it waits for a yes."""
    proposed = await guest.asks_for("manicure", "amina", guest.salon.at("14:00"))
    assert proposed.proposal, proposed.decision
    return proposed.proposal


async def waits(guest: Guest, asked: Proposal) -> bool:
    """Tell whether a question is open, and nobody else can hold its slot meanwhile."""
    salon = guest.salon
    async with salon.services.store.read(salon.id) as work:
        proposal = await work.proposals.get(asked.id)
        target = await work.appointments.get(asked.appointment_id)
    assert proposal
    minute = timedelta(minutes=1)
    other = await salon.services.holds.hold(salon.id, target.slot, "somebody else", minute)
    return (proposal.status, other) == (ProposalStatus.OPEN, HoldResult.PRIMARY_TAKEN)


async def test_what_is_no_yes_leaves_the_question_open(salon: Salon) -> None:
    guest = await salon.guest()
    question = await asked(guest)
    confirmed = await confirm(await guest.says(), salon.catalogue, question.id)
    assert confirmed.decision.reason is Reason.NO_ACCEPTANCE
    assert await waits(guest, question)


async def test_asking_for_a_yes_that_was_not_said_keeps_no_slot_longer(
    salon: Salon, redis_client: Redis
) -> None:
    guest = await salon.guest()
    question = await asked(guest)
    await pass_in_redis(redis_client, timedelta(minutes=4))
    for _ in range(2):
        await confirm(await guest.says(), salon.catalogue, question.id)
    [hold] = await salon.services.holds.live(salon.id)
    assert hold.seconds_left <= 60
    await confirm(await guest.says(Meaning.ACCEPT), salon.catalogue, question.id)
    [hold] = await salon.services.holds.live(salon.id)
    assert hold.seconds_left > 240


async def test_the_yes_that_came_before_the_question_leaves_it_open(salon: Salon) -> None:
    guest = await salon.guest()
    case = await guest.says(Meaning.ACCEPT)
    start = salon.at("14:00")
    proposed = await propose_time(case, salon.catalogue, "manicure", "amina", start)
    assert proposed.proposal, proposed.decision
    confirmed = await confirm(case, salon.catalogue, proposed.proposal.id)
    assert confirmed.decision.reason is Reason.NOT_LATER_MESSAGE
    assert await waits(guest, proposed.proposal)


async def test_a_yes_that_may_mean_an_offer_leaves_the_question_open(salon: Salon) -> None:
    guest = await salon.guest()
    await guest.books("manicure", "beth", salon.at("10:00"))
    await guest.offer()
    question = await asked(guest)
    confirmed = await confirm(await guest.says(Meaning.ACCEPT), salon.catalogue, question.id)
    assert confirmed.decision.reason is Reason.WHICH_ONE
    assert await waits(guest, question)


async def test_what_is_no_no_drops_nothing(salon: Salon) -> None:
    guest = await salon.guest()
    question = await asked(guest)
    declined = await decline(await guest.says(Meaning.QUESTION), question.id)
    assert declined.decision.reason is Reason.NO_ACCEPTANCE
    assert await waits(guest, question)


@pytest.mark.parametrize("meaning", [Meaning.DECLINE, Meaning.CHANGE])
async def test_a_no_drops_the_question_once(salon: Salon, meaning: Meaning) -> None:
    guest = await salon.guest()
    question = await asked(guest)
    assert (await decline(await guest.says(meaning), question.id)).decision.allowed
    assert not await waits(guest, question)
    assert (await decline(guest.case, question.id)).decision.reason is Reason.NOT_OPEN


async def test_nobody_drops_what_was_never_asked_or_asked_of_another(salon: Salon) -> None:
    guest, other = await salon.guests(2)
    question = await asked(guest)
    case = await other.says(Meaning.DECLINE)
    for id in ("nothing", question.id):
        assert (await decline(case, id)).decision.reason is Reason.UNKNOWN_HANDLE
        assert (await confirm(case, salon.catalogue, id)).decision.reason is Reason.UNKNOWN_HANDLE
    assert await waits(guest, question)


async def test_a_no_to_a_cancellation_leaves_the_booking_as_it_is(salon: Salon) -> None:
    guest = await salon.guest()
    booked = await guest.books("manicure", "amina", salon.at("14:00"))
    proposed = await propose_cancellation(await guest.says(Meaning.CANCEL), booked)
    assert proposed.proposal
    assert (await decline(await guest.says(Meaning.DECLINE), proposed.proposal.id)).decision.allowed
    async with salon.services.store.read(salon.id) as work:
        assert await work.appointments.get(booked.id) == booked
