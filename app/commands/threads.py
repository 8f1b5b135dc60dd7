"""`jirani threads`: conversations, and those that wait for a person."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from app.commands.running import business_of, business_option, businesses, json_option, run
from app.commands.showing import show_json, show_table
from app.commands.summarising import as_json as in_json
from app.commands.summarising import as_lines, on_one_line
from jirani.rules.facts import Business
from jirani.services import Services
from jirani.services.handover import conversations, hand_back, say, summary
from jirani.services.onboarding import Refused

HEADER = ("thread", "business", "guest", "phone", "last_at", "person_since", "last_message")


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
                (
                    id,
                    slug,
                    name or "",
                    phone or "",
                    _minute(last),
                    _minute(since),
                    on_one_line(text or ""),
                )
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
        show_json(in_json(business, catalogue, found))
    else:
        click.echo("\n".join(as_lines(business, catalogue, found)))


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


def _minute(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else ""
