"""Guesty's tasks: a table of cells, asked for by its columns."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from jirani.connectors.guesty.answers import cell, in_path, items, mark, marked, sensible, unwrapped
from jirani.connectors.guesty.options import Options
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
from jirani.connectors.wire.asking import Params, Wire
from jirani.connectors.wire.fields import first, needed, record, text, within, word
from jirani.rules.facts import TaskKind

_COLUMNS = "status taskTitle type listing reservation scheduledFor id"
_PAGE, _PAGES = 100, 50
_CLEANING = {"cleaning", "mid-stay", "housekeeping", "turnover"}


async def tasks(
    wire: Wire, options: Options, place: PmsListing, first_day: date, last_day: date
) -> tuple[PmsTask, ...]:
    """Read what is to be done at a place, by its own days. Raises PmsUnavailable."""
    every = await _at(wire, options, place)
    return tuple(sorted((each for each in every if first_day <= each.day <= last_day), key=_by_day))


async def add(wire: Wire, options: Options, place: PmsListing, task: NewTask) -> Written:
    """Put a task on the plan, unless it is there: its title carries our key."""
    try:
        zone = _zone(place)
        if (known := await _known(wire, options, place, task.key)) is not None:
            return Written(WriteOutcome.ACCEPTED, known)
    except PmsUnavailable as unread:
        return Written(WriteOutcome.RETRY, None, unread.reason, unread.retry_after)
    answer = await wire.write(
        "POST", "/tasks-open-api/create-single-task", _body(options, task, zone)
    )
    if answer.outcome is not WriteOutcome.ACCEPTED:
        return Written(answer.outcome, None, answer.reason, answer.retry_after)
    try:
        ref = _ref(answer.body) or await _known(wire, options, place, task.key)
    except (PmsUnavailable, fields.Malformed):
        ref = None
    if ref is None:
        return Written(WriteOutcome.UNKNOWN, None, Wrong.MALFORMED)
    return Written(WriteOutcome.ACCEPTED, ref)


async def remove(wire: Wire, ref: str) -> Written:
    """Take a task off the plan."""
    try:
        answer = await wire.write("DELETE", f"/tasks-open-api/{in_path(ref)}")
    except PmsUnavailable as no_id:
        return Written(WriteOutcome.REJECTED, ref, no_id.reason)
    if answer.outcome is WriteOutcome.REJECTED and answer.reason == Wrong.NOT_FOUND:
        return Written(WriteOutcome.ACCEPTED, ref)
    return Written(answer.outcome, ref, answer.reason, answer.retry_after)


async def _known(wire: Wire, options: Options, place: PmsListing, key: str) -> str | None:
    found = await _at(wire, options, place, key)
    return found[0].ref if found else None


async def _at(
    wire: Wire, options: Options, place: PmsListing, key: str | None = None
) -> list[PmsTask]:
    """Read the tasks of one place among those of all, or the one with our key.

    Raises PmsUnavailable, also for a task there that makes no sense: it might be a cleaning.
    """
    zone, found = _zone(place), []
    for page in range(_PAGES):
        asked: Params = {
            "columns": _COLUMNS,
            "filters": options["task_filters"] or None,
            "limit": _PAGE,
            "skip": page * _PAGE,
        }
        answer = await wire.read("/tasks-open-api/tasks", asked)
        with sensible("tasks"):
            rows = items(answer, "results", "data", "tasks")
            for each in rows:
                row = record(each, "task")
                if _id_of(row.get("listing"), "listingId") != place.ref:
                    continue
                if key is not None and marked(cell(row.get("taskTitle"))) != key:
                    continue
                if (task := _task(row, place.ref, zone)) is not None:
                    found.append(task)
        if len(rows) < _PAGE:
            return found
    raise PmsUnavailable(Wrong.MALFORMED, "more tasks than can be read")


def _task(row: Mapping[str, Any], listing_ref: str, zone: ZoneInfo) -> PmsTask | None:
    """Read a task; None for one that has no day yet."""
    when = cell(row.get("scheduledFor"))
    starts, begins, ends = (
        fields.moment(within(when, name), name)
        for name in ("startTime", "canStartAfter", "mustFinishBefore")
    )
    at = first(starts, begins, ends)
    if at is None:
        return None
    status = (word(cell(row.get("status")), "status") or "").casefold()
    title = text(cell(row.get("taskTitle")), "taskTitle") or ""
    return PmsTask(
        needed(cell(first(row.get("id"), row.get("_id"))), "id"),
        listing_ref,
        _kind(word(cell(row.get("type")), "type"), title),
        at.astimezone(zone).date(),
        starts or begins,
        ends,
        _id_of(row.get("reservation"), "reservationId"),
        title,
        done=status == "completed",
        cancelled=status in ("canceled", "cancelled"),
    )


def _kind(told: str | None, title: str) -> TaskKind:
    """Tell what a task is: one of no type is what its title says."""
    kind = (told or title).casefold()
    if kind in _CLEANING or "clean" in kind:
        return TaskKind.CLEANING
    return TaskKind.MAINTENANCE if "maintenance" in kind else TaskKind.OTHER


def _body(options: Options, task: NewTask, zone: ZoneInfo) -> dict[str, Any]:
    """Write a task; without times it may be done all day."""
    midnight = datetime.combine(task.day, time(), zone)
    starts = task.starts_at or midnight
    ends = task.ends_at or datetime.combine(task.day + timedelta(days=1), time(), zone)
    cleaning = task.kind is TaskKind.CLEANING
    kind = options["cleaning_task"] if cleaning else options["other_task"]
    body = {
        "title": f"{task.title} ({mark(task.key)})",
        "type": kind or None,
        "listingId": task.listing_ref,
        "reservationId": task.reservation_ref,
        "canStartAfter": _utc(starts),
        "mustFinishBefore": _utc(max(starts, ends)),
    }
    return {name: value for name, value in body.items() if value is not None}


def _ref(answer: Any) -> str | None:
    told = unwrapped(answer)
    names = ("id", "_id", "taskId")
    inner = within(told, "task")
    return word(first(*(within(each, n) for each in (told, inner) for n in names)), "id")


def _id_of(told: Any, name: str) -> str | None:
    """Return the id in a cell: bare, or by its own name, or by any."""
    inside = cell(told)
    if isinstance(inside, dict):
        inside = first(inside.get(name), inside.get("_id"), inside.get("id"))
    return word(inside, name)


def _zone(place: PmsListing) -> ZoneInfo:
    if place.zone is None:
        raise PmsUnavailable(Wrong.MALFORMED, f"listing {place.ref} has no time zone")
    return ZoneInfo(place.zone)


def _utc(at: datetime) -> str:
    return at.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _by_day(task: PmsTask) -> tuple[date, str]:
    return task.day, task.ref
