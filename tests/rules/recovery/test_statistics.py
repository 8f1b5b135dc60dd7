"""What is counted of freed slots: nothing that was lost again, and nothing twice."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from jirani.rules.facts import OfferStatus, OpeningStatus
from jirani.rules.recovery.score import Tier
from jirani.rules.recovery.statistics import (
    CountedOffers,
    CountedOpenings,
    nearest,
    report,
    span,
)


def offers(
    status: OfferStatus,
    n: int = 1,
    *,
    tier: Tier | None = Tier.NEUTRAL,
    moves: bool = False,
    stands: bool = False,
    sale: str | None = None,
    currency: str | None = "KES",
) -> CountedOffers:
    currency = currency if sale else None
    return CountedOffers(tier, status, moves, stands, sale, currency, n, 45 * n, 1200 * n)


def test_what_was_sold_counts_while_it_stands_and_what_was_lost_again_does_not() -> None:
    found = report(
        [
            CountedOpenings(OpeningStatus.FILLED, "", True, 3),
            CountedOpenings(OpeningStatus.FILLED, "", False, 1),
            CountedOpenings(OpeningStatus.EXPIRED, "nobody_left", True, 1),
            CountedOpenings(OpeningStatus.WITHDRAWN, "slot_taken", True, 1),
            CountedOpenings(OpeningStatus.OPEN, "", True, 1),
        ],
        [
            offers(OfferStatus.ACCEPTED, tier=Tier.TOP, stands=True, sale="applied"),
            offers(OfferStatus.ACCEPTED, stands=True, sale="awaiting_payment"),
            offers(OfferStatus.ACCEPTED, tier=Tier.RISK, sale="failed"),
            offers(OfferStatus.ACCEPTED, tier=None, stands=True, moves=True),
            offers(OfferStatus.DECLINED, 2),
            offers(OfferStatus.EXPIRED, 3),
            offers(OfferStatus.WITHDRAWN),
            offers(OfferStatus.OFFERED),
        ],
        messages=14,
    )
    assert found.slots == 6
    assert found.openings == {"filled": 4, "expired": 1, "withdrawn": 1, "open": 1}
    assert found.ended == {"nobody_left": 1, "slot_taken": 1}
    total = found.total
    assert (total.asked, total.accepted, total.fills, total.moved_up, total.lost) == (
        11,
        4,
        3,
        1,
        1,
    )
    assert (total.declined, total.expired, total.withdrawn, total.waiting) == (2, 3, 1, 1)
    # What is moved up sells nothing new.
    assert (total.minutes, total.revenue, total.unpaid) == (90, {"KES": 2400}, {"KES": 1200})
    assert found.filled == 0.5
    assert total.offers_per_fill == pytest.approx(11 / 3)
    assert found.messages_per_fill == pytest.approx(14 / 3)
    assert [found.by_tier[tier].fills for tier in Tier] == [1, 2, 0]
    assert found.by_tier[Tier.RISK].lost == 1
    assert sum(line.asked for line in found.by_tier.values()) == total.asked


def test_nothing_is_divided_by_nothing() -> None:
    found = report([], [])
    assert (found.filled, found.messages_per_fill, found.total.offers_per_fill) == (None,) * 3


@pytest.mark.parametrize(
    ("share", "of", "which"),
    [(0.5, 0, None), (0.5, 1, 0), (0.5, 2, 0), (0.5, 3, 1), (0.9, 10, 8), (0.9, 11, 9)],
)
def test_a_rank_is_the_nearest(share: float, of: int, which: int | None) -> None:
    assert nearest(share, of) == which


def test_days_are_the_business_s_and_the_last_is_included() -> None:
    nairobi = ZoneInfo("Africa/Nairobi")
    start, end = span(date(2026, 11, 23), date(2026, 11, 23), nairobi)
    assert start == datetime(2026, 11, 22, 21, tzinfo=UTC)
    assert end == datetime(2026, 11, 23, 21, tzinfo=UTC)
    assert span(None, None, nairobi) == (None, None)
    for zone in ("Pacific/Kiritimati", "America/Los_Angeles"):
        start, end = span(date.min, date.max, ZoneInfo(zone))
        assert start is not None
        assert end is not None
        assert start.astimezone(UTC) < end.astimezone(UTC)
