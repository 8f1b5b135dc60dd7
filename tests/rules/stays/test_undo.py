"""A yes can be taken back within the hour (O4), in words that name it (O1)."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from jirani.rules.consent import Said
from jirani.rules.decision import AGAIN, ALLOWED, Reason
from jirani.rules.facts import OfferStatus, Terms
from jirani.rules.reading import Meaning, Reading
from jirani.rules.stays.undo import may_undo, means_undo
from tests.support.stay_facts import FLAT, LATE, SETTINGS, local, offered

SOLD_AT = local(6, 18, 10)
TERMS = Terms(date(2026, 6, 20), 5000, "USD", wall=time(18), standard=time(11))
SOLD = replace(
    offered(LATE, TERMS, local(6, 17, 9), local(6, 19, 9)),
    status=OfferStatus.ACCEPTED,
    settled_at=SOLD_AT,
)
HOUR = timedelta(hours=1)


TAKEN_BACK = Said("thread", 8, Reading(Meaning.CANCEL, handle=SOLD.id))


def test_within_the_hour_it_can_be_taken_back_and_a_moment_later_not() -> None:
    assert may_undo(SOLD, FLAT, SETTINGS[LATE], SOLD_AT + HOUR) == ALLOWED
    late = may_undo(SOLD, FLAT, SETTINGS[LATE], SOLD_AT + HOUR + timedelta(microseconds=1))
    assert late.reason is Reason.TOO_LATE


def test_taken_back_twice_is_done_already() -> None:
    again = may_undo(SOLD, FLAT, SETTINGS[LATE], SOLD_AT + 9 * HOUR, reversed_at=SOLD_AT)
    assert again == AGAIN


@pytest.mark.parametrize(
    "row",
    [
        replace(SOLD, status=OfferStatus.OFFERED),
        replace(SOLD, settled_at=None),
        replace(SOLD, terms=None),
    ],
)
def test_what_was_not_sold_cannot_be_taken_back(row: object) -> None:
    assert isinstance(row, type(SOLD))
    assert may_undo(row, FLAT, SETTINGS[LATE], SOLD_AT).reason is Reason.NOT_OPEN


def test_what_has_begun_cannot_be_taken_back() -> None:
    sold = replace(SOLD, settled_at=local(6, 20, 10, 30))
    assert may_undo(sold, FLAT, SETTINGS[LATE], local(6, 20, 10, 59)) == ALLOWED
    begun = may_undo(sold, FLAT, SETTINGS[LATE], local(6, 20, 11))
    assert begun.reason is Reason.STARTED


@pytest.mark.parametrize("meaning", Meaning)
def test_only_a_no_to_the_sale_itself_takes_it_back_o1(meaning: Meaning) -> None:
    sold = replace(SOLD, settled_seq=7)
    heard = replace(TAKEN_BACK, reading=Reading(meaning, handle=SOLD.id))
    takes_back = meaning in ("cancel", "decline", "change")
    assert means_undo(sold, heard).reason is (Reason.CLEAR if takes_back else Reason.NO_ACCEPTANCE)


@pytest.mark.parametrize(
    ("heard", "reason"),
    [
        (replace(TAKEN_BACK, thread_id="other"), Reason.OTHER_THREAD),
        (replace(TAKEN_BACK, reading=None), Reason.NO_ACCEPTANCE),
        (replace(TAKEN_BACK, reading=Reading(Meaning.CANCEL)), Reason.NO_ACCEPTANCE),
        (replace(TAKEN_BACK, reading=Reading(Meaning.CANCEL, handle="x")), Reason.NO_ACCEPTANCE),
        (replace(TAKEN_BACK, seq=7), Reason.NOT_LATER_MESSAGE),
    ],
)
def test_another_message_takes_nothing_back_o1(heard: Said, reason: Reason) -> None:
    sold = replace(SOLD, settled_seq=7)
    assert means_undo(sold, heard).reason is reason
    assert means_undo(sold, TAKEN_BACK) == ALLOWED
    assert means_undo(SOLD, replace(TAKEN_BACK, seq=1)) == ALLOWED  # sold by no message
