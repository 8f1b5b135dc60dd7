"""Who works when and can do what, from spreadsheets."""

from dataclasses import dataclass
from datetime import date, time

from jirani.rules.facts import Hours, HoursException, Service, Staff
from jirani.services import Services
from jirani.services.onboarding.hours import Shift, day_hours, weekly_hours
from jirani.services.onboarding.names import Lookup, Wrong, key, listed, tidy
from jirani.services.onboarding.report import Parsed, Report
from jirani.services.onboarding.sheet import Column, read_sheet
from jirani.services.onboarding.writing import importing, service_lookup

NAME_LIMIT = 120
ALL = {"all", "everything", "zote"}

_STAFF = (
    Column("name", ("staff", "staff_name", "stylist", "jina")),
    Column("services", ("service", "skills", "huduma")),
    Column("hours", ("working_hours", "weekly_hours", "schedule", "saa")),
)
_EXCEPTIONS = (
    Column("staff", ("name", "staff_name", "stylist", "jina")),
    Column("date", ("day", "tarehe")),
    Column("hours", ("working_hours", "time", "saa")),
)
_OFF: tuple[time | None, time | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Member:
    """A staff member as a file describes one."""

    name: str
    service_ids: frozenset[str]
    shifts: tuple[Shift, ...]


def parse_staff(text: str, known: tuple[Service, ...]) -> Parsed[Member]:
    """Read staff, their services and weekly hours.

    Raises:
        Refused: with every problem of the file.
    """
    sheet = read_sheet(text, _STAFF)
    lookup = service_lookup(known)

    def skills(text: str) -> frozenset[str]:
        if text.casefold() in ALL:
            return frozenset(service.id for service in known)
        names = listed(text, NAME_LIMIT)
        if not names:
            raise Wrong("is missing; name services with | between them, or write all")
        return frozenset(lookup.find(name) for name in names)

    members = tuple(
        Member(
            row.take("name", lambda text: tidy(text, NAME_LIMIT), ""),
            row.take("services", skills, frozenset()),
            row.take("hours", weekly_hours, ()),
        )
        for row in sheet.rows
    )
    sheet.once("name", [key(member.name) for member in members])
    sheet.problems.refuse()
    return Parsed(members, sheet.ignored)


def parse_exceptions(text: str, staff: tuple[Staff, ...]) -> Parsed[HoursException]:
    """Read days that differ from the week.

    Raises:
        Refused: with every problem of the file.
    """
    sheet = read_sheet(text, _EXCEPTIONS)
    lookup = Lookup("staff member", {member.name: member.id for member in staff})
    days = tuple(
        HoursException(
            row.take("staff", lookup.find, ""),
            row.take("date", _iso_date, date.min),
            *row.take("hours", day_hours, _OFF),
        )
        for row in sheet.rows
    )
    # A row whose own cells are wrong is no duplicate of another.
    whole = [(day.staff_id, day.day) if day.staff_id and day.day > date.min else "" for day in days]
    sheet.once("date", whole)
    sheet.problems.refuse()
    return Parsed(days, sheet.ignored)


async def import_staff(
    services: Services, business_id: str, text: str, *, dry_run: bool = False
) -> Report:
    """Add and update staff from a file, by name; a file's hours replace those stored.

    A dry run checks and reports, and writes nothing. Raises Refused before any write.
    """
    async with importing(services, business_id) as work:
        catalogue = await work.catalogue.load()
        wanted = parse_staff(text, catalogue.services)
        stored = {key(member.name): member for member in catalogue.staff}
        weeks: dict[str, list[Shift]] = {}
        for hours in await work.catalogue.hours(member.id for member in catalogue.staff):
            weeks.setdefault(hours.staff_id, []).append(
                Shift(hours.weekday, hours.opens, hours.closes)
            )
        report = Report(ignored=wanted.ignored)
        for member in wanted.items:
            before = stored.get(key(member.name))
            after = Staff(
                before.id if before else services.ids.new(), member.name, member.service_ids
            )
            week = tuple(sorted(weeks.get(after.id, ())))
            now = (before, week) if before else None
            if report.note(member.name, now, (after, member.shifts)) and not dry_run:
                await work.catalogue.put_staff(after)
                spans = [(services.ids.new(), Hours(after.id, *shift)) for shift in member.shifts]
                await work.catalogue.set_hours(after.id, spans)
    return report


async def import_exceptions(
    services: Services, business_id: str, text: str, *, dry_run: bool = False
) -> Report:
    """Set the days that differ, each replacing what was stored for that person and day.

    A dry run checks and reports, and writes nothing. Raises Refused before any write.
    """
    async with importing(services, business_id) as work:
        staff = (await work.catalogue.load()).staff
        wanted = parse_exceptions(text, staff)
        names = {member.id: member.name for member in staff}
        found = await work.catalogue.exceptions(
            names, min(day.day for day in wanted.items), max(day.day for day in wanted.items)
        )
        stored = {(day.staff_id, day.day): day for day in found}
        report = Report(ignored=wanted.ignored)
        for day in wanted.items:
            label = f"{names[day.staff_id]} {day.day}"
            if report.note(label, stored.get((day.staff_id, day.day)), day) and not dry_run:
                await work.catalogue.set_exception(services.ids.new(), day)
    return report


def _iso_date(text: str) -> date:
    if not text:
        raise Wrong("is missing; write it like 2026-12-25")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Wrong(f"{text!r} is no date; write it like 2026-12-25") from error
