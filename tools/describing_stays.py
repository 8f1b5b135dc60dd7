"""A stay and what is offered around it, as a model and a guest may see them."""

from datetime import date, datetime, timedelta
from typing import Any

from jirani.rules.dossier import Dossier
from jirani.rules.facts import OfferStatus, Stay, StayOffer, Terms
from jirani.rules.stays.kinds import NIGHTS, OFFER_KINDS, Product
from jirani.rules.stays.undo import WITHIN
from jirani.services.offers import OPEN
from jirani.services.stays.answering import StayAnswered
from jirani.services.stays.words import what
from prompts import formats
from tools.turn import Answer, Turn

# As a guest asks for them, and a model names them to a tool.
EXTRAS: dict[str, Product] = {
    "early_check_in": Product.EARLIER,
    "late_check_out": Product.LATER,
    "cleaning": Product.CLEANING,
    "nights_before": Product.NIGHTS_BEFORE,
    "nights_after": Product.NIGHTS_AFTER,
}
_DAY = timedelta(days=1)
RECENT = timedelta(days=7)  # as long as somebody may answer what has ended meanwhile


def stay(turn: Turn, known: Dossier) -> dict[str, Any] | None:
    """Describe the stay a conversation is about; None where it is about none."""
    if known.stay is None:
        return None
    reservation, listing = known.stay.reservation, known.stay.listing
    return {
        "listing": listing.name,
        "guest": reservation.guest_name,
        "status": str(reservation.status),
        "arrival": _named(turn, reservation.arrival),
        "departure": _named(turn, reservation.departure),
        "nights": reservation.nights,
        "check_in": formats.clock(listing.check_in) if listing.check_in else None,
        "check_out": formats.clock(listing.check_out) if listing.check_out else None,
        "sold": [_sold(turn, known, each) for each in known.stay.offers if _is_sold(known, each)],
    }


def offers(turn: Turn, known: Dossier) -> list[dict[str, Any]]:
    """Describe what waits for the guest's answer, and the last that has ended unanswered.

    The one asked last comes last; `late` ones cannot be taken, and a yes hears why.
    """
    if known.stay is None:
        return []
    asked = sorted(
        (each for each in known.stay.offers if each.terms and each.offered_at),
        key=lambda each: (each.offered_seq or 0, each.id),
    )
    waiting = [each for each in asked if each.status in OPEN and not _over(turn, each)]
    ended = [each for each in asked if _ended_unanswered(turn, each)]
    return [
        offer(turn, known.stay, each)
        | {
            "late": each not in waiting,
            "named": turn.reading is not None and turn.reading.handle == each.id,
        }
        for each in [*ended[-1:], *waiting]
    ]


def offer(turn: Turn, about: Stay, each: StayOffer) -> dict[str, Any]:
    """Describe an offer on the terms it was sent with (O3)."""
    return {
        "offer": turn.handles.give("e", each.id),
        "kind": str(each.kind),
        "service": title(turn, about, each),
        "service_handle": "",
        "status": str(each.status),
        "ask_again": _moment(turn, each.due_at) if each.status is OfferStatus.DEFERRED else None,
        "until": _moment(turn, each.expires_at),
        "because": each.reason,
        **(_on(turn, about, each.terms) if each.terms else {}),
    }


async def answer(turn: Turn, answered: StayAnswered) -> Answer:
    """Answer a call with what it did, described as it stands now."""
    about = (await turn.known()).stay
    facts = offer(turn, about, answered.offer) if about and answered.offer else {}
    return Answer.of(answered.decision, **facts)


def title(turn: Turn, about: Stay, each: StayOffer) -> str:
    """Return what is offered, in a few words within a sentence."""
    words = what(turn.case.services, each.kind, each.terms, about.listing, turn.language)
    return words[:1].lower() + words[1:]


def _on(turn: Turn, about: Stay, terms: Terms) -> dict[str, Any]:
    listing = about.listing
    starts = listing.at(terms.day, terms.wall) if terms.wall and listing.zone else None
    return {
        "when": _named(turn, terms.day),
        "time": formats.clock(terms.wall) if terms.wall else None,
        "standard": formats.clock(terms.standard) if terms.standard else None,
        "nights": [_named(turn, night) for night in terms.nights],
        "starts_at": starts.isoformat() if starts else None,
        "price": formats.money(terms.price, terms.currency),
    }


def _sold(turn: Turn, known: Dossier, each: StayOffer) -> dict[str, Any]:
    assert known.stay is not None
    recent = each.settled_at is not None and turn.now - each.settled_at <= WITHIN
    named = turn.reading is not None and turn.reading.handle == each.id
    facts = offer(turn, known.stay, each)
    return facts | {"can_be_taken_back": recent, "named": named}


def _is_sold(known: Dossier, each: StayOffer) -> bool:
    return each.status is OfferStatus.ACCEPTED and each.id not in known.undone


def _over(turn: Turn, each: StayOffer) -> bool:
    return each.expires_at is not None and each.expires_at <= turn.now


def _ended_unanswered(turn: Turn, each: StayOffer) -> bool:
    """Tell whether an offer ended by itself, and not so long ago that nobody would answer it."""
    if each.status in OPEN:
        return _over(turn, each)
    gone = each.status in (OfferStatus.EXPIRED, OfferStatus.WITHDRAWN)
    return gone and each.settled_at is not None and turn.now - each.settled_at < RECENT


def _named(turn: Turn, day: date) -> str:
    return formats.day(day, turn.language, turn.now.astimezone(turn.case.zone).date())


def _moment(turn: Turn, at: datetime | None) -> str | None:
    if at is None:
        return None
    local = at.astimezone(turn.case.zone)
    return formats.when(local, turn.language, turn.now.astimezone(turn.case.zone).date())


def moments_of(known: Dossier) -> list[datetime]:
    """Return every moment of a stay and of what was offered around it, by the listing's clock."""
    if known.stay is None or known.stay.listing.zone is None:
        return []
    listing, reservation = known.stay.listing, known.stay.reservation
    found = []
    for day, wall in (
        (reservation.arrival, listing.check_in),
        (reservation.departure, listing.check_out),
    ):
        if wall:
            found.append(listing.at(day, wall))
    for each in known.stay.offers:
        found += [at for at in (each.due_at, each.expires_at) if at and each.offered_at]
        if each.terms and each.offered_at:
            found += _moments_of(known.stay, each, each.terms)
    return found


def _moments_of(about: Stay, each: StayOffer, terms: Terms) -> list[datetime]:
    days = {terms.day, *terms.nights}
    if OFFER_KINDS[each.kind].product in NIGHTS and terms.nights:
        days.add(max(terms.nights) + _DAY)
    walls = [wall for wall in (terms.wall, terms.standard) if wall]
    noon = walls or [time_of_day for time_of_day in (about.listing.check_in,) if time_of_day]
    return [about.listing.at(day, wall) for day in days for wall in noon]
