"""That an extra was added is said of that very one only, and of so many nights (O13)."""

from datetime import date

import pytest

from agent.extras import nights_in, nights_named
from jirani.services import Services
from tests.support.hostile import scripted
from tests.support.lodge import AFTER
from tests.support.staying import staying, with_agent, writes

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("claim", "so"),
    [
        ("Done, I have added two extra nights.", False),
        ("Done, I have added 3 more nights.", False),
        ("Done, I have added one extra night.", True),
        ("Done, your extra night is added.", True),
        ("Done, I have added one night, your stay has 6 nights now.", True),
        ("Done, I have taken off the extra night.", False),
    ],
)
async def test_of_nights_as_many_are_claimed_as_were_sold(
    services: Services, claim: str, so: bool
) -> None:
    lodge = await staying(services, AFTER)
    await lodge.books(date(2026, 6, 15), date(2026, 6, 20))
    await writes(lodge, "Could we stay one more night?")
    await writes(lodge, "Yes, lovely")
    with_agent(lodge, scripted([], claim, for_ever=True))
    assert (claim in await writes(lodge, "what a lovely place it is, thanks")) == so


def test_every_number_of_nights_is_heard_and_the_first_is_asked_for() -> None:
    words = " one more night so that we stay 6 nights in all "
    assert nights_named(words) == {1, 6}
    assert nights_in(words) == 1
    assert nights_named(" the extra night ") == set()
