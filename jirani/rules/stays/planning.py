"""What is to be sent around a stay, and when: planned anew whenever anything changes (U2)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jirani.rules.decision import ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import (
    KindSettings,
    OfferKind,
    OfferStatus,
    Preference,
    Stay,
    StayOffer,
)
from jirani.rules.stays.checks import check
from jirani.rules.stays.eligible import SOLD, UNKNOWNS, closed_by_sibling, eligible, fits, live
from jirani.rules.stays.kinds import OFFER_KINDS
from jirani.rules.stays.moments import last_sending, schedule_of
from jirani.rules.stays.preferring import welcome
from jirani.rules.stays.pricing import terms_of

LIVE_OFFERS = frozenset({OfferStatus.SCHEDULED, OfferStatus.OFFERED, OfferStatus.DEFERRED})

# A row that ended unsent for one of these is not planned again, whatever changes: START revives
# nothing (O9), and a no stays a no (O10).
FINAL = frozenset(
    {
        Reason.OPTED_OUT,
        Reason.GENERAL_NO,
        Reason.DECLINED_BEFORE,
        Reason.ACCEPTED_BEFORE,
        Reason.SAME_PRODUCT,
    }
)


class Change(StrEnum):
    """What a plan asks of a kind's row."""

    NEW = "new"  # write one, `scheduled`, due and planned for `due_at`
    MOVE = "move"  # let the row be due, and planned for, `due_at`
    WITHDRAW = "withdraw"  # end it, with the decision's reason
    KEEP = "keep"
    NONE = "none"  # there is no row, and none is written


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan for one kind; `offer` is the row that it is about, if there is one."""

    kind: OfferKind
    decision: Decision
    due_at: datetime | None
    change: Change
    offer: StayOffer | None = None


def plan(
    stay: Stay,
    settings: Mapping[OfferKind, KindSettings],
    existing: Iterable[StayOffer],
    now: datetime,
    *,
    opted_out: bool = False,
    declined_all: bool = False,
    preferences: Collection[Preference] = (),
    unasked: Collection[str] = (),
) -> list[Planned]:
    """Plan every kind for a stay: one answer each, in the order of the table (U2, O3, O8).

    `existing` is every row of this reservation, whatever became of it; `unasked` are the ids of
    those that were sent without the guest's asking. Done again with its own outcome it changes
    nothing. A kind without settings is switched off.
    """
    rows = tuple(row for row in existing if row.reservation_id == stay.reservation.id)
    sent = tuple(row for row in rows if row.id in unasked)
    unwanted = _unwanted(opted_out, declined_all)
    planner = _Planner(stay, rows, now, unwanted, tuple(preferences), sent)
    return [planner.of(kind, settings.get(kind, OFF)) for kind in OFFER_KINDS]


OFF = KindSettings(active=False)


def _unwanted(opted_out: bool, declined_all: bool) -> Decision:
    if opted_out:
        return refuse(Reason.OPTED_OUT, "The guest wants no offers.")
    if declined_all:
        return refuse(Reason.GENERAL_NO, "The guest wants no extras for this stay.")
    return ALLOWED


@dataclass(frozen=True, slots=True)
class _Planner:
    stay: Stay
    rows: tuple[StayOffer, ...]
    now: datetime
    unwanted: Decision
    preferences: tuple[Preference, ...]
    sent: tuple[StayOffer, ...]  # unasked

    def of(self, kind: OfferKind, settings: KindSettings) -> Planned:
        mine = [row for row in self.rows if row.kind is kind]
        for row in mine:
            if row.status in LIVE_OFFERS:
                return self._open(row) if row.offered_at else self._unsent(row, settings)
        if any(row.offered_at for row in mine):
            no = refuse(Reason.ALREADY_OFFERED, "That has been offered for this stay already.")
            return Planned(kind, no, None, Change.NONE)
        for row in mine:
            if row.reason in FINAL:
                no = refuse(Reason(row.reason), "That was ruled out for this stay before.")
                return Planned(kind, no, None, Change.NONE)
        decision, due_at = self._judge(kind, settings)
        if decision.allowed and due_at and due_at <= self.now:
            decision = _past(due_at)
        if not decision.allowed:
            return Planned(kind, decision, None, Change.NONE)
        return Planned(kind, decision, due_at, Change.NEW)

    def _open(self, row: StayOffer) -> Planned:
        """Judge an offer the guest has: settings do not end it, the stay's fate does (U3, O3).

        Nor does a no from before it: it may be there because the guest asked (U11).
        """
        opted_out = self.unwanted.reason is Reason.OPTED_OUT
        decision = self.unwanted if opted_out else live(row.kind, self.stay.reservation)
        if decision.allowed:
            decision = closed_by_sibling(row.kind, self.rows, SOLD)
        if decision.allowed and row.terms:
            decision = fits(row.kind, self.stay.reservation, row.terms)
        return _kept_or_withdrawn(row, decision)

    def _unsent(self, row: StayOffer, settings: KindSettings) -> Planned:
        """Judge a scheduled row: it moves with the dates, or goes with its reason (U2, U3)."""
        decision, due_at = self._judge(row.kind, settings)
        if not decision.allowed or due_at is None:
            return _kept_or_withdrawn(row, decision)
        if due_at == (row.planned_for or row.due_at) or row.leaving_at:
            # Also when that has passed: it is about to go, or was postponed (O6).
            return _kept_or_withdrawn(row, decision)
        if due_at > self.now:
            return Planned(row.kind, decision, due_at, Change.MOVE, row)
        # Which plan a row without one was postponed from is not known: sending will judge it.
        past = _past(due_at) if row.planned_for else decision
        return _kept_or_withdrawn(row, past)

    def _judge(self, kind: OfferKind, settings: KindSettings) -> tuple[Decision, datetime | None]:
        reservation, listing = self.stay.reservation, self.stay.listing
        decision = self.unwanted
        if decision.allowed:
            decision = welcome(kind, self.preferences, self.sent)
        if decision.allowed:
            decision = eligible(kind, reservation, listing, settings)
        if decision.allowed:
            decision = closed_by_sibling(kind, self.rows)
        if not decision.allowed:
            return decision, None
        due_at = schedule_of(kind, reservation, listing, settings)
        if due_at is not None and due_at > last_sending(kind, reservation, listing):
            return refuse(Reason.TOO_LATE, "Its time is set too late for it ever to go."), None
        if self.stay.around is not None and due_at is not None:
            decision = _as_things_stand(kind, self.stay, settings, due_at)
        return decision, due_at


def _as_things_stand(
    kind: OfferKind, stay: Stay, settings: KindSettings, due_at: datetime
) -> Decision:
    """Record what the calendar says today; it refuses nothing, for neighbours cancel (O3)."""
    terms = terms_of(kind, stay, settings, due_at)
    seen = terms if isinstance(terms, Decision) else check(kind, terms, stay, settings, None)
    return ALLOWED if seen.allowed else Decision(True, Reason.CLEAR, f"Today: {seen.detail}")


def _past(due_at: datetime) -> Decision:
    """Refuse what should have gone out already: planned only if its time is ahead (O8)."""
    return refuse(Reason.SCHEDULE_PAST, f"It should have gone out at {due_at:%Y-%m-%d %H:%M} UTC.")


def _kept_or_withdrawn(row: StayOffer, decision: Decision) -> Planned:
    kept = decision.allowed or decision.reason in UNKNOWNS
    return Planned(row.kind, decision, row.due_at, Change.KEEP if kept else Change.WITHDRAW, row)
