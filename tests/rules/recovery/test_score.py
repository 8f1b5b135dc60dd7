"""Scores and tiers: the golden vectors, and what holds of any history (R7)."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jirani.rules.recovery.score import (
    NO_SCORE,
    Outcome,
    Past,
    Score,
    Tier,
    age_of,
    score,
    tier_of,
)

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
DAY = timedelta(days=1)


def past(outcome: Outcome, days: float = 1) -> Past:
    return Past(outcome, NOW - days * DAY)


SETTLED, VOIDED, REFUNDED, LATE = Outcome
HISTORIES = st.lists(st.builds(past, st.sampled_from(Outcome), st.integers(-20, 200)), max_size=12)


@pytest.mark.parametrize(
    ("history", "points"),
    [
        ([], 50),
        ([past(SETTLED)] * 3, 100),
        ([past(VOIDED)], 10),
        ([past(VOIDED)] * 2, 0),
        ([past(SETTLED, 10), past(SETTLED, 60), past(SETTLED, 120)], 85),
        ([*[past(SETTLED)] * 2, past(VOIDED), past(REFUNDED), past(LATE)], 20),
    ],
)
def test_the_golden_histories_have_their_scores(history: list[Past], points: int) -> None:
    assert score(history, NOW).points == points


@pytest.mark.parametrize(
    ("days", "points"),
    [
        (0, 70),
        (30, 70),
        (30.9, 70),
        (31, 60),
        (90, 60),
        (91, 55),
        (180, 55),
        (180.9, 55),
        (181, 50),
    ],
)
def test_the_bounds_of_the_windows_are_whole_days_and_included(days: float, points: int) -> None:
    assert score([past(SETTLED, days)], NOW).points == points


def test_halves_of_a_point_round_up() -> None:
    assert score([past(REFUNDED, 120)], NOW).points == 48  # 47.5
    assert score([past(REFUNDED, 120)] * 2, NOW).points == 45
    assert score([past(SETTLED, 120), past(REFUNDED, 120)], NOW).points == 53  # 52.5


def test_what_is_earned_is_capped_before_what_is_lost_is_taken_off() -> None:
    assert score([past(SETTLED)] * 9 + [past(LATE)], NOW).points == 80


def test_what_was_lost_before_its_start_counts_as_of_today() -> None:
    assert score([past(VOIDED, -3)], NOW) == Score(10, Tier.RISK, 1)
    assert age_of(NOW + DAY, NOW) == 0


@pytest.mark.parametrize(
    ("points", "voids", "tier"),
    [
        (80, 0, Tier.TOP),
        (79, 0, Tier.NEUTRAL),
        (100, 1, Tier.NEUTRAL),
        (100, 2, Tier.RISK),
        (40, 0, Tier.NEUTRAL),
        (39, 0, Tier.RISK),
    ],
)
def test_the_tier_follows_from_points_and_voids(points: int, voids: int, tier: Tier) -> None:
    assert tier_of(points, voids) is tier


@pytest.mark.parametrize(("days", "voids"), [(90, 1), (91, 0)])
def test_a_void_is_remembered_for_90_days(days: int, voids: int) -> None:
    assert score([past(VOIDED, days)], NOW).voids == voids


@given(HISTORIES)
def test_a_score_is_the_rounded_sum_of_weighted_points(history: list[Past]) -> None:
    def weighted(each: Past) -> Fraction:
        age = max((NOW - each.starts_at).days, 0)
        factor = 2 if age <= 30 else 1 if age <= 90 else Fraction(1, 2) if age <= 180 else 0
        points = {SETTLED: 10, VOIDED: -20, REFUNDED: -5, LATE: -10}[each.outcome]
        return Fraction(points) * factor

    earned = sum(weighted(each) for each in history if each.outcome is SETTLED)
    lost = sum(weighted(each) for each in history if each.outcome is not SETTLED)
    exact = Fraction(50) + min(Fraction(earned), Fraction(50)) + lost
    rounded = (exact + Fraction(1, 2)).__floor__()
    assert score(history, NOW).points == min(max(rounded, 0), 100)


@given(HISTORIES)
def test_no_order_changes_a_score_and_no_loss_raises_it(history: list[Past]) -> None:
    found = score(history, NOW)
    assert score(reversed(history), NOW) == found
    for outcome in (VOIDED, REFUNDED, LATE):
        assert score([*history, past(outcome)], NOW).points <= found.points
    assert score([*history, past(SETTLED)], NOW).points >= found.points


def test_who_has_no_history_stands_where_one_without_a_score_does() -> None:
    assert score([], NOW) == NO_SCORE
    assert Score() == Score(50, Tier.NEUTRAL, 0)
