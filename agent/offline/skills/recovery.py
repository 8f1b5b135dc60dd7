"""A freed slot in the chat: asked about, put once more, wished for, or no more (R2, R5)."""

import re

from agent.offline.moment import End, Line, Moment, Step, call
from agent.offline.skills.paying import carrying_on, contact, freed_reminder
from agent.wish import Intent
from agent.words import unquoted
from jirani.rules.reading import Meaning

HOW_LONG = re.compile(r"\bhow long\b|\bhow many minutes\b|\bmuda gani\b|\bdakika ngapi\b", re.I)
WHO = re.compile(r"\b(?:who|whom|which stylist|nani)\b", re.I)
WHEN = re.compile(r"\b(?:what time|which day|when is|saa ngapi|lini|siku gani)\b", re.I)
TOOL = "tell_of_freed_slots"


def listening(moment: Moment) -> Step | None:
    """Keep that somebody wants to hear of freed slots, or no more of them (R2)."""
    if moment.did(TOOL):
        return None
    wishes = moment.has(Intent.LISTEN, Intent.LISTEN_NO_MORE)
    return call(TOOL) if wishes and TOOL in moment.tools else None


def heard(moment: Moment) -> Step | None:
    """Go back to what is open: "tell me when something frees up later" is no no to it.

    A name and a phone that come along are kept: nobody likes to be asked twice. What is wished for
    before it ("manicure tomorrow at 4, and tell me if ...") is seen to by the skills that follow.
    """
    if not moment.did(TOOL) or moment.has(Intent.LISTEN_NO_MORE):
        return None
    if step := contact(moment):
        return step
    return None if _wishes_first(moment) else carrying_on(moment) or End()


def _wishes_first(moment: Moment) -> bool:
    """Tell whether something was wished for before that."""
    wished = moment.wish.intents  # in the order of the message
    first = wished[: wished.index(Intent.LISTEN)] if Intent.LISTEN in wished else ()
    return bool({Intent.BOOK, Intent.SLOTS} & {*first})


def told(moment: Moment) -> Step | None:
    """End the turn: whoever wants to hear no more has said no to what is open, if they did."""
    return End() if moment.did(TOOL) and not _wishes_first(moment) else None


def about_freed(moment: Moment) -> bool:
    """Tell whether a question is about the slot that is on offer: it stays open meanwhile."""
    if not moment.freed or moment.wish.unknown_service or moment.wish.near_service:
        return False
    other = {*moment.wish.service_ids} - {str(each["service_handle"]) for each in moment.freed}
    if other or moment.proposals:
        return False
    text = unquoted(str(moment.situation.message["text"]))
    asks = any(pattern.search(text) for pattern in (HOW_LONG, WHO, WHEN))
    return asks or moment.has(Intent.PRICE)


def repeated(moment: Moment, step: Step) -> Step:
    """Put the offer of a freed slot once more after a booking has taken the yes (R5)."""
    confirmed = moment.did("confirm_proposal")
    if not isinstance(step, End) or not confirmed or moment.meaning is not Meaning.ACCEPT:
        return step
    lines: tuple[Line, ...] = tuple(freed_reminder(each) for each in moment.freed)
    return End((*step.lines, *(each for each in lines if each not in step.lines)))
