"""When a held offer may go after all, which of two goes first, and when to try again (O6, O11)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from jirani.rules.contact import Prevention, may_contact
from jirani.rules.decision import Reason
from jirani.rules.facts import ContactPolicy, OfferStatus, Stay, StayOffer
from jirani.rules.stays.moments import anchor_of, last_sending, life_end
from jirani.rules.stays.pricing import renewed
from jirani.rules.stays.quiet import Window, first_allowed

MINUTE = timedelta(minutes=1)


def first_minute(
    now: datetime,
    facts: Prevention,
    windows: Sequence[Window],
    policy: ContactPolicy,
    last: datetime,
) -> datetime | None:
    """Return the first minute at which contact ledger and clock allow an offer (O5, O6, O7).

    Now itself, if it does; None: there is none until `last`, included (O8).
    """
    at: datetime | None = now
    while at is not None and at <= last:
        held = _released(at, facts, policy)
        if held is None:
            return None
        allowed = first_allowed(held, windows, last)
        if allowed == at:
            return at
        at = None if allowed is None else _whole_minute(allowed)
    return None


def _released(at: datetime, facts: Prevention, policy: ContactPolicy) -> datetime | None:
    """Return when the contact ledger lets go, if nothing else is sent meanwhile (O5)."""
    times = sorted((row.sent_at for row in facts.history), reverse=True)
    while True:
        held = may_contact(
            facts.history, facts.declines, at, policy, proactive=True, opted_out=facts.opted_out
        )
        if held.allowed:
            return at
        if held.reason is Reason.WEEKLY_CAP and policy.weekly_cap > 0:
            at = times[policy.weekly_cap - 1] + policy.window
        elif held.reason is Reason.SPACING:
            at = max(row.sent_at for row in facts.history if row.proactive) + policy.spacing
        elif held.reason is Reason.DECLINE_PAUSE:
            at = max(last for last in facts.declines if at - last < policy.pause) + policy.pause
        else:
            return None


def _whole_minute(at: datetime) -> datetime:
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + MINUTE


@dataclass(frozen=True, slots=True)
class Deferral:
    """When a deferred offer is asked once more, and until when it can be taken; None: never."""

    due_at: datetime | None
    expires_at: datetime | None


def defer(
    offer: StayOffer,
    stay: Stay,
    named: datetime | None,
    facts: Prevention,
    windows: Sequence[Window],
    now: datetime,
    policy: ContactPolicy,
) -> Deferral:
    """Settle when "maybe later" is asked once more, never twice (O10).

    At the time the guest named, held by O7 and O8 but not by spacing; else at the first minute
    O5 allows. The offer stays open meanwhile and lives anew from then (O14).
    """
    never = Deferral(None, offer.expires_at)
    if offer.asked_again or offer.status is OfferStatus.DEFERRED or offer.terms is None:
        return never
    held_by = policy if named is None else replace(policy, spacing=timedelta())
    # A cleaning's day goes with the asking: it can be asked for as long as any can be had.
    nights = offer.terms if offer.terms.nights else None
    last = last_sending(offer.kind, stay.reservation, stay.listing, nights)
    due_at = first_minute(max(named or now, now), facts, windows, held_by, last)
    if due_at is None or due_at <= now:
        return never
    terms = renewed(offer.kind, offer.terms, stay, due_at)
    anchor = anchor_of(offer.kind, stay.reservation, stay.listing, terms)
    ends_at = life_end(offer.kind, anchor, due_at)
    return Deferral(due_at, max(ends_at, offer.expires_at or ends_at))


@dataclass(frozen=True, slots=True)
class DueOffer:
    """An offer that is due: what decides which goes first."""

    offer_id: str
    anchor: datetime
    price: int


def order(due: Iterable[DueOffer]) -> list[DueOffer]:
    """Return a guest's due offers, first to go first: nearer, then dearer, then lower id (O11)."""
    return sorted(due, key=lambda each: (each.anchor, -each.price, each.offer_id))


MOST_ATTEMPTS = 5


def try_again_at(
    attempts: int, now: datetime, last: datetime, *, jitter: float = 0.5
) -> datetime | None:
    """Return when to try again after so many failures of the PMS; None: never (U5, O8, O12).

    One minute, then four times as long each time, between three quarters and five quarters of
    it by `jitter` (0 to 1): at most five attempts, and none after the last moment to send.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    wait = MINUTE * 4 ** max(attempts - 1, 0) * (0.75 + jitter / 2)
    return now + wait if now + wait <= last else None
