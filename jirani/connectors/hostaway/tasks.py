"""The plan of what is to be done at an account's places."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from http import HTTPStatus

from jirani.connectors.hostaway import plan
from jirani.connectors.hostaway.api import Api, is_id, understood
from jirani.connectors.hostaway.marks import key_in
from jirani.connectors.hostaway.results import unlooked, written
from jirani.connectors.pms import (
    NewTask,
    PmsListing,
    PmsTask,
    PmsUnavailable,
    WriteOutcome,
    Written,
    Wrong,
)
from jirani.connectors.wire import fields
from jirani.connectors.wire.asking import Params

_DAY = timedelta(days=1)


class Tasks:
    """The tasks of one account."""

    def __init__(self, api: Api, listing: Callable[[str], Awaitable[PmsListing | None]]) -> None:
        self._api = api
        self._listing = listing

    async def read(self, listing_ref: str, first: date, last: date) -> tuple[PmsTask, ...]:
        """Read a place's tasks by local day: only an account's, by UTC, can be asked for."""
        rows = await self._api.rows("/tasks", _window(first, last))
        with understood():
            told = [plan.task(row) for row in rows if _at(row, listing_ref)]
        found = (each for each in told if each and first <= each.day <= last)
        return tuple(sorted(found, key=lambda one: (one.day, one.ref)))

    async def add(self, task: NewTask) -> Written:
        """Put a task on the plan, unless it is there."""
        try:
            known = await self._known(task)
            zone = None
            if known is None and (task.starts_at is None or task.ends_at is None):
                place = await self._listing(task.listing_ref)
                if place is None:
                    return Written(WriteOutcome.REJECTED, reason=Wrong.NOT_FOUND)
                zone = place.zone
        except PmsUnavailable as unread:
            return unlooked(unread)
        if known is not None:
            return Written(WriteOutcome.ACCEPTED, known)
        body = plan.body(task, zone)
        if body is None:
            return Written(WriteOutcome.REJECTED, reason="The listing has no time zone.")
        answer = await self._api.write("POST", "/tasks", body)
        if answer.outcome is not WriteOutcome.ACCEPTED:
            return written(answer)
        try:
            ref = fields.needed(fields.within(answer.body, "id"), "id")
        except fields.Malformed:
            return Written(WriteOutcome.UNKNOWN, reason=Wrong.MALFORMED)
        return Written(WriteOutcome.ACCEPTED, ref)

    async def remove(self, ref: str) -> Written:
        """Take a task off the plan; it is as good if somebody else did."""
        if not is_id(ref):
            return Written(WriteOutcome.ACCEPTED, ref)
        answer = await self._api.write("DELETE", f"/tasks/{ref}")
        if answer.status == HTTPStatus.NOT_FOUND:
            return Written(WriteOutcome.ACCEPTED, ref)
        return written(answer, ref)

    async def _known(self, task: NewTask) -> str | None:
        """Find a task by its key, else by its title and day: it may not keep the key."""
        asked: Params = {"reservationId": task.reservation_ref}
        if task.reservation_ref is None:
            asked = _window(task.day, task.day)
        for row in await self._api.rows("/tasks", asked):
            if not _at(row, task.listing_ref):
                continue
            with understood():
                one = plan.task(row)
            key = key_in(row.get("description"))
            if one is None or one.cancelled or key not in (None, task.key):
                continue
            if key is not None or (one.title, one.day) == (task.title, task.day):
                return one.ref
        return None


def _window(first: date, last: date) -> Params:
    begin, end = first - _DAY, last + 2 * _DAY
    return {"canStartFromStart": begin.isoformat(), "canStartFromEnd": end.isoformat()}


def _at(row: object, listing_ref: str) -> bool:
    return str(fields.within(row, "listingMapId")) == listing_ref
