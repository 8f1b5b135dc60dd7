"""An offer that nobody answered ends on its deadline, once (R4, R9)."""

import pytest

from jirani.rules.facts import OfferStatus
from jirani.services.recovery.expiring import end_silent
from tests.support.recovering import QUARTER, Recovering

pytestmark = pytest.mark.anyio


async def test_it_ends_on_its_deadline_and_what_has_ended_stays_as_it_is_r9(
    house: Recovering,
) -> None:
    await house.wait(1)
    opening = await house.opened()
    guest, offer = await house.asked(opening)
    services, business = house.salon.services, house.salon.id

    async def swept() -> list[tuple[OfferStatus, str]]:
        await end_silent(services, business, offer.id)
        return [(each.status, each.reason) for each in await house.offers(opening)]

    await end_silent(services, business, "nothing")
    assert await swept() == [(OfferStatus.OFFERED, "")]
    await house.says_no(guest, offer)
    house.salon.clock.advance(QUARTER)
    assert await swept() == [(OfferStatus.DECLINED, "declined")]
