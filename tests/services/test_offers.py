"""An offer that the guest has put off is open still, and ends as every open one does (X10, O14)."""

from dataclasses import replace

import pytest

from jirani.rules.facts import OfferStatus
from jirani.rules.reading import Meaning
from jirani.services.proposing import propose_cancellation
from tests.support.salon import Salon

pytestmark = pytest.mark.anyio


async def test_what_was_put_off_ends_with_the_booking_it_goes_with(salon: Salon) -> None:
    guest = await salon.guest()
    booked = await guest.books("manicure", "amina", salon.at("14:00"))
    offer = await guest.offer()
    later = replace(offer, id="later", replaces=offer.id, status=OfferStatus.DEFERRED)
    async with salon.services.store.begin(salon.id) as work:
        await work.offers.settle(offer.id, OfferStatus.EXPIRED, at=salon.clock.now())
        await work.offers.add(later, salon.clock.now())
    await propose_cancellation(await guest.says(Meaning.CANCEL), booked)
    async with salon.services.store.read(salon.id) as work:
        ended = await work.offers.get("later")
    assert ended
    assert (ended.status, ended.reason) == (OfferStatus.WITHDRAWN, "superseded")
