"""`jirani why`: why an offer was sent, or was not: around a stay, or of a freed slot."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from app.commands.opening_story import opening_as_json, opening_lines
from app.commands.running import business_of, business_option, json_option, run
from app.commands.showing import show_json
from app.commands.summarising import on_one_line
from jirani.rules.plain import to_plain
from jirani.services import Services
from jirani.services.recovery.why import why_opening
from jirani.services.stays.story import Story
from jirani.services.stays.telling import headline, moment, sentences
from jirani.services.stays.why import why


@click.command()
@click.argument("offer")
@click.argument("kind", required=False)
@business_option
@json_option
@run
async def command(
    services: Services, offer: str, kind: str | None, slug: str | None, as_json: bool
) -> None:
    """Tell the story of OFFER: an offer's id, or a stay by its reference or confirmation code.

    Of a freed slot (the id of its opening, of an offer of it, or of the appointment that left it)
    the candidates are told in order, each with tier and score, and for the skipped the reason.

    Of a stay every kind is told, or KIND alone (such as late_check_out), also one that was never
    planned, and why. Times are the listing's.
    """
    business = await business_of(services, slug)
    if freed := await why_opening(services, business.id, offer):
        if as_json:
            show_json(opening_as_json(freed))
        else:
            click.echo("\n".join(opening_lines(freed)))
        return
    stories, now = await why(services, business.id, offer, kind), services.clock.now()
    if as_json:
        show_json([_as_json(services, story, now) for story in stories])
    else:
        click.echo("\n\n".join("\n".join(_lines(services, each, now)) for each in stories))


def _lines(services: Services, story: Story, now: datetime) -> Iterator[str]:
    clock = moment(story, now)
    yield on_one_line(headline(services, story), 500)
    if story.offer:
        yield f"Offer {story.offer.id}; times are those of {story.listing.zone}."
    for at, said, seen in sentences(story, now):
        yield f"  {f'{clock(at)}: ' if at else ''}{on_one_line(said, 500)}"
        if seen:
            yield f"      Seen: {on_one_line('; '.join(seen), 2000)}."


def _as_json(services: Services, story: Story, now: datetime) -> dict[str, Any]:
    told = list(sentences(story, now))
    return {
        "kind": story.kind,
        "headline": headline(services, story),
        "offer": to_plain(story.offer),
        "reservation": to_plain(story.reservation),
        "listing": to_plain(story.listing),
        "events": [
            {
                "at": event.at,
                "what": event.what,
                "reason": event.reason,
                "sentence": said,
                "seen": seen,
                "facts": event.facts | ({"saw": to_plain(event.saw)} if event.saw else {}),
            }
            for event, (_, said, seen) in zip(story.events, told, strict=False)
        ],
        "stands": told[-1][1],
        "sale": asdict(story.sale) if story.sale else None,
    }
