"""Bookings and properties as Lodgify writes them, read; raises `Malformed`, naming the field."""

import re
from collections.abc import Mapping
from datetime import time
from typing import Any

from jirani.connectors.lodgify.choices import Choices
from jirani.connectors.pms_objects import PmsListing, PmsReservation
from jirani.connectors.wire import fields
from jirani.connectors.wire.fields import within
from jirani.rules.facts import StayPayment, StayStatus

_CHANNELS = {
    "BookingCom": "booking",
    "HomeAway": "vrbo",
    "Expedia": "expedia",
}
_AIRBNB_CODE = re.compile(r"HM[A-Z0-9]{8}")
_CODE = re.compile(r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9-]{5,29}")
_FLEXIBLE = -1  # an hour that is not set


def reservation(told: Any, choices: Choices) -> PmsReservation:
    """Read a booking; its planned times are the listing's: `check_in.time` is when they came."""
    said = fields.record(told, "booking")
    status, raw = _status(said)
    source = fields.word(said.get("source"), "source") or ""
    channel = _channel(source, choices)
    currency = fields.currency(said.get("currency_code"), "currency_code")
    payment, basis = _payment(said, status, channel, choices)
    guest = said.get("guest") or {}
    return PmsReservation(
        fields.needed(said.get("id"), "id"),
        fields.needed(said.get("property_id"), "property_id"),
        status,
        payment,
        _day(said, "arrival"),
        _day(said, "departure"),
        channel=channel,
        code=_code(said, channel),
        conversation=fields.needed(said.get("id"), "id"),
        guest_ref=fields.word(within(guest, "uid"), "guest.uid"),
        guest_name=fields.text(within(guest, "name"), "guest.name"),
        guest_email=fields.text(within(guest, "email"), "guest.email"),
        guest_phone=fields.text(within(guest, "phone"), "guest.phone"),
        guest_locale=fields.word(said.get("language"), "language"),
        guests=_people(said),
        total=fields.money(said.get("total_amount"), currency, "total_amount"),
        currency=currency,
        updated_at=fields.moment(said.get("updated_at"), "updated_at"),
        status_raw=raw,
        payment_basis=basis,
    )


def thread(told: Mapping[str, Any]) -> str | None:
    """Read where what was said about a booking stands; None: nothing was."""
    return fields.word(told.get("thread_uid"), "thread_uid")


def owes_nothing(told: Mapping[str, Any]) -> bool:
    """Tell whether a booking is known to be settled: the one state a payment link is made in."""
    return fields.decimal(told.get("amount_due"), "amount_due") == 0


def listing(told: Any, settings: Any) -> PmsListing:
    """Read a property and its rate settings: Lodgify knows no time zone of either."""
    said = fields.record(told, "property")
    rates = {} if settings is None else fields.record(settings, "rate settings")
    ref = fields.needed(said.get("id"), "id")
    names = (fields.text(said.get(each), each) for each in ("name", "internal_name"))
    return PmsListing(
        ref,
        fields.first(*names) or ref,
        None,
        fields.currency(
            fields.first(said.get("currency_code"), rates.get("currency_code")), "currency_code"
        ),
        _hour(rates, "check_in_hour"),
        _hour(rates, "check_out_hour"),
        active=fields.flag(said.get("is_active"), "is_active") is not False,
    )


def id_of(told: Any, what: str) -> str:
    """Read the id of a row."""
    return fields.needed(fields.record(told, what).get("id"), "id")


def room_types(told: Any) -> tuple[str, ...]:
    """Read the ids of what is let at a property."""
    rooms = fields.records(fields.record(told, "property").get("rooms"), "rooms")
    return tuple(fields.needed(room.get("id"), "rooms.id") for room in rooms)


def _status(said: Mapping[str, Any]) -> tuple[StayStatus, str]:
    """Read how a booking stands: a cancelled one may still be called Booked."""
    raw = fields.needed(said.get("status"), "status")
    if fields.moment(said.get("canceled_at"), "canceled_at") is not None:
        return StayStatus.CANCELLED, f"{raw}, cancelled"
    if fields.flag(said.get("is_deleted"), "is_deleted"):
        return StayStatus.CANCELLED, f"{raw}, deleted"
    statuses = {
        "Booked": StayStatus.CONFIRMED,
        "Tentative": StayStatus.PENDING,
        "Open": StayStatus.INQUIRY,
        "Declined": StayStatus.CANCELLED,
    }
    return statuses.get(raw, StayStatus.UNKNOWN), raw


def _payment(
    said: Mapping[str, Any], status: StayStatus, channel: str, choices: Choices
) -> tuple[StayPayment, str]:
    """Read whether a stay is paid: a balance of nothing proves nothing for what others collect."""
    total, paid, due = (
        fields.decimal(said.get(each), each)
        for each in ("total_amount", "amount_paid", "amount_due")
    )
    if total is not None and paid is not None and paid >= total > 0:
        return StayPayment.PAID, "balance"
    if channel == "airbnb" and status is StayStatus.CONFIRMED and choices.airbnb_prepaid:
        return StayPayment.PAID, "ota_prepaid"
    if due is not None and due > 0:
        return StayPayment.PARTIAL if paid and paid > 0 else StayPayment.UNPAID, "balance"
    return StayPayment.UNKNOWN, ""


def _channel(source: str, choices: Choices) -> str:
    if source.startswith("Airbnb"):
        return "airbnb"
    if source in choices.direct_sources:
        return "direct"
    return _CHANNELS.get(source, "other")


def _code(said: Mapping[str, Any], channel: str) -> str | None:
    """Read the channel's code, if what stands there looks like one: it may be any words."""
    told = said.get("source_text")
    code = told.strip() if isinstance(told, str) else ""
    if channel == "airbnb":
        return code if _AIRBNB_CODE.fullmatch(code) else None
    return code if channel != "direct" and _CODE.fullmatch(code) else None


def _people(said: Mapping[str, Any]) -> int | None:
    rooms = fields.records(said.get("rooms"), "rooms")
    told = [fields.whole(room.get("people"), "rooms.people") for room in rooms]
    known = [each for each in told if each is not None]
    return sum(known) if known and len(known) == len(told) else None


def _day(said: Mapping[str, Any], name: str) -> Any:
    found = fields.day(said.get(name), name)
    if found is None:
        raise fields.Malformed(f"{name} is missing")
    return found


def _hour(rates: Mapping[str, Any], name: str) -> time | None:
    told = rates.get(name)
    return None if told == _FLEXIBLE else fields.wall(told, name)
