"""What a message about a stay says: what it names, what it picks, what it takes back (U6, U11)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time

from agent import preferring
from agent.extras import WORDS, asked_for, heard, named, nights_in
from agent.wish import Wish
from agent.wish.read import gives_orders
from agent.words import plain_words
from jirani.rules.dossier import Dossier
from jirani.rules.facts import OfferStatus, StayOffer, Terms
from jirani.rules.reading import Meaning, Reading
from jirani.rules.stays import pricing
from jirani.rules.stays.kinds import OFFER_KINDS, TIMED
from jirani.rules.stays.picking import Pick, pick
from jirani.rules.stays.preferring import never
from jirani.services.asking import reading_of as reading_of_row
from jirani.services.offers import OPEN
from jirani.services.reading import Live


def waiting(known: Dossier, now: datetime) -> list[StayOffer]:
    """Return what waits for the guest's answer around their stay."""
    return [
        each
        for each in known.stay_offers
        if each.status in OPEN and each.terms and each.expires_at and each.expires_at > now
    ]


def live(known: Dossier, now: datetime) -> Iterator[Live]:
    """Name what a yes or a no could be meant for, with the words for it."""
    for each in waiting(known, now):
        yield Live(each.id, str(each.kind), WORDS[named(each.kind)])


def near(known: Dossier, now: datetime) -> time | None:
    """Return the time of day that is being talked about: "2" is in the afternoon then."""
    for each in reversed(waiting(known, now)):
        if each.terms and each.terms.wall:
            return each.terms.wall
    return known.stay.listing.check_out if known.stay else None


def wishes_of(text: str, known: Dossier) -> preferring.Wishes:
    """Return what a message wishes of offers from now on; orders to the machine wish nothing.

    Whoever loves what is on offer just now has not said yes to it: they are asked (O1).
    """
    if known.stay is None or gives_orders(text):
        return preferring.Wishes()
    return preferring.wishes_in(text)


def wish_of(text: str, wish: Wish, prefers: Sequence[str] = ()) -> Wish:
    """Return a wish as it is meant around a stay: extras are asked for there, no services."""
    words = plain_words(text)
    return replace(
        wish,
        prefers=tuple(prefers),
        empty=wish.empty and not prefers,
        near_service=None,
        unknown_service=None,
        unknown_staff=None,
        extra=asked_for(words),
        nights=nights_in(words),
    )


def reading_of(text: str, reading: Reading, wish: Wish, known: Dossier, now: datetime) -> Reading:
    """Return a reading as it is meant around a stay, of a wish that `wish_of` has read."""
    words = plain_words(text)
    if reading.meaning is Meaning.DECLINE and _is_of_the_never(reading, wish, known, now):
        # "No, never offer that again" says one no, and that is noted.
        return replace(reading, meaning=Meaning.UNCLEAR, handle=None)
    back = _taken_back(words, reading, wish, known, now)
    if back:
        return replace(reading, meaning=Meaning.CANCEL, confidence=0.9, handle=back.id)
    if heard("trouble", words):
        return replace(reading, meaning=Meaning.COMPLAINT, confidence=0.8)
    if heard("other_dates", words) and reading.meaning is not Meaning.DECLINE:
        # A stay is changed where it was booked: that is for the host.
        return replace(reading, meaning=Meaning.HUMAN, confidence=0.8)
    open_ = waiting(known, now)
    if meant := _which_one(words, reading, known, open_):
        return replace(reading, meaning=Meaning.ACCEPT, confidence=0.9, handle=meant.id)
    if wish.extra and reading.meaning is Meaning.LATER and ":" in (reading.until or ""):
        # "Let me think. Can we check in at 3?": the hour is of the check-in, none to be asked at.
        return replace(reading, until=None)
    if wish.extra and reading.meaning is Meaning.ACCEPT and not _is_for(wish.extra, open_):
        # "We'd like one more night" asks for it; it is no yes to a cleaning that is open.
        return replace(reading, meaning=Meaning.QUESTION, confidence=0.6)
    answered = [each for each in open_ if reading.handle in (None, each.id)]
    if len(answered) == 1 and answered[0].terms:
        return _as_picked(words, reading, wish, answered[0], answered[0].terms)
    return reading


def _is_of_the_never(reading: Reading, wish: Wish, known: Dossier, now: datetime) -> bool:
    """Tell whether a no is to what the guest, in the same breath, never wants to be offered."""
    return any(
        never(each.kind) in wish.prefers and reading.handle in (None, each.id)
        for each in waiting(known, now)
    )


def _which_one(
    words: str, reading: Reading, known: Dossier, open_: list[StayOffer]
) -> StayOffer | None:
    """Return the offer named in answer to "which one?", after a yes that named none (O1)."""
    if reading.meaning not in (Meaning.QUESTION, Meaning.UNCLEAR) or heard("doubts", words):
        return None
    before = [each for each in known.messages if each.author == "guest" and each.reading]
    yes = reading_of_row(before[-1].reading) if before else None
    if yes is None or yes.meaning is not Meaning.ACCEPT or yes.handle:
        return None
    asked = [each for each in open_ if (each.offered_seq or 0) < before[-1].seq]
    by_name = [each for each in asked if any(f" {w} " in words for w in WORDS[named(each.kind)])]
    return by_name[0] if len(asked) > 1 and len(by_name) == 1 else None


def _is_for(extra: str, open_: list[StayOffer]) -> bool:
    return any(named(each.kind) == extra for each in open_)


def _taken_back(
    words: str, reading: Reading, wish: Wish, known: Dossier, now: datetime
) -> StayOffer | None:
    """Return the sale that a message takes back: the one it names, else the only one."""
    if reading.meaning is Meaning.ACCEPT or not heard("taken_back", words):
        return None
    sold = [
        each
        for each in known.stay_offers
        if each.status is OfferStatus.ACCEPTED and each.id not in known.undone
    ]
    by_name = [each for each in sold if any(f" {w} " in words for w in WORDS[named(each.kind)])]
    if by_name:
        return by_name[-1]
    if reading.meaning in (Meaning.DECLINE_ALL, Meaning.OPT_OUT):
        return None  # "we don't want any extras" is of what may come (O10), not of what was bought
    nothing_else = not waiting(known, now) and not wish.extra and not heard("the_stay", words)
    return sold[0] if len(sold) == 1 and nothing_else else None


def _as_picked(words: str, reading: Reading, wish: Wish, offer: StayOffer, terms: Terms) -> Reading:
    """Judge a time, a day or nights that are named in an answer (U6).

    Within what was offered it is the same offer, and the words around it say whether it is a yes;
    the standard time is a no.
    """
    picked = _wish(wish, offer)
    agreeing = heard("agrees", words)
    answers = reading.meaning in (Meaning.ACCEPT, Meaning.CHANGE)
    if picked == pricing.NO_WISH or not (
        answers or (reading.meaning is Meaning.UNCLEAR and agreeing)
    ):
        return reading
    said = picked.wall.isoformat("minutes") if picked.wall else reading.picked
    match pick(offer.kind, terms, picked):
        case Pick.DECLINE:
            return replace(reading, meaning=Meaning.DECLINE, picked=said)
        case Pick.CHANGE if answers:
            return replace(reading, meaning=Meaning.CHANGE, picked=said)
        case Pick.CHANGE:
            return reading
    plainly = agreeing and not heard("doubts", words)
    if reading.meaning is not Meaning.ACCEPT and not plainly:
        return replace(reading, picked=said)
    return replace(reading, meaning=Meaning.ACCEPT, picked=said, handle=offer.id)


def _wish(wish: Wish, offer: StayOffer) -> pricing.Wish:
    timed = OFFER_KINDS[offer.kind].product in TIMED
    wall = wish.when.time or wish.when.before or wish.when.after
    return pricing.Wish(wall if timed else None, wish.when.date, wish.nights)
