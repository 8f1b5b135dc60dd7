"""Which offers of freed slots a conversation still speaks of (O1, R5)."""

from collections.abc import Sequence
from datetime import datetime

from jirani.rules.facts import OfferStatus, RecoveryOffer

OWN_DOING = frozenset({"opted_out", "declined"})  # the customer ended these, and knows it
ENDED = (OfferStatus.EXPIRED, OfferStatus.WITHDRAWN)


def spoken_of(offers: Sequence[RecoveryOffer], now: datetime) -> list[RecoveryOffer]:
    """Return what waits for an answer; if nothing does, the last that a late yes may be meant for.

    One that silence ended may still be had; of one that was withdrawn they hear that it has gone.
    """
    replaced = {each.replaces for each in offers}
    ahead = [each for each in offers if each.starts_at > now]
    open_ = [each for each in ahead if each.status is OfferStatus.OFFERED]
    ended = [
        each
        for each in ahead
        if each.status in ENDED and each.reason not in OWN_DOING and each.id not in replaced
    ]
    return open_ or ended[-1:]


def waits(offer: RecoveryOffer, now: datetime) -> bool:
    """Tell whether a yes comes in time."""
    return offer.status is OfferStatus.OFFERED and now < offer.expires_at
