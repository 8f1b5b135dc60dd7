"""Whom a yes that names nothing is for, as far as the messages before it make that plain (O1)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent.wish import Intent, Wish, from_json
from agent.words import plain_words
from jirani.rules.dossier import Dossier
from jirani.rules.facts import ProposalStatus
from jirani.rules.late_yes import SILENCE
from jirani.rules.message import Message
from jirani.rules.reading import Meaning, Reading
from jirani.services.asking import reading_of
from jirani.services.offers import OPEN
from jirani.services.reading import Live

LISTED = "listed"  # the handle of no offer and no proposal: the times listed since
_ADDS = re.compile(
    r"(?<= )(?:(?:add|include|(?:i )?will (?:take|have)) (?:it|that|one|both)"
    r"|ongeza|niongezee|ongezea|iongeze|niiongeze)(?= )"
)
_NOTHING = (Wish(), Wish(intents=(Intent.OTHER,)))


@dataclass(frozen=True, slots=True)
class Lately:
    """What the last messages leave a bare yes to answer."""

    too_late_for: str | None = None  # the one live thing, an offer that silence ended
    times_listed: bool = False  # our last answer listed times, and asked nothing else


def lately(known: Dossier, live: Sequence[Live], before: Sequence[Message]) -> Lately:
    """Tell what the messages `before` this one leave open."""
    return Lately(_too_late_for(known, live, before), _times_listed(known, before))


def addressed(text: str, reading: Reading, since: Lately) -> Reading:
    """Return a reading that says what its yes is for.

    Below a list of times it is no yes to an older question. "Ok, add it" is for the offer it came
    too late for, if all that was said since came to nothing and nothing else is open (X11).
    """
    if reading.meaning is not Meaning.ACCEPT or reading.handle:
        return reading
    if since.times_listed:
        return replace(reading, handle=LISTED)
    if since.too_late_for and _ADDS.search(plain_words(text)):
        return replace(reading, handle=since.too_late_for)
    return reading


def _too_late_for(known: Dossier, live: Sequence[Live], before: Sequence[Message]) -> str | None:
    offer = next((each for each in known.offers if each.id == live[0].id), None) if live else None
    if len(live) > 1 or offer is None or offer.reason != SILENCE:
        return None
    since = [each.asked_seq for each in known.proposals]
    since += [each.offered_seq for each in known.offers if each.id != offer.id]
    said = [each for each in before if each.author == "guest" and each.seq > offer.offered_seq]
    ours = [each for each in before if each.author != "guest" and each.at >= offer.expires_at]
    asked_back = len(ours) <= len(said) and all(each.author == "agent" for each in ours)
    nothing_new = max(since, default=0) <= offer.offered_seq and all(map(_says_little, said))
    return offer.id if asked_back and nothing_new else None


def _says_little(message: Message) -> bool:
    """Whether a message was not understood, or was a yes that named nothing and wished nothing."""
    reading = reading_of(message.reading)
    wish = from_json(message.wish) if message.wish else None
    little = reading is not None and reading.meaning in (Meaning.UNCLEAR, Meaning.ACCEPT)
    return little and wish in _NOTHING


def _times_listed(known: Dossier, before: Sequence[Message]) -> bool:
    last = max((each.seq for each in before if each.author == "guest"), default=0)
    asked = {each.asked_seq for each in known.proposals if each.status is ProposalStatus.OPEN}
    asked |= {each.offered_seq for each in known.offers if each.status in OPEN}
    return bool(asked) and last not in asked and any(e.get("seq") == last for e in known.shown)
