"""Hostaway's tasks, read and written."""

import re
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from jirani.connectors.hostaway.marks import marked
from jirani.connectors.hostaway.reading import Row
from jirani.connectors.pms import NewTask, PmsTask
from jirani.connectors.wire import fields
from jirani.rules.facts import TaskKind

_CATEGORIES = {TaskKind.CLEANING: 1, TaskKind.MAINTENANCE: 2, TaskKind.OTHER: 6}
_CLEANING = re.compile(
    r"clean|housekeep|linen|limpi|limpez|ménage|menage|nettoy|reinig|putz|puli[zs]i|usafi", re.I
)
_MAINTENANCE = re.compile(r"mainten|repair|fix|reparat|manuten|matengenezo", re.I)


def task(value: Any) -> PmsTask | None:
    """Read a task; None for one that is planned for no day. Raises Malformed."""
    row = fields.record(value, "task")
    ref = fields.needed(row.get("id"), "id")
    day = fields.day(
        fields.first(row.get("canStartFromListingTime"), row.get("shouldEndByListingTime")),
        "canStartFromListingTime",
    )
    if day is None:
        return None
    title = fields.text(row.get("title"), "title") or ""
    status = fields.word(row.get("status"), "status")
    return PmsTask(
        ref,
        fields.word(row.get("listingMapId"), "listingMapId") or "",
        _kind(row, title),
        day,
        fields.moment(row.get("canStartFrom"), "canStartFrom"),
        fields.moment(row.get("shouldEndBy"), "shouldEndBy"),
        fields.word(row.get("reservationId"), "reservationId"),
        title,
        done=status == "completed",
        cancelled=status == "cancelled",
    )


def body(new: NewTask, zone: str | None) -> dict[str, Any] | None:
    """Write a new task; None where a day cannot be told in UTC, since the zone is not known.

    Without a time it may be done all day.
    """
    begin, end = new.starts_at, new.ends_at
    if begin is None or end is None:
        if zone is None:
            return None
        begin = begin or _local(new.day, time(0), zone)
        end = end or _local(new.day, time(23, 59), zone)
    return {
        "title": new.title,
        "description": marked(new.key),
        "categoriesMap": [_CATEGORIES[new.kind]],
        "listingMapId": _number(new.listing_ref),
        "reservationId": _number(new.reservation_ref),
        "canStartFrom": stamp(begin),
        "shouldEndBy": stamp(end),
    }


def stamp(at: datetime) -> str:
    """Write an instant as Hostaway does."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _kind(row: Row, title: str) -> TaskKind:
    """Tell what kind it is: by its categories, else by the words of its title."""
    told = row.get("categoriesMap")
    if told is not None and not isinstance(told, list):
        raise fields.Malformed("categoriesMap is no list")
    categories = fields.words(told or (), "categoriesMap")
    if categories:
        kinds = [kind for kind, number in _CATEGORIES.items() if str(number) in categories]
        return kinds[0] if kinds else TaskKind.OTHER
    if _CLEANING.search(title):
        return TaskKind.CLEANING
    return TaskKind.MAINTENANCE if _MAINTENANCE.search(title) else TaskKind.OTHER


def _local(day: date, at: time, zone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone))


def _number(ref: str | None) -> int | str | None:
    return int(ref) if ref is not None and ref.isdecimal() and len(ref) < 20 else ref
