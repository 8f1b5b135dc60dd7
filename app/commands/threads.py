"""`jirani threads`: conversations, and those that wait for a person."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

import click

from app.commands.running import business_of, business_option, businesses, json_option, run
from app.commands.showing import show_json, show_table
from jirani.rules.facts import Business, Catalogue
from jirani.services import Services
from jirani.services.handover import Summary, conversations, hand_back, say, summary
from jirani.services.onboarding import Refused
from prompts import formats

HEADER = ("thread", "business", "guest", "phone", "last_at", "person_since", "last_message")
WIDE = 60  # characters of a message in a list


@click.group()
def command() -> None:
    """Conversations, and those that wait for a person."""


@command.command("list")
@business_option
@click.option("--waiting", is_flag=True, help="Only those that a person handles.")
@json_option
@run
async def list_(services: Services, slug: str | None, waiting: bool, as_json: bool) -> None:
    """List the newest conversations, of all businesses unless one is named."""
    chosen = [await business_of(services, slug)] if slug else await businesses(services)
    rows = []
    for business in chosen:
        zone = ZoneInfo(business.zone)
        for thread, guest, said in await conversations(services, business, waiting=waiting):
            since = thread.person_since and thread.person_since.astimezone(zone)
            rows.append(
                (
                    thread.id,
                    business.slug,
                    guest.name,
                    guest.phone,
                    thread.last_at.astimezone(zone),
                    since,
                    said.text if said else None,
                )
            )
    if as_json:
        show_json([dict(zip(HEADER, row, strict=True)) for row in rows])
    else:
        show_table(
            [name.replace("_", " ") for name in HEADER],
            [
                (id, slug, name or "", phone or "", _minute(last), _minute(since), _plain(text))
                for id, slug, name, phone, last, since, text in rows
            ],
            "Nobody waits for a person." if waiting else "There are no conversations yet.",
        )


@command.command()
@click.argument("thread_id", metavar="ID")
@business_option
@json_option
@run
async def show(services: Services, thread_id: str, slug: str | None, as_json: bool) -> None:
    """Show what was said, booked, paid and refused in one conversation."""
    business = await _of(services, thread_id, slug)
    found = await summary(services, business.id, thread_id)
    async with services.store.read(business.id) as work:
        catalogue = await work.catalogue.load()
    if as_json:
        show_json(_as_json(business, catalogue, found))
    else:
        for line in _as_text(business, catalogue, found):
            click.echo(line)


@command.command("say")
@click.argument("thread_id", metavar="ID")
@click.argument("text")
@business_option
@run
async def say_(services: Services, thread_id: str, text: str, slug: str | None) -> None:
    """Write TEXT to the guest as a person; the agent is silent until `hand-back`."""
    if not text.strip():
        raise Refused(["There is nothing to say: the text is empty."])
    business = await _of(services, thread_id, slug)
    await say(services, business.id, thread_id, text)
    click.echo("Queued. The agent is silent here until `jirani threads hand-back`.")


@command.command("hand-back")
@click.argument("thread_id", metavar="ID")
@business_option
@run
async def hand_back_(services: Services, thread_id: str, slug: str | None) -> None:
    """Let the agent speak again; the guest is told."""
    business = await _of(services, thread_id, slug)
    handed = await hand_back(services, business.id, thread_id)
    click.echo("The agent speaks again." if handed else "No person had this conversation.")


async def _of(services: Services, thread_id: str, slug: str | None) -> Business:
    """Find the business of a conversation. Raises Refused."""
    chosen = [await business_of(services, slug)] if slug else await businesses(services)
    for business in chosen:
        async with services.store.read(business.id) as work:
            try:
                await work.threads.get(thread_id)
            except LookupError:
                continue
            return business
    raise Refused([f"There is no conversation {thread_id!r}; see `jirani threads list`."])


def _as_json(business: Business, catalogue: Catalogue, found: Summary) -> dict[str, Any]:
    names = {each.id: each.name for each in (*catalogue.services, *catalogue.staff)}
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
                "service": names.get(each.service_id, each.service_id),
                "staff": names.get(each.staff_id, each.staff_id),
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
        "messages": [
            {"author": each.author, "text": each.text, "at": each.at} for each in found.messages
        ],
        "refusals": list(found.refusals),
    }
