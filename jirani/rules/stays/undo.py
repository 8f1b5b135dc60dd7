"""Whether a guest may take back a yes: "actually, forget the late check-out" (domain §1, O4)."""

from datetime import datetime, timedelta

from jirani.rules.consent import Said
from jirani.rules.decision import AGAIN, ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import KindSettings, Listing, OfferStatus, StayOffer
from jirani.rules.reading import Meaning
from jirani.rules.stays.turnover import claim_of

WITHIN = timedelta(hours=1)
TAKES_BACK = frozenset({Meaning.CANCEL, Meaning.DECLINE, Meaning.CHANGE})


def means_undo(offer: StayOffer, said: Said) -> Decision:
    """Judge whether a message takes back this very sale, and no other (O1).

    It must name it: a bare "no" answers whatever was asked last, and takes nothing back.
    """
    if said.thread_id != offer.thread_id:
        return refuse(Reason.OTHER_THREAD, "That was sold in another conversation.")
    if said.reading is None or said.reading.meaning not in TAKES_BACK:
        return refuse(Reason.NO_ACCEPTANCE, "The guest's message takes nothing back.")
    if said.reading.handle != offer.id:
        return refuse(Reason.NO_ACCEPTANCE, "The guest's message does not name it.")
    if offer.settled_seq is not None and said.seq <= offer.settled_seq:
        return refuse(Reason.NOT_LATER_MESSAGE, "The guest has said nothing since the sale.")
    return ALLOWED


def may_undo(
    offer: StayOffer,
    listing: Listing,
    settings: KindSettings,
    now: datetime,
    *,
    reversed_at: datetime | None = None,
) -> Decision:
    """Judge taking back a sale: within the hour, included, and before what was sold begins (O4).

    Taken back twice, the answer is the same: already done.
    """
    if reversed_at is not None:
        return AGAIN
    if offer.status is not OfferStatus.ACCEPTED or offer.settled_at is None or offer.terms is None:
        return refuse(Reason.NOT_OPEN, "That was not sold.")
    begins, _ = claim_of(offer.kind, offer.terms, listing, settings.turnover)
    if begins <= now:
        return refuse(Reason.STARTED, "It has already begun.")
    if now - offer.settled_at > WITHIN:
        return refuse(Reason.TOO_LATE, "The hour in which it could be taken back has passed.")
    return ALLOWED
