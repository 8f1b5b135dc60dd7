"""Whether a due offer may be sent now, on what terms, or what becomes of it instead (O3, O6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from jirani.rules.contact import Prevention, prevention
from jirani.rules.decision import ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import (
    ContactPolicy,
    KindSettings,
    OfferStatus,
    Stay,
    StayOffer,
    Terms,
)
from jirani.rules.stays.checks import check, readable
from jirani.rules.stays.eligible import closed_by_sibling, eligible, fits, present
from jirani.rules.stays.moments import anchor_of, last_sending, life_end
from jirani.rules.stays.postponing import first_minute
from jirani.rules.stays.pricing import renewed, terms_of
from jirani.rules.stays.quiet import Window, is_quiet, outlives, windows_for, zones_of
from jirani.rules.stays.turnover import Claim, Span, claim_of, free_of_claims


class Step(StrEnum):
    """What becomes of a due offer."""

    SEND = "send"
    POSTPONE = "postpone"  # due again at `postponed_to`
    RETRY = "retry"  # an unknown of the PMS: back off (O12)
    EXPIRE = "expire"  # time, calendar, limits, PMS
    WITHDRAW = "withdraw"  # its reason went away
    LEAVE = "leave"  # a deferred one is not asked again, and stays open until it ends (O10, O14)


@dataclass(frozen=True, slots=True)
class Sending:
    """The answer: with SEND the terms, their end and the hours they claim (U8).

    With POSTPONE, `expires_at` is until when a deferred offer is to stay open.
    """

    step: Step
    decision: Decision
    terms: Terms | None = None
    expires_at: datetime | None = None
    claim: Span | None = None
    postponed_to: datetime | None = None


GONE = frozenset(
    {
        Reason.RESERVATION_NOT_LIVE,
        Reason.ALREADY_IN,
        Reason.DATES_CHANGED,
        Reason.OPTED_OUT,
        Reason.ACCEPTED_BEFORE,
        Reason.DECLINED_BEFORE,
        Reason.SAME_PRODUCT,
    }
)
SWITCHED_OFF = frozenset({Reason.LISTING_OFF, Reason.KIND_OFF})
UNREAD = frozenset(
    {
        Reason.STATUS_UNKNOWN,
        Reason.PAYMENT_UNKNOWN,
        Reason.CALENDAR_UNREADABLE,
        Reason.CALENDAR_STALE,
    }
)
UNWELCOME = frozenset({Reason.GUEST_PREFERS_NOT, Reason.GUEST_PREFERS_FEWER})
CONTACT = frozenset({Reason.WEEKLY_CAP, Reason.SPACING, Reason.DECLINE_PAUSE})


def may_offer(
    stay: Stay,
    offer: StayOffer,
    settings: KindSettings,
    facts: Prevention,
    claims: Iterable[Claim],
    now: datetime,
    *,
    policy: ContactPolicy,
    phone_zone: str | None = None,
    sms_to: str | None = None,
) -> Sending:
    """Judge a due offer on facts read now: U1, O8, U4, O5, O7, then the listing (O3, U8, U9).

    What O5 or O7 hold goes at the first minute they allow, if O8 still holds then (O6). A
    deferred offer is asked once more on its own terms (O10).
    """
    judge = _Judge(stay, offer, settings, facts, now)
    if not (decision := judge.due()).allowed:
        return judge.ended(decision)
    windows = windows_for(zones_of(stay.reservation, stay.listing, phone_zone), sms_to=sms_to)
    if not (decision := judge.contact(windows, policy)).allowed:
        return judge.held(decision, now, windows, policy)
    terms = judge.terms()
    if isinstance(terms, Decision):
        return judge.ended(terms, listing=True)
    claim = claim_of(offer.kind, terms, stay.listing, settings.turnover)
    if not (decision := judge.listing(terms, claim, claims)).allowed:
        return judge.ended(decision, listing=True)
    anchor = anchor_of(offer.kind, stay.reservation, stay.listing, terms)
    # Never past what is offered itself, however early that is on its day (O8, O14).
    expires_at = min(life_end(offer.kind, anchor, now), claim[0])
    if expires_at <= now:
        return judge.ended(refuse(Reason.TOO_LATE, "Its time is over."))
    if outlives(expires_at, now, windows):
        no = refuse(Reason.QUIET_HOURS, "It would end in the guest's quiet hours.")
        return judge.held(no, min(window.closes_after(now) for window in windows), windows, policy)
    return Sending(Step.SEND, ALLOWED, terms, expires_at, claim)


@dataclass(frozen=True, slots=True)
class _Judge:
    stay: Stay
    offer: StayOffer
    settings: KindSettings
    facts: Prevention
    now: datetime

    @property
    def _last(self) -> datetime:
        terms = self.offer.terms
        nights = terms if terms and terms.nights else None
        return last_sending(self.offer.kind, self.stay.reservation, self.stay.listing, nights)

    def due(self) -> Decision:
        """Judge the row and the stay, and whether it is too late (U1, U2, O8)."""
        offer, reservation, listing = self.offer, self.stay.reservation, self.stay.listing
        if offer.status not in (OfferStatus.SCHEDULED, OfferStatus.DEFERRED):
            return refuse(Reason.NOT_OPEN, f"The offer is {offer.status}.")
        if offer.status is OfferStatus.DEFERRED and offer.asked_again:
            return refuse(Reason.ALREADY_OFFERED, "The guest was asked once more already.")
        decision = eligible(offer.kind, reservation, listing, self.settings)
        if decision.allowed:
            decision = closed_by_sibling(offer.kind, self.stay.offers)
        if decision.allowed and offer.terms:
            decision = fits(offer.kind, reservation, offer.terms)
        if decision.allowed:
            decision = present(offer.kind, reservation, listing, self.now)
        if decision.allowed and self.now > self._last:
            return refuse(Reason.TOO_LATE, "It would come too late.")
        return decision

    def contact(self, windows: Sequence[Window], policy: ContactPolicy) -> Decision:
        """Judge whether the guest may be written to unasked (U4, O5, O7)."""
        decision = prevention(self.facts, self.now, policy, proactive=True)
        if decision.allowed and is_quiet(self.now, windows):
            return refuse(Reason.QUIET_HOURS, "It is too early or too late in the day.")
        return decision

    def terms(self) -> Terms | Decision:
        """Return the terms: those of now, or a deferred offer's own (O3, O10)."""
        if self.offer.terms is not None and self.offer.status is OfferStatus.DEFERRED:
            return renewed(self.offer.kind, self.offer.terms, self.stay, self.now)
        known = readable(self.offer.kind, self.stay.around, self.now)
        if not known.allowed:
            return known
        return terms_of(self.offer.kind, self.stay, self.settings, self.now)

    def listing(self, terms: Terms, claim: Span, claims: Iterable[Claim]) -> Decision:
        """Judge the terms against the calendar and against what others claim (U8, U10)."""
        decision = fits(self.offer.kind, self.stay.reservation, terms)
        if decision.allowed:
            decision = check(self.offer.kind, terms, self.stay, self.settings, self.now)
        if decision.allowed:
            place, own = self.stay.listing.id, self.offer.id
            decision = free_of_claims(claim, place, claims, self.now, offer_id=own)
        return decision

    def held(
        self, decision: Decision, since: datetime, windows: Sequence[Window], policy: ContactPolicy
    ) -> Sending:
        """Postpone what only O5 or O7 hold, to the first minute they allow (O6)."""
        later = self.facts.deferred_until
        if decision.reason is Reason.DEFERRED and later is not None and later <= self._last:
            return self._postponed(decision, later)
        if decision.reason not in CONTACT | {Reason.QUIET_HOURS}:
            return self.ended(decision)
        named = self.facts.time_named and later is not None
        held_by = replace(policy, spacing=timedelta()) if named else policy
        at = first_minute(since, self.facts, windows, held_by, self._last)
        if at is None:
            return self.ended(decision)
        return self._postponed(decision, at)

    def _postponed(self, decision: Decision, at: datetime) -> Sending:
        """Put it off; a deferred one stays open until it has been asked again (O10, O14)."""
        offer, ends_at = self.offer, None
        if offer.status is OfferStatus.DEFERRED and offer.terms is not None:
            terms = renewed(offer.kind, offer.terms, self.stay, at)
            anchor = anchor_of(offer.kind, self.stay.reservation, self.stay.listing, terms)
            lives = life_end(offer.kind, anchor, at)
            ends_at = max(lives, offer.expires_at or lives)
        return Sending(Step.POSTPONE, decision, expires_at=ends_at, postponed_to=at)

    def ended(self, decision: Decision, *, listing: bool = False) -> Sending:
        """Say what becomes of an offer that may not go out; `listing`: for what stands there."""
        deferred = self.offer.status is OfferStatus.DEFERRED
        if decision.reason is Reason.NOT_OPEN:
            step = Step.LEAVE
        elif decision.reason in UNREAD:
            step = Step.RETRY
        elif decision.reason in GONE:
            step = Step.WITHDRAW
        elif deferred and not listing:
            step = Step.LEAVE
        else:
            withdrawn = decision.reason in SWITCHED_OFF | UNWELCOME
            step = Step.WITHDRAW if withdrawn else Step.EXPIRE
        return Sending(step, decision)
