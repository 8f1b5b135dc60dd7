"""What may be put before the guest, and that it is put there once (O1, X8, §3)."""

from datetime import UTC, timedelta

import pytest

from jirani.rules.decision import Reason
from jirani.rules.facts import ProposalStatus
from jirani.rules.reading import Meaning
from jirani.services.proposing import expire_proposal, propose_cancellation
from tests.support.looking import rows
from tests.support.salon import Salon

pytestmark = pytest.mark.anyio


async def questions(salon: Salon) -> list[str]:
    found = await rows(salon.services.store, "SELECT status FROM proposals ORDER BY id")
    return [status for (status,) in found]


async def test_a_slot_asked_for_again_is_the_question_that_waits_already(salon: Salon) -> None:
    guest = await salon.guest()
    first = await guest.asks_for("manicure", "amina", salon.at("14:00"))
    again = await guest.asks_for("manicure", "amina", salon.at("14:00"))
    assert again.decision.reason is Reason.ALREADY_DONE
    assert (again.proposal, again.appointment) == (first.proposal, first.appointment)
    assert await questions(salon) == [ProposalStatus.OPEN]


async def test_a_cancellation_asked_for_again_is_the_question_that_waits_already(
    salon: Salon,
) -> None:
    guest = await salon.guest()
    booked = await guest.books("manicure", "amina", salon.at("14:00"))
    first = await propose_cancellation(await guest.says(Meaning.CANCEL), booked)
    again = await propose_cancellation(await guest.says(Meaning.CANCEL), booked)
    assert first.decision.reason is Reason.CLEAR
    assert again.decision.reason is Reason.ALREADY_DONE
    assert again.proposal == first.proposal
    assert await questions(salon) == [ProposalStatus.ACCEPTED, ProposalStatus.OPEN]


async def test_a_slot_that_another_guest_is_just_asking_for_is_not_put_before_this_one(
    salon: Salon,
) -> None:
    guest = await salon.guest()
    slot = guest.appointment("manicure", "amina", salon.at("14:00")).slot
    await salon.services.holds.hold(salon.id, slot, "somebody else", timedelta(minutes=1))
    asked = await guest.asks_for("manicure", "amina", salon.at("14:00"))
    assert asked.decision.reason is Reason.SLOT_HELD
    assert await questions(salon) == []


async def test_whoever_asks_to_cancel_another_s_booking_is_asked_nothing_new(salon: Salon) -> None:
    guest, other = await salon.guests(2)
    [booked] = await salon.booked((guest, "manicure", "amina", salon.at("14:00")))
    await other.asks_for("haircut", "cora", salon.at("14:00"))
    asked = await propose_cancellation(await other.says(Meaning.CANCEL), booked)
    assert asked.decision.reason is Reason.UNKNOWN_HANDLE
    assert await questions(salon) == [ProposalStatus.OPEN]


async def test_a_booking_is_given_up_until_it_begins_and_not_as_it_begins(salon: Salon) -> None:
    guest = await salon.guest()
    [booked] = await salon.booked((guest, "manicure", "amina", salon.at("14:00")))
    salon.clock.at = booked.starts_at.astimezone(UTC)
    late = await propose_cancellation(await guest.says(Meaning.CANCEL), booked)
    assert (late.decision.reason, await questions(salon)) == (Reason.STARTED, [])
    salon.clock.at -= timedelta(seconds=1)
    in_time = await propose_cancellation(await guest.says(Meaning.CANCEL), booked)
    assert in_time.decision.reason is Reason.CLEAR


async def test_an_eighth_booking_ahead_is_taken_and_a_ninth_refused(salon: Salon) -> None:
    guest = await salon.guest()
    await salon.booked(*((guest, "manicure", "amina", salon.at("14:00", n)) for n in range(1, 8)))
    await guest.books("manicure", "amina", salon.at("14:00", 8))
    asked = await guest.asks_for("manicure", "amina", salon.at("14:00", 9))
    assert asked.decision.reason is Reason.TOO_MANY


async def test_a_question_nobody_has_asked_does_not_lapse(salon: Salon) -> None:
    await expire_proposal(salon.services, salon.id, "nothing")
    assert await questions(salon) == []
