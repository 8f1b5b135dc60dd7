"""What a business sells, from a spreadsheet."""

from dataclasses import replace

from jirani.rules.facts import Service
from jirani.services import Services
from jirani.services.onboarding import amounts
from jirani.services.onboarding.names import key, listed, tidy
from jirani.services.onboarding.report import Parsed, Report
from jirani.services.onboarding.sheet import Column, Row, Sheet, read_sheet
from jirani.services.onboarding.writing import importing

NAME_LIMIT = 120
ALIAS_LIMIT = 60
ALIASES_LIMIT = 30


def parse_services(text: str, currency: str) -> Parsed[Service]:
    """Read a file of services, without ids yet; prices in major units become minor ones.

    Raises:
        Refused: with every problem of the file; a missing price is one and is never filled in.
    """
    sheet = read_sheet(text, _columns(currency))
    services = [_service(row, currency) for row in sheet.rows]
    sheet.once("name", [key(service.name) for service in services])
    _refuse_borrowed_names(sheet, services)
    sheet.problems.refuse()
    return Parsed(tuple(services), sheet.ignored)


async def import_services(
    services: Services, business_id: str, text: str, *, dry_run: bool = False
) -> Report:
    """Add and update services from a file, by name; those it does not name stay as they are.

    A dry run checks and reports, and writes nothing. Raises Refused before any write.
    """
    async with importing(services, business_id) as work:
        wanted = parse_services(text, (await work.business.get()).currency)
        stored = {key(service.name): service for service in (await work.catalogue.load()).services}
        report = Report(ignored=wanted.ignored)
        for service in wanted.items:
            before = stored.get(key(service.name))
            after = replace(service, id=before.id if before else services.ids.new())
            if report.note(service.name, before, after) and not dry_run:
                await work.catalogue.put_service(after)
    return report


def _columns(currency: str) -> tuple[Column, ...]:
    money = currency.casefold()
    return (
        Column("name", ("service", "service_name", "title", "huduma", "jina")),
        Column("minutes", ("duration", "duration_minutes", "duration_min", "mins", "dakika")),
        Column("price", ("cost", "bei", f"price_{money}", f"cost_{money}", f"price_in_{money}")),
        Column("buffer", ("buffer_minutes", "buffer_min", "cleanup"), required=False),
        Column("aliases", ("alias", "other_names", "also_known_as"), required=False),
        Column("currency", ("currency_code",), required=False),
    )


def _service(row: Row, currency: str) -> Service:
    service = Service(
        id="",
        name=row.take("name", lambda text: tidy(text, NAME_LIMIT), ""),
        minutes=row.take("minutes", amounts.minutes, 0),
        buffer=row.take("buffer", amounts.buffer, 0),
        price=row.take("price", lambda text: amounts.price(text, currency), 0),
        aliases=row.take("aliases", lambda text: listed(text, ALIAS_LIMIT), ()),
    )
    if len(service.aliases) > ALIASES_LIMIT:
        row.problems.at(row.line, "aliases", f"there may be {ALIASES_LIMIT} of them")
    row.take("currency", lambda text: amounts.same_currency(text, currency), None)
    return service


def _refuse_borrowed_names(sheet: Sheet, services: list[Service]) -> None:
    """An alias that is another service's name would leave the guest's words undecided."""
    names = {key(service.name) for service in services}
    for row, service in zip(sheet.rows, services, strict=True):
        for alias in service.aliases:
            if key(alias) in names - {key(service.name)}:
                sheet.problems.at(row.line, "aliases", f"{alias!r} is another service's name")
