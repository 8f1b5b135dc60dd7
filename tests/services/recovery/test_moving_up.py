"""Who has the same later may be moved up; their slot is recovered in turn, only so deep (R1 R5)."""

import pytest

from jirani.rules.decision import Reason
from jirani.rules.facts import Appointment, OpeningStatus
from tests.support.looking import double_bookings, one, rows
from tests.support.recovering import Recovering
from tests.support.salon import Guest

pytestmark = pytest.mark.anyio


async def has_later(house: Recovering, guest: Guest, wall: str) -> Appointment:
    (made,) = await house.salon.booked((guest, "manicure", "amina", house.salon.at(wall)))
    await house.pays(made)
    return made


async def status(house: Recovering, id: str) -> str:
    found: str = await one(
        house.salon.services.store, "SELECT status FROM appointments WHERE id = :id", id=id
    )
    return found


async def test_each_moves_up_and_leaves_a_slot_until_the_cascade_is_deep_enough(
    paying: Recovering,
) -> None:
    await paying.sets(move_up="on", depth="2")
    first, second, third, new = await paying.wait(4)
    bookings = {
        guest.customer_id: await has_later(paying, guest, wall)
        for guest, wall in ((first, "15:00"), (second, "16:00"), (third, "17:00"))
    }
    opening = await paying.opened("14:00")
    for depth, guest in enumerate((first, second)):
        asked, offer = await paying.asked(opening)
        assert asked.customer_id == guest.customer_id
        later = bookings[guest.customer_id]
        assert (offer.primary_id, offer.price, opening.depth) == (later.id, later.price, depth)
        assert "Shall I move your booking" in (await paying.texts(guest))[-1]
        answered = await paying.says_yes(guest, offer)
        assert answered.appointment, answered.decision
        assert (answered.appointment.moved_from, answered.appointment.hold_until) == (
            *(later.id, None),
        )
        assert await status(paying, later.id) == "moved"
        left = await paying.opening_of(later.id)
        assert left
        opening = left
    asked, offer = await paying.asked(opening)
    assert (asked.customer_id, offer.primary_id) == (third.customer_id, None)  # deep enough
    assert (await paying.says_no(third, offer)).decision.allowed
    asked, offer = await paying.asked(opening)
    assert asked.customer_id == new.customer_id
    assert (await paying.says_yes(new, offer)).decision.allowed
    live = await rows(
        paying.salon.services.store,
        "SELECT customer_id, count(*) FROM appointments WHERE status IN ('held', 'confirmed') "
        "GROUP BY customer_id",
    )
    assert dict((customer, n) for customer, n in live) == dict.fromkeys(paying.waiting, 1)
    assert await double_bookings(paying.salon.services.store) == 0


async def test_a_yes_that_comes_too_late_moves_nothing_and_loses_nothing(
    paying: Recovering,
) -> None:
    await paying.sets(move_up="on")
    (guest,) = await paying.wait(1)
    later = await has_later(paying, guest, "17:00")
    opening = await paying.opened("14:00")
    _, offer = await paying.asked(opening)
    somebody = await paying.salon.guest()
    await paying.salon.booked((somebody, "manicure", "amina", opening.starts_at))
    answered = await paying.says_yes(guest, offer)
    assert answered.decision.reason is Reason.SLOT_TAKEN
    assert await status(paying, later.id) == "confirmed"
    await paying.runs()
    assert (await paying.now(opening)).status is OpeningStatus.WITHDRAWN


async def test_what_was_cancelled_meanwhile_cannot_be_moved_up(paying: Recovering) -> None:
    await paying.sets(move_up="on")
    (guest,) = await paying.wait(1)
    later = await has_later(paying, guest, "17:00")
    opening = await paying.opened("14:00")
    _, offer = await paying.asked(opening)
    await paying.cancels(guest, later)
    answered = await paying.says_yes(guest, offer)
    assert answered.decision.reason is Reason.NOT_LIVE
    assert await paying.appointments(opening) == []


async def test_without_the_setting_it_is_a_second_booking(paying: Recovering) -> None:
    (guest,) = await paying.wait(1)
    await has_later(paying, guest, "17:00")
    _, offer = await paying.asked(await paying.opened("14:00"))
    assert offer.primary_id is None
