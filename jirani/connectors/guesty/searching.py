"""How stays are searched for: by the old call, which tells all, or by the new one."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from jirani.connectors.guesty.answers import items
from jirani.connectors.guesty.reading import STATUSES
from jirani.connectors.wire.fields import Malformed, first, needed, within

FIELDS = (
    "status listingId guestId guest.fullName guest.firstName guest.lastName guest.email "
    "guest.phone guest.preferredLanguage guestsCount money.isFullyPaid money.balanceDue "
    "money.totalPaid money.currency confirmationCode integration.platform source "
    "checkInDateLocalized checkOutDateLocalized plannedArrival plannedDeparture "
    "conversationId lastUpdatedAt"
)
_ASKED = sorted(set(STATUSES) - {"cancelled"})

Asked = dict[str, str | int | list[str] | None]


def old_search(
    updated_since: datetime | None, arriving: tuple[date, date] | None, now: datetime
) -> Asked:
    """Ask for stays of every status, said outright: a search that names none leaves some out."""
    filters: list[dict[str, Any]] = [{"field": "status", "operator": "$in", "value": _ASKED}]
    if updated_since is not None:
        filters.append(_between("lastUpdatedAt", updated_since, now + timedelta(days=1)))
    if arriving is not None:
        filters.append(_between("checkInDateLocalized", *arriving))
    return {"filters": json.dumps(filters), "fields": FIELDS, "sort": "_id"}


def new_search(arriving: tuple[date, date] | None) -> Asked:
    """Ask for stays by their arrival, or for all."""
    if arriving is None:
        return {}
    since, until = (each.isoformat() for each in arriving)
    return {"filter[checkIn][gte]": since, "filter[checkIn][lte]": until}


def listed(answer: Any) -> list[Any]:
    """Return what a list of stays holds: one that makes no sense hides no other."""
    return items(answer, "results", "reservations")


def named(row: Any) -> str:
    """Return how to speak of a row that may be wrong."""
    try:
        return needed(first(within(row, "_id"), within(row, "reservationId")), "_id")
    except Malformed:
        return "without an id"


def _between(field: str, since: date, until: date) -> dict[str, str]:
    span = {"from": since.isoformat(), "to": until.isoformat()}
    return {"field": field, "operator": "$between", **span}
