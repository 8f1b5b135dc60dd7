"""A yes fills an opening that is still open, or nothing (R5, X9)."""

import pytest

from jirani.rules.facts import OpeningStatus
from jirani.services.recovery.filling import fill
from jirani.store.refusals import Overlap
from tests.support.recovering import Recovering

pytestmark = pytest.mark.anyio


async def test_what_has_ended_in_between_is_filled_by_nobody_r5_x9(house: Recovering) -> None:
    await house.wait(1)
    opening = await house.opened()
    guest, offer = await house.asked(opening)
    async with house.salon.services.store.begin(house.salon.id) as work:
        now = house.salon.clock.now()
        await work.openings.settle(opening.id, OpeningStatus.EXPIRED, at=now)
        with pytest.raises(Overlap):
            await fill(guest.case, work, opening, offer)
    assert (await house.now(opening)).status is OpeningStatus.EXPIRED
