"""Only an offer that there is can be answered, only what was sold taken back (O4, O10)."""

from collections.abc import Awaitable, Callable
from datetime import date, time
from types import SimpleNamespace
from typing import Any

import pytest

from jirani.rules.decision import Reason
from jirani.rules.facts import StaySale, Terms
from jirani.services import Case
from jirani.services.clock import SetClock
from jirani.services.stays.answering import StayAnswered, accept_stay, decline_stay, read_again
from jirani.services.stays.deferring import defer_stay
from jirani.services.stays.expiring import expire_stay_offer
from jirani.services.stays.taking_back import undo_stay
from tests.support.one_row import OneRow, a_store
from tests.support.stay_facts import LATE, booked, local, offered

pytestmark = pytest.mark.anyio

NOW = local(6, 18, 9)
STAY = booked(date(2026, 6, 15), date(2026, 6, 20))
TERMS = Terms(date(2026, 6, 20), 5000, "USD", wall=time(18), standard=time(11))
OFFER = offered(LATE, TERMS, NOW, local(6, 19, 9))


def case(**rows: Any) -> Case:
    accounts = SimpleNamespace(of=lambda *_: None)
    services: Any = SimpleNamespace(store=a_store(**rows), clock=SetClock(NOW), pms=accounts)
    house: Any = SimpleNamespace(id="lodge")
    return Case(services, house, house, "guest", "thread", 3)


@pytest.mark.parametrize("answer", [accept_stay, decline_stay, defer_stay, undo_stay])
async def test_an_answer_to_an_offer_that_there_is_not_changes_nothing_u3(
    answer: Callable[[Case, str], Awaitable[StayAnswered]],
) -> None:
    answered = await answer(case(stay_offers=None, stay_sales=None), "o9")
    assert (answered.decision.reason, answered.offer) == (Reason.UNKNOWN_HANDLE, None)


async def test_what_was_not_sold_is_not_taken_back() -> None:
    sale = StaySale("s", OFFER.id, 5000, "USD", "applied", NOW, None, None, None, None)
    for offer, sold in ((OFFER, None), (None, sale)):
        answered = await undo_stay(case(stay_offers=offer, stay_sales=sold), OFFER.id)
        assert answered.decision.reason is Reason.UNKNOWN_HANDLE


async def test_without_an_account_nothing_is_read_and_nothing_sold_o12() -> None:
    answer = await read_again(case(), STAY)
    assert getattr(answer, "reason", None) is Reason.PMS_UNAVAILABLE


async def test_an_offer_that_was_answered_meanwhile_does_not_expire_o14() -> None:
    for rows in ({"stay_offers": None}, {"stay_offers": OneRow(OFFER, expire=False)}):
        await expire_stay_offer(case(**rows).services, "lodge", OFFER.id)
