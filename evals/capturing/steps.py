"""The steps of a scenario: who spoke, how long nobody did, and what came in between."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from evals.capturing import charges, diaries
from evals.capturing.happened import Place, Spoken, place_of, price_changes, spoken
from evals.capturing.house import major
from evals.capturing.record import Record
from prompts.library import Prompts

SECOND = timedelta(seconds=1)
_UNITS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))


@dataclass(frozen=True, slots=True)
class Made:
    """A step of the scenario; `said` is what the guest said in it, and was answered."""

    data: dict[str, Any]
    said: Spoken | None = None


@dataclass(frozen=True, slots=True)
class _Event:
    place: Place
    made: Made
    done_at: datetime


def steps(record: Record, prompts: Prompts) -> list[Made]:
    """Return the steps, with the time that passed between them, to the second.

    A turn takes no time in a scenario, so the clock is stopped while one was under way: what was
    open for half a minute after an answer is open for half a minute.
    """
    made: list[Made] = []
    now = record.start.replace(second=0, microsecond=0)
    for event in sorted(_events(record, prompts), key=lambda each: each.place):
        if passed := _passed(now, event.place[0]):
            made.append(Made({"time_passes": passed}))
        made.append(event.made)
        now = max(now, event.done_at)
    if passed := _passed(now, max(charges.due(record))):
        made.append(Made({"time_passes": passed}))
    return made


def _events(record: Record, prompts: Prompts) -> Iterator[_Event]:
    talk = list(spoken(record, prompts))
    for each in talk:
        yield _Event(each.place, Made(_said(each), each), each.done_at)
    first = talk[0].place
    for turned in record.dials_turned:
        place = place_of(turned.id, turned.at)
        if first < place and turned.at <= record.end:
            yield _event(place, {"dials": {turned.dial: turned.after}})
    for taken in diaries.taken(record):
        yield _event(place_of(taken.id, taken.at), {"other_takes": taken.slot})
    for callback, how in charges.early(record):
        yield _event(place_of(callback.id, callback.at), {"callbacks": how})
    for id, service, price in price_changes(record):
        cause = max((s.place for s in talk if s.place <= place_of(id)), default=first)
        amount = major(price, record.business.currency)
        yield _event((cause[0], cause[1], -1), {"prices": {record.names[service]: amount}})


def _event(place: Place, data: dict[str, Any]) -> _Event:
    return _Event(place, Made(data), place[0])


def _said(each: Spoken) -> dict[str, Any]:
    if each.label is not None:
        return {"press": each.label}
    return {"guest": each.texts if len(each.texts) > 1 else each.texts[0]}


def _passed(since: datetime, until: datetime) -> str:
    """Write a stretch of time in whole seconds, as `1h 30m`; nothing for less than one."""
    left, parts = max(0, (until - since) // SECOND), []
    for size, unit in _UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts)
