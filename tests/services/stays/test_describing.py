"""What a host tells of a place counts until their PMS says it itself (O12)."""

from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest

from jirani.rules.facts import Listing, OfferStatus
from jirani.services import Services
from jirani.services.onboarding.report import Refused
from jirani.services.stays.describing import TOLD, _changed, describe
from jirani.services.stays.hosting import listings
from tests.support.lodge import EARLY, FLAT, ID, local, open_lodge

pytestmark = pytest.mark.anyio
BARE = Listing("flat", "lodgify", "77", "The flat", None, None, None, None)


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("zone", "Europe/Lisbon", "Europe/Lisbon"),
        ("currency", "eur", "EUR"),
        ("check_in", "16:00", time(16)),
        ("check_out", "11:30", time(11, 30)),
    ],
)
def test_each_of_what_may_lack_can_be_told(name: str, value: str, kept: Any) -> None:
    assert _changed(BARE, name, value) == replace(BARE, **{name: kept})
    assert name in TOLD


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("zone", "Lisbon", "no time zone 'Lisbon'"),
        ("zone", "", "no time zone"),
        ("currency", "euro", "no currency"),
        ("currency", "€", "no currency"),
        ("currency", "XQZ", "no currency"),
        ("check_in", "four", "no time of day"),
        ("check_in", "25:00", "no time of day"),
        ("check_out", "11:00+02:00", "no time of day"),
        ("check_out", "11:00:30", "no time of day"),
        ("active", "no", "has no 'active'"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words_that_say_how(
    name: str, value: str, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        _changed(BARE, name, value)


async def test_what_was_held_back_for_want_of_a_zone_is_planned_and_the_pms_has_the_last_word(
    services: Services,
) -> None:
    lodge = await open_lodge(services, local(6, 10, 12))
    lodge.pms.world.place(replace(FLAT, zone=None))
    await lodge.sells(EARLY)
    await lodge.books(date(2026, 6, 15), date(2026, 6, 20))
    assert (await lodge.offers()).get(EARLY) is None or not (await lodge.offer(EARLY)).due_at
    [(place, lacks)] = await listings(lodge.services, ID)
    assert lacks == ["time zone"]
    told = await describe(lodge.services, ID, place.name, "zone", " Europe/Paris ", by="host")
    assert told == replace(place, zone="Europe/Paris")
    offer = await lodge.offer(EARLY)
    assert (offer.status, offer.due_at) == (OfferStatus.SCHEDULED, local(6, 12, 3))
    lodge.pms.change("R1", guests=3)  # read again, and still it does not know
    await lodge.delivered()
    assert await listings(lodge.services, ID) == [(told, [])]
    lodge.pms.world.place(FLAT)
    lodge.pms.change("R1", guests=2)
    await lodge.delivered()
    assert (await listings(lodge.services, ID))[0][0].zone == FLAT.zone
    assert (await lodge.offer(EARLY)).due_at == local(6, 12, 9)
    with pytest.raises(Refused, match="no listing 'cellar'"):
        await describe(lodge.services, ID, "cellar", "zone", "Europe/Paris", by="host")
