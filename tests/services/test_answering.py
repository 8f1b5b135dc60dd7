"""A yes or a no to an offer, and what is held until it comes and after (O1, O10, X8-X11)."""

from datetime import timedelta

import pytest

from jirani.rules.decision import Reason
from jirani.rules.facts import HoursException, Offer, OfferStatus
from jirani.rules.reading import Meaning
from jirani.services.answering import accept, decline, expire_offer
from jirani.store.holds import HoldResult
from tests.support.salon import Guest, Salon

pytestmark = pytest.mark.anyio


async def offered(guest: Guest) -> Offer:
    """Book a manicure and be offered the pedicure behind it."""
    await guest.books("manicure", "amina", guest.salon.at("14:00"))
    return await guest.offer()


async def is_held(salon: Salon, offer: Offer) -> bool:
    """Tell whether somebody else, asking for the offered slot, finds it held."""
    minute = timedelta(minutes=1)
    found = await salon.services.holds.hold(salon.id, offer.slot, "somebody else", minute)
    return found is HoldResult.PRIMARY_TAKEN


async def test_what_is_no_yes_leaves_the_pair_held(salon: Salon) -> None:
    guest = await salon.guest()
    offer = await offered(guest)
    answered = await accept(await guest.says(), salon.catalogue, offer.id)
    assert answered.decision.reason is Reason.NO_ACCEPTANCE
    assert await is_held(salon, offer)


async def test_the_yes_that_came_before_the_offer_leaves_the_pair_held(salon: Salon) -> None:
    guest = await salon.guest()
    offer = await offered(guest)
    answered = await accept(guest.case, salon.catalogue, offer.id)
    assert answered.decision.reason is Reason.NOT_LATER_MESSAGE
    assert await is_held(salon, offer)


async def test_a_yes_that_may_mean_something_else_leaves_the_pair_held(salon: Salon) -> None:
    guest = await salon.guest()
    offer = await offered(guest)
    asked = await guest.asks_for("haircut", "cora", salon.at("17:00"))
    assert asked.proposal, asked.decision
    answered = await accept(await guest.says(Meaning.ACCEPT), salon.catalogue, offer.id)
    assert answered.decision.reason is Reason.WHICH_ONE
    assert await is_held(salon, offer)


async def test_what_was_never_offered_is_neither_taken_nor_declined_nor_does_it_lapse(
    salon: Salon,
) -> None:
    guest = await salon.guest()
    taken = await accept(await guest.says(Meaning.ACCEPT), salon.catalogue, "nothing")
    declined = await decline(await guest.says(Meaning.DECLINE), "nothing")
    assert taken.decision.reason is declined.decision.reason is Reason.UNKNOWN_HANDLE
    await expire_offer(salon.services, salon.id, "nothing")


async def test_what_is_sold_is_a_row_and_held_in_redis_no_longer(salon: Salon) -> None:
    guest = await salon.guest()
    offer = await offered(guest)
    assert (await accept(await guest.says(Meaning.ACCEPT), salon.catalogue, offer.id)).appointment
    assert await salon.services.holds.live(salon.id) == []


async def test_what_changed_between_offer_and_yes_is_seen_at_the_yes(salon: Salon) -> None:
    guest = await salon.guest()
    offer = await offered(guest)
    day = salon.at("14:00").date()
    async with salon.services.store.begin(salon.id) as work:
        await work.catalogue.set_exception("off", HoursException(offer.staff_id, day))
    answered = await accept(await guest.says(Meaning.ACCEPT), salon.catalogue, offer.id)
    assert answered.decision.reason is Reason.CLOSED
    async with salon.services.store.read(salon.id) as work:
        ended = await work.offers.get(offer.id)
        assert await work.offers.sales_of(guest.thread_id) == []
    assert ended
    assert (ended.status, ended.reason) == (OfferStatus.EXPIRED, Reason.CLOSED)


async def test_a_late_yes_to_a_slot_that_another_guest_is_just_booking_is_refused(
    salon: Salon,
) -> None:
    guest = await salon.guest()
    offer = await offered(guest)
    salon.clock.at = offer.expires_at
    await expire_offer(salon.services, salon.id, offer.id)
    assert not await is_held(salon, offer)  # but it is now, by somebody else
    answered = await accept(await guest.says(Meaning.ACCEPT), salon.catalogue, offer.id)
    assert answered.decision.reason is Reason.SLOT_HELD
