"""Turning dials, with an audit of before and after (X1)."""

import pytest

from jirani.services import Services
from jirani.services.onboarding import Refused, reset_dial, set_dial, set_dials, show_dials

pytestmark = pytest.mark.anyio


async def own(services: Services, business: str) -> dict[str, str]:
    states = await show_dials(services, business)
    return {state.dial: state.value for state in states if state.own is not None}


async def test_a_dial_that_was_never_set_shows_its_default(services: Services, salon: str) -> None:
    states = {state.dial: state for state in await show_dials(services, salon)}
    assert len(states) == 6
    assert states["tone"].value == services.prompts.dial_defaults("salon")["tone"]
    assert await own(services, salon) == {}


async def test_every_turn_of_a_dial_is_audited_with_before_and_after(
    services: Services, salon: str
) -> None:
    assert await set_dial(services, salon, "Cross-Sell", "never", by="neema") == (None, "never")
    assert await set_dial(services, salon, "cross_sell", "related-only", by="juma") == (
        *("never", "related-only"),
    )
    assert await own(services, salon) == {"cross_sell": "related-only"}
    assert await reset_dial(services, salon, "cross_sell", by="neema") == "related-only"
    assert await own(services, salon) == {}
    async with services.store.read(salon) as work:
        changes = await work.business.dial_changes()
    assert [(one["action"], one["before"], one["after"], one["by"]) for one in changes] == [
        ("set", None, "never", "neema"),
        ("set", "never", "related-only", "juma"),
        ("reset", "related-only", None, "neema"),
    ]


async def test_a_value_or_dial_that_does_not_exist_is_refused(
    services: Services, salon: str
) -> None:
    for dial, value, reason in (
        ("tone", "rude", "choose one of warm"),
        ("greeting", "x" * 141, "140 characters"),
        ("upsel", "never", "did you mean upsell"),
        ("colour", "red", "There is no dial"),
    ):
        with pytest.raises(Refused, match=reason):
            await set_dial(services, salon, dial, value, by="neema")
    async with services.store.read(salon) as work:
        assert await work.business.dial_changes() == []


async def test_of_several_dials_all_are_turned_or_none(services: Services, salon: str) -> None:
    wanted = {"cross_sell": "never", "tone": "rude", "Cross-Sell": "never", "upsel": "never"}
    with pytest.raises(Refused) as refused:
        await set_dials(services, salon, wanted, by="neema")
    assert len(refused.value.errors) == 3
    assert await own(services, salon) == {}
    await set_dials(services, salon, {"cross_sell": "never", "upsell": "never"}, by="neema")
    assert await own(services, salon) == {"cross_sell": "never", "upsell": "never"}
