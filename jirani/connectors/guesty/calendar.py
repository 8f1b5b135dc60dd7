"""Guesty's calendar: whether somebody may be in, or a night is merely not sold (reference 0.10)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from jirani.connectors.guesty.answers import in_path, items, sensible
from jirani.connectors.guesty.reading import STATUSES
from jirani.connectors.pms import PmsCalendar, PmsNight, PmsUnavailable, Wrong
from jirani.connectors.wire import fields
from jirani.connectors.wire.asking import Wire
from jirani.connectors.wire.fields import Malformed, record, records, within, word, words
from jirani.rules.facts import NightState, StayStatus

_TAKEN = ("b", "r", "o")  # booked, reserved, the owner
_CLOSED = ("an", "bw", "sr", "bd", "abl")  # empty, and not sold


async def calendar(
    wire: Wire, listing_ref: str, first: date, last: date, now: datetime, *, same_unit: bool
) -> PmsCalendar:
    """Read the nights of a listing. Raises PmsUnavailable."""
    path = f"/availability-pricing/api/calendar/listings/{in_path(listing_ref)}"
    span = {"startDate": first.isoformat(), "endDate": last.isoformat()}
    answer = await wire.read(path, {**span, "includeAllotment": "true"})
    if answer is None:
        raise PmsUnavailable(Wrong.NOT_FOUND, f"listing {listing_ref}")
    with sensible("calendar"):
        told = items(answer, "days")
    nights: dict[date, PmsNight] = {}
    for each in told:
        found = _night(each, listing_ref, same_unit)
        if found is None:
            continue
        known = nights.get(found.day)
        differ = known is not None and known.state is not found.state
        nights[found.day] = PmsNight(found.day, NightState.UNKNOWN) if differ else found
    return PmsCalendar.filled(listing_ref, list(nights.values()), first, last, now)


def _night(told: Any, listing_ref: str, same_unit: bool) -> PmsNight | None:
    """Read a night; one that makes no sense is unknown, without a day it is none."""
    try:
        row = record(told, "day")
        day = fields.day(row.get("date"), "date")
        if day is None or word(row.get("listingId"), "listingId") not in (None, listing_ref):
            return None
    except Malformed:
        return None
    try:
        currency = fields.currency(row.get("currency"))
        units = fields.whole(row.get("allotment"), "allotment")
        refs = _refs(row)
        return PmsNight(
            day,
            _state(row, units, bool(refs), same_unit),
            fields.money(row.get("price"), currency, "price"),
            currency,
            fields.whole(row.get("minNights"), "minNights"),
            fields.flag(row.get("cta"), "cta"),
            fields.flag(row.get("ctd"), "ctd"),
            units,
            refs,
        )
    except Malformed:
        return PmsNight(day, NightState.UNKNOWN)


def _state(row: Mapping[str, Any], units: int | None, shared: bool, same_unit: bool) -> NightState:
    """Tell what is so of a night; where units are counted, the status means nothing."""
    told = row.get("blocks")
    blocks = {} if told is None else record(told, "blocks")
    why = {name for name, flag in blocks.items() if fields.flag(flag, f"blocks.{name}")}
    if units is not None and units > 0:
        unsure = same_unit and (units > 1 or shared)
        return NightState.UNKNOWN if unsure else NightState.FREE
    status = word(row.get("status"), "status")
    if why & set(_TAKEN) or (units is None and status in ("booked", "reserved")):
        return NightState.BOOKED
    if units is None and status == "available":
        return NightState.FREE
    if units is None and status != "unavailable":
        return NightState.UNKNOWN
    if why and why <= set(_CLOSED):
        return NightState.CLOSED
    if units is not None and shared:
        return NightState.BOOKED
    return NightState.BLOCKED  # as it says, or for a reason it does not tell


def _refs(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return whose stays take a night, named there or in what is embedded."""
    parts: list[Mapping[str, Any]] = [row, *records(row.get("blockRefs"), "blockRefs")]
    told = []
    for part in parts:
        status = within(part, "reservation", "status")
        gone = isinstance(status, str) and STATUSES.get(status) is StayStatus.CANCELLED
        if not gone:
            told += [part.get("reservationId"), within(part, "reservation", "_id")]
    return tuple(dict.fromkeys(words(told, "reservationId")))
