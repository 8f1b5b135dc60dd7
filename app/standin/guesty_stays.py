"""Guesty's reservations: read by V3 and by the older API, changed by V3."""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import date, time, timedelta
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from app.standin import guesty_asked as asked
from app.standin.ground import Writing
from app.standin.guesty_account import Account
from app.standin.guesty_door import Door, Refusal, bad, guarded, missing
from app.standin.guesty_reading import Reading
from app.standin.guesty_rows import LEGACY, UNHEARD_OF, Rows
from jirani.connectors.memory_pms_faults import PmsFault
from jirani.connectors.pms import EventKind, PmsReservation
from jirani.rules.facts import NightState, StayStatus

_MOST_IDS = 10
_OPEN = (NightState.FREE, NightState.CLOSED)  # a guest who is there may have a closed night
_FILTERS = {
    *(("listingId", ""), ("status", "")),
    *((name, end) for name in ("checkIn", "checkOut") for end in ("gte", "lte")),
}
_GUEST = ("_id", "firstName", "lastName", "fullName", "email", "emails", "phone", "phones")


def routes(account: Account, door: Door, rows: Rows) -> APIRouter:
    """Return the ways to reservations and guests."""
    router = APIRouter(prefix="/v1", route_class=guarded(door))
    world, reading = account.world, Reading(account)

    @router.get("/reservations-v3")
    async def by_ids(request: Request) -> Response:
        params = request.query_params
        ids = params.getlist("reservationIds[]")
        if not ids or "reservationIds" in params or len(ids) > _MOST_IDS:
            raise bad(f"reservationIds must be an array of at most {_MOST_IDS} ids")
        fault = reading.stays(ids)
        stays = [stay for each in ids if (stay := account.stay(each)) is not None]
        shown = [_dimmed(stay, fault) for stay in stays if _in_v3(account, stay)]
        return JSONResponse([rows.v3(stay) for stay in shown])

    @router.get("/reservations-v3/search")
    async def search(request: Request) -> Response:
        limit, skip = asked.page(request)
        filters = asked.searched(request)
        if not filters.keys() <= _FILTERS:
            raise bad("unknown filter")
        fault = reading.search()
        stays = [stay for stay in world.reservations.values() if _in_v3(account, stay)]
        found = [stay for stay in stays if _searched(rows.found(stay), filters)]
        some = [rows.found(_dimmed(stay, fault)) for stay in found[skip : skip + limit]]
        reading.listed([row["reservationId"] for row in some])
        more = skip + limit < len(found)
        pagination = {"skip": skip, "limit": limit, "hasMore": more}
        return JSONResponse({"results": some, "pagination": pagination})

    @router.get("/reservations")
    async def by_filters(request: Request) -> Response:
        _not_retired(account)
        limit, skip = asked.page(request)
        wanted = asked.conditions(request, LEGACY)
        fault = reading.filtered()
        every = [rows.legacy(stay) for stay in world.reservations.values()]
        found = [row for row in every if asked.fits(row, wanted)]
        found = asked.ordered(found, request.query_params.get("sort"))
        if fault is PmsFault.STATUS_UNKNOWN:
            found = [{**row, "status": UNHEARD_OF} for row in found]
        some = [asked.only(row, asked.names(request)) for row in found[skip : skip + limit]]
        page = {"count": len(found), "limit": limit, "skip": skip}
        return JSONResponse({"results": some, **page})

    @router.get("/reservations/{id}")
    async def by_id(id: str, request: Request) -> Response:
        _not_retired(account)
        fault = reading.stay(id)
        stay = account.stay(id)
        if stay is None:
            raise missing("Reservation")
        row = rows.legacy(_dimmed(stay, fault))
        return JSONResponse(asked.only(row, asked.names(request)))

    @router.get("/guests-crud/{id}")
    async def guest(id: str, request: Request) -> Response:
        fields = asked.names(request, required=True)
        stay = account.booked_by(id)
        if stay is None:
            raise missing("Guest")
        unknown = set(fields) - {*_GUEST, "preferredLanguage"}
        if unknown:
            raise bad(f"unknown fields: {', '.join(sorted(unknown))}")
        return JSONResponse(asked.only(rows.guest(stay), fields))

    @router.put("/reservations-v3/{id}/dates")
    async def dates(id: str, request: Request) -> Response:
        body = await asked.said(request)
        stay = account.stay(id)
        if stay is None:
            raise missing("Reservation")
        wanted = _redated(stay, body)
        with _writing(account, stay, wanted) as writing:
            if not _free(account, stay, wanted):
                raise bad("the listing is not available on these dates")
            recalculated = replace(wanted, total=_recalculated(account, stay, wanted))
            if writing.done:
                account.memory.put(recalculated, EventKind.CHANGED)
        return JSONResponse(rows.v3(world.reservations.get(stay.ref, stay)))

    return router


def _not_retired(account: Account) -> None:
    until = account.terms.legacy_until
    if until is not None and account.now() >= until:
        raise Refusal(HTTPStatus.GONE, "This endpoint was retired, use reservations-v3")


def _in_v3(account: Account, stay: PmsReservation) -> bool:
    return stay.channel not in account.terms.v3_hides


def _dimmed(stay: PmsReservation, fault: PmsFault | None) -> PmsReservation:
    dim = fault is PmsFault.STATUS_UNKNOWN
    return replace(stay, status=StayStatus.UNKNOWN) if dim else stay


def _searched(row: dict[str, Any], filters: dict[tuple[str, str], str]) -> bool:
    places = {each["listingId"] for each in row["stay"]}
    for (name, end), value in filters.items():
        if name == "listingId":
            fits = bool(places & set(value.split(",")))
        elif name == "status":
            fits = row["status"] in value.split(",")
        else:
            told = row[f"{name}DateLocalized"]
            fits = told >= value[:10] if end == "gte" else told <= value[:10]
        if not fits:
            return False
    return True


def _redated(stay: PmsReservation, body: dict[str, Any]) -> PmsReservation:
    changes: dict[str, Any] = {}
    for name, ours in (("checkInDateLocalized", "arrival"), ("checkOutDateLocalized", "departure")):
        if name in body:
            changes[ours] = asked.day(body[name], name)
    for name, ours in (("plannedArrival", "check_in"), ("plannedDeparture", "check_out")):
        if body.get(name) is not None:
            changes[ours] = _time(body[name], name)
    wanted = replace(stay, **changes)
    if not changes or wanted.departure <= wanted.arrival:
        raise bad("these dates make no stay")
    return wanted


def _time(value: object, name: str) -> time:
    try:
        at = time.fromisoformat(str(value))
        if f"{at:%H:%M}" != value:
            raise ValueError(value)
        return at
    except ValueError:
        raise bad(f"{name} is no HH:mm") from None


def _nights(stay: PmsReservation) -> set[date]:
    days = (stay.departure - stay.arrival).days
    return {stay.arrival + timedelta(days=n) for n in range(days)}


def _free(account: Account, stay: PmsReservation, wanted: PmsReservation) -> bool:
    added = _nights(wanted) - _nights(stay)
    if not added:
        return True
    told = account.world.nights(stay.listing_ref, min(added), max(added))
    return all(night.state in _OPEN for night in told if night.day in added)


def _writing(
    account: Account, stay: PmsReservation, wanted: PmsReservation
) -> AbstractContextManager[Writing]:
    """Let befall what is to: other times alone are no call of ours."""
    if _nights(wanted) == _nights(stay):
        return nullcontext(Writing(None))
    return account.standin.writing("extend" if _nights(wanted) - _nights(stay) else "shorten")


def _recalculated(account: Account, stay: PmsReservation, wanted: PmsReservation) -> int | None:
    """Return the price of other dates: Guesty always reckons it anew, by the calendar's prices."""
    added, left = _nights(wanted) - _nights(stay), _nights(stay) - _nights(wanted)
    if stay.total is None or not added | left:
        return stay.total
    told = account.world.nights(stay.listing_ref, min(added | left), max(added | left))
    prices = {night.day: night.price or 0 for night in told}
    return stay.total + sum(prices[day] for day in added) - sum(prices[day] for day in left)
