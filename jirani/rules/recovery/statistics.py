"""What came of slots that came free, counted (R1-R7).

A slot counts in the period in which it first came free, with all that was done for it later: so
what was asked, filled and sold in one report belongs together.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from jirani.rules.facts import AppointmentStatus, OfferStatus, OpeningStatus
from jirani.rules.recovery.score import NO_SCORE, Tier

# A slot is recovered while whoever took it has it, or was to come: not when they did not pay (R6),
# cancelled, or moved away.
STANDS = frozenset(
    {
        AppointmentStatus.HELD,
        AppointmentStatus.CONFIRMED,
        AppointmentStatus.COMPLETED,
        AppointmentStatus.NO_SHOW,
    }
)
UNPAID = "awaiting_payment"
MEDIAN, MOST = 0.5, 0.9
_EARLIEST, _LATEST = date(1970, 1, 2), date(2199, 12, 30)  # these have a midnight in every zone


@dataclass(frozen=True, slots=True)
class CountedOpenings:
    """So many openings with one end; `first`: they opened their slots, and reopened none (R6)."""

    status: OpeningStatus
    reason: str
    first: bool
    openings: int


@dataclass(frozen=True, slots=True)
class CountedOffers:
    """So many offers alike: to customers of one tier, with one end.

    `moves`: a yes moves a later booking up, and sells nothing. `stands`: what a yes made is there
    still. `minutes` and `amount` are what they come to together, `amount` in minor units.
    """

    tier: Tier | None
    status: OfferStatus
    moves: bool
    stands: bool
    sale: str | None
    currency: str | None
    offers: int
    minutes: int
    amount: int


@dataclass(slots=True)
class Line:
    """What came of some offers; a fill that was lost again is none."""

    asked: int = 0
    accepted: int = 0
    declined: int = 0
    expired: int = 0
    withdrawn: int = 0
    waiting: int = 0  # for an answer
    fills: int = 0
    moved_up: int = 0  # of the fills: a later booking was moved, its own slot came free
    lost: int = 0  # taken, and not paid for or given up again
    minutes: int = 0  # sold: what is moved up is sold already
    revenue: Counter[str] = field(default_factory=Counter)  # minor units, by currency
    unpaid: Counter[str] = field(default_factory=Counter)  # of the revenue, not paid yet

    @property
    def offers_per_fill(self) -> float | None:
        """How many were asked for each slot that was filled; None where none was."""
        return self.asked / self.fills if self.fills else None


@dataclass(frozen=True, slots=True)
class Report:
    """What came of the slots of a period; the tiers are as of when each customer was asked.

    `messages` are all texts: offers, that it has gone, that payment did not come. Times are from
    when a slot first came free until it was filled.
    """

    slots: int
    openings: Mapping[str, int]  # by status
    ended: Mapping[str, int]  # of those that were not filled: by reason
    total: Line
    by_tier: Mapping[Tier, Line]
    messages: int
    median: timedelta | None = None
    nine_in_ten: timedelta | None = None

    @property
    def messages_per_fill(self) -> float | None:
        """How many texts each slot that was filled took; None where none was."""
        return self.messages / self.total.fills if self.total.fills else None

    @property
    def filled(self) -> float | None:
        """The share of slots that were filled, and still are; None where none came free."""
        return self.total.fills / self.slots if self.slots else None


def report(
    openings: Iterable[CountedOpenings],
    offers: Iterable[CountedOffers],
    messages: int = 0,
    median: timedelta | None = None,
    nine_in_ten: timedelta | None = None,
) -> Report:
    """Sum up what was counted."""
    slots, by_status, ended = 0, Counter[str](), Counter[str]()
    for row in openings:
        slots += row.openings * row.first
        by_status[row.status] += row.openings
        if row.status in (OpeningStatus.EXPIRED, OpeningStatus.WITHDRAWN):
            ended[row.reason] += row.openings
    total, by_tier = Line(), {tier: Line() for tier in Tier}
    for each in offers:
        for line in (total, by_tier[each.tier or NO_SCORE.tier]):  # unknown is neutral (R3)
            _add(line, each)
    return Report(
        *(slots, dict(by_status), dict(ended), total, by_tier, messages, median, nine_in_ten)
    )


def _add(line: Line, row: CountedOffers) -> None:
    name = _ENDS[row.status]
    line.asked += row.offers
    setattr(line, name, getattr(line, name) + row.offers)
    if row.status is not OfferStatus.ACCEPTED:
        return
    if not row.stands:
        line.lost += row.offers
        return
    line.fills += row.offers
    line.moved_up += row.offers * row.moves
    if row.moves or not row.currency:
        return
    line.minutes += row.minutes
    line.revenue[row.currency] += row.amount
    if row.sale == UNPAID:
        line.unpaid[row.currency] += row.amount


_ENDS = {
    OfferStatus.ACCEPTED: "accepted",
    OfferStatus.DECLINED: "declined",
    OfferStatus.EXPIRED: "expired",
    OfferStatus.WITHDRAWN: "withdrawn",
    OfferStatus.SCHEDULED: "waiting",
    OfferStatus.OFFERED: "waiting",
    OfferStatus.DEFERRED: "waiting",
}


def nearest(share: float, of: int) -> int | None:
    """Return which of so many in order has that share up to it, counted from 0 (nearest rank)."""
    return max(ceil(share * of), 1) - 1 if of else None


def in_minutes(time: timedelta | None) -> float | None:
    """Return a time in minutes, to the hundredth."""
    return None if time is None else round(time / timedelta(minutes=1), 2)


def span(
    first: date | None, last: date | None, zone: ZoneInfo
) -> tuple[datetime | None, datetime | None]:
    """Return from when until before when days last, both included, by a business's clocks."""
    start = None if first is None else _midnight(first, zone)
    return start, None if last is None else _midnight(_within(last) + timedelta(days=1), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(_within(day), time(), zone)


def _within(day: date) -> date:
    return min(max(day, _EARLIEST), _LATEST)
