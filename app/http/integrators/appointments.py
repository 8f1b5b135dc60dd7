"""The calendar of a business, page by page."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field

from app.http.businesses import BusinessId
from app.http.door import TheDoor
from app.http.integrators.access import REFUSALS, Viewer
from app.http.problems import Problem
from app.http.viewing import local, names_of
from jirani.rules.access import may
from jirani.rules.facts import Appointment as AppointmentFact
from jirani.rules.facts import AppointmentStatus, Customer, Role
from jirani.store.work import Work

router = APIRouter(
    prefix="/v1/businesses/{business}/appointments", tags=["appointments"], responses=REFUSALS
)
_EPOCH, _END = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def _written(text: str) -> str:
    if text[:4].isdigit() and text[4:5] == "-":
        return text
    raise ValueError("write it as in 2026-11-22T14:00:00+03:00")  # a number would be taken, too


Instant = Annotated[AwareDatetime, BeforeValidator(_written)]


class Contact(BaseModel):
    """Who comes; only managers and admins see it. Typed by the guest, proven by nothing."""

    name: str | None
    phone: str | None = Field(examples=["+254712345678"])


class Appointment(BaseModel):
    """A service by a staff member at a time."""

    id: str
    service: str = Field(examples=["Manicure"])
    service_id: str
    staff: str = Field(examples=["Amina"])
    staff_id: str
    start: datetime
    end: datetime
    busy_until: datetime = Field(description="The end, with the buffer behind it.")
    price: int = Field(description="Minor units.", examples=[120000])
    currency: str = Field(examples=["KES"])
    status: AppointmentStatus
    customer_id: str
    contact: Contact | None = Field(description="Null for a viewer.")


class AppointmentPage(BaseModel):
    """One page; ask again with `after=<next>` while there is a next."""

    appointments: list[Appointment]
    next: str | None = Field(examples=["1795345200000000~01KAXJ6V0C8Z5Q3M7N2P4R6T8V"])


@router.get("")
async def list_appointments(
    door: TheDoor,
    business_id: BusinessId,
    key: Viewer,
    start: Annotated[
        Instant | None, Query(alias="from", description="Starts at or after this.")
    ] = None,
    end: Annotated[Instant | None, Query(alias="to", description="Starts before this.")] = None,
    status: Annotated[
        list[AppointmentStatus] | None, Query(max_length=20, description="Any of these.")
    ] = None,
    after: Annotated[
        str | None,
        Query(description="A page's `next`.", pattern=r"^[0-9]{1,16}~[0-9A-Za-z]{1,40}$"),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="At most so many at once.")] = 50,
) -> AppointmentPage:
    """List appointments by their start."""
    behind = _place(after) if after else None
    start, end = (None if each is None else _between(each) for each in (start, end))
    async with door.services.store.read(business_id) as work:
        found = await work.appointments.page(start, end, status or (), after=behind, most=limit + 1)
        shown = await _shown(work, found[:limit], contacts=may(key.role, Role.MANAGER))
    more = len(found) > limit
    last = found[limit - 1] if more else None
    return AppointmentPage(appointments=shown, next=_cursor(last) if last else None)


@router.get("/{appointment}")
async def read_appointment(
    door: TheDoor,
    business_id: BusinessId,
    key: Viewer,
    appointment: Annotated[
        str,
        Path(
            max_length=40,
            pattern=r"^[A-Za-z0-9_-]+$",
            description="The appointment's id.",
            examples=["01KAXJ6V0C8Z5Q3M7N2P4R6T8V"],
        ),
    ],
) -> Appointment:
    """Show one appointment."""
    async with door.services.store.read(business_id) as work:
        try:
            found = await work.appointments.get(appointment)
        except LookupError:
            raise Problem(HTTPStatus.NOT_FOUND, "There is no such appointment.") from None
        [shown] = await _shown(work, [found], contacts=may(key.role, Role.MANAGER))
    return shown


def _between(moment: datetime) -> datetime:
    """Return a moment that has a name in every zone; nothing is booked beyond."""
    return min(max(moment, _EPOCH), _END)


def _cursor(last: AppointmentFact) -> str:
    """Write where a page ends, in microseconds: a time with its offset suffers in an address."""
    return f"{(last.starts_at - _EPOCH) // _MICROSECOND}~{last.id}"


def _place(cursor: str) -> tuple[datetime, str]:
    microseconds, _, id = cursor.partition("~")
    return _EPOCH + int(microseconds) * _MICROSECOND, id


async def _shown(
    work: Work, found: Sequence[AppointmentFact], *, contacts: bool
) -> list[Appointment]:
    business, catalogue = await work.business.get(), await work.catalogue.load()
    people = await work.customers.some(each.customer_id for each in found) if contacts else {}
    names = names_of(catalogue)
    return [
        Appointment(
            id=each.id,
            service=names.get(each.service_id, each.service_id),
            service_id=each.service_id,
            staff=names.get(each.staff_id, each.staff_id),
            staff_id=each.staff_id,
            start=local(each.starts_at, business),
            end=local(each.ends_at, business),
            busy_until=local(each.busy_until, business),
            price=each.price,
            currency=each.currency,
            status=each.status,
            customer_id=each.customer_id,
            contact=_contact(people.get(each.customer_id)),
        )
        for each in found
    ]


def _contact(customer: Customer | None) -> Contact | None:
    return Contact(name=customer.name, phone=customer.phone) if customer else None
