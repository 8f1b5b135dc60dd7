"""Nights added to a stay in Guesty, and taken off it again: proven by reading the stay (U7)."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from jirani.connectors.airbnb import request_url
from jirani.connectors.guesty.answers import in_path
from jirani.connectors.guesty.bills import PATIENCE, put_off, unproven
from jirani.connectors.guesty.options import Options
from jirani.connectors.guesty.stays import Stays
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
from jirani.connectors.wire.asking import Wire
from jirani.rules.facts import NightState

Calendar = Callable[[str, date, date], Awaitable[PmsCalendar]]
_LONGEST = timedelta(days=1000)
# An empty night that is closed to strangers may still be had by who is there already.
_OPEN = (NightState.FREE, NightState.CLOSED)


class Dates:
    """Changes when stays begin and end."""

    def __init__(
        self,
        wire: Wire,
        options: Options,
        stays: Stays,
        calendar: Calendar,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._wire = wire
        self._options = options
        self._stays = stays
        self._calendar = calendar
        self._sleep = sleep

    async def extend(self, extension: Extension) -> FeeResult:
        """Add nights at one end of a stay."""
        stay = await self._stay(extension)
        if isinstance(stay, FeeResult):
            return stay
        wanted = longer(stay, extension.nights)
        if wanted == stay:
            return _dated(stay)
        if wanted is None:
            return FeeResult(FeeOutcome.FAILED, "dates", reason="nights_apart")
        if stay.currency not in (None, extension.currency):
            return FeeResult(FeeOutcome.FAILED, "dates", reason="other_currency")
        if (taken := await self._taken(stay, extension.nights)) is not None:
            return taken
        result = await self._rewrite(stay, wanted, extension.amount)
        if result.outcome is FeeOutcome.FAILED:  # has somebody booked one meanwhile?
            taken = await self._taken(stay, extension.nights)
            return taken if taken and taken.outcome is FeeOutcome.FAILED else result
        return result

    async def shorten(self, extension: Extension) -> FeeResult:
        """Take added nights off one end of a stay again."""
        stay = await self._stay(extension)
        if isinstance(stay, FeeResult):
            return stay
        wanted = shorter(stay, extension.nights)
        if wanted == stay:
            return _dated(stay)
        if wanted is None:
            return FeeResult(FeeOutcome.FAILED, "dates", reason="nights_inside")
        return await self._rewrite(stay, wanted, -extension.amount)

    async def _stay(self, extension: Extension) -> PmsReservation | FeeResult:
        """Read a stay, or say who else has to change it: a channel overwrites what we would."""
        try:
            stay = await self._stays.one(extension.reservation_ref, with_guest=False)
        except PmsUnavailable as unread:
            return put_off(unread, "dates")
        if stay is None:
            return FeeResult(FeeOutcome.FAILED, "dates", reason=Wrong.NOT_FOUND)
        action, method = FeeOutcome.NEEDS_HOST_ACTION, "change_reservation"
        if stay.channel == "airbnb":
            url = request_url(stay.code, self._options["airbnb_request_url"])
            return FeeResult(action, method, host_url=url)
        if stay.channel != "direct" and self._options["channel_dates"] == "host":
            return FeeResult(action, method)
        if not timedelta() < stay.departure - stay.arrival < _LONGEST:
            return FeeResult(FeeOutcome.FAILED, "dates", reason="bad_dates")
        return stay

    async def _taken(self, stay: PmsReservation, nights: tuple[date, ...]) -> FeeResult | None:
        """Say why nights cannot be had; None: they can."""
        wanted = set(nights) - within(stay)
        try:
            told = await self._calendar(stay.listing_ref, min(wanted), max(wanted))
        except PmsUnavailable as unread:
            return put_off(unread, "dates")
        states = {night.state for night in told.nights if night.day in wanted}
        if states <= set(_OPEN):
            return None
        if states <= {*_OPEN, NightState.UNKNOWN}:
            return FeeResult(FeeOutcome.RETRY, "dates", reason="night_unknown")
        return FeeResult(FeeOutcome.FAILED, "dates", reason="night_not_free")

    async def _rewrite(
        self, stay: PmsReservation, wanted: PmsReservation, amount: int
    ) -> FeeResult:
        try:
            path = f"/reservations-v3/{in_path(stay.ref)}/dates"
        except PmsUnavailable as no_id:
            return FeeResult(FeeOutcome.FAILED, "dates", reason=no_id.reason)
        # Neither early check-in nor late check-out is named: Guesty would add a fee of its own.
        body = {
            "checkInDateLocalized": wanted.arrival.isoformat(),
            "checkOutDateLocalized": wanted.departure.isoformat(),
        }
        answer = await self._wire.write("PUT", path, body)
        if answer.outcome in (WriteOutcome.REJECTED, WriteOutcome.RETRY):
            return unproven(answer, "dates")
        try:
            for pause in (*PATIENCE, None):
                now = await self._stays.one(stay.ref, with_guest=False)
                if now and (now.arrival, now.departure) == (wanted.arrival, wanted.departure):
                    return _dated(now, _priced(stay, now, amount))
                if answer.outcome is WriteOutcome.UNKNOWN or pause is None:
                    break
                await self._sleep(pause)
        except PmsUnavailable as unread:
            return FeeResult(FeeOutcome.UNKNOWN, "dates", reason=f"unread: {unread.reason}")
        if answer.outcome is WriteOutcome.UNKNOWN:
            return unproven(answer, "dates")
        return FeeResult(FeeOutcome.NEEDS_HOST_ACTION, "change_dates", reason="ignored")


def _dated(stay: PmsReservation, reason: str = "") -> FeeResult:
    return FeeResult(FeeOutcome.APPLIED, "dates", stay.ref, verified=True, reason=reason)


def _priced(before: PmsReservation, after: PmsReservation, amount: int) -> str:
    """Say where Guesty, which prices changed dates by itself, made another price of it."""
    if before.total is None or after.total is None or after.total - before.total == amount:
        return ""
    return f"priced_otherwise: {after.total - before.total} instead of {amount}"
