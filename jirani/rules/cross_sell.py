"""Whether a neighbouring service may be offered, and which fits best (X1-X7, X14)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

from jirani.rules.decision import ALLOWED, Decision, Reason, refuse
from jirani.rules.dials import Dials
from jirani.rules.facts import (
    Appointment,
    AppointmentStatus,
    Calendar,
    Catalogue,
    Direction,
    Edge,
    Relation,
    Slot,
)
from jirani.rules.grid import GRID, on_grid, round_up, span
from jirani.rules.schedule import Schedule, Span


class Partner(NamedTuple):
    """How strongly a service goes with another, and the first end of the edge that says so."""

    confidence: float
    service_a: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A service right behind the primary; `score` is exact, so that ties are ties (X7)."""

    service_id: str
    service_a: str
    staff_id: str
    starts_at: datetime
    ends_at: datetime
    busy_until: datetime
    confidence: float
    gap_minutes: int
    score: Fraction


def gate(dials: Dials, *, declined: bool, offered_before: bool) -> Decision:
    """Judge what needs no database: the dials, then the thread's flags (X1, X2)."""
    if "never" in (dials.cross_sell, dials.upsell):
        return refuse(Reason.DIAL_NEVER, "This business does not offer extras.")
    if declined:
        return refuse(Reason.CROSS_SELL_DECLINED, "The guest wanted nothing else.")
    if offered_before:
        return refuse(Reason.ALREADY_OFFERED, "This thread has had its one offer.")
    return ALLOWED


def may_follow(
    primary: Appointment,
    now: datetime,
    *,
    offered_until: datetime,
    lapses_at: datetime | None = None,
) -> Decision:
    """Judge whether anything may be offered behind an appointment (X3).

    `lapses_at`: when it is released unless it is paid for. No offer outlives what it stands on.
    """
    if primary.status is not AppointmentStatus.CONFIRMED:
        return refuse(Reason.PRIMARY_NOT_CONFIRMED, f"The booking is {primary.status}.")
    if primary.starts_at <= now:
        return refuse(Reason.STARTED, "The booking has already begun.")
    if lapses_at is not None and lapses_at < offered_until:
        return refuse(Reason.PRIMARY_NOT_CONFIRMED, "The booking is about to lapse unpaid.")
    return ALLOWED


def partners(service_id: str, edges: Iterable[Edge]) -> dict[str, Partner]:
    """Return what complements a service, by service id, walking edges as they allow (X4).

    Of several edges to one service the most confident counts, then the lower `service_a`.
    """
    found: dict[str, Partner] = {}
    for edge in sorted(edges, key=lambda each: (-each.confidence, each.service_a)):
        if edge.relation is not Relation.COMPLEMENTARY:
            continue
        partner = Partner(edge.confidence, edge.service_a)
        if edge.service_a == service_id:
            found.setdefault(edge.service_b, partner)
        elif edge.service_b == service_id and edge.direction is Direction.BIDIRECTIONAL:
            found.setdefault(edge.service_a, partner)
    return found


def adjacent(primary: Appointment, start: datetime, window: timedelta) -> Decision:
    """Judge whether a start lies right behind the primary, both bounds included (X5)."""
    if primary.ends_at <= start <= primary.ends_at + window:
        return ALLOWED
    return refuse(Reason.NOT_ADJACENT, "That does not follow the booking closely enough.")


def candidates(
    primary: Appointment,
    related: Mapping[str, Partner],
    catalogue: Catalogue,
    calendar: Calendar,
    zone: ZoneInfo,
    now: datetime,
    window: timedelta,
    customer_busy: Iterable[Span] = (),
) -> list[Candidate]:
    """Return every service, start and staff member that may follow the primary, best first.

    The primary itself keeps its staff member busy, buffer included, whether or not the calendar
    says so; another member may start the moment it ends (X5, X6). Order: X7.
    """
    busy = replace(calendar, busy=(*calendar.busy, primary.slot))
    schedule = Schedule(busy, zone, customer_busy)
    starts = [start for start in _starts_behind(primary, zone, window) if start > now]
    found = []
    for service in catalogue.services:
        if (partner := related.get(service.id)) is None:
            continue
        qualified = catalogue.qualified(service.id)
        for start in starts:
            ends_at, busy_until = span(service, start)
            gap = start - primary.ends_at
            found += [
                Candidate(
                    service_id=service.id,
                    service_a=partner.service_a,
                    staff_id=member.id,
                    starts_at=start,
                    ends_at=ends_at,
                    busy_until=busy_until,
                    confidence=partner.confidence,
                    gap_minutes=gap // timedelta(minutes=1),
                    score=_score(partner.confidence, gap, window),
                )
                for member in qualified
                if not schedule.obstacle(Slot(member.id, start, busy_until), ends_at)
            ]
    return sorted(found, key=_rank)


def _starts_behind(primary: Appointment, zone: ZoneInfo, window: timedelta) -> Iterator[datetime]:
    start = round_up(primary.ends_at)
    while adjacent(primary, start, window).allowed:
        if on_grid(start, zone):
            yield start
        start += GRID


def _score(confidence: float, gap: timedelta, window: timedelta) -> Fraction:
    """Return confidence x (1 - gap / window), the confidence taken as the decimal it is written."""
    second = timedelta(seconds=1)
    lateness = Fraction(gap // second, window // second) if window else Fraction(0)
    return Fraction(str(confidence)) * (1 - lateness)


def _rank(one: Candidate) -> tuple[Fraction, str, str, datetime, str]:
    return (-one.score, one.service_a, one.service_id, one.starts_at, one.staff_id)


def may_suggest(dials: Dials, *, declined: bool, offered_before: bool) -> Decision:
    """Judge whether a service may be named while the slot is still being chosen (X14)."""
    decision = gate(dials, declined=declined, offered_before=offered_before)
    if decision.allowed and dials.upsell != "suggest-during-slot-collection":
        return refuse(Reason.DIAL_NEVER, "This business suggests nothing before a booking.")
    return decision


def suggestion(
    service_id: str,
    edges: Iterable[Edge],
    catalogue: Catalogue,
    dials: Dials,
    *,
    declined: bool,
    offered_before: bool,
) -> str | None:
    """Return the one service to name while the slot is being chosen, if any (X14).

    The most confident complementary one that somebody here does, then the lower id.
    """
    if not may_suggest(dials, declined=declined, offered_before=offered_before).allowed:
        return None
    related = partners(service_id, edges)
    done = [each.id for each in catalogue.services if catalogue.qualified(each.id)]
    named = [other for other in done if other in related]
    return min(named, key=lambda other: (-related[other].confidence, other), default=None)
