"""Rows as a model and a guest may see them: handles, names, formatted money and times."""

from datetime import datetime
from typing import Any

from jirani.rules.facts import Appointment, Offer, Payment, Slot
from prompts import formats
from tools.turn import Turn


def local(turn: Turn, at: datetime) -> datetime:
    """Return a moment in the business's zone."""
    return at.astimezone(turn.case.zone)


def moment(turn: Turn, at: datetime) -> str:
    """Return weekday, date and clock time as the guest reads them."""
    return formats.when(local(turn, at), turn.language, local(turn, turn.now).date())


def price(turn: Turn, amount: int) -> str:
    """Return an amount in the business's currency."""
    return formats.money(amount, turn.case.business.currency)


def slot(turn: Turn, service_id: str, at: Slot) -> dict[str, Any]:
    """Describe a free slot."""
    service = turn.catalogue.service(service_id)
    return {
        "slot": turn.handles.give("s", (service_id, at)),
        "service": service.name,
        "staff": turn.catalogue.member(at.staff_id).name,
        "starts_at": local(turn, at.start).isoformat(),
        "when": moment(turn, at.start),
        "time": formats.clock(local(turn, at.start)),
        "minutes": formats.minutes(service.minutes, turn.language),
        "price": price(turn, service.price),
    }


def appointment(turn: Turn, each: Appointment) -> dict[str, Any]:
    """Describe an appointment."""
    start = local(turn, each.starts_at)
    return {
        "appointment": turn.handles.give("a", each.id),
        "service": turn.catalogue.service(each.service_id).name,
        "service_handle": turn.handles.give("v", each.service_id),
        "staff": turn.catalogue.member(each.staff_id).name,
        "starts_at": start.isoformat(),
        "when": moment(turn, each.starts_at),
        "time": formats.clock(start),
        "minutes": formats.minutes(
            int((each.ends_at - each.starts_at).total_seconds()) // 60, turn.language
        ),
        "price": price(turn, each.price),
        "status": str(each.status),
    }


def offer(turn: Turn, each: Offer) -> dict[str, Any]:
    """Describe an offer on the terms it was sent with (O3)."""
    minutes = int((each.ends_at - each.starts_at).total_seconds()) // 60
    return {
        "offer": turn.handles.give("o", each.id),
        "kind": str(each.kind),
        "service": turn.catalogue.service(each.service_id).name,
        "service_handle": turn.handles.give("v", each.service_id),
        "staff": turn.catalogue.member(each.staff_id).name,
        "starts_at": local(turn, each.starts_at).isoformat(),
        "when": moment(turn, each.starts_at),
        "time": formats.clock(local(turn, each.starts_at)),
        "minutes": formats.minutes(minutes, turn.language),
        "price": price(turn, each.price),
        "status": str(each.status),
    }


def payment(turn: Turn, each: Payment) -> dict[str, Any]:
    """Describe a payment."""
    return {
        "amount": price(turn, each.amount),
        "status": str(each.status),
        "phone": each.phone,
        "attempt": each.attempt,
    }
