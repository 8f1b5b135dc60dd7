"""Whatever Lodgify answers: a value, or an unknown with its reason; never another error."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date
from typing import Any

from jirani.connectors.lodgify.api import Api
from jirani.connectors.lodgify.choices import Choices
from jirani.connectors.lodgify.pms import LodgifyPms
from jirani.connectors.lodgify.subscribing import subscribe
from jirani.connectors.pms import Extension, Pms, PmsUnavailable, WriteOutcome
from jirani.connectors.wire.asking import Answer, Params, Wire
from tests.support.fuzzing import JSON, bombard, examples, spoilt
from tests.support.lodgify_wire import (
    AVAILABILITY,
    NOW,
    PROPERTY,
    RATES,
    SETTINGS,
    direct,
    said,
    thread,
)
from tests.support.pms_rigs import fee

FIRST, LAST = date(2026, 1, 18), date(2026, 1, 27)
NIGHTS = Extension("k", "9000001", (LAST,), 9000, "EUR")
_HALF = re.compile(r"(?<!\\)\\ud[89a-f]")  # half a character, which no database keeps
# By the end of the path; what a list holds is what is read alone.
GOOD: dict[str, Any] = {
    "/bookings/9000001": direct(),
    "/bookings": {"items": [direct()]},
    "/properties/5001": PROPERTY,
    "/properties": {"items": [PROPERTY]},
    "/settings": SETTINGS,
    "/availability/5001/6001": AVAILABILITY,
    "/rates/calendar": RATES,
    "/messages": {"success": False, "statusCode": "400", "message": "No."},
    "/paymentLink": {"url": None, "succeeded": True},
    "/messaging/11111111-2222-4333-8444-555555555555": thread(said()),
    "/list": [],
    "/subscribe": {"id": "s", "secret": "t"},
}
READS: tuple[Callable[[Pms], Awaitable[object]], ...] = (
    lambda pms: pms.reservation("9000001"),
    lambda pms: pms.reservations(),
    lambda pms: pms.listing("5001"),
    lambda pms: pms.listings(),
    lambda pms: pms.calendar("5001", FIRST, LAST),
    lambda pms: pms.conversation("9000001"),
    lambda pms: pms.messages("9000001"),
)
WRITES: tuple[Callable[[Pms], Awaitable[object]], ...] = (
    lambda pms: pms.post("9000001", "Hello", "k"),
    lambda pms: pms.add_fee(fee(reservation_ref="9000001")),
    lambda pms: pms.extend(NIGHTS),
    lambda pms: pms.shorten(NIGHTS),
)


class Told(Wire):
    """Answers with one thing at one place, and as it should at the others."""

    def __init__(self, place: str, told: Any) -> None:
        self._place, self._told = place, told

    async def read(self, path: str, params: Params | None = None, *, method: str = "GET") -> Any:
        return self._at(path)

    async def write(
        self, method: str, path: str, body: Any = None, params: Params | None = None
    ) -> Answer:
        return Answer(WriteOutcome.ACCEPTED, self._at(path), 200)

    def _at(self, path: str) -> Any:
        known = next((end for end in GOOD if path.endswith(end)), "")
        return self._told if known == self._place else GOOD.get(known)


async def ask(place: str, told: Any) -> None:
    """Ask for everything, where one place answers so."""
    wire = Told(place, told)
    pms = LodgifyPms("lodgify", Api(wire, wire), Choices(), lambda: NOW)
    for read in READS:
        with suppress(PmsUnavailable):
            assert not _HALF.search(repr(await read(pms)))
    for write in WRITES:
        assert not _HALF.search(repr(await write(pms)))
    with suppress(PmsUnavailable):
        await subscribe(wire, "https://jirani.example")


def parsed(text: str) -> Any:
    """Return what is left of an answer, if that is one still."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


@examples(400)
def test_any_json_in_place_of_an_answer_is_understood_or_not(examples: int) -> None:
    def check(told: Any) -> None:
        for place in GOOD:
            asyncio.run(ask(place, told))

    bombard(check, JSON, max(examples // 10, 6))


@examples(400)
def test_a_damaged_answer_is_understood_or_not(examples: int) -> None:
    for place, good in GOOD.items():

        def check(told: str, place: str = place) -> None:
            asyncio.run(ask(place, parsed(told)))

        bombard(check, spoilt((json.dumps(good),)), examples // 2)


def odd() -> list[Any]:
    """Return what fields have held that nobody expected."""
    return [None, "", 0, -1, 1.5, True, "x", [], {}, [None], {"id": None}, "9" * 400, "\ud800"]


def test_any_field_may_hold_anything() -> None:
    async def every() -> None:
        for place, good in GOOD.items():
            for damaged in spoilt_fields(good):
                await ask(place, damaged)

    asyncio.run(every())


def spoilt_fields(good: Any) -> list[Any]:
    """Put something odd in place of every field at the top, and of one inside."""
    if isinstance(good, list):
        return [[each] for one in good for each in spoilt_fields(one)] + odd()
    if not isinstance(good, dict):
        return odd()
    found: list[Any] = []
    for n, (name, value) in enumerate(good.items()):
        inner = value if isinstance(value, list | dict) else None
        news = spoilt_fields(inner) if inner else odd()[n % 3 :: 3]
        found += [{**good, name: new} for new in news]
    return found
