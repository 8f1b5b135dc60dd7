"""A reservation and a listing of Guesty's, read: the new calls' shape and the old one's."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from jirani.connectors.guesty.answers import same_id
from jirani.connectors.guesty.paying import Money
from jirani.connectors.pms import PmsListing, PmsReservation
from jirani.connectors.wire import fields
from jirani.connectors.wire.fields import Malformed, first, needed, text, within, word
from jirani.rules.facts import StayStatus
from jirani.rules.stays.eligible import known

Row = Mapping[str, Any]

STATUSES = {
    "confirmed": StayStatus.CONFIRMED,
    "checked_in": StayStatus.CHECKED_IN,
    "checked_out": StayStatus.CHECKED_OUT,
    "reserved": StayStatus.PENDING,
    "awaiting_payment": StayStatus.PENDING,
    "inquiry": StayStatus.INQUIRY,
    "canceled": StayStatus.CANCELLED,
    "cancelled": StayStatus.CANCELLED,
    "declined": StayStatus.CANCELLED,
    "expired": StayStatus.CANCELLED,
    "closed": StayStatus.CANCELLED,
}
_CHANNELS = (
    ("airbnb", "airbnb"),
    ("booking", "booking"),
    ("homeaway", "vrbo"),
    ("vrbo", "vrbo"),
    ("expedia", "expedia"),
)
_DIRECT = {"manual", "direct", "website", "bookingengine"}
_OWNER = {"owner", "ownerguest"}


def reservation(row: Row, guest: Row, money: Money) -> PmsReservation:
    """Read a stay; Malformed names what is missing or wrong, also a stay in several units."""
    ref = needed(first(row.get("_id"), row.get("reservationId"), row.get("id")), "_id")
    listing_ref, arrival, departure, part = _span(row)
    status_raw = word(row.get("status"), "status") or ""
    status = STATUSES.get(status_raw.casefold(), StayStatus.UNKNOWN)
    sources = _sources(row)
    if status is StayStatus.CONFIRMED and _OWNER & set(sources):
        status = StayStatus.OWNER
    return PmsReservation(
        ref,
        listing_ref,
        status,
        money.payment,
        arrival,
        departure,
        channel=_channel(sources),
        code=word(row.get("confirmationCode"), "confirmationCode"),
        conversation=conversation(row),
        guest_ref=guest_ref(row) or word(guest.get("_id"), "guest"),
        guest_name=_name(guest),
        guest_email=_one(guest, "email", "emails"),
        guest_phone=_one(guest, "phone", "phones"),
        guest_locale=word(guest.get("preferredLanguage"), "preferredLanguage"),
        guests=fields.whole(first(part.get("guestsCount"), row.get("guestsCount")), "guestsCount"),
        check_in=fields.wall(first(part.get("eta"), row.get("plannedArrival")), "eta"),
        check_out=fields.wall(first(part.get("etd"), row.get("plannedDeparture")), "etd"),
        total=money.total,
        currency=money.currency,
        updated_at=updated_at(row),
        status_raw=status_raw,
        payment_basis=money.basis,
    )


def guest_ref(row: Row) -> str | None:
    """Return whose stay it is."""
    return word(first(row.get("bookerId"), row.get("guestId")), "guestId")


def conversation(row: Row) -> str | None:
    """Return where a stay's guest is written to, if it is told."""
    return word(row.get("conversationId"), "conversationId")


def updated_at(row: Row) -> datetime | None:
    """Return when it was last changed, if it is told."""
    return fields.moment(first(row.get("lastUpdatedAt"), row.get("updatedAt")), "lastUpdatedAt")


def listing(row: Row) -> PmsListing:
    """Read a place; one that is not said to be active is not."""
    ref = needed(first(row.get("_id"), row.get("id")), "_id")
    zone = word(row.get("timezone"), "timezone")
    return PmsListing(
        ref,
        text(first(row.get("title"), row.get("nickname")), "title") or ref,
        zone if zone and known(zone) else None,
        fields.currency(within(row, "prices", "currency")),
        fields.wall(row.get("defaultCheckInTime"), "defaultCheckInTime"),
        fields.wall(row.get("defaultCheckOutTime"), "defaultCheckOutTime"),
        active=fields.flag(row.get("active"), "active") is True,
    )


def of_id(found: list[Row], ref: str) -> Row | None:
    """Return the row of this id among others."""
    ids = ("_id", "reservationId", "id")
    return next((row for row in found if any(same_id(row.get(name), ref) for name in ids)), None)


def _span(row: Row) -> tuple[str, date, date, Row]:
    """Return where and when, of a stay in one piece or in pieces that follow each other."""
    parts = fields.records(row.get("stay"), "stay") or [{}]
    spans = []
    for part in parts:
        whole = row if len(parts) == 1 else {}
        arrival, departure = (
            fields.day(first(part.get(name), whole.get(name)), name)
            for name in ("checkInDateLocalized", "checkOutDateLocalized")
        )
        if arrival is None or departure is None:
            raise Malformed("its dates are missing")
        units = tuple(word(part.get(name), name) for name in ("unitTypeId", "unitId", "listingId"))
        spans.append((arrival, departure, units))
    spans.sort(key=lambda span: span[0])
    if len({units for *_, units in spans}) > 1:
        raise Malformed("its nights are in several units, which is for the host to sort out")
    if any(one[1] != other[0] for one, other in pairwise(spans)):
        raise Malformed("its nights are apart, which is for the host to sort out")
    ref = needed(first(*spans[0][2], row.get("listingId")), "listingId")
    return ref, spans[0][0], spans[-1][1], parts[0]


def _sources(row: Row) -> list[str]:
    told = (row.get("platform"), within(row, "integration", "platform"), row.get("source"))
    words = (word(each, "source") or "" for each in told)
    return [re.sub(r"[^a-z0-9]", "", each.casefold()) for each in words if each]


def _channel(sources: list[str]) -> str:
    """Return the channel: one of those that keep their bookings to themselves goes first."""
    for start, channel in _CHANNELS:
        if any(source.startswith(start) and source not in _DIRECT for source in sources):
            return channel
    return "direct" if _DIRECT & set(sources) else "other"


def _name(guest: Row) -> str | None:
    names = (text(guest.get(name), name) for name in ("firstName", "lastName"))
    return text(guest.get("fullName"), "fullName") or " ".join(filter(None, names)) or None


def _one(guest: Row, name: str, many: str) -> str | None:
    more = guest.get(many)
    others = [each for each in more if isinstance(each, str)] if isinstance(more, list) else []
    return text(first(guest.get(name), *others), name)
