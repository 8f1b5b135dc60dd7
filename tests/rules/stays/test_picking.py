"""A pick inside the stated range is the same offer, the standard is a no (U6)."""

from dataclasses import replace
from datetime import date, time

import pytest

from jirani.rules.facts import OfferKind, Terms
from jirani.rules.stays.picking import Pick, as_picked, pick
from jirani.rules.stays.pricing import NO_WISH, Wish
from tests.support.stay_facts import AFTER, CLEANING, EARLY, LATE

DAY = date(2026, 6, 20)
EARLY_TERMS = Terms(DAY, 2500, "USD", wall=time(9), standard=time(16))
LATE_TERMS = Terms(DAY, 5000, "USD", wall=time(18), standard=time(11))
NIGHTS = Terms(DAY, 9000, "USD", nights=(DAY,))


@pytest.mark.parametrize(
    ("kind", "terms", "wish", "means"),
    [
        (EARLY, EARLY_TERMS, NO_WISH, Pick.SAME),
        (EARLY, EARLY_TERMS, Wish(wall=time(9)), Pick.SAME),
        (EARLY, EARLY_TERMS, Wish(wall=time(12)), Pick.SAME),
        (EARLY, EARLY_TERMS, Wish(wall=time(15, 59)), Pick.SAME),
        (EARLY, EARLY_TERMS, Wish(wall=time(16)), Pick.DECLINE),
        (EARLY, EARLY_TERMS, Wish(wall=time(8, 59)), Pick.CHANGE),
        (EARLY, EARLY_TERMS, Wish(wall=time(17)), Pick.CHANGE),
        (LATE, LATE_TERMS, Wish(wall=time(18)), Pick.SAME),
        (LATE, LATE_TERMS, Wish(wall=time(11, 1)), Pick.SAME),
        (LATE, LATE_TERMS, Wish(wall=time(11)), Pick.DECLINE),
        (LATE, LATE_TERMS, Wish(wall=time(18, 1)), Pick.CHANGE),
        (LATE, LATE_TERMS, Wish(wall=time(10)), Pick.CHANGE),
        (LATE, replace(LATE_TERMS, wall=None), Wish(wall=time(12)), Pick.CHANGE),
        (LATE, replace(LATE_TERMS, standard=None), Wish(wall=time(12)), Pick.CHANGE),
        (AFTER, NIGHTS, NO_WISH, Pick.SAME),
        (AFTER, NIGHTS, Wish(nights=1), Pick.SAME),
        (AFTER, NIGHTS, Wish(nights=2), Pick.CHANGE),
        (AFTER, NIGHTS, Wish(nights=0), Pick.DECLINE),
        (CLEANING, Terms(DAY, 1, "USD"), NO_WISH, Pick.SAME),
        (CLEANING, Terms(DAY, 1, "USD"), Wish(day=DAY), Pick.SAME),
        (CLEANING, Terms(DAY, 1, "USD"), Wish(wall=time(12)), Pick.SAME),
        (CLEANING, Terms(DAY, 1, "USD"), Wish(day=date(2026, 6, 21)), Pick.CHANGE),
    ],
)
def test_what_a_pick_means(kind: OfferKind, terms: Terms, wish: Wish, means: Pick) -> None:
    assert pick(kind, terms, wish) is means


def test_the_terms_take_the_guests_time_only_where_it_is_the_same_offer() -> None:
    assert as_picked(LATE, LATE_TERMS, Wish(wall=time(14))) == replace(LATE_TERMS, wall=time(14))
    for wish in (NO_WISH, Wish(wall=time(19)), Wish(wall=time(11))):
        assert as_picked(LATE, LATE_TERMS, wish) == LATE_TERMS
