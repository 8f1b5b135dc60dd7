"""What the loop does about a slot that somebody else is just asking for (R2, R4)."""

from datetime import timedelta

import pytest

from jirani.rules.facts import OpeningStatus
from jirani.rules.reading import Meaning
from jirani.services.confirming import decline
from tests.support.recovering import Recovering

pytestmark = pytest.mark.anyio


async def test_a_slot_that_is_only_asked_for_is_looked_at_again_in_a_minute_r4_r8(
    house: Recovering,
) -> None:
    await house.wait(1)
    opening = await house.opened()
    somebody = await house.salon.guest()
    asked = await somebody.asks_for("manicure", "amina", opening.starts_at)
    assert asked.proposal, asked.decision
    await house.runs()
    waiting = await house.now(opening)
    assert waiting.status is OpeningStatus.OPEN
    assert waiting.looks_at == house.salon.clock.now() + timedelta(minutes=1)
    assert await house.live(opening) == ()
    await decline(await somebody.says(Meaning.DECLINE), asked.proposal.id)
    await house.passes(timedelta(minutes=1))
    assert len(await house.live(opening)) == 1
