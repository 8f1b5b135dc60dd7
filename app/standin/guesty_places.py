"""Guesty's listings and their calendars."""

from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from app.standin import guesty_asked as asked
from app.standin.guesty_account import Account, amount, wall
from app.standin.guesty_door import Door, bad, guarded, missing
from jirani.connectors.memory_pms_faults import PmsFault
from jirani.connectors.pms import PmsListing, PmsNight
from jirani.rules.facts import NightState, StayStatus

_CALENDAR = "/availability-pricing/api/calendar/listings/{id}"
_MOST_DAYS = 800
_ENDS = {StayStatus.PENDING: ("reserved", "r"), StayStatus.OWNER: ("unavailable", "o")}
_SET = {"available": NightState.FREE, "unavailable": NightState.BLOCKED}


def routes(account: Account, door: Door) -> APIRouter:
    """Return the ways to places and nights."""
    router = APIRouter(prefix="/v1", route_class=guarded(door))
    world, standin = account.world, account.standin

    @router.get("/listings")
    async def listings(request: Request) -> Response:
        limit, skip = asked.page(request)
        standin.reading("listings")
        every = world.listings()
        rows = [_place(account, place) for place in every[skip : skip + limit]]
        told = [asked.only(row, asked.names(request)) for row in rows]
        page = {"count": len(every), "limit": limit, "skip": skip}
        return JSONResponse({"results": told, **page})

    @router.get("/listings/{id}")
    async def listing(id: str, request: Request) -> Response:
        standin.reading("listing")
        place = account.listing(id)
        if place is None:
            raise missing("Listing")
        return JSONResponse(asked.only(_place(account, place), asked.names(request)))

    @router.get(_CALENDAR)
    async def calendar(id: str, request: Request) -> Response:
        first, last = (
            asked.day(request.query_params.get(name), name) for name in ("startDate", "endDate")
        )
        if not timedelta() <= last - first <= timedelta(days=_MOST_DAYS):
            raise bad("endDate is before startDate, or too far from it")
        fault = standin.reading("calendar")
        place = account.listing(id)
        if place is None:
            raise missing("Listing")
        counted = request.query_params.get("includeAllotment") == "true"
        nights = _seen(account, place.ref, first, last, fault)
        days = [
            _day(account, place.ref, night, counted)
            for night in nights
            if night.state is not NightState.UNKNOWN
        ]
        return JSONResponse({"status": 200, "data": {"days": days}})

    @router.put(_CALENDAR)
    async def block(id: str, request: Request) -> Response:
        body = await asked.said(request)
        place = account.listing(id)
        if place is None:
            raise missing("Listing")
        first, last = (asked.day(body.get(name), name) for name in ("dateFrom", "dateTo"))
        state = _SET.get(str(body.get("status")))
        if state is None or not timedelta() <= last - first <= timedelta(days=_MOST_DAYS):
            raise bad("status must be available or unavailable, for days in order")
        for n in range((last - first).days + 1):
            world.set_night(place.ref, first + timedelta(days=n), state)
        return JSONResponse({"status": 200, "data": {}})

    return router


def _place(account: Account, place: PmsListing) -> dict[str, Any]:
    return {
        "_id": account.id("listing", place.ref),
        "title": place.name,
        "nickname": place.name,
        "timezone": place.zone,
        "defaultCheckInTime": wall(place.check_in),
        "defaultCheckOutTime": wall(place.check_out),
        "prices": {"currency": place.currency},
        "terms": {},
        "active": place.active,
    }


def _seen(
    account: Account, ref: str, first: date, last: date, fault: PmsFault | None
) -> list[PmsNight]:
    """Return the nights, or what was so of them when they were last read."""
    before = account.kept.nights.get(ref)
    if fault is PmsFault.STALE and before is not None:
        return [night for night in before if first <= night.day <= last]
    nights = account.world.nights(ref, first, last)
    if fault is None:
        account.kept.nights[ref] = tuple(nights)
    return nights


def _day(account: Account, place: str, night: PmsNight, counted: bool) -> dict[str, Any]:
    stays = [
        stay
        for ref in night.reservation_refs
        if (stay := account.world.reservations.get(ref)) is not None
    ]
    ids = [account.id("reservation", ref) for ref in night.reservation_refs]
    status, flag = {
        NightState.FREE: ("available", ""),
        NightState.BLOCKED: ("unavailable", "m"),
        NightState.CLOSED: ("unavailable", "an"),
    }.get(night.state, ("booked", "b"))
    if stays:
        status, flag = _ENDS.get(stays[0].status, (status, flag))
    day: dict[str, Any] = {
        "date": night.day.isoformat(),
        "listingId": account.id("listing", place),
        "currency": night.currency,
        "price": amount(night.price, night.currency),
        "status": status,
        "blocks": {name: name == flag for name in ("m", "r", "b", "bd", "o", "an")},
        "cta": bool(night.closed_to_arrival),
        "ctd": bool(night.closed_to_departure),
    }
    if night.min_stay is not None:
        day["minNights"] = night.min_stay
    if counted:
        free = int(night.state is NightState.FREE)
        day["allotment"] = free if night.units is None else night.units
    if ids:
        day["reservationId"] = ids[0]
        day["blockRefs"] = [
            {
                "type": flag,
                "startDate": stay.arrival.isoformat(),
                "endDate": (stay.departure - timedelta(days=1)).isoformat(),
                "reservationId": account.id("reservation", stay.ref),
            }
            for stay in stays
        ]
    return day
