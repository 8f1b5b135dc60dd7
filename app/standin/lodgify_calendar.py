"""Nights as Lodgify tells of them: who has them in one call, what they cost in another."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, time, timedelta
from typing import Any

from app.standin.ground import StandIn
from app.standin.lodgify_bookings import USER, Bookings
from jirani.connectors.memory_pms_faults import PmsFault
from jirani.connectors.pms import PmsListing, PmsNight
from jirani.connectors.wire.fields import written
from jirani.rules.facts import NightState, StayStatus

_DAY, _MOST_NOTICE = timedelta(days=1), timedelta(days=30)
_BARE: dict[str, Any] = {"closed_period": None, "bookings": []}  # without details
_Told = tuple[date, dict[str, Any]]
_Costs = tuple[int | None, str | None, int | None]


class Calendars:
    """Places, what is free there, and its price."""

    def __init__(self, stand_in: StandIn, bookings: Bookings) -> None:
        self._world = stand_in.world
        self._ids = stand_in.ids
        self._clock = stand_in.memory.clock
        self._bookings = bookings
        self._seen: dict[str, list[_Told]] = {}

    def place(self, id: str | None, room: str | None = None) -> PmsListing | None:
        """Return the place of a property's id, if that room is in it."""
        ref = self._ids.ref("listing", id)
        if ref is None or (room is not None and self._ids.ref("room", room) != ref):
            return None
        return self._world.listing(ref)

    def property(self, place: PmsListing) -> dict[str, Any]:
        """Write a place: neither its time zone nor the hours of its guests are there."""
        return {
            "id": self._ids.number("listing", place.ref),
            "name": place.name,
            "internal_name": None,
            "currency_code": place.currency,
            "rooms": [{"id": self._ids.number("room", place.ref), "name": place.name}],
            "city": None,
            "country_code": None,
            "is_active": place.active,
        }

    def settings(self, place: PmsListing) -> dict[str, Any]:
        """Write the hours of a place."""
        hours = {"check_in_hour": _hour(place.check_in), "check_out_hour": _hour(place.check_out)}
        notice = {"advance_notice_days": self._notice(place.ref), "preparation_time_days": 0}
        return {"currency_code": place.currency, **hours, **notice, "fees": []}

    def _today(self) -> date:
        return self._clock().astimezone(UTC).date()

    def _notice(self, ref: str) -> int:
        """Return how many days ahead a stay has to be booked: empty nights till then are closed."""
        today, notice = self._today(), 0
        for n, night in enumerate(self._world.nights(ref, today, today + _MOST_NOTICE), 1):
            if night.state is NightState.CLOSED:
                notice = n
            elif night.state is not NightState.BOOKED:
                break
        return notice

    def availability(
        self, place: PmsListing, first: date, last: date, details: bool, fault: PmsFault | None
    ) -> list[dict[str, Any]]:
        """Write the nights of a place, those alike in a row as one period."""
        periods: list[dict[str, Any]] = []
        for night, whole in self._nights(place.ref, first, last, fault):
            told = whole if details else {**whole, **_BARE}
            so_far = {"end": (night - _DAY).isoformat(), **told}
            if periods and periods[-1] == {"start": periods[-1]["start"], **so_far}:
                periods[-1]["end"] = night.isoformat()
            else:
                periods.append({"start": night.isoformat(), "end": night.isoformat(), **told})
        ids = {
            "user_id": USER,
            "property_id": self._ids.number("listing", place.ref),
            "room_type_id": self._ids.number("room", place.ref),
        }
        return [{**ids, "periods": periods}]

    def _nights(self, ref: str, first: date, last: date, fault: PmsFault | None) -> list[_Told]:
        """Return what is told of the nights: it may be what was so when they were last asked for.

        A night nobody knows of is not told.
        """
        if fault is PmsFault.STALE and ref in self._seen:
            return [told for told in self._seen[ref] if first <= told[0] <= last]
        nights = self._world.nights(ref, first, last)
        known = [night for night in nights if night.state is not NightState.UNKNOWN]
        sold_from = self._today() + timedelta(days=self._notice(ref))
        told = [(night.day, self._told(night, sold_from)) for night in known]
        if fault is not PmsFault.STALE:
            self._seen[ref] = told
        return told

    def _told(self, night: PmsNight, sold_from: date) -> dict[str, Any]:
        """Write a night; one that is only too near to be sold counts as free."""
        near = night.state is NightState.CLOSED and night.day < sold_from
        stays = [self._world.reservations[ref] for ref in self._there(night)]
        booked = [stay for stay in stays if stay.status is not StayStatus.OWNER]
        closed = night.state is NightState.BLOCKED or (bool(stays) and not booked)
        units = 1 if night.units is None else night.units
        bookings = [
            {
                "id": self._ids.number("reservation", stay.ref),
                "status": self._bookings.status(stay),
            }
            for stay in booked
        ]
        return {
            "available": units if night.state is NightState.FREE or near else 0,
            "closed_period": {"id": 1} if closed else None,
            "bookings": bookings,
        }

    def _there(self, night: PmsNight) -> list[str]:
        return [ref for ref in night.reservation_refs if ref in self._world.reservations]

    def rates(self, place: PmsListing, first: date, last: date) -> dict[str, Any]:
        """Write the prices of nights: what most of them cost once, and those that differ."""
        nights = self._world.nights(place.ref, first, last)
        usual = Counter(map(_costs, nights)).most_common(1)[0][0]
        others = [night for night in nights if _costs(night) != usual]
        items = [_item(night.day, _costs(night)) for night in others]
        return {
            "calendar_items": [*items, _item(None, usual)],
            "rate_settings": self.settings(place),
        }


def _costs(night: PmsNight) -> _Costs:
    return night.price, night.currency, night.min_stay


def _item(day: date | None, costs: _Costs) -> dict[str, Any]:
    price, currency, stay = costs
    prices: Sequence[dict[str, Any]] = []
    if price is not None and currency is not None:
        a_day = written(price, currency)
        prices = [{"min_stay": stay or 1, "max_stay": 0, "price_per_day": a_day}]
    told = day.isoformat() if day else None
    return {"date": told, "is_default": day is None, "prices": prices}


def _hour(at: time | None) -> int:
    """Write a time as Lodgify can: what is no whole hour is flexible there."""
    return -1 if at is None or at.replace(hour=0) != time() else at.hour
