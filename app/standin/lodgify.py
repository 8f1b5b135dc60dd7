"""Lodgify over the world of the stand-in: both versions of its API, and its webhooks."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import JSONResponse, Response

from app.standin.face import unanswered
from app.standin.ground import Befallen, Delivery, StandIn
from app.standin.lodgify_asking import (
    LodgifyRoute,
    NotDone,
    Query,
    day,
    error,
    not_success,
    page_of,
    sent,
    truth,
)
from app.standin.lodgify_bookings import Bookings
from app.standin.lodgify_calendar import Calendars
from app.standin.lodgify_hooks import Hooks
from app.standin.lodgify_links import Links
from app.standin.lodgify_talk import Talk
from jirani.connectors.hooks import same
from jirani.connectors.memory_pms_faults import PmsFault
from jirani.connectors.pms import PmsEvent, PmsListing, PmsReservation

KEY = "stand-in-lodgify"
_FIRST, _LONGEST = date(1970, 1, 1), timedelta(days=1100)
_MOST_PLACES = 50  # on one page
_BOOKINGS = "/v2/reservations/bookings"


class Lodgify:
    """One account with Lodgify, whose key is `key`."""

    name = "lodgify"
    base = "/lodgify"

    def __init__(self, stand_in: StandIn, key: str = KEY) -> None:
        self.secrets: Mapping[str, str] = {"api_key": key}
        self._stand_in = stand_in
        self._key = key
        self._bookings = Bookings(stand_in)
        self._calendars = Calendars(stand_in, self._bookings)
        self._talk = Talk(stand_in)
        self._links = Links(stand_in, self._bookings)
        self._hooks = Hooks(stand_in, self._bookings)
        self.router = APIRouter(route_class=LodgifyRoute, dependencies=[Depends(self._keyed)])
        add = self.router.add_api_route
        add(_BOOKINGS, self._list_bookings)
        add(f"{_BOOKINGS}/{{id}}", self._booking)
        add(f"{_BOOKINGS}/{{id}}/quote/paymentLink", self._make_link, methods=["POST"])
        add(f"{_BOOKINGS}/{{id}}/quote/paymentLink", self._link)
        add("/v2/properties", self._list_properties)
        add("/v2/properties/{id}", self._property)
        add("/v2/rates/settings", self._settings)
        add("/v2/rates/calendar", self._rates)
        add("/v2/availability/{id}/{room}", self._availability)
        add("/v2/messaging/{uid}", self._thread)
        add("/v1/reservation/booking/{id}/messages", self._send, methods=["POST"])
        add("/webhooks/v1/subscribe", self._subscribe, methods=["POST"])
        add("/webhooks/v1/list", self._subscriptions)
        add("/webhooks/v1/unsubscribe", self._unsubscribe, methods=["DELETE"])

    def befallen(self, fault: PmsFault) -> Response:
        """Answer a call as Lodgify does when this befalls it."""
        if fault is PmsFault.RATE_LIMITED:
            return error(HTTPStatus.TOO_MANY_REQUESTS, "Too many requests.")
        return unanswered(fault) or error(HTTPStatus.BAD_REQUEST, "The request is not allowed.")

    def tell(self, event: PmsEvent) -> Iterable[Delivery]:
        """Write down and prove what this event says, for everybody who subscribed to it."""
        return self._hooks.tell(event)

    def garble(self, body: bytes) -> Iterable[Delivery]:
        """Prove a body that makes no sense."""
        return self._hooks.garble(body)

    def _keyed(self, key: Annotated[str | None, Header(alias="X-ApiKey")] = None) -> None:
        if key is None or not same(key, self._key):
            raise NotDone(HTTPStatus.UNAUTHORIZED, "The API key is missing or not valid.")

    async def _list_bookings(self, request: Request) -> JSONResponse:
        fault = self._stand_in.reading("reservations")
        query = request.query_params
        stays, count = page_of(query, self._bookings.listed(query))
        paid = truth(query, "includeTransactions")
        items = [self._bookings.written(stay, fault, paid) for stay in stays]
        return JSONResponse({"count": count, "items": items})

    async def _booking(self, id: str) -> JSONResponse:
        fault = self._stand_in.reading("reservation")
        return JSONResponse(self._bookings.written(self._stay(id), fault, transactions=True))

    async def _make_link(self, id: str, request: Request) -> JSONResponse:
        asked = await sent(request)
        with self._stand_in.writing("add_fee") as writing:
            succeeded = self._links.make(self._stay(id), asked, writing.done)
        return JSONResponse({"succeeded": succeeded})

    async def _link(self, id: str) -> JSONResponse:
        return JSONResponse({"url": self._links.next_of(self._stay(id))})

    async def _list_properties(self, request: Request) -> JSONResponse:
        self._stand_in.reading("listings")
        query, every = request.query_params, self._stand_in.world.listings()
        places, count = page_of(query, every, most=_MOST_PLACES)
        return JSONResponse({"count": count, "items": list(map(self._calendars.property, places))})

    async def _property(self, id: str) -> JSONResponse:
        self._stand_in.reading("listing")
        return JSONResponse(self._calendars.property(self._place(id)))

    async def _settings(self, request: Request) -> JSONResponse:
        place = self._place(request.query_params.get("houseId"))
        return JSONResponse(self._calendars.settings(place))

    async def _rates(self, request: Request) -> JSONResponse:
        query = request.query_params
        place = self._place(query.get("houseId"), query.get("roomTypeId", ""))
        return JSONResponse(self._calendars.rates(place, *_days(query, "startDate", "endDate")))

    async def _availability(self, id: str, room: str, request: Request) -> JSONResponse:
        fault = self._stand_in.reading("calendar")
        query, place = request.query_params, self._place(id, room)
        first, last = _days(query, "start", "end")
        details = truth(query, "includeDetails")
        return JSONResponse(self._calendars.availability(place, first, last, details, fault))

    async def _thread(self, uid: str) -> JSONResponse:
        self._stand_in.reading("messages")
        thread = self._talk.thread(uid)
        if thread is None:
            raise NotDone(HTTPStatus.NOT_FOUND, "There is no thread of this id.")
        return JSONResponse([thread])

    async def _send(self, id: str, request: Request) -> JSONResponse:
        said = await sent(request)
        try:
            with self._stand_in.writing("post") as writing:
                answer = self._talk.take(self._stay(id), said, writing)
        except Befallen as befallen:
            if befallen.fault is PmsFault.REFUSED:
                return not_success("The message could not be sent.")
            raise
        return answer

    async def _subscribe(self, request: Request) -> JSONResponse:
        return JSONResponse(self._hooks.subscribe(await sent(request)), HTTPStatus.CREATED)

    async def _subscriptions(self) -> JSONResponse:
        return JSONResponse(self._hooks.listed())

    async def _unsubscribe(self, request: Request) -> JSONResponse:
        self._hooks.unsubscribe(await sent(request))
        return JSONResponse(None)

    def _stay(self, id: str) -> PmsReservation:
        stay = self._bookings.get(id)
        if stay is None:
            raise NotDone(HTTPStatus.NOT_FOUND, "There is no booking of this id.")
        return stay

    def _place(self, id: str | None, room: str | None = None) -> PmsListing:
        place = self._calendars.place(id, room)
        if place is None:
            raise NotDone(HTTPStatus.NOT_FOUND, "There is no property or room of this id.")
        return place


def _days(query: Query, start: str, end: str) -> tuple[date, date]:
    first, last = day(query, start), day(query, end)
    if not (_FIRST <= first <= last <= first + _LONGEST):
        raise NotDone(HTTPStatus.BAD_REQUEST, f"{start} and {end} are no period.")
    return first, last
