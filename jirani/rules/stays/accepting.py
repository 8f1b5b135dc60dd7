"""Whether an offer the guest has said yes to may become a sale (O3, U3, U8)."""

from collections.abc import Iterable
from datetime import datetime

from jirani.rules.decision import AGAIN, Decision, Reason, refuse
from jirani.rules.facts import KindSettings, OfferStatus, Stay, StayOffer
from jirani.rules.stays.checks import check
from jirani.rules.stays.eligible import SOLD, closed_by_sibling, described, fits, live, paid
from jirani.rules.stays.turnover import Claim, claim_of, free_of_claims

OPEN = frozenset({OfferStatus.OFFERED, OfferStatus.DEFERRED})


def may_apply(
    stay: Stay,
    offer: StayOffer,
    settings: KindSettings,
    claims: Iterable[Claim],
    now: datetime,
    *,
    opted_out: bool = False,
) -> Decision:
    """Judge an acceptance on the PMS's facts of just now (U1, U3, U8, O12).

    Whether the guest said yes is consent's to judge (O1). Switches, prices, limits and quiet
    hours do not end an open offer (O3); `settings` is asked for the turnover alone.
    """
    if offer.status is OfferStatus.ACCEPTED:
        return AGAIN
    # First of all the stay: a late yes on a cancelled one hears that, not that time is over (U3).
    decision = live(offer.kind, stay.reservation)
    if not decision.allowed:
        return decision
    if opted_out:
        return refuse(Reason.OPTED_OUT, "The guest wants no offers.")
    terms = offer.terms
    if offer.status not in OPEN or terms is None:
        return refuse(Reason.NOT_OPEN, "That offer is no longer open.")
    if offer.expires_at is None or now >= offer.expires_at:
        return refuse(Reason.EXPIRED, "The time to take that has passed.")
    for decision in (
        paid(stay.reservation),
        described(stay.reservation, stay.listing),
        closed_by_sibling(offer.kind, stay.offers, SOLD),
        fits(offer.kind, stay.reservation, terms),
    ):
        if not decision.allowed:
            return decision
    claim = claim_of(offer.kind, terms, stay.listing, settings.turnover)
    if claim[0] <= now:
        return refuse(Reason.TOO_LATE, "It would have begun already.")
    decision = check(offer.kind, terms, stay, settings, now)
    if not decision.allowed:
        return decision
    return free_of_claims(claim, stay.listing.id, claims, now, offer_id=offer.id)
