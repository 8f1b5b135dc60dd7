"""Nights added to a stay and taken off again: its dates are rewritten, and read back (U7)."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import date

from jirani.connectors.airbnb import request_url
from jirani.connectors.hostaway.api import Api
from jirani.connectors.hostaway.results import unasked, unproven, unread_after
from jirani.connectors.hostaway.settings import Settings
from jirani.connectors.pms import (
    Extension,
    FeeOutcome,
    FeeResult,
    PmsCalendar,
    PmsReservation,
    PmsUnavailable,
    WriteOutcome,
    Wrong,
)
from jirani.connectors.pms_dates import longer, shorter, within
from jirani.connectors.wire import fields
from jirani.rules.facts import NightState

SETTLING = 1.0  # seconds between two looks at what was written
METHOD = "dates"
LONGEST = 1000  # nights of a stay
_OPEN = (NightState.FREE, NightState.CLOSED)


class Dates:
    """The dates of one account's stays."""

    def __init__(
        self,
        api: Api,
        settings: Settings,
        stay: Callable[[str], Awaitable[PmsReservation | None]],
        calendar: Callable[[str, date, date], Awaitable[PmsCalendar]],
    ) -> None:
        self._api = api
        self._settings = settings
        self._stay = stay
        self._calendar = calendar

    async def extend(self, extension: Extension) -> FeeResult:
        """Add nights; nobody else may have one of them."""
        stay = await self._read(extension)
        if isinstance(stay, FeeResult):
            return stay
        wanted = set(extension.nights) - within(stay)
        if not wanted:
            return _applied(stay.ref)
        longer_stay = longer(stay, wanted)
        if longer_stay is None:
            return FeeResult(FeeOutcome.FAILED, METHOD, reason="nights_apart")
        if stay.currency not in (None, extension.currency):
            return FeeResult(FeeOutcome.FAILED, METHOD, reason="other_currency")
        taken = await self._taken(stay, wanted)
        if taken is not None:
            return taken
        result = await self._redated(stay, longer_stay, extension.amount, extension.currency)
        if result.outcome is FeeOutcome.FAILED:  # perhaps somebody was faster
            return await self._taken(stay, wanted) or result
        return result

    async def shorten(self, extension: Extension) -> FeeResult:
        """Take added nights off again."""
        stay = await self._read(extension)
        if isinstance(stay, FeeResult):
            return stay
        if not within(stay) & set(extension.nights):
            return _applied(stay.ref)
        shorter_stay = shorter(stay, extension.nights)
        if shorter_stay is None:
            return FeeResult(FeeOutcome.FAILED, METHOD, reason="nights_inside")
        return await self._redated(stay, shorter_stay, -extension.amount, extension.currency)

    async def _read(self, extension: Extension) -> PmsReservation | FeeResult:
        try:
            stay = await self._stay(extension.reservation_ref)
        except PmsUnavailable as unread:
            return unasked(unread, METHOD)
        if stay is None:
            return FeeResult(FeeOutcome.FAILED, METHOD, reason=Wrong.NOT_FOUND)
        if stay.channel == "airbnb":  # who alone may change what was booked there
            url = request_url(stay.code, self._settings.airbnb_request_url)
            return FeeResult(FeeOutcome.NEEDS_HOST_ACTION, "change_reservation", host_url=url)
        if not 0 < (stay.departure - stay.arrival).days < LONGEST:
            return FeeResult(FeeOutcome.FAILED, METHOD, reason="dates_make_no_sense")
        return stay

    async def _taken(self, stay: PmsReservation, wanted: Collection[date]) -> FeeResult | None:
        """Say which way the nights cannot be had; an unknown one is asked for later (O12)."""
        try:
            told = await self._calendar(stay.listing_ref, min(wanted), max(wanted))
        except PmsUnavailable as unread:
            return unasked(unread, METHOD)
        states = {night.state for night in told.nights if night.day in wanted}
        if states - {*_OPEN, NightState.UNKNOWN}:
            return FeeResult(FeeOutcome.FAILED, METHOD, reason="night_not_free")
        if NightState.UNKNOWN in states:
            return FeeResult(FeeOutcome.RETRY, METHOD, reason="night_unknown")
        return None

    async def _redated(
        self, stay: PmsReservation, wanted: PmsReservation, more: int, of: str
    ) -> FeeResult:
        arrival, departure = wanted.arrival, wanted.departure
        body: dict[str, object] = {
            "arrivalDate": arrival.isoformat(),
            "departureDate": departure.isoformat(),
        }
        total = None
        if stay.channel == "direct" and stay.total is not None and self._settings.total_price:
            total = stay.total + more
            body["totalPrice"] = fields.written(total, of)
        path = f"/reservations/{stay.ref}"
        answer = await self._api.write("PUT", path, body, {"forceOverbooking": 0})
        if answer.outcome is WriteOutcome.RETRY:
            return unproven(answer, METHOD)
        for again in (False, True):
            await asyncio.sleep(SETTLING if again else 0)
            try:
                now = await self._stay(stay.ref)
            except PmsUnavailable as unread:
                return unread_after(unread, METHOD)
            if now is not None and (now.arrival, now.departure) == (arrival, departure):
                return _applied(stay.ref, "" if now.total == total else "price_not_in_the_total")
            if answer.outcome is not WriteOutcome.ACCEPTED:
                return unproven(answer, METHOD)
        # It said yes and did nothing: asked once more it would say yes again.
        return FeeResult(FeeOutcome.NEEDS_HOST_ACTION, "change_dates", reason="ignored")


def _applied(ref: str, reason: str = "") -> FeeResult:
    return FeeResult(FeeOutcome.APPLIED, METHOD, ref, verified=True, reason=reason)
