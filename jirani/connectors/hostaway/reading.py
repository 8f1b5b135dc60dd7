"""Hostaway's reservations and listings, read."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from jirani.connectors.pms import PmsListing, PmsReservation
from jirani.connectors.wire import fields
from jirani.rules.facts import StayPayment, StayStatus

Row = Mapping[str, Any]

STATUSES = {
    **dict.fromkeys(("new", "modified"), StayStatus.CONFIRMED),
    **dict.fromkeys(
        ("pending", "awaitingPayment", "awaitingGuestVerification", "unconfirmed"),
        StayStatus.PENDING,
    ),
    **dict.fromkeys(
        (
            *("inquiry", "inquiryPreapproved", "inquiryDenied"),
            *("inquiryTimedout", "inquiryNotPossible"),
        ),
        StayStatus.INQUIRY,
    ),
    **dict.fromkeys(("cancelled", "declined", "expired"), StayStatus.CANCELLED),
    "ownerStay": StayStatus.OWNER,
}
AIRBNB = frozenset({"2018", "2001"})
_CHANNELS = {
    **dict.fromkeys(AIRBNB, "airbnb"),
    **dict.fromkeys(("2002", "2009", "2010"), "vrbo"),
    **dict.fromkeys(("2000", "2013", "2017"), "direct"),
    "2005": "booking",
    "2007": "expedia",
}
# Direct ones, and those that are but a calendar: no channel carries a word to their guests.
_UNSPOKEN = frozenset({"2000", "2013", "2017", "2009", "2010", "2015", "2016"})
_CODE = re.compile(r"confirmation-([A-Z0-9]{6,16})$")


def status(row: Row) -> StayStatus:
    """Map a status; one nobody has told us of is unknown."""
    told = fields.word(row.get("status"), "status")
    return STATUSES.get(told or "", StayStatus.UNKNOWN)


def channel(row: Row) -> str:
    """Map the channel a stay was booked on."""
    name = fields.word(row.get("channelName"), "channelName") or ""
    if name.lower().startswith("airbnb"):
        return "airbnb"
    return _CHANNELS.get(fields.word(row.get("channelId"), "channelId") or "", "other")


def has_thread(row: Row) -> bool:
    """Tell whether the channel a stay was booked on carries messages to its guest."""
    return (fields.word(row.get("channelId"), "channelId") or "") not in _UNSPOKEN


def day(row: Row, name: str) -> date:
    """Read a date that has to be there."""
    found = fields.day(row.get(name), name)
    if found is None:
        raise fields.Malformed(f"{name} is missing")
    return found


def undated(row: Row) -> bool:
    """Tell whether it is an inquiry without dates: no stay at all."""
    return bool(fields.flag(row.get("isDatesUnspecified"), "isDatesUnspecified"))


def payment(row: Row, rule: str) -> tuple[StayPayment, str]:
    """Judge whether a stay is paid, and say by what; `isPaid` is null more often than not.

    A `flag_only` rule believes nothing else. The lenient one takes a confirmed Airbnb stay for
    paid, since Airbnb collects before it confirms, and then the balance.
    """
    paid = fields.flag(row.get("isPaid"), "isPaid")
    by_flag = {True: StayPayment.PAID, False: StayPayment.UNPAID, None: StayPayment.UNKNOWN}[paid]
    if paid or rule == "flag_only":
        return by_flag, "flag" if paid is not None else ""
    if channel(row) == "airbnb" and status(row) is StayStatus.CONFIRMED:
        return StayPayment.PAID, "ota_prepaid"
    total = fields.decimal(row.get("totalPrice"), "totalPrice")
    left = fields.decimal(row.get("remainingBalance"), "remainingBalance")
    if left is not None and total is not None and total > 0 and left <= 0:
        return StayPayment.PAID, "balance"
    if row.get("paymentStatus") == "Paid":
        return StayPayment.PAID, "channel"
    if left is not None and total is not None and 0 < left < total:
        return StayPayment.PARTIAL, "balance"
    return by_flag, "flag" if paid is not None else ""


def reservation(value: Any, rule: str) -> PmsReservation | None:
    """Read a stay; None for an inquiry without dates. Raises Malformed."""
    row = fields.record(value, "reservation")
    ref = fields.needed(fields.first(row.get("id"), row.get("hostawayReservationId")), "id")
    if undated(row):
        return None
    of = fields.currency(row.get("currency"))
    paid, basis = payment(row, rule)
    return PmsReservation(
        ref,
        fields.needed(row.get("listingMapId"), "listingMapId"),
        *(status(row), paid, day(row, "arrivalDate"), day(row, "departureDate"), channel(row)),
        code=_code(row),
        guest_name=_name(row),
        guest_email=fields.text(row.get("guestEmail"), "guestEmail"),
        guest_phone=fields.word(row.get("phone"), "phone"),
        guest_locale=fields.word(row.get("guestLocale"), "guestLocale"),
        guests=fields.whole(row.get("numberOfGuests"), "numberOfGuests"),
        check_in=fields.wall(row.get("checkInTime"), "checkInTime"),
        check_out=fields.wall(row.get("checkOutTime"), "checkOutTime"),
        total=fields.money(row.get("totalPrice"), of, "totalPrice"),
        currency=of,
        updated_at=fields.moment(
            fields.first(row.get("latestActivityOn"), row.get("updatedOn")), "latestActivityOn"
        ),
        status_raw=fields.word(row.get("status"), "status") or "",
        payment_basis=basis,
    )


def listing(value: Any) -> PmsListing:
    """Read a place; raises Malformed."""
    row = fields.record(value, "listing")
    ref = fields.needed(row.get("id"), "id")
    name = fields.first(
        row.get("name"), row.get("externalListingName"), row.get("internalListingName")
    )
    return PmsListing(
        ref,
        fields.text(name, "name") or ref,
        _zone(fields.word(row.get("timeZoneName"), "timeZoneName")),
        fields.currency(row.get("currencyCode"), "currencyCode"),
        fields.wall(row.get("checkInTimeStart"), "checkInTimeStart"),
        fields.wall(row.get("checkOutTime"), "checkOutTime"),
    )


def _name(row: Row) -> str | None:
    whole = fields.text(row.get("guestName"), "guestName")
    if whole:
        return whole
    names = (fields.text(row.get(each), each) for each in ("guestFirstName", "guestLastName"))
    return " ".join(each for each in names if each) or None


def _code(row: Row) -> str | None:
    """Return the channel's code: it has a field of its own, or is the tail of the channel's id."""
    told = fields.word(row.get("confirmationCode"), "confirmationCode")
    if told is not None:
        return told
    tail = _CODE.search(fields.word(row.get("reservationId"), "reservationId") or "")
    return tail[1] if tail else None


def _zone(name: str | None) -> str | None:
    """Return a zone's name if it is one we can reckon with."""
    if name is None:
        return None
    try:
        return ZoneInfo(name).key
    except (OSError, ValueError, LookupError):
        return None
