"""Understanding a guest's message once, before the agent runs, and storing it with the row (O1)."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from agent import staying
from agent.addressing import Lately, addressed, lately
from agent.buttons import read_button
from agent.draft import expecting, gather
from agent.reader.doubt import Doubt
from agent.reader.moments import resolved
from agent.wish import Intent, Wish, from_json, read_wish, to_json
from agent.words import unquoted
from jirani.rules.dossier import Dossier
from jirani.rules.facts import Catalogue, OfferKind, ProposalKind, ProposalStatus
from jirani.rules.late_yes import SILENCE
from jirani.rules.message import Message
from jirani.rules.reading import Meaning, Reading
from jirani.rules.recovery.standing import spoken_of
from jirani.services import Case
from jirani.services.asking import reading_of
from jirani.services.contacts import missing_of
from jirani.services.offers import OPEN
from jirani.services.reading import Live

BOOKING_VERBS = frozenset({"book", "add", "make", "do", "reserve", "get", "weka", "ongeza"})
CANCEL_OR_STOP = (
    re.compile(r"\b(?:appointment|booking|nafasi|miadi)\b", re.I),
    re.compile(r"\b(?:messages?|offers?|ujumbe|jumbe)\b", re.I),
)
NEGATION = re.compile(
    r"\b(?:no|not|nah|nope|don't|instead|rather|hapana|sio|siyo|la|sitaki|badala)\b", re.I
)
ASKS = re.compile(
    r"(?:is|are|was|were|does|did|what|which|who|how|when|should|would)\b.*\?$", re.I | re.S
)
SHORT = 2  # words
SOLD = frozenset(OfferKind)
LATIN = re.compile(r"[A-Za-z]")
CONTACT = {("name", "phone"): "contact", ("name",): "name", ("phone",): "phone"}


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message was understood to say; `doubt` is what a model might still be asked."""

    reading: Reading
    wish: Wish
    language: str
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Second:
    """What a model read in a message, and the doubt it answers."""

    doubt: Doubt
    reading: Reading


@dataclass(frozen=True, slots=True)
class Background:
    """What a message is read against: what is open, what was said and shown, what is expected."""

    live: tuple[Live, ...]
    last_said: str
    has_appointment: bool
    expecting: str | None
    shown: int
    near: Any
    language: str
    live_services: frozenset[str]
    lately: Lately
    known: Dossier


def background(case: Case, known: Dossier, catalogue: Catalogue) -> Background:
    """Return what the newest message is to be read against."""
    before = [each for each in known.messages if each.seq < case.seq]
    now = case.services.clock.now()
    live = [
        *_live_proposals(case, known, catalogue),
        *_live_offers(known, catalogue),
        *_live_freed(case, known, catalogue),
        *staying.live(known, now),
    ]
    about = {each.id: each.service_id for each in known.offers}
    about |= {each.id: each.service_id for each in known.freed}
    for proposal in known.proposals:
        about[proposal.id] = known.appointment(proposal.appointment_id).service_id
    ahead = known.ahead(now)
    near = ahead[-1].starts_at.astimezone(case.zone).time() if ahead else None
    return Background(
        live=tuple(live),
        last_said=next((m.text for m in reversed(before) if m.author == "agent"), ""),
        has_appointment=bool(ahead),
        expecting=_expected(known, live, before),
        shown=len(known.shown),
        near=near or staying.near(known, now),
        language=next(
            (m.language for m in reversed(before) if m.author == "guest" and m.language),
            case.business.locale,
        ),
        live_services=frozenset(about[each.id] for each in live if each.id in about),
        lately=lately(known, live, before),
        known=known,
    )


def _live_proposals(case: Case, known: Dossier, catalogue: Catalogue) -> Iterator[Live]:
    for proposal in known.proposals:
        if proposal.status is ProposalStatus.OPEN:
            target = known.appointment(proposal.appointment_id)
            service = catalogue.service(target.service_id)
            start = target.starts_at.astimezone(case.zone)
            words = (service.name, *service.aliases, f"{start:%H:%M}")
            yield Live(proposal.id, str(proposal.kind), words)


def _live_offers(known: Dossier, catalogue: Catalogue) -> Iterator[Live]:
    for offer in known.offers:
        if offer.status in OPEN or offer.reason == SILENCE:
            service = catalogue.service(offer.service_id)
            yield Live(offer.id, str(offer.kind), (service.name, *service.aliases))


def _live_freed(case: Case, known: Dossier, catalogue: Catalogue) -> Iterator[Live]:
    for offer in spoken_of(known.freed, case.services.clock.now()):
        service = catalogue.service(offer.service_id)
        start = offer.starts_at.astimezone(case.zone)
        words = (service.name, *service.aliases, f"{start:%H:%M}")
        yield Live(offer.id, str(offer.kind), words)


def _expected(known: Dossier, live: list[Live], before: list[Message]) -> str | None:
    kinds = {each.kind for each in live}
    if kinds - SOLD:
        return "confirm"
    missing = missing_of(known.customer)
    if missing and known.unpaid:
        return CONTACT[tuple(missing)]
    if kinds:
        return "offer"
    settled = max((p.accepted_seq or 0 for p in known.proposals), default=0)
    wishes = [
        from_json(m.wish) for m in before if m.author == "guest" and m.wish and m.seq > settled
    ]
    return expecting(gather(wishes))


def understand(
    case: Case,
    catalogue: Catalogue,
    text: str,
    against: Background,
    region: str,
    second: Second | None = None,
) -> Understood:
    """Read a message's meaning and its wish; both are stored before any tool may look.

    `second` is a model's reading of the same words, if there was one.
    """
    now = case.services.clock.now().astimezone(case.zone)
    wishes = staying.wishes_of(unquoted(text), against.known)
    if wishes.names:
        text = wishes.rest
    wish = read_wish(
        unquoted(text),
        now,
        catalogue,
        region=region,
        expecting=against.expecting,
        shown=against.shown,
        near=against.near,
    )
    if against.known.stay:
        wish = staying.wish_of(unquoted(text), wish, wishes.names)
    reading = case.services.reader.read(
        text,
        live=against.live,
        last_said=against.last_said,
        has_appointment=against.has_appointment,
    )
    reading = _appointment_or_messages(text, reading, against)
    doubt = _doubt(text, reading, wish, against)
    if second and doubt == second.doubt:  # else it was of other words, or of other things
        reading, doubt = _not_elsewhere(second.reading, wish, against.live_services), None
    reading = resolved(addressed(text, reading, against.lately), wish.when)
    reading = _tempered(text, reading, wish, against.live_services)
    if against.known.stay:
        reading = staying.reading_of(
            unquoted(text), reading, wish, against.known, case.services.clock.now()
        )
    return Understood(
        reading,
        _believable_name(wish, reading),
        wishes.language or reading.language or against.language,
        doubt,
    )


def _doubt(text: str, reading: Reading, wish: Wish, against: Background) -> Doubt | None:
    """Return what a model might read better: what we would otherwise have to ask back about.

    A message that wishes for something, or tells a name or a phone number, is understood without
    a meaning; one that gives orders is left to the phrases alone.
    """
    if reading.meaning is not Meaning.UNCLEAR or wish.injection or wish.empty or wish.prefers:
        return None
    tells = wish.name or wish.phone or wish.bad_phone
    puzzling = wish.intents == (Intent.OTHER,)
    if not puzzling and (tells or not against.live):
        return None
    return Doubt(text, reading, against.live, against.last_said, against.has_appointment)


def _not_elsewhere(reading: Reading, wish: Wish, live_services: frozenset[str]) -> Reading:
    """Take back a model's yes to a message that names a service nobody proposed."""
    if reading.meaning is Meaning.ACCEPT and _speaks_of_another(wish, live_services):
        return replace(reading, meaning=Meaning.UNCLEAR, confidence=0.3)
    return reading


def _speaks_of_another(wish: Wish, live_services: frozenset[str]) -> bool:
    named = set(wish.service_ids)
    unheard = wish.unknown_service or wish.near_service
    return bool(unheard or (named and not live_services & named))


def understand_button(
    case: Case, id: str | None, label: str, against: Background
) -> Understood | None:
    """Return what pressing a button says; None for a message that was typed."""
    read = read_button(id, label, case.zone) if id else None
    return Understood(*read, against.language) if read else None


def _appointment_or_messages(text: str, reading: Reading, against: Background) -> Reading:
    """Read the answer to "cancel the appointment, or stop messages?" (O9)."""
    both = all(pattern.search(against.last_said) for pattern in CANCEL_OR_STOP)
    names = both or len(text.split()) <= SHORT  # "messages" is no other answer
    asked = names and any(each.kind == ProposalKind.CANCEL for each in against.live)
    if not asked or reading.meaning is not Meaning.UNCLEAR:
        return reading
    appointment, messages = (pattern.search(text) for pattern in CANCEL_OR_STOP)
    if appointment and not messages:
        return replace(reading, meaning=Meaning.ACCEPT, confidence=0.9, span=appointment[0])
    if messages and not appointment:
        return replace(reading, meaning=Meaning.OPT_OUT, confidence=0.9, span=messages[0])
    return reading


def _tempered(text: str, reading: Reading, wish: Wish, live_services: frozenset[str]) -> Reading:
    """Take back an answer that speaks of something else than what is live.

    "Book a facial" is no yes to a pedicure: the costly error is a sale nobody wanted. Nor is
    "can I also get a haircut" a no to it.
    """
    if reading.meaning not in (Meaning.ACCEPT, Meaning.CHANGE):
        return reading
    if reading.meaning is Meaning.ACCEPT and ASKS.match(text.strip()):
        return replace(reading, meaning=Meaning.QUESTION, confidence=0.3)
    elsewhere = _speaks_of_another(wish, live_services)
    verb = reading.span.split()[0].casefold() in BOOKING_VERBS if reading.span.split() else False
    no = reading.meaning is Meaning.CHANGE and NEGATION.search(reading.span)
    if elsewhere and (verb or reading.meaning is Meaning.CHANGE) and not no:
        return replace(reading, meaning=Meaning.UNCLEAR, confidence=0.3)
    return reading


def _believable_name(wish: Wish, reading: Reading) -> Wish:
    """Take back a bare name from a message that says something else.

    A word in an alphabet we do not read may as well be a greeting, "a person" a call for help.
    """
    foreign = wish.name is not None and not LATIN.search(wish.name)
    else_ = reading.meaning not in (Meaning.UNCLEAR, Meaning.ACCEPT, Meaning.DECLINE)
    return replace(wish, name=None) if (foreign or else_) and not wish.phone else wish


def stored(message: Message) -> Understood | None:
    """Return what a message was understood to say when a crashed turn had read it before."""
    reading = reading_of(message.reading)
    if reading is None or message.wish is None:
        return None
    return Understood(reading, from_json(message.wish), message.language or "en")


def as_rows(understood: Understood) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return reading and wish as JSON for the message's row."""
    reading = asdict(understood.reading)
    reading["meaning"] = str(understood.reading.meaning)
    reading["leaning"] = str(reading["leaning"]) if reading["leaning"] else None
    return reading, to_json(understood.wish)
