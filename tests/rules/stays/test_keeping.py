"""What a decision was asked, written down and read again, is answered the same (O3, O5)."""

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import product
from typing import Any

import pytest

from jirani.rules.contact import Prevention
from jirani.rules.decision import Reason
from jirani.rules.facts import (
    Contact,
    ContactPolicy,
    Neighbour,
    OfferKind,
    OfferStatus,
    Task,
    TaskKind,
    Terms,
)
from jirani.rules.stays.keeping import facts_of, restore
from jirani.rules.stays.kinds import OFFER_KINDS
from jirani.rules.stays.moments import last_sending
from jirani.rules.stays.question import Question, judge
from tests.support.stay_facts import (
    EARLY,
    FLAT,
    LATE,
    SETTINGS,
    claimed,
    everything,
    local,
    offered,
    read,
    scheduled,
    staying,
)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FIRST, LAST = date(2026, 6, 10), date(2026, 6, 20)
STAY = staying(FIRST, LAST, guest_name="Sarah", guest_phone="+14155550123", code="HM1")
WORK = Task("T", TaskKind.MAINTENANCE, FIRST, local(6, 10, 10), local(6, 20, 13))
CALENDARS: dict[str, dict[str, Any]] = {
    "empty": {},
    "taken": {"taken": [FIRST - DAY, LAST]},
    "two free nights": {"taken": [FIRST - 3 * DAY, LAST + 2 * DAY]},
    "blocked": {"blocked": [FIRST - DAY, LAST]},
    "a turnover": {"neighbours": (Neighbour("N", LAST, LAST + DAY), Neighbour("M", FIRST, FIRST))},
    "work": {"tasks": (WORK,)},
    "a whole day's work": {
        "tasks": (Task("T", TaskKind.OTHER, FIRST), Task("U", TaskKind.OTHER, LAST))
    },
    "cleaned": {"tasks": (Task("T", TaskKind.CLEANING, FIRST + 4 * DAY),)},
    "without rates": {"rate": None},
}
PREVENTIONS = {
    "nothing": Prevention(),
    "two lately": Prevention(
        history=tuple(Contact(local(6, 16, hour), True, LATE, "x") for hour in (9, 10, 11)),
        declines=(local(6, 16, 12), local(6, 16, 13)),
    ),
    "a no": Prevention(declined=True),
}


def question(kind: OfferKind, now: datetime, calendar: str = "empty", **but: Any) -> Question:
    stay = read(STAY, now - HOUR / 12, **CALENDARS[calendar])
    settings = replace(SETTINGS[kind], max_nights=3)
    asked = Question(
        *(stay, scheduled(kind, now), settings, Prevention(), (), now),
        policy=ContactPolicy(),
    )
    return replace(asked, **but)


def again(asked: Question) -> Question:
    return restore(json.loads(json.dumps(facts_of(asked))))


@pytest.mark.parametrize("kind", everything())
def test_the_answer_is_the_same_whatever_stands_around_the_stay(kind: OfferKind) -> None:
    last, answers = last_sending(kind, STAY.reservation, FLAT), set[Reason]()
    for calendar, (facts, wait) in product(
        CALENDARS, product(PREVENTIONS.values(), (0 * HOUR, HOUR / 60, 9 * HOUR))
    ):
        asked = question(kind, last - wait, calendar, prevention=facts)
        first, second = judge(asked), judge(again(asked))
        assert second == first, (calendar, facts)
        assert facts_of(again(asked)) == facts_of(asked)
        answers.add(first.decision.reason)
    assert len(answers) > 3


@pytest.mark.parametrize("kind", everything())
def test_a_deferred_offer_among_claims_is_answered_the_same(kind: OfferKind) -> None:
    now = last_sending(kind, STAY.reservation, FLAT) - HOUR
    fresh = judge(question(kind, now))
    assert fresh.terms
    row = replace(offered(kind, fresh.terms, now - DAY, now + DAY), status=OfferStatus.DEFERRED)
    other = replace(row, id="other", reservation_id="other")
    for claims in ((), (claimed(other, reservation_id="other", sold=True),)):
        asked = question(kind, now, offer=row, claims=claims)
        assert judge(again(asked)) == judge(asked)
    assert judge(asked).decision.reason is Reason.TURNOVER_TAKEN


def test_what_is_kept_names_no_guest_and_is_short() -> None:
    kept = json.dumps(facts_of(question(EARLY, local(6, 7, 9))))
    assert not any(word in kept for word in ("Sarah", "4155550123", "HM1"))
    assert len(kept) < 2000


def test_what_another_version_wrote_is_not_guessed_at() -> None:
    kept = facts_of(question(EARLY, local(6, 7, 9)))
    for broken in (kept | {"mood": "good"}, {**kept, "now": "soon"}, {}):
        with pytest.raises((TypeError, ValueError, KeyError)):
            restore(broken)


def test_terms_and_times_come_back_as_they_were() -> None:
    terms = Terms(FIRST, 2500, "USD", time(9), time(16), (FIRST, FIRST + DAY))
    row = replace(scheduled(EARLY, local(6, 7, 9)), terms=terms, attempts=2, time_named=True)
    asked = question(EARLY, local(6, 7, 9), offer=row)
    assert again(asked).offer == row
    assert again(asked).settings == asked.settings
    assert again(asked).policy == asked.policy
    assert OFFER_KINDS[again(asked).offer.kind]
