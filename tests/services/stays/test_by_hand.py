"""What people said to each other in the PMS forbids an offer, and never allows one (U4)."""

import pytest

from agent.reader import TrainedReader
from jirani.services.stays.by_hand import ByHand, Spoken, heard_by_hand
from tests.support.lodge import CLEANING, EARLY, LATE

HOST, GUEST = False, True
OFFER = "Would you like an early check-in on Friday, from noon, for $30?"


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ([], ByHand()),
        ([(HOST, OFFER)], ByHand(offered=True)),
        ([(HOST, OFFER), (GUEST, "No thanks, 4 is fine")], ByHand(offered=True, declined=True)),
        ([(HOST, OFFER), (GUEST, "hapana asante")], ByHand(offered=True, declined=True)),
        ([(HOST, OFFER), (GUEST, "Yes please!")], ByHand(offered=True, accepted=True)),
        ([(HOST, OFFER), (GUEST, "Is there parking?")], ByHand(offered=True)),
        ([(HOST, "Do you need parking?"), (GUEST, "No thanks")], ByHand()),
        ([(HOST, "Early check-in is not possible, sorry.")], ByHand()),
        ([(HOST, "Hello!"), (GUEST, "no extras please")], ByHand(declined_all=True)),
        ([(GUEST, "stop sending me offers")], ByHand(opted_out=True)),
        ([(GUEST, "Can I talk to a real person?")], ByHand(person=True)),
        ([(HOST, OFFER), (HOST, "Hello?"), (GUEST, "no")], ByHand(offered=True)),
    ],
)
def test_a_conversation_is_read_for_what_forbids(
    said: list[tuple[bool, str]], heard: ByHand
) -> None:
    spoken = [Spoken(guest, text) for guest, text in said]
    assert heard_by_hand(TrainedReader(), spoken, EARLY) == heard


def test_a_no_to_one_extra_is_none_to_another() -> None:
    spoken = [Spoken(HOST, OFFER), Spoken(GUEST, "no thanks")]
    for other in (LATE, CLEANING):
        assert heard_by_hand(TrainedReader(), spoken, other) == ByHand()
