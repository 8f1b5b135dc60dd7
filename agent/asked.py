"""A question that is put to the guest must be read by the guest: a yes is a yes to it (O1)."""

from dataclasses import replace

from jirani.rules.claims import Backed, names_cancelling, names_day, names_moment, names_price
from jirani.rules.currency import minor_digits
from jirani.rules.dossier import Dossier
from jirani.rules.facts import Offer, Proposal, ProposalKind, ProposalStatus, StayOffer
from jirani.services.offers import OPEN
from tools import describing
from tools.turn import Turn


def kept_quiet(turn: Turn, known: Dossier, reply: str) -> bool:
    """Tell whether a reply passes over something that this turn has asked of the guest.

    A model that is led astray could otherwise open a question in silence, and wait for the
    guest's next yes to something else.
    """
    seq = turn.case.seq
    proposals = [
        each
        for each in known.proposals
        if each.status is ProposalStatus.OPEN and each.asked_seq == seq
    ]
    offers = [each for each in known.offers if each.status in OPEN and each.offered_seq == seq]
    about = _about(turn)
    asked = [_asks(turn, known, each, reply, about) for each in proposals]
    stays = [each for each in known.stay_offers if each.status in OPEN and each.offered_seq == seq]
    offered = [_offers(turn, each, reply, about) for each in offers]
    around = [_around_stay(known, each, reply, about) for each in stays if each.terms]
    return not all([*asked, *offered, *around])


def _around_stay(known: Dossier, offer: StayOffer, reply: str, about: Backed) -> bool:
    """Tell whether a reply names an offer's price, and its hour or its day."""
    if offer.terms is None or known.stay is None:
        return True
    terms, listing = offer.terms, known.stay.listing
    about = replace(about, currency=terms.currency, digits=minor_digits(terms.currency))
    named = bool(names_price(reply, terms.price, about)) or not terms.price
    if terms.wall is None:
        return named and names_day(reply, terms.day, about)
    return named and names_moment(reply, listing.at(terms.day, terms.wall), about, day=False)


def _about(turn: Turn) -> Backed:
    currency = turn.case.business.currency
    today = describing.local(turn, turn.now).date()
    return Backed(today, currency=currency, digits=minor_digits(currency))


def _asks(turn: Turn, known: Dossier, proposal: Proposal, reply: str, about: Backed) -> bool:
    target = known.appointment(proposal.appointment_id)
    if not names_moment(reply, describing.local(turn, target.starts_at), about):
        return False
    if proposal.kind is ProposalKind.BOOK:  # its price may have been told before: but no other
        return names_price(reply, target.price, about) is not False
    return proposal.kind is not ProposalKind.CANCEL or names_cancelling(reply)


def _offers(turn: Turn, offer: Offer, reply: str, about: Backed) -> bool:
    start = describing.local(turn, offer.starts_at)
    named = names_price(reply, offer.price, about) or not offer.price
    return named and names_moment(reply, start, about, day=False)
