"""A freed slot and its candidates, as a shop owner reads them."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from app.commands.summarising import on_one_line
from jirani.rules.facts import OpeningStatus, RecoveryOffer
from jirani.rules.late_yes import SILENCE
from jirani.rules.plain import to_plain
from jirani.services.recovery.why import OpeningStory, Ranked, reason_of
from prompts import formats
from prompts.reasons import REASONS

_FIRST = ("first", "second", "third")


def opening_lines(story: OpeningStory) -> Iterator[str]:
    """Tell of an opening line by line; times are the business's."""
    opening, zone = story.opening, ZoneInfo(story.business.zone)
    when = formats.when(opening.starts_at.astimezone(zone), "en", opening.opened_at.date())
    end = f", {REASONS.get(opening.reason, opening.reason)}" if opening.reason else ""
    yield f"{story.service} with {story.staff} on {when}: {opening.status}{end}."
    yield f"Opening {opening.id}, since {formats.clock(opening.opened_at.astimezone(zone))}."
    for each in story.candidates:
        yield "  " + on_one_line(_candidate(each, story), 300)
    if story.more:
        yield "  ..."
    if not story.candidates:
        yield "  Nobody has asked to be told of freed slots."


def _candidate(each: Ranked, story: OpeningStory) -> str:
    who = each.name or each.customer_id
    return f"{each.number}. {who}: {each.tier}, score {each.points}; {_state(each, story)}"


def _state(each: Ranked, story: OpeningStory) -> str:
    if each.offer is not None:
        # Scores are those of now: what an offer came to may have changed the order since.
        return f"asked {_ordinal(story.offers.index(each.offer))}: {ended_as(each.offer)}"
    held = reason_of(each)
    if held is not None:
        return f"skipped: {REASONS[held]}"
    return "may be asked" if story.opening.status is OpeningStatus.OPEN else "not asked"


def _ordinal(place: int) -> str:
    return _FIRST[place] if place < len(_FIRST) else f"as number {place + 1}"


def ended_as(offer: RecoveryOffer) -> str:
    """Tell how an offer stands, and why it ended."""
    if offer.reason in ("", offer.status):
        return str(offer.status)
    why = "no answer" if offer.reason == SILENCE else REASONS.get(offer.reason, offer.reason)
    return f"{offer.status} ({why})"


def opening_as_json(story: OpeningStory) -> dict[str, Any]:
    """Tell the same for machines."""
    return {
        "opening": to_plain(story.opening),
        "service": story.service,
        "staff": story.staff,
        "offers": [to_plain(each) for each in story.offers],
        "candidates": [
            {
                "number": each.number,
                "customer_id": each.customer_id,
                "name": each.name,
                "tier": str(each.tier),
                "score": each.points,
                "asked": str(each.offer.status) if each.offer else None,
                "skipped": str(reason_of(each)) if reason_of(each) else None,
            }
            for each in story.candidates
        ],
        "more": story.more,
    }
