"""Whether a yes that comes after the silence still counts (X11)."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from jirani.rules.decision import ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import LIVE, Appointment, Offer, OfferKind, OfferStatus, RecoveryOffer

SILENCE = "silence"  # the reason of an offer that nobody answered in time


def may_revive(
    offer: Offer,
    primary: Appointment,
    *,
    charge_gone_out: bool,
    nothing_charged: bool,
    now: datetime,
    late_yes: timedelta,
) -> Decision:
    """Judge whether an offer ended by silence may be taken after all, on its old terms (X11).

    Until the primary's charge has gone out; where nothing is charged, for `late_yes` after the
    offer's end. That slot and price are still the same is checked elsewhere.
    """
    silent = offer.status is OfferStatus.EXPIRED and offer.reason == SILENCE
    if offer.kind is not OfferKind.CROSS_SELL or not silent:
        return refuse(Reason.NOT_OPEN, "That offer did not end by silence.")
    if primary.status not in LIVE:
        return refuse(Reason.PRIMARY_NOT_CONFIRMED, f"The booking is {primary.status}.")
    if min(primary.starts_at, offer.starts_at) <= now:
        return refuse(Reason.STARTED, "It would have begun already.")
    if charge_gone_out:
        return refuse(Reason.CHARGE_GONE_OUT, "The payment request has already gone out.")
    if nothing_charged and now >= offer.expires_at + late_yes:
        return refuse(Reason.EXPIRED, "The time to take that has passed.")
    return ALLOWED


def still_the_question(
    offer: Offer | RecoveryOffer,
    said_by_us: Iterable[tuple[int, datetime]],
    said_seq: int,
    handle: str | None,
) -> Decision:
    """Judge whether a late yes can still be meant for the offer (O1).

    What we said after its end, as (seq, at), is what a bare yes answers; a yes that names the
    offer is for the offer all the same.
    """
    since = any(seq < said_seq and at > offer.expires_at for seq, at in said_by_us)
    if since and handle != offer.id:
        return refuse(Reason.NO_ACCEPTANCE, "The yes answers something we said since.")
    return ALLOWED
