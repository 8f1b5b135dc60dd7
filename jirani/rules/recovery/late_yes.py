"""Whether a yes that came after the silence still takes a freed slot (R5, X11)."""

from datetime import datetime

from jirani.rules.decision import ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import (
    OfferStatus,
    Opening,
    OpeningStatus,
    RecoveryOffer,
    RecoveryPolicy,
)
from jirani.rules.late_yes import SILENCE


def still_open(opening: Opening) -> Decision:
    """Judge whether a slot can be had at all."""
    if opening.status is OpeningStatus.FILLED:
        return refuse(Reason.SLOT_FILLED, "Somebody else has taken it.")
    if opening.status is not OpeningStatus.OPEN:
        return refuse(Reason.NOT_OPEN, f"The opening is {opening.status}.")
    return ALLOWED


def may_revive(
    offer: RecoveryOffer,
    opening: Opening,
    policy: RecoveryPolicy,
    now: datetime,
    *,
    others_live: int,
) -> Decision:
    """Judge a late yes: the slot is open, nobody else has been asked meanwhile (R5)."""
    decision = still_open(opening)
    if not decision.allowed:
        return decision
    if offer.status is not OfferStatus.EXPIRED or offer.reason != SILENCE:
        return refuse(Reason.NOT_OPEN, "That offer did not end by silence.")
    if others_live:
        return refuse(Reason.SLOT_HELD, "It is offered to somebody else just now.")
    if opening.starts_at - now < policy.min_lead:
        return refuse(Reason.TOO_LATE, "It begins too soon.")
    return ALLOWED
