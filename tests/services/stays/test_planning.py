"""A general no is known by what ended for it (O10)."""

from dataclasses import replace

from jirani.services.stays.planning import said_no_to_all
from tests.support.stay_facts import EARLY, LATE, local, scheduled

ROW = scheduled(EARLY, local(6, 12, 9))


def test_one_offer_that_a_general_no_has_ended_is_enough() -> None:
    other = replace(scheduled(LATE, local(6, 17, 9)), reason="declined")
    assert not said_no_to_all(())
    assert not said_no_to_all((ROW, other))
    assert said_no_to_all((other, replace(ROW, reason="general_no")))
