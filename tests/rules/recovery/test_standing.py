"""Which offers of freed slots a conversation still speaks of (O1, R5)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jirani.rules.facts import OfferStatus, RecoveryOffer
from jirani.rules.recovery.standing import spoken_of, waits
from tests.support.house import MONDAY as NOW

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SLOT = ("s", "amina", NOW + HOUR, NOW + 2 * HOUR, NOW + 2 * HOUR, 100, "KES")
LIVE = RecoveryOffer("f", "o", 0, "t", "d", *SLOT, OfferStatus.OFFERED, 0, NOW + MINUTE)
SILENT = replace(LIVE, id="g", status=OfferStatus.EXPIRED, reason="silence")
TAKEN = replace(LIVE, id="h", status=OfferStatus.WITHDRAWN, reason="filled")


@pytest.mark.parametrize(
    ("offers", "named"),
    [
        ([SILENT, LIVE, TAKEN], ["f"]),  # what waits for an answer, and nothing else
        ([SILENT, TAKEN], ["h"]),  # the last that a late yes may be meant for
        ([TAKEN, SILENT], ["g"]),
        ([replace(LIVE, status=OfferStatus.DECLINED)], []),
        ([replace(LIVE, status=OfferStatus.ACCEPTED)], []),
        ([replace(TAKEN, reason="opted_out")], []),  # they ended it, and know it
        ([replace(TAKEN, reason="declined")], []),
        ([SILENT, replace(SILENT, id="i", status=OfferStatus.ACCEPTED, replaces="g")], []),
        ([replace(LIVE, starts_at=NOW)], []),  # it begins
        ([replace(SILENT, starts_at=NOW)], []),
    ],
)
def test_what_waits_is_spoken_of_and_else_the_last_that_a_late_yes_may_mean(
    offers: list[RecoveryOffer], named: list[str]
) -> None:
    assert [each.id for each in spoken_of(offers, NOW)] == named


def test_a_yes_comes_in_time_while_the_offer_lives() -> None:
    assert waits(LIVE, NOW)
    assert not waits(LIVE, LIVE.expires_at)
    assert not waits(replace(LIVE, status=OfferStatus.WITHDRAWN), NOW)
