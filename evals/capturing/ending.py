"""How it ended, as a scenario expects it; and which facts the guest was told on the way."""

import re
from collections.abc import Iterator
from typing import Any

from evals.capturing import charges
from evals.capturing.diaries import local
from evals.capturing.house import major
from evals.capturing.record import Record
from evals.capturing.replacing import Replacing
from jirani.rules.facts import Appointment, AppointmentStatus, Offer, OfferKind
from prompts import formats

Row = dict[str, Any]
UNSETTLED = (AppointmentStatus.PROPOSED, AppointmentStatus.RELEASED)
SENT = ("sent", "unknown", "dead")
_CLOCK = re.compile(r"(?<![\d:])\d{1,2}:\d{2}(?![\d:])")


def ending(record: Record, replacing: Replacing) -> Row:
    """Return everything a scenario can expect of the rows at its end."""
    expected: Row = {
        "appointments": list(_appointments(record)),
        "offers": list(_offers(record)),
        "sales": list(_sales(record)),
        "payments": list(_payments(record)),
        "charges": sum(record.pushes.get(p.id) in SENT for p in charges.charged(record)),
    }
    taken = charges.taken(record)
    if taken is not None:
        expected["money_taken"] = major(taken, record.business.currency)
    guest, newest = record.customer, record.threads[-1]
    expected["contact"] = {
        "name": guest.name and replacing.text(guest.name),
        "phone": guest.phone and replacing.phone(guest.phone),
        "offers_stopped": guest.offers_stopped_at is not None,
    }
    expected["conversation"] = {
        "threads": len(record.threads),
        "with_person": newest.person_since is not None,
        "cross_sell_declined": newest.cross_sell_declined,
        "ended": newest.ended_at is not None,
    }
    return expected


def told(record: Record, reply: str) -> list[str]:
    """Return the times and amounts of the conversation's rows that an answer names."""
    business = record.business
    rows: tuple[Appointment | Offer, ...] = (*record.appointments, *record.offers)
    starts = [each.starts_at for each in rows]
    times = {formats.clock(at.astimezone(record.zone)) for at in starts}
    amounts = {
        formats.money(amount, business.currency)
        for amount in (
            *(each.price for each in rows),
            *(each.amount for each in record.payments),
        )
    }
    number = rf"{business.currency} \d[\d,]*(?:\.\d+)?"
    said = [*_CLOCK.findall(reply), *re.findall(number, reply)]
    return [each for each in dict.fromkeys(said) if each in times | amounts]


def _appointments(record: Record) -> Iterator[Row]:
    for each in record.appointments:
        if each.status in UNSETTLED:
            continue
        yield {
            **_place(record, each),
            **({"source": each.source} if each.source == OfferKind.CROSS_SELL else {}),
        }


def _offers(record: Record) -> Iterator[Row]:
    for each in record.offers:
        yield {**_place(record, each), **({"reason": each.reason} if each.reason else {})}


def _place(record: Record, of: Appointment | Offer) -> Row:
    return {
        "service": record.names[of.service_id],
        "staff": record.names[of.staff_id],
        "start": local(record, of.starts_at),
        "price": major(of.price, of.currency),
        "status": str(of.status),
    }


def _sales(record: Record) -> Iterator[Row]:
    services = {each.id: each.service_id for each in record.appointments}
    for each in record.sales:
        yield {
            "service": record.names[services[str(each["appointment_id"])]],
            "price": major(int(str(each["price"])), record.business.currency),
            "status": each["status"],
        }


def _payments(record: Record) -> Iterator[Row]:
    services = {each.id: each.service_id for each in record.appointments}
    for each in record.payments:
        items = [record.names[services[id]] for id in each.appointment_ids if id in services]
        yield {
            "amount": major(each.amount, each.currency),
            "items": sorted(items),
            **({"method": charges.VENUE} if each.method == charges.VENUE else {}),
            "status": str(each.status),
        }
