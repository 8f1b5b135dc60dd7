"""A PMS's places are entered as it describes them, before anybody stays there."""

from dataclasses import replace
from datetime import time

import pytest

from jirani.connectors.memory_pms_faults import PmsFault
from jirani.connectors.pms import PmsUnavailable
from jirani.rules.facts import Listing
from jirani.services import Services
from jirani.services.stays.copying import LONGEST_REF
from jirani.services.stays.describing import describe
from jirani.services.stays.places import enter_places
from tests.support.lodge import FLAT, ID, Lodge, local, open_lodge

pytestmark = pytest.mark.anyio


async def known(lodge: Lodge) -> dict[str, Listing]:
    async with lodge.services.store.read(ID) as work:
        return {each.ref: each for each in await work.listings.all()}


async def test_every_place_of_every_page_is_entered_once_and_keeps_what_a_host_told(
    services: Services,
) -> None:
    lodge = await open_lodge(services, local(6, 10, 12))
    world = lodge.pms.world
    for number in range(101):  # one more than a page has
        world.place(replace(FLAT, ref=f"P{number}", name=f"Place {number}", zone=None))
    world.place(replace(FLAT, ref="x" * (LONGEST_REF + 1)))
    assert await enter_places(lodge.services, ID, lodge.pms) == 102
    first = await known(lodge)
    assert len(first) == 102
    await describe(lodge.services, ID, "P7", "zone", "Europe/Lisbon", by="host")
    world.place(replace(FLAT, ref="P7", name="The attic", zone=None, check_in=time(15)))
    world.place(replace(FLAT, active=False))
    assert await enter_places(lodge.services, ID, lodge.pms) == 102
    after = await known(lodge)
    assert {ref for ref in after if after[ref] != first[ref]} == {"P7", FLAT.ref}
    attic = replace(first["P7"], name="The attic", zone="Europe/Lisbon", check_in=time(15))
    assert after["P7"] == attic  # its id, too, is the one it had
    assert after[FLAT.ref] == replace(first[FLAT.ref], active=False)


async def test_what_the_pms_could_not_tell_at_first_is_entered_when_it_is_asked_again(
    services: Services,
) -> None:
    lodge = await open_lodge(services, local(6, 10, 12))
    lodge.pms.faults.next("listings", PmsFault.RATE_LIMITED)
    with pytest.raises(PmsUnavailable):
        await enter_places(lodge.services, ID, lodge.pms)
    assert await known(lodge) == {}
    assert await enter_places(lodge.services, ID, lodge.pms) == 1
