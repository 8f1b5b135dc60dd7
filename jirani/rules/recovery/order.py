"""In which order customers are asked: three numbers and an id, all ascending (R3).

The same numbers are kept in rows, so that one index walk finds who is next among a million.
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from jirani.rules.recovery.score import NO_SCORE, Score, Tier

RANK = {Tier.TOP: 0, Tier.NEUTRAL: 1, Tier.RISK: 2}
A_TIER = 50  # points of waiting that lift somebody by a tier
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Place(NamedTuple):
    """Where somebody stands in the order; ties are broken by the customer's id."""

    by_tier: int
    by_score: int  # the higher the score, the lower
    by_time: int  # the more recently computed, the lower; never: 0, which is last


def place(score: Score, computed_at: datetime | None, waited: int = 0) -> Place:
    """Return somebody's place: tier, then score, then how recently it was computed (R3).

    `waited`: points that waiting has earned them. Every 50 lift them by a tier, and they are not
    capped: whoever has waited longest comes first in the end, so nobody is passed over forever.
    """
    tier = max(RANK[score.tier] - waited // A_TIER, 0)
    time = (computed_at - EPOCH) // MICROSECOND if computed_at else 0
    return Place(tier, -(score.points + waited), -time)


UNSCORED = place(NO_SCORE, None)


def waited(since: datetime | None, now: datetime, aging: int) -> int:
    """Return the points that waiting has earned since the last offer, or since they asked to be."""
    if since is None or now < since:
        return 0
    return aging * ((now - since) // timedelta(days=1))
