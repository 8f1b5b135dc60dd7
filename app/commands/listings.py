"""`jirani listings`: what is offered at each listing and how, and what could not be taken in."""

from datetime import datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

import click

from app.commands.learning import (
    ACCEPTANCE,
    TRIALS,
    acceptance_rows,
    learned_as_json,
    trial_rows,
)
from app.commands.running import (
    at_keyboard,
    business_of,
    business_option,
    json_option,
    run,
    text_of,
)
from app.commands.showing import show_json, show_table
from app.commands.summarising import on_one_line
from jirani.rules.facts import Business
from jirani.rules.plain import to_plain
from jirani.services import Services
from jirani.services.stays import hosting
from jirani.services.stays.describing import TOLD, describe
from jirani.services.stays.hosting import EVERY, Wanted
from jirani.services.stays.learned import what_was_learned
from jirani.services.stays.settings_file import parse
from jirani.services.stays.written import shown

UNTOUCHED = "What is with a guest already stays as it was offered; the next one is sent so."


@click.group()
def command() -> None:
    """Listings of a host: what is offered there and how, and what could not be taken in."""


@command.command("list")
@business_option
@json_option
@run
async def list_(services: Services, slug: str | None, as_json: bool) -> None:
    """List the listings as their PMS describes them, and what each lacks to be offered at."""
    business = await business_of(services, slug)
    found = await hosting.listings(services, business.id)
    if as_json:
        show_json([to_plain(each) | {"lacks": lacks} for each, lacks in found])
        return
    rows = [
        (
            each.name,
            each.pms,
            each.ref,
            each.zone or "",
            f"{each.check_in:%H:%M}" if each.check_in else "",
            f"{each.check_out:%H:%M}" if each.check_out else "",
            each.currency or "",
            ", ".join([*lacks, *([] if each.active else ["switched off in the PMS"])]),
        )
        for each, lacks in found
    ]
    header = ("listing", "pms", "ref", "zone", "check-in", "check-out", "currency", "lacks")
    show_table(header, rows, f"{business.name} has no listings yet.")


@command.command()
@click.argument("listing")
@click.argument("kind", required=False)
@business_option
@json_option
@run
async def show(
    services: Services, listing: str, kind: str | None, slug: str | None, as_json: bool
) -> None:
    """Show what is in force at LISTING (its name or number), for every kind or KIND alone.

    Each value says where it comes from: this listing or every one, this kind or every one, else
    the default.
    """
    business = await business_of(services, slug)
    place, found = await hosting.in_force(services, business.id, listing, kind)
    if as_json:
        show_json(
            [
                {"kind": each.kind, "name": each.name, "value": each.value, "source": each.source}
                for each in found
            ]
        )
        return
    show_table(
        ("kind", "setting", "value", "from", "what it is"),
        [
            (
                *(each.kind, each.name, shown(each.name, each.value, place.currency)),
                *(each.source, each.about),
            )
            for each in found
        ],
        "",
    )


@command.command("set")
@click.argument("listing")
@click.argument("kind")
@click.argument("name")
@click.argument("value")
@business_option
@run
async def set_(
    services: Services, listing: str, kind: str, name: str, value: str, slug: str | None
) -> None:
    """Set NAME to VALUE for a LISTING and a KIND; `every` stands for every one.

    Amounts are in the listing's currency (25 or 25.50), times as 09:00, hours as 3.5; `none` is
    no price, or no window.
    """
    business = await business_of(services, slug)
    wanted = Wanted(listing, kind, name, value)
    report = await hosting.change(services, business.id, [wanted], by=at_keyboard())
    click.echo(f"{listing}, {kind}: {name} is {value}. {UNTOUCHED if not report.unchanged else ''}")


@command.command()
@click.argument("listing")
@click.argument("kind")
@click.argument("name")
@business_option
@run
async def reset(services: Services, listing: str, kind: str, name: str, slug: str | None) -> None:
    """Take NAME back for a LISTING and a KIND, so that what is more general counts again."""
    business = await business_of(services, slug)
    wanted = Wanted(listing, kind, name, "default")
    report = await hosting.change(services, business.id, [wanted], by=at_keyboard())
    said = "was not set there" if report.unchanged else "is taken back"
    click.echo(f"{listing}, {kind}: {name} {said}.")


@command.command("describe")
@click.argument("listing")
@click.argument("name", type=click.Choice(TOLD))
@click.argument("value")
@business_option
@run
async def describe_(
    services: Services, listing: str, name: str, value: str, slug: str | None
) -> None:
    """Tell what your PMS does not know of LISTING: its zone, its hours, its currency.

    Lodgify knows no time zone, for one. Should a PMS ever say it itself, that counts.
    """
    business = await business_of(services, slug)
    place = await describe(services, business.id, listing, name, value, by=at_keyboard())
    click.echo(f"{place.name}: {name} is {value}.")


@command.command()
@click.argument("file", type=click.File("rb"))
@business_option
@run
async def load(services: Services, file: BinaryIO, slug: str | None) -> None:
    """Set what a YAML FILE says: listing, then kind, then name: value; all of it, or nothing."""
    wanted = parse(text_of(file))
    business = await business_of(services, slug)
    click.echo(str(await hosting.change(services, business.id, wanted, by=at_keyboard())))


@command.command()
@business_option
@json_option
@run
async def history(services: Services, slug: str | None, as_json: bool) -> None:
    """List every change, oldest first: what was, what became of it, by whom and when."""
    business = await business_of(services, slug)
    changes = await hosting.history(services, business.id)
    if as_json:
        show_json([{**each, "listing": to_plain(each["listing"])} for each in changes])
        return
    header = ("at", "listing", "kind", "setting", "action", "before", "after", "by")
    nobody = f"Nobody has set anything at {business.name} yet."
    show_table(header, [_changed(each, business) for each in changes], nobody)


def _changed(each: dict[str, Any], business: Business) -> tuple[object, ...]:
    place, name = each["listing"], each["name"]
    currency = place.currency if place else business.currency
    before, after = (
        "" if each[side] is None else shown(name, each[side], currency)
        for side in ("before", "after")
    )
    named = place.name if place else each["listing_id"] or EVERY
    at = _minute(each["at"], business)
    return at, named, each["kind"] or EVERY, name, each["action"], before, after, each["by"]


@command.command()
@business_option
@json_option
@run
async def learned(services: Services, slug: str | None, as_json: bool) -> None:
    """Show what was learned where it is switched on, and how often everything sent was taken.

    Whether it earns anything stands beside it: with some guests nothing is ever tried.
    """
    business = await business_of(services, slug)
    trials, acceptance = await what_was_learned(services, business.id)
    if as_json:
        show_json(learned_as_json(trials, acceptance))
        return
    show_table(TRIALS, trial_rows(trials), "Nothing is tried; `learn` and steps switch it on.")
    if acceptance:
        click.echo()
    show_table(ACCEPTANCE, acceptance_rows(acceptance), "Nothing that was sent has ended yet.")


@command.command()
@business_option
@json_option
@run
async def parked(services: Services, slug: str | None, as_json: bool) -> None:
    """List what a PMS told that could not be taken in, and why."""
    business = await business_of(services, slug)
    found = await hosting.parked(services, business.id)
    if as_json:
        show_json(
            [
                {"id": each.id, "pms": each.pms, "at": each.received_at}
                | {"attempts": each.attempts, "reason": each.note, "body": each.body}
                for each in found
            ]
        )
        return
    show_table(
        ("event", "came", "from", "tries", "why it was laid aside"),
        [
            (
                each.id,
                _minute(each.received_at, business),
                each.pms,
                each.attempts,
                on_one_line(each.note or "", 200),
            )
            for each in found
        ],
        "Nothing was laid aside.",
    )


@command.command()
@click.argument("event")
@business_option
@run
async def retry(services: Services, event: str, slug: str | None) -> None:
    """Try EVENT, which was laid aside, once more: after the dates were put right, say."""
    business = await business_of(services, slug)
    await hosting.retry(services, business.id, event)
    click.echo("It is read again at the scheduler's next round; `jirani listings parked` tells.")


def _minute(at: datetime, business: Business) -> str:
    return f"{at.astimezone(ZoneInfo(business.zone)):%Y-%m-%d %H:%M}"
