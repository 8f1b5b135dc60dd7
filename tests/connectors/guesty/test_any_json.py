"""Whatever Guesty answers, a read gives a value or says it is unavailable, a write what became."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date
from typing import Any

import httpx2
import respx
from hypothesis import strategies as st

from jirani.connectors.guesty.hooks import events
from jirani.connectors.guesty.pms import GuestyPms
from jirani.connectors.pms import Extension, NewFee, NewTask, PmsUnavailable
from jirani.rules.facts import OfferKind, TaskKind
from tests.support import guesty as told
from tests.support.fuzzing import JSON, bombard, examples
from tests.support.guesty import BASE, STAY, TALK, Desk
from tests.support.web import Httpx2Mocker

SAMPLES: tuple[Any, ...] = (
    [told.stay()],
    [told.airbnb(stay=[told.part(), told.part("2026-01-25", "2026-01-26")])],
    told.old_stay(),
    {"results": [told.old_stay(), told.folio()]},
    told.folio(balanceDue=25),
    told.bill(told.item(), told.item(None)),
    told.flat(),
    {"data": {"days": [told.day("2026-01-20", "booked", blocks={"b": True}, allotment=1)]}},
    told.posts(told.post(), told.post(module={"type": "note"})),
    {"data": {"conversations": [{"_id": TALK, "meta": {"reservations": [{"_id": STAY}]}}]}},
    [told.task()],
)
FEE = NewFee("k", STAY, OfferKind.EARLY_CHECK_IN, "Early", 2500, "EUR", date(2026, 1, 20))
ONE_MORE = Extension("k", STAY, (date(2026, 1, 25),), 9000, "EUR")
CLEANING = NewTask("k", told.FLAT, TaskKind.CLEANING, "Clean", date(2026, 1, 22), STAY)
READS: tuple[Callable[[GuestyPms], Awaitable[Any]], ...] = (
    lambda pms: pms.reservation(STAY),
    lambda pms: pms.reservations(),
    lambda pms: pms.listing(told.FLAT),
    lambda pms: pms.listings(),
    lambda pms: pms.calendar(told.FLAT, date(2026, 1, 19), date(2026, 1, 22)),
    lambda pms: pms.tasks(told.FLAT, date(2026, 1, 19), date(2026, 1, 22)),
    lambda pms: pms.conversation(STAY),
    lambda pms: pms.messages(TALK),
    lambda pms: pms.fees(STAY),
)
WRITES: tuple[Callable[[GuestyPms], Awaitable[Any]], ...] = (
    lambda pms: pms.post(TALK, "Hello", "k"),
    lambda pms: pms.add_fee(FEE),
    lambda pms: pms.remove_fee(STAY, "x", "k"),
    lambda pms: pms.extend(ONE_MORE),
    lambda pms: pms.shorten(ONE_MORE),
    lambda pms: pms.add_task(CLEANING),
    lambda pms: pms.remove_task("x", "k"),
)


def _damaged(sample: Any, where: list[int], put_in: Any) -> Any:
    """Put something else in at one place of a sample."""
    if not where or not isinstance(sample, dict | list) or not sample:
        return put_in
    names = list(sample) if isinstance(sample, dict) else list(range(len(sample)))
    name = names[where[0] % len(names)]
    copy: Any = dict(sample) if isinstance(sample, dict) else list(sample)
    copy[name] = _damaged(copy[name], where[1:], put_in)
    return copy


def answers() -> st.SearchStrategy[Any]:
    places = st.lists(st.integers(0, 30), max_size=6)
    damaged = st.builds(_damaged, st.sampled_from(SAMPLES), places, JSON)
    return st.sampled_from(SAMPLES) | damaged | damaged | JSON


async def ask(several: list[Any]) -> None:
    mocked = respx.mock(using=Httpx2Mocker.name, base_url=BASE, assert_all_called=False)
    with mocked as web:
        async with httpx2.AsyncClient(trust_env=False, verify=False) as client:
            left = list(several)

            def answer(_: Any) -> respx.MockResponse:
                left.append(left.pop(0))
                return respx.MockResponse(content=json.dumps(left[-1]).encode())

            web.route().mock(side_effect=answer)
            pms = Desk(web, client).open()
            for read in READS:
                with suppress(PmsUnavailable):
                    await read(pms)
            for write in WRITES:
                await write(pms)


@examples(300)
def test_any_json_is_a_value_or_unavailable(examples: int) -> None:
    some = st.lists(answers(), min_size=1, max_size=6)
    bombard(lambda several: asyncio.run(ask(several)), some, examples)


@examples()
def test_any_webhook_is_read_or_nonsense(examples: int) -> None:
    def read(body: Any) -> None:
        with suppress(ValueError):
            events(body if isinstance(body, str) else json.dumps(body))

    sample = {
        "event": "reservation.messageReceived",
        "reservationId": STAY,
        "conversation": {"_id": TALK, "conversationWith": "Guest"},
        "message": {"type": "fromGuest", "body": "Yes", "createdAt": "2026-01-17T10:00:00Z"},
    }
    places = st.lists(st.integers(0, 30), max_size=3)
    bombard(read, st.builds(_damaged, st.just(sample), places, JSON) | JSON | st.text(), examples)
