"""A guest's wishes decide what is offered unasked, and nothing else (U4, U11)."""

import json
from dataclasses import replace

import pytest

from jirani.rules.contact import Prevention, prevention
from jirani.rules.decision import Reason
from jirani.rules.facts import Contact, ContactPolicy, OfferKind, OfferStatus, Preference, Terms
from jirani.rules.stays.keeping import facts_of, restore
from jirani.rules.stays.kinds import OFFER_KINDS
from jirani.rules.stays.planning import Change, Planned, plan
from jirani.rules.stays.preferring import kinds_of, loves, never, opposite, wished
from jirani.rules.stays.question import Question, judge
from jirani.rules.stays.sending import Step
from tests.support.stay_facts import (
    AFTER,
    BEFORE,
    CLEANING,
    DAY,
    EARLY,
    LATE,
    ON_THE_DAY,
    SETTINGS,
    local,
    offered,
    read,
    scheduled,
)
from tests.support.stay_sending import CLEAN, LAST, STAY, TERMS, found, sent

NOW, DUE = local(6, 1, 12), local(6, 17, 9)
FEWER = Preference.FEWER_OFFERS
ROWS = (scheduled(EARLY, local(6, 7, 9)), scheduled(CLEANING, local(6, 14, 10)))
HAD = Contact(local(6, 7, 9), True, str(EARLY), ROWS[0].id)


def planned(*names: Preference, **how: object) -> dict[OfferKind, Planned]:
    rows = how.pop("rows", ())
    return {
        each.kind: each
        for each in plan(STAY, SETTINGS, rows, NOW, preferences=names, **how)  # type: ignore[arg-type]
    }


def facts(kind: OfferKind, *names: Preference, history: tuple[Contact, ...] = ()) -> Prevention:
    about = Prevention(history=history)
    return wished(about, kind, names, (*ROWS, scheduled(kind, DUE)), own=f"o-{kind}")


def test_nights_are_one_thing_before_and_after_the_stay() -> None:
    assert kinds_of(never(BEFORE)) == {BEFORE, AFTER, ON_THE_DAY}
    assert {never(kind) for kind in OFFER_KINDS} | {loves(kind) for kind in OFFER_KINDS} == (
        set(Preference) - {FEWER, Preference.BUDGET}
    )


def test_never_and_loves_exclude_each_other_and_nothing_else_does() -> None:
    for kind in OFFER_KINDS:
        assert opposite(never(kind)) is loves(kind)
        assert opposite(loves(kind)) is never(kind)
    assert opposite(FEWER) is opposite(Preference.BUDGET) is None


@pytest.mark.parametrize("kind", OFFER_KINDS)
def test_what_a_guest_never_wants_is_not_planned_and_all_else_is(kind: OfferKind) -> None:
    plain, told = planned(), planned(never(kind))
    for each in OFFER_KINDS:
        if each in kinds_of(never(kind)):
            assert told[each].decision.reason is Reason.GUEST_PREFERS_NOT
            assert told[each].change is Change.NONE
        else:
            assert told[each] == plain[each]


def test_a_row_that_waits_is_withdrawn_and_planned_anew_once_that_is_taken_back() -> None:
    row = scheduled(LATE, DUE)
    assert planned(never(LATE), rows=(row,))[LATE].change is Change.WITHDRAW
    reason = str(Reason.GUEST_PREFERS_NOT)
    gone = replace(row, status=OfferStatus.WITHDRAWN, reason=reason)
    assert planned(never(LATE), rows=(gone,))[LATE].change is Change.NONE
    assert planned(rows=(gone,))[LATE].change is Change.NEW


def test_what_the_guest_has_stays_open_whatever_they_wish_of_the_next_o3() -> None:
    row = offered(LATE, TERMS, NOW - DAY, NOW + DAY)
    assert planned(never(LATE), FEWER, rows=(row,), unasked=(row.id,))[LATE].change is Change.KEEP


def test_fewer_offers_is_one_unasked_a_stay_and_what_is_loved_comes_besides() -> None:
    row = offered(EARLY, Terms(LAST, 2500, "USD"), NOW - DAY, NOW + DAY)
    asked_for = planned(FEWER, rows=(row,))
    assert asked_for[LATE].change is Change.NEW
    after_one = planned(FEWER, loves(CLEANING), rows=(row,), unasked=(row.id,))
    assert after_one[LATE].decision.reason is Reason.GUEST_PREFERS_FEWER
    assert after_one[CLEANING].change is Change.NEW
    of_the_loved = planned(FEWER, loves(EARLY), rows=(row,), unasked=(row.id,))
    assert of_the_loved[LATE].change is Change.NEW


@pytest.mark.parametrize(
    ("names", "history", "step", "reason"),
    [
        ((), (HAD,), Step.SEND, Reason.CLEAR),
        ((never(LATE),), (), Step.WITHDRAW, Reason.GUEST_PREFERS_NOT),
        ((never(CLEANING), loves(LATE)), (), Step.SEND, Reason.CLEAR),
        ((FEWER,), (), Step.SEND, Reason.CLEAR),
        ((FEWER,), (HAD,), Step.WITHDRAW, Reason.GUEST_PREFERS_FEWER),
        ((FEWER,), (replace(HAD, proactive=False),), Step.SEND, Reason.CLEAR),
        ((FEWER,), (replace(HAD, offer_id="another stay's"),), Step.SEND, Reason.CLEAR),
        ((FEWER,), (replace(HAD, offer_id=f"o-{LATE}"),), Step.SEND, Reason.CLEAR),
        ((FEWER, loves(LATE)), (HAD,), Step.SEND, Reason.CLEAR),
        ((FEWER, loves(EARLY)), (HAD,), Step.SEND, Reason.CLEAR),
        ((Preference.BUDGET,), (), Step.SEND, Reason.CLEAR),
    ],
)
def test_a_due_offer_goes_out_only_where_it_is_welcome(
    names: tuple[Preference, ...], history: tuple[Contact, ...], step: Step, reason: Reason
) -> None:
    assert found(sent(LATE, DUE, facts=facts(LATE, *names, history=history))) == (step, reason)


def test_an_offer_that_was_put_off_is_not_asked_again_and_can_still_be_taken_o10() -> None:
    row = replace(
        offered(LATE, TERMS, DUE - DAY, DUE + DAY), status=OfferStatus.DEFERRED, due_at=DUE
    )
    asked_again = replace(facts(LATE, FEWER, history=(HAD,)), deferred_until=DUE, offered=True)
    assert found(sent(LATE, DUE, row=row, facts=asked_again)) == (Step.SEND, Reason.CLEAR)
    unwanted = replace(asked_again, prefers_not=True)
    assert found(sent(LATE, DUE, row=row, facts=unwanted)) == (
        Step.LEAVE,
        Reason.GUEST_PREFERS_NOT,
    )


def test_a_wish_comes_after_what_u4_names_and_before_every_wait() -> None:
    both = replace(CLEAN, prefers_not=True, one_of=("x",), history=(replace(HAD, offer_id="x"),))
    for fact, reason in (
        ({"person_handling": True}, Reason.PERSON_HANDLING),
        ({}, Reason.GUEST_PREFERS_NOT),
        ({"prefers_not": False}, Reason.GUEST_PREFERS_FEWER),
        ({"prefers_not": False, "one_of": ()}, Reason.SPACING),
    ):
        at = HAD.sent_at + DAY
        judged = prevention(replace(both, **fact), at, ContactPolicy(), proactive=True)
        assert judged.reason is reason


def test_a_tight_budget_is_known_where_an_offer_is_judged() -> None:
    assert facts(LATE, Preference.BUDGET).budget
    assert not facts(LATE, FEWER).budget


def test_judged_again_on_what_was_kept_a_wish_decides_the_same() -> None:
    for names in ((never(LATE),), (FEWER,), (FEWER, loves(LATE)), (Preference.BUDGET,)):
        stay = read(STAY, DUE)
        asked = Question(
            *(stay, scheduled(LATE, DUE), SETTINGS[LATE], facts(LATE, *names, history=(HAD,)), ()),
            now=DUE,
            policy=ContactPolicy(),
        )
        again = restore(json.loads(json.dumps(facts_of(asked))))
        assert judge(again) == judge(asked)
        assert again.prevention == asked.prevention
