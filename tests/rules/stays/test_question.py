"""An offer that may be sent goes where there is somebody to write to (O3)."""

from dataclasses import replace
from datetime import date

from jirani.rules.contact import Prevention
from jirani.rules.decision import Reason
from jirani.rules.facts import ContactPolicy
from jirani.rules.stays.question import Question, judge
from jirani.rules.stays.sending import Step
from tests.support.stay_facts import EARLY, SETTINGS, local, read, scheduled, staying

NOW = local(6, 7, 9)
STAY = read(staying(date(2026, 6, 10), date(2026, 6, 20)), NOW)
ASKED = Question(
    *(STAY, scheduled(EARLY, NOW), SETTINGS[EARLY], Prevention(), (), NOW),
    policy=ContactPolicy(),
)


def test_nobody_to_write_to_ends_it() -> None:
    assert judge(ASKED).step is Step.SEND
    mute = replace(STAY, reservation=replace(STAY.reservation, conversation=None))
    answer = judge(replace(ASKED, stay=mute))
    assert (answer.step, answer.decision.reason) == (Step.EXPIRE, Reason.UNAVAILABLE)
