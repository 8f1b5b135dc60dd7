"""The eight scenarios of domain §4, on both databases, up to what is with the guest."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from jirani.connectors.memory_pms_faults import HookFault
from jirani.rules.decision import Reason
from jirani.rules.facts import OfferStatus
from jirani.services import Services
from tests.support.lodge import AFTER, CLEANING, EARLY, FLAT, LATE, local, open_lodge

pytestmark = pytest.mark.anyio


async def test_1_an_early_check_in_is_offered_three_days_ahead_at_nine(services: Services) -> None:
    lodge = await open_lodge(services, local(6, 10, 12))
    await lodge.sells(EARLY)
    await lodge.books(date(2026, 6, 15), date(2026, 6, 20))
    offer = await lodge.offer(EARLY)
    assert (offer.status, offer.due_at) == (OfferStatus.SCHEDULED, local(6, 12, 9))
    await lodge.at(local(6, 12, 8, 59))
    assert lodge.texts() == []
    await lodge.at(local(6, 12, 9))
    offer = await lodge.offer(EARLY)
    assert (offer.status, offer.offered_at) == (OfferStatus.OFFERED, local(6, 12, 9))
    assert offer.expires_at == local(6, 14, 9)
    [text] = lodge.texts()
    assert "Monday 15 June" in text
    assert "09:00 instead of 16:00" in text
    assert "USD 25" in text


async def test_2_a_no_to_one_kind_leaves_the_other_to_be_offered(services: Services) -> None:
    lodge = await open_lodge(services, local(7, 5, 12))
    await lodge.sells(EARLY, LATE)
    await lodge.books(date(2026, 7, 10), date(2026, 7, 15))
    await lodge.at(local(7, 7, 9))
    await lodge.at(local(7, 7, 11))
    await lodge.answers(EARLY, OfferStatus.DECLINED)
    await lodge.through(local(7, 12, 8, 59), timedelta(hours=6))
    assert len(lodge.texts()) == 1
    await lodge.at(local(7, 12, 9))
    assert (await lodge.offer(LATE)).status is OfferStatus.OFFERED
    assert "18:00 instead of 11:00" in lodge.texts()[1]


async def test_3_a_night_that_was_booked_meanwhile_is_not_offered(services: Services) -> None:
    lodge = await open_lodge(services, local(8, 1, 12))
    await lodge.sells(AFTER)
    await lodge.books(date(2026, 8, 5), date(2026, 8, 10))
    await lodge.at(local(8, 3, 12))
    await lodge.books(date(2026, 8, 10), date(2026, 8, 15), "R2")
    assert (await lodge.offer(AFTER)).due_at == local(8, 7, 9)
    await lodge.at(local(8, 7, 9))
    offer = await lodge.offer(AFTER)
    assert (offer.status, offer.reason) == (OfferStatus.EXPIRED, Reason.NIGHT_NOT_FREE)
    assert lodge.texts() == []


async def test_4_a_cleaning_is_offered_by_the_length_of_the_stay_and_done_the_next_day(
    services: Services,
) -> None:
    lodge = await open_lodge(services, local(8, 28, 12))
    await lodge.sells(CLEANING)
    await lodge.books(date(2026, 9, 1), date(2026, 9, 15))
    await lodge.at(local(9, 6, 9, 59))
    assert lodge.texts() == []
    await lodge.at(local(9, 6, 10))
    offer = await lodge.offer(CLEANING)
    assert offer.terms
    assert offer.terms.day == date(2026, 9, 7)
    [text] = lodge.texts()
    assert "Monday 7 September" in text
    assert "day 5" not in text


async def test_5_what_should_have_gone_out_already_is_never_sent(services: Services) -> None:
    lodge = await open_lodge(services, local(6, 15, 14))
    await lodge.sells(EARLY)
    await lodge.books(date(2026, 6, 15), date(2026, 6, 18))
    assert await lodge.offers() == {}
    await lodge.through(local(6, 18, 12), timedelta(hours=8))
    assert lodge.texts() == []
    planned = await lodge.decisions("planning")
    assert planned.count(("plan.early_check_in", Reason.SCHEDULE_PAST)) == 1


async def test_6_a_cancelled_stay_takes_its_open_offer_with_it(services: Services) -> None:
    lodge = await open_lodge(services, local(10, 5, 12))
    await lodge.sells(EARLY)
    await lodge.books(date(2026, 10, 10), date(2026, 10, 15))
    await lodge.at(local(10, 7, 9))
    assert (await lodge.offer(EARLY)).status is OfferStatus.OFFERED
    await lodge.at(local(10, 8, 11))
    lodge.pms.cancel("R1")
    await lodge.delivered()
    offer = await lodge.offer(EARLY)
    assert (offer.status, offer.reason) == (OfferStatus.WITHDRAWN, Reason.RESERVATION_NOT_LIVE)


async def test_6_a_cancellation_nobody_told_of_is_found_before_anything_is_sent(
    services: Services,
) -> None:
    lodge = await open_lodge(services, local(10, 5, 12))
    await lodge.sells(EARLY, LATE)
    await lodge.books(date(2026, 10, 10), date(2026, 10, 15))
    lodge.pms.hooks.upcoming.append(HookFault.LOST)
    lodge.pms.cancel("R1")
    await lodge.at(local(10, 7, 9))
    assert lodge.texts() == []
    for offer in (await lodge.offers()).values():
        assert (offer.status, offer.reason) == (OfferStatus.WITHDRAWN, Reason.RESERVATION_NOT_LIVE)


async def test_7_times_are_read_when_the_offer_is_sent(services: Services) -> None:
    lodge = await open_lodge(services, local(11, 5, 12))
    await lodge.sells(EARLY)
    await lodge.books(date(2026, 11, 10), date(2026, 11, 15))
    await lodge.at(local(11, 6, 12))
    lodge.pms.world.place(replace(FLAT, check_in=time(14)))
    await lodge.at(local(11, 7, 9))
    [text] = lodge.texts()
    assert "09:00 instead of 14:00" in text


async def test_8_a_second_no_holds_what_comes_next_back(services: Services) -> None:
    lodge = await open_lodge(services, local(12, 5, 12))
    await lodge.sells(EARLY, CLEANING, LATE)
    await lodge.books(date(2026, 12, 10), date(2026, 12, 17))
    await lodge.at(local(12, 7, 9))
    await lodge.at(local(12, 7, 11))
    await lodge.answers(EARLY, OfferStatus.ACCEPTED)
    await lodge.at(local(12, 13, 10))
    assert (await lodge.offer(CLEANING)).status is OfferStatus.OFFERED
    await lodge.at(local(12, 13, 14))
    await lodge.answers(CLEANING, OfferStatus.DECLINED)
    await lodge.at(local(12, 14, 9))
    offer = await lodge.offer(LATE)
    assert (offer.status, offer.due_at) == (OfferStatus.SCHEDULED, local(12, 15, 10))
    assert offer.reason == Reason.SPACING
    assert len(lodge.texts()) == 2
    await lodge.at(local(12, 15, 9, 59))
    assert len(lodge.texts()) == 2
    await lodge.at(local(12, 15, 10))
    assert (await lodge.offer(LATE)).status is OfferStatus.OFFERED


async def test_8b_a_general_no_ends_what_was_only_planned(services: Services) -> None:
    lodge = await open_lodge(services, local(12, 5, 12))
    await lodge.sells(CLEANING, LATE)
    await lodge.books(date(2026, 12, 10), date(2026, 12, 17))
    await lodge.at(local(12, 13, 10))
    await lodge.at(local(12, 13, 14))
    await lodge.answers(CLEANING, OfferStatus.DECLINED, reason=Reason.GENERAL_NO)
    await lodge.answers(LATE, OfferStatus.WITHDRAWN, reason=Reason.GENERAL_NO)
    await lodge.through(local(12, 18, 0), timedelta(hours=6))
    assert len(lodge.texts()) == 1
    assert (await lodge.offer(LATE)).status is OfferStatus.WITHDRAWN
