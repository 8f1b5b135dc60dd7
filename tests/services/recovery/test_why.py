"""Why is she third: candidates in order, with tier, score, and for the skipped the reason."""

import pytest

from app.commands.opening_story import opening_as_json, opening_lines
from jirani.rules.decision import Reason
from jirani.services.onboarding.report import Refused
from jirani.services.recovery.settings import reset_setting, set_setting, show_settings
from jirani.services.recovery.why import reason_of, why_opening
from tests.support.recovering import Recovering

pytestmark = pytest.mark.anyio


async def test_candidates_are_told_in_order_with_the_reason_of_the_skipped(
    house: Recovering,
) -> None:
    asked, busy, next_one = await house.wait(3)
    await house.salon.booked((busy, "massage", "cora", house.salon.at("13:30")))
    opening = await house.opened()
    first, offer = await house.asked(opening)
    services, business = house.salon.services, house.salon.id
    story = await why_opening(services, business, opening.id)
    assert story
    assert [each.customer_id for each in story.candidates] == sorted(house.waiting)
    told = {each.customer_id: each for each in story.candidates}
    assert first.customer_id == asked.customer_id
    assert told[asked.customer_id].offer == offer
    assert reason_of(told[busy.customer_id]) is Reason.CUSTOMER_BUSY
    assert reason_of(told[next_one.customer_id]) is None
    for wanted in (offer.id, opening.appointment_id):
        same = await why_opening(services, business, wanted)
        assert same
        assert same.opening.id == opening.id
    assert await why_opening(services, business, "nothing") is None
    lines = [*opening_lines(story)]
    assert lines[0] == "Manicure with Amina on Tuesday 24 November at 14:00: open."
    assert lines[3] == (
        "  2. Guest 2: neutral, score 50; skipped: the guest has another appointment then"
    )
    assert [each["skipped"] for each in opening_as_json(story)["candidates"]] == [
        *(None, "customer_busy", None)
    ]


async def test_settings_are_checked_audited_and_taken_back(house: Recovering) -> None:
    services, business = house.salon.services, house.salon.id
    with pytest.raises(Refused, match="risk cannot be 'first'; it is last or exclude"):
        await set_setting(services, business, "risk", "first", by="test")
    with pytest.raises(Refused, match="There is no recovery setting"):
        await reset_setting(services, business, "nothing", by="test")
    assert await set_setting(services, business, "risk", "exclude", by="test") is None
    own = {each.name: each.own for each in await show_settings(services, business)}
    assert own["risk"] == "exclude"
    assert await reset_setting(services, business, "risk", by="test") == "exclude"
    async with services.store.read(business) as work:
        changes = await work.business.dial_changes()
        assert await work.business.dials() == {}
    assert [each["action"] for each in changes if each["dial"] == "recovery.risk"] == [
        "set",
        "reset",
    ]
