"""A calendar, put together from what Lodgify says of availability and of rates.

Availability comes as periods of nights, both ends included; `available` counts free units.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from jirani.connectors.lodgify.choices import Choices
from jirani.connectors.pms_objects import PmsNight
from jirani.connectors.wire import fields
from jirani.connectors.wire.fields import Malformed
from jirani.rules.facts import NightState

_DAY = timedelta(days=1)
_HOLDS_NOTHING = frozenset(("Open", "Declined"))


def nights(
    availability: Any,
    rates: Any,
    room_type: str,
    span: tuple[date, date],
    today: date,
    choices: Choices,
) -> list[PmsNight]:
    """Read the nights of a room type within a span; of two tales about one night none counts."""
    prices, currency, notice = _rates(rates, span, choices)
    closed_before = today + timedelta(days=notice) if choices.notice_closes else date.min
    found: dict[date, PmsNight] = {}
    for period in _periods(availability, room_type):
        state, units, refs = _state(period, choices)
        for day in _days(period, span):
            price, least = prices(day)
            night = PmsNight(
                *(day, _closed(state) if day < closed_before else state, price, currency, least),
                units=units,
                reservation_refs=refs,
            )
            known = found.get(day)
            unclear = known is not None and (known.state, known.reservation_refs) != (
                *(night.state, refs),
            )
            found[day] = PmsNight(day, NightState.UNKNOWN) if unclear else night
    return list(found.values())


def _periods(availability: Any, room_type: str) -> Iterator[Mapping[str, Any]]:
    told = [availability] if isinstance(availability, dict) else availability
    for each in fields.records(told, "availability"):
        if fields.word(each.get("room_type_id"), "room_type_id") in (None, room_type):
            yield from fields.records(each.get("periods"), "periods")


def _days(period: Mapping[str, Any], span: tuple[date, date]) -> Iterator[date]:
    start, end = (fields.day(period.get(each), each) for each in ("start", "end"))
    if start is None or end is None or start > end:
        raise Malformed("period has no start, or no end after it")
    day = max(start, span[0])
    while day <= min(end, span[1]):
        yield day
        day += _DAY


def _state(
    period: Mapping[str, Any], choices: Choices
) -> tuple[NightState, int | None, tuple[str, ...]]:
    """Read a period's state, its free units, and who is there.

    Where several units are let it is not said which of them is free: a guest's own may not be.
    """
    units = fields.whole(period.get("available"), "available")
    bookings = fields.records(period.get("bookings"), "bookings")
    said = [(each, fields.word(each.get("status"), "bookings.status")) for each in bookings]
    holding = [(each, status) for each, status in said if status not in _HOLDS_NOTHING]
    refs = fields.words((each.get("id") for each, _ in holding), "bookings.id")
    if units is None:
        return NightState.UNKNOWN, None, refs
    if units <= 0:
        return NightState.BOOKED if holding else NightState.BLOCKED, 0, refs
    if period.get("closed_period"):
        return NightState.BLOCKED, units, refs
    several = units > 1 or any(status == "Booked" for _, status in holding)
    if several and not choices.several_units_free:
        return NightState.UNKNOWN, units, refs
    return NightState.FREE, units, refs


def _closed(state: NightState) -> NightState:
    return NightState.CLOSED if state is NightState.FREE else state


class _Prices:
    """What a night costs: the price of its day, else the one for every day."""

    def __init__(self, items: list[Mapping[str, Any]], currency: str | None, cheapest: bool):
        self._currency = currency
        self._cheapest = cheapest
        self._of: dict[date | None, tuple[int | None, int | None]] = {}
        for item in items:
            default = fields.flag(item.get("is_default"), "is_default")
            day = None if default else fields.day(item.get("date"), "date")
            if day is not None or default:
                self._of[day] = self._tier(fields.records(item.get("prices"), "prices"))

    def __call__(self, day: date) -> tuple[int | None, int | None]:
        """Return price and least stay."""
        return self._of.get(day) or self._of.get(None) or (None, None)

    def _tier(self, prices: list[Mapping[str, Any]]) -> tuple[int | None, int | None]:
        """Choose among prices that depend on how long somebody stays."""
        tiers = [
            (fields.whole(each.get("min_stay"), "min_stay"), price)
            for each in prices
            if (price := fields.money(each.get("price_per_day"), self._currency, "price_per_day"))
            is not None
        ]
        if not tiers:
            return None, None
        if self._cheapest:
            least, price = min(tiers, key=lambda tier: (tier[1], tier[0] or 0))
        else:
            least, price = min(tiers, key=lambda tier: (tier[0] or 0, tier[1]))
        return price, least


def _rates(
    rates: Any, span: tuple[date, date], choices: Choices
) -> tuple[_Prices, str | None, int]:
    said = {} if rates is None else fields.record(rates, "rates")
    settings = said.get("rate_settings")
    settings = {} if settings is None else fields.record(settings, "rate_settings")
    currency = fields.currency(settings.get("currency_code"), "currency_code")
    items = fields.records(said.get("calendar_items"), "calendar_items")
    notice = fields.whole(settings.get("advance_notice_days"), "advance_notice_days") or 0
    return _Prices(items, currency, choices.cheapest_tier), currency, max(0, min(notice, 366))
