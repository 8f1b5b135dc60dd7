"""Who is told of freed slots: whoever has asked to be, and nobody who has not (R2, O9)."""

import pytest

from jirani.rules.decision import Reason
from jirani.services.recovery.consenting import tell_of_slots
from tests.support.recovering import Recovering

pytestmark = pytest.mark.anyio


async def test_what_nobody_has_asked_for_is_kept_for_nobody_r2_o9(house: Recovering) -> None:
    guest = await house.salon.guest()
    case = await guest.says()
    assert (await tell_of_slots(case, None)).reason is Reason.NO_ACCEPTANCE
    async with house.salon.services.store.read(house.salon.id) as work:
        assert await work.candidates.address(guest.customer_id) is None
    assert (await tell_of_slots(case, True)).allowed
    assert (await tell_of_slots(case, False)).allowed
    await house.sets(recovery="off")
    assert (await tell_of_slots(case, True)).reason is Reason.RECOVERY_OFF
    async with house.salon.services.store.read(house.salon.id) as work:
        assert await work.candidates.address(guest.customer_id) is None
