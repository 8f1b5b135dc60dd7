"""How reliably a customer has paid, from 0 to 100, and the tier that follows from it (R7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

WINDOW_DAYS = 180
VOID_DAYS = 90
BASE, CAP = 50, 50
TOP, RISK, VOIDS_OF_RISK = 80, 40, 2
# Up to how many days ago, and how much it counts there, in halves: bounds included.
WEIGHTS = ((30, 4), (90, 2), (WINDOW_DAYS, 1))


class Outcome(StrEnum):
    """What became of an appointment, as far as money says; each has one class, or none."""

    SETTLED = "settled"
    VOIDED = "voided"  # payment was needed, none was taken
    REFUNDED = "refunded"  # cancelled, and the money went back
    LATE_CANCEL = "late_cancel"  # cancelled inside the cut-off, and the payment was kept


POINTS = {
    Outcome.SETTLED: 10,
    Outcome.VOIDED: -20,
    Outcome.REFUNDED: -5,
    Outcome.LATE_CANCEL: -10,
}


class Tier(StrEnum):
    """Who is asked first (R3)."""

    TOP = "top"
    NEUTRAL = "neutral"
    RISK = "risk"


@dataclass(frozen=True, slots=True)
class Past:
    """What became of one appointment, and when that began."""

    outcome: Outcome
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Score:
    """How reliable somebody is: `points` from 0 to 100, and the voids of the last 90 days."""

    points: int = BASE
    tier: Tier = Tier.NEUTRAL
    voids: int = 0


NO_SCORE = Score()  # who has none stands where a fresh customer does (R3)


def score(past: Iterable[Past], now: datetime) -> Score:
    """Count the outcomes of the last 180 days; halves of a point round up (R7)."""
    earned = lost = voids = 0  # in half points
    for each in past:
        age = age_of(each.starts_at, now)
        weight = next((weight for days, weight in WEIGHTS if age <= days), 0)
        if each.outcome is Outcome.SETTLED:
            earned += POINTS[each.outcome] * weight
        else:
            lost -= POINTS[each.outcome] * weight
        voids += each.outcome is Outcome.VOIDED and age <= VOID_DAYS
    halves = 2 * BASE + min(earned, 2 * CAP) - lost
    points = min(max((halves + 1) // 2, 0), 100)
    return Score(points, tier_of(points, voids), voids)


def age_of(starts_at: datetime, now: datetime) -> int:
    """Return the whole days since an appointment's start.

    What is settled, void or cancelled before its start counts as if it were of today.
    """
    return max((now - starts_at) // timedelta(days=1), 0)


def tier_of(points: int, voids: int) -> Tier:
    """Return the tier of a score, with so many voids in 90 days (R7)."""
    if points < RISK or voids >= VOIDS_OF_RISK:
        return Tier.RISK
    return Tier.TOP if points >= TOP and not voids else Tier.NEUTRAL
