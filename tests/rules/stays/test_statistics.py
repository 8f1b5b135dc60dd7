"""What came of offers is counted, and a rate is told with how sure one can be of it."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jirani.rules.facts import OfferKind, OfferStatus
from jirani.rules.stays.statistics import BY, Counted, Line, lines, wilson

LATE, EARLY = OfferKind.LATE_CHECK_OUT, OfferKind.EARLY_CHECK_IN


def some(status: OfferStatus, n: int = 1, **but: Any) -> Counted:
    about: dict[str, Any] = {"kind": LATE, "listing_id": "l1", "year": 2026, "month": 3}
    about |= {"reason": "", "sent": True, "currency": None, "amount": 0} | but
    return Counted(status=status, offers=n, **about)


def test_each_end_is_counted_where_it_belongs() -> None:
    rows = [
        some(OfferStatus.ACCEPTED, 3, currency="EUR", amount=15000),
        some(OfferStatus.ACCEPTED, 1, currency="USD", reversed=1),
        some(OfferStatus.DECLINED, 4),
        some(OfferStatus.EXPIRED, 2, reason="silence"),
        some(OfferStatus.WITHDRAWN, 1, reason="reservation_not_live"),
        some(OfferStatus.OFFERED, 5),
        some(OfferStatus.EXPIRED, 6, reason="weekly_cap", sent=False),
        some(OfferStatus.WITHDRAWN, 7, reason="general_no", sent=False),
        some(OfferStatus.SCHEDULED, 8, sent=False),
    ]
    line = lines(rows, "all")["all"]
    assert (line.planned, line.offered) == (37, 16)
    assert (line.accepted, line.declined, line.reversed, line.ended) == (4, 4, 1, 11)
    assert line.unanswered == {"silence": 2, "reservation_not_live": 1}
    assert line.withheld == {"weekly_cap": 6, "general_no": 7}
    assert line.revenue == Counter(EUR=15000)
    assert line.conversion == pytest.approx(4 / 11)


def test_lines_are_by_kind_by_listing_and_by_the_quarter_a_stay_begins_in() -> None:
    rows = [
        some(OfferStatus.ACCEPTED),
        some(OfferStatus.ACCEPTED, kind=EARLY, listing_id="l2", month=12),
    ]
    assert {by: list(lines(rows, by)) for by in BY} == {
        "kind": ["early_check_in", "late_check_out"],
        "listing": ["l1", "l2"],
        "season": ["2026-Q1", "2026-Q4"],
        "all": ["all"],
    }


def test_of_nothing_there_is_no_rate() -> None:
    assert (Line().conversion, Line().interval) == (None, None)


def test_the_interval_is_the_one_of_the_textbook() -> None:
    # Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for hits, of, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert wilson(hits, of) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 10**6), st.data())
def test_the_share_lies_within_and_more_makes_surer(of: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, of))
    low, high = wilson(hits, of)
    assert 0 <= low <= hits / of <= high <= 1
    tighter = wilson(hits * 4, of * 4)
    assert tighter[1] - tighter[0] < high - low
