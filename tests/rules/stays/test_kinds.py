"""The table of the six kinds (domain §4)."""

from datetime import time

import pytest

from jirani.rules.facts import STAY_KINDS, OfferKind
from jirani.rules.stays.kinds import OFFER_KINDS, day_n, defaults, siblings
from tests.support.stay_facts import AFTER, EARLY, ON_THE_DAY

GOLDEN = {4: 2, **dict.fromkeys(range(5, 8), 3), **dict.fromkeys(range(8, 14), 4)}
GOLDEN |= {**dict.fromkeys(range(14, 25), 5), **dict.fromkeys(range(25, 48), 6)}
GOLDEN |= {**dict.fromkeys((48, 60, 100, 365, 10_000), 7), 1: 2, 2: 2, 3: 2}


def test_every_kind_of_stay_is_in_the_table() -> None:
    assert set(OFFER_KINDS) == STAY_KINDS


@pytest.mark.parametrize(("nights", "day"), GOLDEN.items())
def test_the_day_of_a_cleaning_is_that_of_the_golden_table(nights: int, day: int) -> None:
    assert day_n(nights) == day


def test_a_cleaning_the_day_after_is_before_the_departure_of_every_stay_that_gets_one() -> None:
    assert all(day_n(nights) + 1 < nights for nights in range(4, 400))


def test_offers_go_out_at_nine_cleanings_at_ten_and_the_last_call_at_eight() -> None:
    times = {kind: defaults(kind).send_at for kind in OFFER_KINDS}
    assert times.pop(OfferKind.MID_STAY_CLEANING) == time(10)
    assert times.pop(ON_THE_DAY) == time(8)
    assert set(times.values()) == {time(9)}


def test_both_post_stay_kinds_are_one_product() -> None:
    assert siblings(AFTER) == {ON_THE_DAY}
    assert siblings(ON_THE_DAY) == {AFTER}
    assert siblings(EARLY) == set()
