"""`jirani openings`: slots that came free, what recovering them brings, and how it is done."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from app.commands.running import at_keyboard, business_of, business_option, json_option, run
from app.commands.showing import show_json, show_table
from jirani.rules.facts import Business, Opening, OpeningStatus
from jirani.rules.plain import to_plain
from jirani.rules.recovery.statistics import Line, Report, in_minutes
from jirani.services import Services
from jirani.services.onboarding import Refused
from jirani.services.recovery import by_hand
from jirani.services.recovery.settings import reset_setting, set_setting, show_settings
from jirani.services.recovery.statistics import statistics
from prompts import formats
from prompts.reasons import because

DEFAULT = "the default"
DAY = click.DateTime(["%Y-%m-%d"])
HEADER = (
    *("tier", "asked", "yes", "no", "silent", "withdrawn", "waiting", "filled"),
    *("of these moved up", "lost again", "minutes", "revenue", "not paid yet"),
)


@click.group()
def command() -> None:
    """Slots that came free: each finds its next customer, once `set recovery on` says so.

    `jirani why OPENING` tells who was asked, who comes next, and why somebody is skipped.
    """


@command.command("list")
@click.option("--status", multiple=True, type=click.Choice([str(each) for each in OpeningStatus]))
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@business_option
@json_option
@run
async def list_(
    services: Services, status: tuple[str, ...], limit: int, slug: str | None, as_json: bool
) -> None:
    """List slots that came free, the newest first; times are the business's."""
    business = await business_of(services, slug)
    async with services.store.read(business.id) as work:
        found = await work.openings.page(None, limit, [OpeningStatus(each) for each in status])
        catalogue = await work.catalogue.load()
    if as_json:
        show_json([to_plain(each) for each in found])
        return
    names = {each.id: each.name for each in catalogue.services}
    names |= {each.id: each.name for each in catalogue.staff}
    header = ("opening", "service", "with", "start", "came free", "status", "because")
    show_table(header, [_row(each, names, business) for each in found], "No slot came free yet.")


def _row(opening: Opening, names: dict[str, str], business: Business) -> tuple[object, ...]:
    starts, opened = (
        f"{at.astimezone(ZoneInfo(business.zone)):%Y-%m-%d %H:%M}"
        for at in (opening.starts_at, opening.opened_at)
    )
    service, staff = (names.get(id, id) for id in (opening.service_id, opening.staff_id))
    why = because(opening.reason) if opening.reason else ""
    return opening.id, service, staff, starts, opened, opening.status, why


@command.command()
@click.option("--from", "first", type=DAY, help="Slots that came free from this day on.")
@click.option("--to", "last", type=DAY, help="Until this day, which counts.")
@business_option
@json_option
@run
async def stats(
    services: Services,
    first: datetime | None,
    last: datetime | None,
    slug: str | None,
    as_json: bool,
) -> None:
    """Tell what came of slots: filled, minutes, revenue, how fast, by the tier of each asked."""
    business = await business_of(services, slug)
    days = (None if each is None else each.date() for each in (first, last))
    found = await statistics(services, business.id, *days)
    if as_json:
        show_json(_as_json(found))
        return
    for line in _lines(found):
        click.echo(line)
    if found.total.asked:
        rows = [*found.by_tier.items(), ("all", found.total)]
        show_table(HEADER, [_counts(str(name), line) for name, line in rows], "")


def _lines(found: Report) -> Iterator[str]:
    share = "" if found.filled is None else f", {found.total.fills} of them filled"
    yield f"Slots that came free: {found.slots}{share}{_percent(found.filled)}."
    half, most = in_minutes(found.median), in_minutes(found.nine_in_ten)
    if half is not None and most is not None:
        yield f"Filled within {half:.0f} min in half of the cases, {most:.0f} min in 9 of 10."
    if (each := found.messages_per_fill) is not None and found.total.offers_per_fill is not None:
        yield f"For each: {found.total.offers_per_fill:.2f} offers, {each:.2f} messages."
    for reason, n in sorted(found.ended.items(), key=lambda item: (-item[1], item[0])):
        yield f"Not filled: {n}, {because(reason)}."


def _percent(share: float | None) -> str:
    return "" if share is None else f" ({share:.0%})"


def _counts(name: str, line: Line) -> tuple[object, ...]:
    revenue, unpaid = (
        ", ".join(formats.money(amount, currency) for currency, amount in sorted(each.items()))
        for each in (line.revenue, line.unpaid)
    )
    return (
        *(name, line.asked, line.accepted, line.declined, line.expired, line.withdrawn),
        *(line.waiting, line.fills, line.moved_up, line.lost, line.minutes, revenue, unpaid),
    )


def _as_json(found: Report) -> dict[str, Any]:
    return {
        "slots": found.slots,
        "filled": found.filled,
        "openings": dict(found.openings),
        "ended": dict(found.ended),
        "total": _line(found.total),
        "by_tier": {str(tier): _line(line) for tier, line in found.by_tier.items()},
        "messages": found.messages,
        "messages_per_fill": found.messages_per_fill,
        "fill_minutes_median": in_minutes(found.median),
        "fill_minutes_p90": in_minutes(found.nine_in_ten),
    }


def _line(line: Line) -> dict[str, Any]:
    counted = {name: getattr(line, name) for name in line.__dataclass_fields__}
    return counted | {"offers_per_fill": line.offers_per_fill}


@command.command()
@click.argument("opening")
@business_option
@run
async def withdraw(services: Services, opening: str, slug: str | None) -> None:
    """Take OPENING back: nobody is asked any more; who just was is told that it has gone."""
    business = await business_of(services, slug)
    try:
        done = await by_hand.withdraw(services, business.id, opening, at_keyboard())
    except LookupError:
        raise Refused([f"There is no opening {opening!r}; see `jirani openings list`."]) from None
    if not done.decision.allowed:
        raise Refused([f"It was not taken back: {because(done.decision.reason)}."])
    click.echo(f"{opening} is taken back; nobody is asked any more.")


@command.command()
@business_option
@json_option
@run
async def settings(services: Services, slug: str | None, as_json: bool) -> None:
    """Show how slots are recovered: each setting, and what it may be."""
    business = await business_of(services, slug)
    rows = [
        (each.name, each.value, "own" if each.own is not None else "default", each.values)
        for each in await show_settings(services, business.id)
    ]
    header = ("setting", "value", "source", "may be")
    if as_json:
        show_json([dict(zip(header, row, strict=True)) for row in rows])
    else:
        show_table(header, rows, "")


@command.command("set")
@click.argument("name")
@click.argument("value")
@business_option
@run
async def set_(services: Services, name: str, value: str, slug: str | None) -> None:
    """Make a setting, such as `recovery on`; it counts from the next offer on."""
    business = await business_of(services, slug)
    before = await set_setting(services, business.id, name, value, by=at_keyboard())
    click.echo(f"{name} of {business.name}: {before or DEFAULT} -> {value}")


@command.command()
@click.argument("name")
@business_option
@run
async def reset(services: Services, name: str, slug: str | None) -> None:
    """Let a setting follow its default again."""
    business = await business_of(services, slug)
    before = await reset_setting(services, business.id, name, by=at_keyboard())
    click.echo(f"{name} of {business.name}: {before or DEFAULT} -> {DEFAULT}")
