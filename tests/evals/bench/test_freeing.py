"""A bench of many slots at once says so when a rule is broken meanwhile."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from evals.bench.freeing import _by_opening, _compared

AT, MINUTE = datetime(2026, 11, 21, 8, tzinfo=UTC), timedelta(minutes=1)


def offer(opening: str, customer: str, begins: int, ends: int | None) -> dict[str, Any]:
    """Make up an offer; minutes after eight."""
    at = AT + begins * MINUTE
    return {
        "business_id": "b",
        "opening_id": opening,
        "customer_id": customer,
        "id": f"{opening}-{customer}",
        "offered_at": at,
        "expires_at": at + 15 * MINUTE,
        "settled_at": None if ends is None else AT + ends * MINUTE,
    }


def sent(offers: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in offers]


def test_one_offer_after_the_other_is_in_order() -> None:
    offers = [offer("o", "a", 0, 16), offer("o", "b", 17, None), offer("p", "c", 0, 15)]
    offers.append(offer("p", "d", 15, None))
    found = _by_opening(offers, sent(offers))
    assert [len(each) for each in found] == [2, 2]
    end, following, first = _compared(found, AT - MINUTE)
    assert 59 < end.ours <= 60  # one of them a minute late
    assert end.met is False
    assert following.ours <= 120
    assert first.ours == 60


@pytest.mark.parametrize(
    "offers",
    [
        [offer("o", "a", 0, 16), offer("o", "b", 15, None)],
        [offer("o", "a", 0, None), offer("o", "b", 15, None)],
        [offer("o", "a", 0, 15), offer("p", "a", 20, None)],
    ],
)
def test_two_at_once_and_one_person_twice_are_told(offers: list[dict[str, Any]]) -> None:
    with pytest.raises(RuntimeError, match=r"at once|twice"):
        _by_opening(offers, sent(offers))


def test_a_text_that_is_missing_or_doubled_is_told() -> None:
    offers = [offer("o", "a", 0, 15), offer("o", "b", 15, None)]
    for texts in ([], ["x"], ["x", "x"], ["x", "y", "z"]):
        with pytest.raises(RuntimeError, match="texts"):
            _by_opening(offers, texts)
