"""How often, and after what, somebody may be offered something (O5, O9, O10)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jirani.rules.contact import Prevention, may_contact, prevention
from jirani.rules.decision import ALLOWED, Decision, Reason
from jirani.rules.facts import Contact, ContactPolicy

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
POLICY = ContactPolicy()
HOUR, DAY, TICK = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)


def sent(*ago: timedelta, proactive: bool = True) -> list[Contact]:
    return [Contact(NOW - each, proactive, "late_check_out") for each in ago]


def judge(
    history: list[Contact],
    *declined_ago: timedelta,
    proactive: bool = True,
    opted_out: bool = False,
    now: datetime = NOW,
) -> Decision:
    declines = [NOW - each for each in declined_ago]
    return may_contact(history, declines, now, POLICY, proactive=proactive, opted_out=opted_out)


def test_a_customer_nobody_wrote_to_may_be_offered_something() -> None:
    assert judge([]) == ALLOWED


def test_who_opted_out_is_offered_nothing_at_all() -> None:
    assert judge([], opted_out=True).reason is Reason.OPTED_OUT
    assert judge([], opted_out=True, proactive=False).reason is Reason.OPTED_OUT


@pytest.mark.parametrize("proactive", [True, False])
def test_three_offers_in_seven_days_are_the_most_of_any_kind(proactive: bool) -> None:
    history = sent(3 * DAY, 5 * DAY, 7 * DAY - TICK, proactive=False)
    assert judge(history, proactive=proactive).reason is Reason.WEEKLY_CAP


def test_the_cap_forgets_an_offer_of_exactly_seven_days_ago() -> None:
    assert judge(sent(3 * DAY, 5 * DAY, 7 * DAY)) == ALLOWED


def test_two_proactive_offers_are_forty_eight_hours_apart() -> None:
    assert judge(sent(48 * HOUR - TICK)).reason is Reason.SPACING
    assert judge(sent(48 * HOUR)) == ALLOWED


def test_spacing_neither_counts_nor_holds_a_cross_sell() -> None:
    assert judge(sent(HOUR, proactive=False)) == ALLOWED
    assert judge(sent(HOUR), proactive=False) == ALLOWED


def test_a_second_decline_within_two_days_pauses_for_two_days_from_it() -> None:
    assert judge([], 10 * HOUR, 20 * HOUR).reason is Reason.DECLINE_PAUSE
    assert judge([], 48 * HOUR - TICK, 95 * HOUR).reason is Reason.DECLINE_PAUSE
    assert judge([], 48 * HOUR, 60 * HOUR) == ALLOWED


def test_declines_further_apart_do_not_pause() -> None:
    assert judge([], HOUR) == ALLOWED
    assert judge([], HOUR, 49 * HOUR) == ALLOWED
    assert judge([], HOUR, 49 * HOUR - TICK).reason is Reason.DECLINE_PAUSE


def test_a_third_decline_begins_the_pause_anew() -> None:
    assert judge([], HOUR, 40 * HOUR, 80 * HOUR).reason is Reason.DECLINE_PAUSE


def test_the_pause_does_not_hold_a_cross_sell() -> None:
    assert judge([], HOUR, 2 * HOUR, proactive=False) == ALLOWED


def test_a_row_stamped_ahead_by_another_clock_counts() -> None:
    assert judge(sent(-TICK)).reason is Reason.SPACING
    assert judge(sent(-TICK, DAY, 2 * DAY), proactive=False).reason is Reason.WEEKLY_CAP


ago = st.integers(0, 10 * 24).map(lambda hours: hours * HOUR)
contacts = st.builds(Contact, ago.map(NOW.__sub__), st.booleans(), st.just("any"))
histories = st.lists(contacts, max_size=6)


@given(histories, st.lists(ago, max_size=5), st.booleans(), contacts, ago)
def test_more_contact_or_declines_never_turn_a_no_into_a_yes(
    history: list[Contact],
    declined: list[timedelta],
    proactive: bool,
    another: Contact,
    another_decline: timedelta,
) -> None:
    if not judge(history, *declined, proactive=proactive).allowed:
        assert not judge([*history, another], *declined, proactive=proactive).allowed
        assert not judge(history, *declined, another_decline, proactive=proactive).allowed
        assert not judge(history, *declined, proactive=True).allowed


@given(histories, st.lists(ago, max_size=5), st.booleans(), ago)
def test_waiting_never_turns_a_yes_into_a_no(
    history: list[Contact], declined: list[timedelta], proactive: bool, wait: timedelta
) -> None:
    if judge(history, *declined, proactive=proactive).allowed:
        assert judge(history, *declined, proactive=proactive, now=NOW + wait).allowed


@given(histories, st.lists(ago, max_size=5), st.booleans())
def test_the_ledger_decides_as_the_rule_is_written(
    history: list[Contact], declined: list[timedelta], proactive: bool
) -> None:
    week = [row for row in history if row.sent_at > NOW - 7 * DAY]
    spaced = all(row.sent_at + 48 * HOUR <= NOW for row in history if row.proactive)
    paused = any(
        abs(one - two) < 48 * HOUR and min(one, two) < 48 * HOUR
        for one, two in combinations(declined, 2)
    )
    expected = len(week) < 3 and (not proactive or (spaced and not paused))
    assert judge(history, *declined, proactive=proactive).allowed is expected


EVERYTHING = Prevention(
    opted_out=True,
    accepted=True,
    declined=True,
    declined_all=True,
    deferred_until=NOW + HOUR,
    offered=True,
    person_handling=True,
    history=tuple(sent(HOUR)),
)


def prevented(facts: Prevention, *, proactive: bool = True) -> Reason:
    return prevention(facts, NOW, POLICY, proactive=proactive).reason


def test_the_reasons_to_prevent_an_offer_come_in_the_order_of_the_rule() -> None:
    facts, reasons = EVERYTHING, []
    for lifted in (
        {"opted_out": False},
        {"accepted": False},
        {"declined": False},
        {"declined_all": False},
        {"deferred_until": None},
        {"offered": False},
        {"person_handling": False},
        {"history": ()},
    ):
        reasons.append(prevented(facts))
        facts = replace(facts, **lifted)
    assert reasons == [
        Reason.OPTED_OUT,
        Reason.ACCEPTED_BEFORE,
        Reason.DECLINED_BEFORE,
        Reason.DECLINED_BEFORE,
        Reason.DEFERRED,
        Reason.ALREADY_OFFERED,
        Reason.PERSON_HANDLING,
        Reason.SPACING,
    ]
    assert prevention(facts, NOW, POLICY, proactive=True) == ALLOWED


def test_a_deferral_that_is_due_may_be_offered_again() -> None:
    due = Prevention(offered=True, deferred_until=NOW)
    assert prevented(due) is Reason.CLEAR
    assert prevented(replace(due, deferred_until=NOW + TICK)) is Reason.DEFERRED


def test_a_time_the_guest_named_is_held_by_the_cap_but_not_by_spacing() -> None:
    due = Prevention(offered=True, deferred_until=NOW, history=tuple(sent(HOUR)))
    named = replace(due, time_named=True)
    assert prevented(due) is Reason.SPACING
    assert prevented(named) is Reason.CLEAR
    assert prevented(replace(named, history=tuple(sent(HOUR, HOUR, HOUR)))) is Reason.WEEKLY_CAP
