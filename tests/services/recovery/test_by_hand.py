"""A business opens a slot that was given up, or takes an opening back; twice is as once (R8)."""

import asyncio

import pytest

from jirani.rules.decision import Reason
from jirani.rules.facts import AppointmentStatus, OfferStatus, OpeningStatus
from jirani.services.recovery.by_hand import open_by_hand, withdraw
from tests.support.looking import one
from tests.support.recovering import Recovering

pytestmark = pytest.mark.anyio


async def test_two_triggers_for_one_appointment_open_one_slot_and_ask_once(
    house: Recovering,
) -> None:
    services, business = house.salon.services, house.salon.id
    await house.wait(2)
    await house.sets(recovery="off")
    guest, made = await house.booked()
    await house.cancels(guest, made)
    assert await house.opening_of(made.id) is None
    refused = await open_by_hand(services, business, made.id, "owner")
    assert (refused.decision.reason, refused.opening) == (Reason.RECOVERY_OFF, None)
    await house.sets(recovery="on")
    both = [open_by_hand(services, business, made.id, "owner") for _ in range(2)]
    done = await asyncio.gather(*both)
    assert {each.decision.reason for each in done} == {Reason.CLEAR, Reason.ALREADY_DONE}
    first, second = (each.opening for each in done)
    assert first == second
    assert first
    await house.runs()
    assert (await open_by_hand(services, business, made.id, "owner")).opening
    await house.runs()
    assert len(await house.offers(first)) == 1
    with pytest.raises(LookupError):
        await open_by_hand(services, business, "nothing", "owner")


async def test_what_is_booked_still_or_again_is_not_opened(house: Recovering) -> None:
    services, business = house.salon.services, house.salon.id
    await house.sets(recovery="off")
    guest, made = await house.booked()
    await house.sets(recovery="on")
    still = await open_by_hand(services, business, made.id, "owner")
    assert still.decision.reason is Reason.STILL_BOOKED
    async with services.store.begin(business) as work:
        await work.appointments.change(made.id, status=AppointmentStatus.CANCELLED)
    await house.salon.booked((await house.salon.guest(), "manicure", "amina", made.starts_at))
    taken = await open_by_hand(services, business, made.id, "owner")
    assert (taken.decision.reason, taken.opening) == (Reason.SLOT_TAKEN, None)
    assert guest.customer_id == made.customer_id


async def test_who_is_asked_hears_that_it_was_taken_back_and_a_late_yes_is_told_so(
    house: Recovering,
) -> None:
    services, business = house.salon.services, house.salon.id
    await house.wait(2)
    opening = await house.opened()
    guest, offer = await house.asked(opening)
    done = await withdraw(services, business, opening.id, "owner")
    assert done.decision.allowed
    assert done.opening
    assert (done.opening.status, done.opening.reason) == (OpeningStatus.WITHDRAWN, "taken_back")
    [ended] = await house.offers(opening)
    assert (ended.status, ended.reason) == (OfferStatus.WITHDRAWN, "taken_back")
    texts = await house.texts(guest)
    assert "is no longer available" in texts[-1]
    again = await withdraw(services, business, opening.id, "owner")
    assert (again.decision.reason, again.opening) == (Reason.ALREADY_DONE, done.opening)
    assert await house.texts(guest) == texts
    assert (await house.says_yes(guest, offer)).decision.reason is Reason.NOT_OPEN
    assert await house.appointments(opening) == []
    await house.runs()
    assert len(await house.offers(opening)) == 1
    who = "SELECT facts FROM decisions WHERE guard = 'may_withdraw' ORDER BY id LIMIT 1"
    assert "owner" in str(await one(services.store, who))


async def test_what_a_customer_has_is_not_taken_back(house: Recovering) -> None:
    services, business = house.salon.services, house.salon.id
    await house.wait(1)
    opening = await house.opened()
    guest, offer = await house.asked(opening)
    assert (await house.says_yes(guest, offer)).decision.allowed
    refused = await withdraw(services, business, opening.id, "owner")
    assert refused.decision.reason is Reason.SLOT_FILLED
    assert await house.appointments(opening) == [(guest.customer_id, "slot_recovery")]
    with pytest.raises(LookupError):
        await withdraw(services, business, "nothing", "owner")


async def test_a_yes_and_a_withdrawal_at_once_leave_one_of_the_two(house: Recovering) -> None:
    services, business = house.salon.services, house.salon.id
    await house.wait(1)
    opening = await house.opened()
    guest, offer = await house.asked(opening)
    yes, back = await asyncio.gather(
        house.says_yes(guest, offer), withdraw(services, business, opening.id, "owner")
    )
    assert yes.decision.allowed is not back.decision.allowed
    assert bool(await house.appointments(opening)) is yes.decision.allowed
    [settled] = await house.offers(opening)
    assert settled.status is (
        OfferStatus.ACCEPTED if yes.decision.allowed else OfferStatus.WITHDRAWN
    )
