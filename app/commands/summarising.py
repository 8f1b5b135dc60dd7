"""One conversation in words, for the person who takes it over, and as JSON."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from jirani.rules.facts import Appointment, Business, Catalogue
from jirani.services.handover import Summary
from prompts import formats

WIDE = 60  # characters of a message in a list


def on_one_line(text: str, most: int = WIDE) -> str:
    """Shorten a text to one line without control characters: guests write what they like."""
    plain = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def as_lines(business: Business, catalogue: Catalogue, found: Summary) -> Iterator[str]:
    """Tell who the guest is, what is booked and paid, what was refused, and what was said."""
    thread, guest, zone = found.thread, found.customer, ZoneInfo(business.zone)

    def moment(at: datetime) -> str:
        return f"{at.astimezone(zone):%a %d %b %H:%M}"

    def money(amount: int) -> str:
        return formats.money(amount, business.currency)

    yield f"Conversation {thread.id}, {business.name}, {thread.channel} {thread.peer}"
    since = thread.person_since
    yield f"A person handles it since {moment(since)}." if since else "The agent handles it."
    contact = ", ".join(each for each in (guest.name, guest.phone) if each)
    yield f"Guest: {contact or 'name and phone unknown'}"
    yield from _part(
        "Bookings",
        (
            f"{_named(catalogue, each)}, {moment(each.starts_at)}, {money(each.price)}, "
            f"{each.status}"
            for each in found.appointments
        ),
    )
    yield from _part(
        "Payments",
        (f"{money(each.amount)}, {each.status}, {each.phone}" for each in found.payments),
    )
    yield from _part(
        "Refused",
        (f"{moment(each.at)}  {each.guard}: {each.reason}" for each in found.refusals),
    )
    yield from _part(
        "Said",
        (
            f"{moment(each.at)}  {each.author}: {on_one_line(each.text, 500)}"
            for each in found.messages
        ),
    )


def as_json(business: Business, catalogue: Catalogue, found: Summary) -> dict[str, Any]:
    """Return the same as plain values; amounts in minor units, moments in UTC."""
    thread, guest = found.thread, found.customer
    return {
        "thread": thread.id,
        "business": business.slug,
        "channel": thread.channel,
        "peer": thread.peer,
        "person_since": thread.person_since,
        "guest": {"name": guest.name, "phone": guest.phone},
        "appointments": [
            {
                "id": each.id,
                "service": _service(catalogue, each),
                "staff": _staff(catalogue, each),
                "start": each.starts_at,
                "end": each.ends_at,
                "price": each.price,
                "status": each.status,
            }
            for each in found.appointments
        ],
        "payments": [
            {
                "id": each.id,
                "amount": each.amount,
                "currency": each.currency,
                "status": each.status,
            }
            for each in found.payments
        ],
        "refusals": [
            {"guard": each.guard, "reason": each.reason, "stage": each.stage, "at": each.at}
            for each in found.refusals
        ],
        "messages": [
            {"author": each.author, "text": each.text, "at": each.at} for each in found.messages
        ],
    }


def _part(title: str, lines: Iterable[str]) -> Iterator[str]:
    said = list(lines) or ["none"]
    yield f"{title}:"
    yield from (f"  {line}" for line in said)


def _named(catalogue: Catalogue, each: Appointment) -> str:
    return f"{_service(catalogue, each)} with {_staff(catalogue, each)}"


def _service(catalogue: Catalogue, each: Appointment) -> str:
    return next((s.name for s in catalogue.services if s.id == each.service_id), each.service_id)


def _staff(catalogue: Catalogue, each: Appointment) -> str:
    return next((s.name for s in catalogue.staff if s.id == each.staff_id), each.staff_id)
