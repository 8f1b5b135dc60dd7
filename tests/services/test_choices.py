"""A button is one of its own conversation's, or it is none (O1)."""

import pytest

from jirani.services.choices import NoSuchChoice, pressed
from tests.support.salon import Guest, Salon

pytestmark = pytest.mark.anyio


async def says(guest: Guest, button: str) -> str:
    """What a guest says by pressing a button."""
    salon = guest.salon
    async with salon.services.store.read(salon.id) as work:
        thread = await work.threads.get(guest.thread_id)
        return await pressed(guest.case, work, thread, salon.catalogue, button, "en")


async def test_a_button_says_yes_to_what_was_asked_in_its_conversation_and_in_no_other(
    salon: Salon,
) -> None:
    guest, other = await salon.guests(2)
    asked = await guest.asks_for("manicure", "amina", salon.at("14:00"))
    assert asked.proposal, asked.decision
    button = f"proposal:{asked.proposal.id}:yes"
    assert await says(guest, button)
    with pytest.raises(NoSuchChoice):
        await says(other, button)


@pytest.mark.parametrize("button", ["proposal:nothing:yes", "offer:nothing:no"])
async def test_a_button_of_what_was_never_asked_is_none(salon: Salon, button: str) -> None:
    with pytest.raises(NoSuchChoice):
        await says(await salon.guest(), button)
