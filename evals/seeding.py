"""Making the business of a scenario, through the same onboarding a real one goes through."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from app.demo import SLUG, ensure_demo
from evals.staying.house import BASE, ZONE, make_house
from jirani.rules.facts import (
    Appointment,
    AppointmentStatus,
    Business,
    Customer,
    PaymentPolicy,
    Service,
    Staff,
    Thread,
)
from jirani.rules.grid import span
from jirani.services import Services
from jirani.services.onboarding import (
    Refused,
    create_business,
    import_exceptions,
    import_knowledge,
    import_relations,
    import_services,
    import_staff,
    set_dial,
)
from jirani.services.onboarding.dials import reset_dial

Named = TypeVar("Named", Service, Staff)

STAYS = BASE
DEMO = {"name": "Jacaranda Salon", "zone": "Africa/Nairobi", "currency": "KES"}


async def make_business(
    services: Services, base: Any, payment: str, slug: str | None = None
) -> str:
    """Create the demo salon, or the business a scenario describes; return its id.

    Raises:
        Refused: by the onboarding, naming what is wrong with the description.
    """
    if base == STAYS:
        return await make_house(services)
    demo = base == "demo"
    about: dict[str, Any] = {**DEMO} if demo else {**DEMO, **base}
    made = await create_business(
        services,
        about["name"],
        zone=about["zone"],
        currency=about["currency"],
        vertical=about.get("vertical", "salon"),
        locale=about.get("locale", "en"),
        policy=PaymentPolicy(payment),
        slug=slug or (SLUG if demo else None),
    )
    if demo:
        return await ensure_demo(services, made.slug)
    await import_services(services, made.id, _sheet(about["services"]))
    await import_staff(services, made.id, _sheet(about["staff"]))
    if pairs := about.get("relations"):
        await import_relations(services, made.id, "\n".join(pairs), table=True)
    if snippets := about.get("knowledge"):
        await import_knowledge(services, made.id, _sheet(snippets))
    return made.id


def zone_of(base: Any) -> ZoneInfo:
    """Return the time zone of a kind of business."""
    if base == STAYS:
        return ZoneInfo(ZONE)
    return ZoneInfo(DEMO["zone"] if base == "demo" else base.get("zone", DEMO["zone"]))


async def turn_dials(services: Services, business_id: str, dials: dict[str, str | None]) -> None:
    """Set dials, or reset those given as None."""
    for dial, value in dials.items():
        if value is None:
            await reset_dial(services, business_id, dial, by="eval")
        else:
            await set_dial(services, business_id, dial, value, by="eval")


async def differ(services: Services, business_id: str, days: Sequence[dict[str, str]]) -> None:
    """Set days that differ, for the named staff member or for everyone."""
    if not days:
        return
    async with services.store.read(business_id) as work:
        everyone = [member.name for member in (await work.catalogue.load()).staff]
    rows = [
        {"staff": name, "date": day["date"], "hours": day["hours"]}
        for day in days
        for name in ([day["staff"]] if "staff" in day else everyone)
    ]
    await import_exceptions(services, business_id, _sheet(rows))


async def take(services: Services, business: Business, taken: dict[str, str]) -> None:
    """Book a slot for somebody who is in no conversation here: the database alone decides.

    Raises:
        Overlap: the slot is not free.
        Refused: there is no such service or staff member.
    """
    zone = ZoneInfo(business.zone)
    start = datetime.fromisoformat(taken["start"]).replace(tzinfo=zone).astimezone(UTC)
    now, new = services.clock.now(), services.ids.new
    async with services.store.read(business.id) as work:
        catalogue = await work.catalogue.load()
    member = named(catalogue.staff, taken["staff"], "staff member")
    able = [each for each in catalogue.services if each.id in member.service_ids]
    if "end" in taken:
        service = able[0]
        ends_at = datetime.fromisoformat(taken["end"]).replace(tzinfo=zone).astimezone(UTC)
        busy_until = ends_at
    else:
        service = named(catalogue.services, taken["service"], "service")
        ends_at, busy_until = span(service, start)
    customer = Customer(new(), name="Somebody Else")
    thread = Thread(new(), customer.id, "phone", customer.id, opened_at=now, last_at=now)
    async with services.store.begin(business.id, (member.id, customer.id)) as work:
        await work.customers.add(customer, "phone", customer.id, now)
        await work.threads.add(thread)
        await work.appointments.add(
            Appointment(
                id=new(),
                thread_id=thread.id,
                customer_id=customer.id,
                service_id=service.id,
                staff_id=member.id,
                starts_at=start,
                ends_at=ends_at,
                busy_until=busy_until,
                price=service.price,
                currency=business.currency,
                status=AppointmentStatus.CONFIRMED,
                source="phone",
            )
        )


def named(known: Sequence[Named], name: str, what: str) -> Named:
    """Find a service or staff member by name; raises Refused with the names there are."""
    for each in known:
        if each.name.casefold() == name.casefold():
            return each
    there_are = ", ".join(each.name for each in known)
    raise Refused([f"there is no {what} {name!r} in this world; there are {there_are}."])


def _sheet(rows: Sequence[dict[str, Any]]) -> str:
    """Write rows as the CSV a business would upload."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    out = io.StringIO()
    sheet = csv.writer(out)
    sheet.writerow(columns)
    sheet.writerows([_cell(row.get(column, "")) for column in columns] for row in rows)
    return out.getvalue()


def _cell(value: Any) -> str:
    return "|".join(value) if isinstance(value, list) else str(value)
