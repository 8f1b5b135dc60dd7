"""A business: what it sells, who works there and when, what it knows (domain §3)."""

from dataclasses import dataclass, field
from datetime import date, datetime, time

from jirani.rules.facts.words import Direction, PaymentPolicy, Relation, Role


@dataclass(frozen=True, slots=True)
class Slot:
    """A staff member's time; what is held and excluded is [start, busy_until)."""

    staff_id: str
    start: datetime
    busy_until: datetime


@dataclass(frozen=True, slots=True)
class Business:
    """A tenant. `zone` is an IANA name, `currency` ISO 4217, `locale` `en` or `sw`."""

    id: str
    slug: str
    name: str
    vertical: str
    zone: str
    currency: str
    locale: str
    payment_policy: PaymentPolicy


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What an integrator proves itself with; of its secret only the SHA-256 is kept, in hex."""

    id: str
    name: str
    role: Role
    created_at: datetime
    created_by: str
    secret_hash: str = field(repr=False)
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None  # to the minute


@dataclass(frozen=True, slots=True)
class Service:
    """What is sold: minutes of work, minutes of buffer behind it, price in minor units."""

    id: str
    name: str
    minutes: int
    buffer: int
    price: int
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who does services."""

    id: str
    name: str
    service_ids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hours:
    """When a staff member works on one weekday (0 is Monday), in local wall time."""

    staff_id: str
    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class HoursException:
    """A day that differs: other hours, or closed when both times are None."""

    staff_id: str
    day: date
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """Two related services; confidence 0..1 (X4)."""

    service_a: str
    service_b: str
    relation: Relation
    confidence: float
    direction: Direction


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of the business's knowledge, to answer questions with."""

    id: str
    topic: str
    language: str
    keywords: tuple[str, ...]
    text: str
    listing_id: str | None = None  # known of this listing only


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a business sells and who does it, loaded once a turn."""

    services: tuple[Service, ...] = ()
    staff: tuple[Staff, ...] = ()

    def service(self, service_id: str) -> Service:
        """Return a service by id; LookupError if it is not this business's."""
        for service in self.services:
            if service.id == service_id:
                return service
        raise LookupError(service_id)

    def member(self, staff_id: str) -> Staff:
        """Return a staff member by id; LookupError if not this business's."""
        for member in self.staff:
            if member.id == staff_id:
                return member
        raise LookupError(staff_id)

    def qualified(self, service_id: str) -> tuple[Staff, ...]:
        """Return the staff members who may do a service."""
        return tuple(member for member in self.staff if service_id in member.service_ids)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working hours, exceptions and busy times of staff members over a range of days."""

    hours: tuple[Hours, ...] = ()
    exceptions: tuple[HoursException, ...] = ()
    busy: tuple[Slot, ...] = field(default=())
