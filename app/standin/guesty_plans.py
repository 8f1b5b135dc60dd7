"""Guesty's tasks: a report with columns, single tasks made, changed and taken away.

Changing and taking away (`PUT` and `DELETE /tasks-open-api/{id}`) were seen in clients only.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime, time
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from app.standin import guesty_asked as asked
from app.standin.guesty_account import Account, instant, local
from app.standin.guesty_door import Door, bad, guarded, missing
from jirani.connectors.pms import PmsTask
from jirani.rules.facts import TaskKind

_PATH = "/v1/tasks-open-api"
_KINDS = {
    "cleaning": TaskKind.CLEANING,
    "mid-stay": TaskKind.CLEANING,
    "maintenance": TaskKind.MAINTENANCE,
}
_STATUSES = frozenset({"pending", "confirmed", "in progress", "completed", "canceled"})
_COLUMNS = ("id", "status", "taskTitle", "type", "listing", "reservation", "scheduledFor")


def routes(account: Account, door: Door) -> APIRouter:
    """Return the ways to what is to be done."""
    router = APIRouter(prefix=_PATH, route_class=guarded(door))
    standin, world = account.standin, account.world

    @router.get("/tasks")
    async def tasks(request: Request) -> Response:
        limit, skip = asked.page(request, least=25)
        columns = asked.names(request, "columns", required=True)
        if not set(columns) <= {*_COLUMNS, "assignee", "canStartAfter", "mustFinishBefore"}:
            raise bad("unknown column")
        wanted = _filters(request)
        standin.reading("tasks")
        rows = [_row(account, task) for task in world.tasks.values()]
        found = [row for row in rows if _fits(row, wanted)]
        some = found[skip : skip + limit]
        chosen = {"id", *columns}
        return JSONResponse([{n: v for n, v in row.items() if n in chosen} for row in some])

    @router.post("/create-single-task")
    async def create(request: Request) -> Response:
        body = await asked.said(request)
        kind, title = asked.optional(body, "type") or "", asked.needed(body, "title")
        place = account.listing(body.get("listingId"))
        if place is None:
            raise missing("Listing")
        start, end = (
            None if body.get(name) is None else asked.moment(body[name], name)
            for name in ("canStartAfter", "mustFinishBefore")
        )
        at = start or end
        if at is None:
            raise bad("canStartAfter is required")
        stay = None
        if body.get("reservationId") is not None:
            stay = account.stay(body["reservationId"])
            if stay is None:
                raise missing("Reservation")
        task = PmsTask(
            *(f"task-{world.mark(title)}", place.ref, _KINDS.get(kind, TaskKind.OTHER)),
            *(at.astimezone(ZoneInfo(place.zone or "UTC")).date(), start, end),
            reservation_ref=stay.ref if stay else None,
            title=title,
        )
        with standin.writing("add_task") as writing:
            if writing.done:
                world.put_task(task)
                account.kept.types[task.ref] = kind or str(task.kind)
        id = account.id("task", task.ref)
        return JSONResponse({"id": id, "title": title, "type": kind}, HTTPStatus.CREATED)

    @router.put("/{id}")
    async def change(id: str, request: Request) -> Response:
        body = await asked.said(request)
        task = _task(account, id)
        status = asked.needed(body, "status")
        if status not in _STATUSES:
            raise bad("unknown status")
        with standin.writing("remove_task") as writing:
            if writing.done:
                done, gone = status == "completed", status == "canceled"
                world.put_task(replace(task, done=done, cancelled=gone))
        return JSONResponse({"id": id, "status": status})

    @router.delete("/{id}")
    async def remove(id: str) -> Response:
        task = _task(account, id)
        with standin.writing("remove_task") as writing:
            if writing.done:
                world.tasks.pop(task.ref, None)
        return JSONResponse({"id": id})

    return router


def _task(account: Account, id: str) -> PmsTask:
    task = account.world.tasks.get(account.ref("task", id) or "")
    if task is None:
        raise missing("Task")
    return task


def _row(account: Account, task: PmsTask) -> dict[str, Any]:
    place = account.world.listing(task.listing_ref)
    kind = account.kept.types.get(task.ref, str(task.kind))
    status = "canceled" if task.cancelled else "completed" if task.done else "confirmed"
    zone = place.zone if place else None
    begin = local(task.day, time(), zone) or datetime.combine(task.day, time(), UTC)
    stay = task.reservation_ref
    return {
        "id": account.id("task", task.ref),
        "status": {"children": status},
        "taskTitle": {"children": task.title},
        "type": {"children": kind},
        "listing": {
            "listingId": account.id("listing", task.listing_ref),
            "title": place.name if place else None,
        },
        "reservation": {"reservationId": account.id("reservation", stay)} if stay else None,
        "scheduledFor": {
            "startTime": instant(task.starts_at),
            "canStartAfter": None if task.starts_at else instant(begin),
            "mustFinishBefore": instant(task.ends_at),
        },
    }


def _filters(request: Request) -> list[tuple[str, str, Any]]:
    """Return the filters: a JSON object of column → operator → value."""
    try:
        read = json.loads(request.query_params.get("filters", "{}"))
    except (ValueError, RecursionError):
        raise bad("filters is no JSON") from None
    if not isinstance(read, dict):
        raise bad("filters is no object")
    wanted = []
    for name, told in read.items():
        for operator, value in (told if isinstance(told, dict) else {"@eq": told}).items():
            many = operator in ("@in", "@nin")
            if name not in ("status", "type", "listing", "listingId", "reservation"):
                raise bad(f"cannot filter by {name}")
            if (not many and operator != "@eq") or (many and not isinstance(value, list)):
                raise bad(f"cannot filter with {operator}")
            wanted.append((name, operator, value if many else [value]))
    return wanted


def _fits(row: dict[str, Any], wanted: list[tuple[str, str, Any]]) -> bool:
    told = {
        "status": row["status"]["children"],
        "type": row["type"]["children"],
        "listing": row["listing"]["listingId"],
        "listingId": row["listing"]["listingId"],
        "reservation": (row["reservation"] or {}).get("reservationId"),
    }
    return all((told[name] in values) != (how == "@nin") for name, how, values in wanted)
