"""What a host calls a listing or a kind is one of those there are, or refused (U9)."""

from dataclasses import replace
from datetime import time
from types import SimpleNamespace
from typing import Any

import pytest

from jirani.rules.facts import Listing
from jirani.services.onboarding.report import Refused
from jirani.services.stays.hosting import Wanted, _kind, change, named, retry
from tests.support.one_row import OneRow, a_store
from tests.support.stay_facts import FLAT, LATE

pytestmark = pytest.mark.anyio

ATTIC = Listing("attic", "memory", "L2", "The attic", "UTC", "USD", time(16), time(11))
TWIN = replace(ATTIC, id="twin", ref="L3", name="the ATTIC")
PLACES = (FLAT, ATTIC)


@pytest.mark.parametrize("wanted", ["attic", "L2", "The attic", "THE ATTIC"])
def test_a_listing_is_named_by_its_id_its_reference_or_its_name(wanted: str) -> None:
    assert named(wanted, PLACES) == ATTIC


def test_which_of_two_is_meant_must_be_said_and_what_is_not_there_is_refused() -> None:
    with pytest.raises(Refused, match=r"Several .* The attic \(L2\), the ATTIC \(L3\)\."):
        named("the attic", (*PLACES, TWIN))
    assert named("L3", (*PLACES, TWIN)) == TWIN
    with pytest.raises(Refused, match=r"no listing 'cellar'; there are: The flat \(L1\), "):
        named("cellar", PLACES)
    assert _kind("late_check_out") is LATE
    with pytest.raises(Refused, match="no kind 'breakfast'"):
        _kind("breakfast")


async def test_changes_are_made_all_or_none() -> None:
    settings = OneRow(())
    services: Any = SimpleNamespace(store=a_store(listings=PLACES, stay_settings=settings))
    good = Wanted("L1", "every", "turnover", "3.5")
    with pytest.raises(Refused) as refused:
        await change(services, "lodge", [good, replace(good, listing="L9")], by="ann")
    assert len(refused.value.errors) == 1
    assert settings.asked == []


async def test_only_what_was_laid_aside_is_taken_in_once_more_u2() -> None:
    known: Any = SimpleNamespace(store=a_store(pms_events=OneRow((), again=True)))
    await retry(known, "lodge", "E1")
    unknown: Any = SimpleNamespace(store=a_store(pms_events=OneRow((), again=False)))
    with pytest.raises(Refused, match="no news 'E1' laid aside; there is: nothing"):
        await retry(unknown, "lodge", "E1")
