"""Hostaway's calendar, read: a day there is the night that begins on it."""

from contextlib import suppress
from typing import Any

from jirani.connectors.hostaway import reading
from jirani.connectors.pms import PmsNight
from jirani.connectors.wire import fields
from jirani.rules.facts import NightState, StayStatus

_STATES = {
    **dict.fromkeys(("reserved", "pending", "mreserved", "conflicted"), NightState.BOOKED),
    **dict.fromkeys(("blocked", "mblocked", "hardBlock"), NightState.BLOCKED),
}
_ABSENT = (StayStatus.CANCELLED, StayStatus.INQUIRY)


def read(value: Any, of: str | None) -> list[PmsNight]:
    """Read a calendar; a night that cannot be read is left out, and so unknown (O12)."""
    if not isinstance(value, list | None):
        raise fields.Malformed("calendar is no list")
    found = []
    for each in value or ():
        with suppress(fields.Malformed):
            found.append(night(each, of))
    return found


def night(value: Any, of: str | None) -> PmsNight:
    """Read one night, priced in the listing's currency; raises Malformed."""
    row = fields.record(value, "day")
    units = _units(row)
    return PmsNight(
        reading.day(row, "date"),
        _state(row, units),
        fields.money(row.get("price"), of, "price"),
        of,
        fields.whole(row.get("minimumStay"), "minimumStay"),
        fields.flag(row.get("closedOnArrival"), "closedOnArrival"),
        fields.flag(row.get("closedOnDeparture"), "closedOnDeparture"),
        units,
        tuple(
            fields.needed(each.get("id"), "reservations.id")
            for each in fields.records(row.get("reservations"), "reservations")
            if reading.status(each) not in _ABSENT
        ),
    )


def _state(row: reading.Row, units: int | None) -> NightState:
    """Take a night for free only where all that is said of it agrees (O12)."""
    status = fields.word(row.get("status"), "status") or ""
    if status == "available":
        open_ = fields.flag(row.get("isAvailable"), "isAvailable")
        return NightState.FREE if open_ and units != 0 else NightState.UNKNOWN
    return _STATES.get(status, NightState.UNKNOWN)


def _units(row: reading.Row) -> int | None:
    """Return how many units are left, where several are let: the smaller of what is said."""
    counts = (
        fields.whole(row.get(each), each)
        for each in ("availableUnitsToSell", "countAvailableUnits")
    )
    return min((each for each in counts if each is not None), default=None)
