"""What becomes of a yes or a no to a freed slot where something else has changed (R5, O1, O10)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jirani.rules.decision import Reason
from jirani.rules.facts import HoursException, OfferStatus
from jirani.rules.reading import Meaning
from jirani.services.recovery.answering import accept, decline
from tests.support.recovering import QUARTER, Recovering

pytestmark = pytest.mark.anyio

LATE = QUARTER + timedelta(seconds=1)


async def test_what_was_never_offered_is_neither_taken_nor_declined_o1(house: Recovering) -> None:
    (guest,) = await house.wait(1)
    case = await guest.says(Meaning.ACCEPT)
    answers = (await accept(case, house.salon.catalogue, "nothing"), await decline(case, "nothing"))
    assert {each.decision.reason for each in answers} == {Reason.UNKNOWN_HANDLE}


async def test_a_day_that_was_closed_since_is_not_promised_any_more_r5_x6(
    house: Recovering,
) -> None:
    await house.wait(2)
    opening = await house.opened()
    guest, offer = await house.asked(opening)
    day = offer.starts_at.astimezone(guest.case.zone).date()
    async with house.salon.services.store.begin(house.salon.id) as work:
        off = HoursException(offer.staff_id, day, None, None)
        await work.catalogue.set_exception("off", off)
    answered = await house.says_yes(guest, offer)
    assert answered.decision.reason is Reason.CLOSED
    assert await house.appointments(opening) == []
    assert [each.status for each in await house.offers(opening)] == [OfferStatus.EXPIRED]


async def test_something_else_instead_is_a_no_and_the_same_no_again_changes_nothing_o10_r4(
    house: Recovering,
) -> None:
    await house.wait(2)
    opening = await house.opened()
    guest, offer = await house.asked(opening)
    case = await guest.says(Meaning.CHANGE)
    assert (await decline(case, offer.id)).decision.allowed
    assert (await decline(case, offer.id)).decision.reason is Reason.ALREADY_DONE
    other, _ = await house.asked(opening)
    assert other is not guest


async def test_a_word_that_is_no_no_declines_nothing_o10(house: Recovering) -> None:
    await house.wait(1)
    opening = await house.opened()
    guest, offer = await house.asked(opening)
    assert not (await decline(await guest.says(Meaning.UNCLEAR), offer.id)).decision.allowed
    assert [each.id for each in await house.live(opening)] == [offer.id]


async def test_a_late_yes_pays_no_other_price_than_it_was_offered_x11_r5(
    house: Recovering,
) -> None:
    await house.wait(1)
    opening = await house.opened()
    guest, offer = await house.asked(opening)
    house.salon.clock.advance(LATE)
    async with house.salon.services.store.begin(house.salon.id) as work:
        (service,) = (await work.catalogue.part([offer.service_id])).services
        await work.catalogue.put_service(replace(service, price=service.price + 1))
        catalogue = await work.catalogue.load()
    answered = await accept(await guest.says(Meaning.ACCEPT), catalogue, offer.id)
    assert answered.decision.reason is Reason.PRICE_CHANGED
    assert await house.appointments(opening) == []


async def test_the_same_late_yes_again_changes_nothing_o4_x11(house: Recovering) -> None:
    await house.wait(1)
    opening = await house.opened()
    guest, offer = await house.asked(opening)
    house.salon.clock.advance(LATE)
    case = await guest.says(Meaning.ACCEPT)
    first, again = [await accept(case, house.salon.catalogue, offer.id) for _ in range(2)]
    assert (first.decision.reason, again.decision.reason) == (Reason.CLEAR, Reason.ALREADY_DONE)
    assert first.appointment == again.appointment
    assert len(await house.offers(opening)) == 2


async def test_a_late_yes_to_something_we_have_said_since_is_none_to_the_slot_o1_x11(
    house: Recovering,
) -> None:
    await house.wait(1)
    opening = await house.opened()
    guest, offer = await house.asked(opening)
    house.salon.clock.advance(LATE)
    async with house.salon.services.store.begin(house.salon.id) as work:
        asked = "Shall I tell you our hours?"
        await work.messages.add(guest.thread_id, "agent", asked, house.salon.clock.now())
    answered = await house.says_yes(guest, offer)
    assert answered.decision.reason is Reason.NO_ACCEPTANCE
    assert await house.appointments(opening) == []
    case = await guest.says(Meaning.ACCEPT, handle=offer.id)  # "the manicure, yes"
    assert (await accept(case, house.salon.catalogue, offer.id)).decision.allowed


async def test_a_late_yes_does_not_take_what_another_guest_holds_x9_x11(
    house: Recovering,
) -> None:
    await house.wait(1)
    opening = await house.opened()
    guest, offer = await house.asked(opening)
    house.salon.clock.advance(LATE)
    services = house.salon.services
    await services.holds.hold(house.salon.id, offer.slot, "another", services.timing.pair_hold)
    answered = await house.says_yes(guest, offer)
    assert answered.decision.reason is Reason.SLOT_HELD
    assert await house.appointments(opening) == []
