"""A guest's wishes hold from planning to sending, and go as they came (U4, U11, U2)."""

from datetime import date, timedelta

import pytest

from jirani.rules.facts import OfferStatus, Preference
from jirani.services import Services
from jirani.services.onboarding import Refused
from jirani.services.stays.preferences import Wished, change, wishes_of
from jirani.services.stays.telling import sentences
from jirani.services.stays.why import why
from tests.support.lodge import CLEANING, EARLY, ID, LATE, Lodge, local, open_lodge

pytestmark = pytest.mark.anyio

FIRST, LAST = date(2026, 6, 15), date(2026, 6, 25)
NOT, FEW = "guest_prefers_not", "guest_prefers_fewer"


async def booked(services: Services) -> Lodge:
    lodge = await open_lodge(services, local(6, 1, 12))
    await lodge.sells(EARLY, CLEANING, LATE)
    await lodge.books(FIRST, LAST)
    return lodge


async def wishes(lodge: Lodge, *noted: Preference, without: tuple[Preference, ...] = ()) -> None:
    who = (await lodge.stay()).customer_id
    told = Wished(noted, without)
    await change(lodge.services, ID, who, told, said="on the phone", by="host")


async def test_what_a_guest_never_wants_is_withdrawn_at_once_and_planned_anew_when_taken_back(
    services: Services,
) -> None:
    lodge = await booked(services)
    await wishes(lodge, Preference.NEVER_LATE_CHECK_OUT)
    gone = await lodge.offer(LATE)
    assert (gone.status, gone.reason) == (OfferStatus.WITHDRAWN, NOT)
    await lodge.at(local(6, 2, 3))
    [story] = await why(lodge.services, ID, "R1", str(LATE))
    told = " ".join(said for _, said, _ in sentences(story, lodge.clock.now()))
    assert "the guest does not want to be offered that" in told
    await wishes(lodge, without=(Preference.NEVER_LATE_CHECK_OUT,))
    assert (await lodge.offer(LATE)).status is OfferStatus.SCHEDULED
    await lodge.through(local(6, 22, 10), timedelta(hours=2))
    assert "18:00" in lodge.texts()[-1] or "6:00" in lodge.texts()[-1]


async def test_one_offer_a_stay_is_enough_for_who_wants_fewer_and_the_loved_one_comes_besides(
    services: Services,
) -> None:
    lodge = await booked(services)
    await wishes(lodge, Preference.FEWER_OFFERS, Preference.LOVES_LATE_CHECK_OUT)
    await lodge.through(local(6, 22, 12), timedelta(hours=2))
    assert len(lodge.texts()) == 2
    offers = await lodge.offers()
    assert (offers[CLEANING].status, offers[CLEANING].reason) == (OfferStatus.WITHDRAWN, FEW)
    assert offers[EARLY].offered_at
    assert offers[LATE].offered_at


async def test_a_wish_entered_by_hand_is_kept_with_who_and_when_and_the_newer_counts(
    services: Services,
) -> None:
    lodge = await booked(services)
    await wishes(lodge, Preference.NEVER_CLEANING, Preference.BUDGET)
    await wishes(lodge, Preference.LOVES_CLEANING)
    await wishes(lodge, Preference.LOVES_CLEANING)
    who = (await lodge.stay()).customer_id
    kept = await wishes_of(lodge.services, ID, who)
    assert [each.name for each in kept] == [Preference.BUDGET, Preference.LOVES_CLEANING]
    assert {(each.source, each.said, each.by) for each in kept} == {
        ("host", "on the phone", "host")
    }
    assert (await lodge.offer(CLEANING)).status is OfferStatus.SCHEDULED


async def test_nobody_wishes_anything_who_is_not_a_guest_here(services: Services) -> None:
    lodge = await booked(services)
    told = Wished((Preference.BUDGET,))
    with pytest.raises(Refused, match="no guest 'nobody'"):
        await change(lodge.services, ID, "nobody", told, said="", by="host")
    with pytest.raises(Refused, match="no guest"):
        await wishes_of(lodge.services, ID, "nobody")
