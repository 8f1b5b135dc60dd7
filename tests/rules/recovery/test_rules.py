"""Which slots open, who is asked and in which order, and who may still say yes (R1-R6)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jirani.rules.decision import Reason
from jirani.rules.facts import (
    Appointment,
    AppointmentStatus,
    Contact,
    ContactPolicy,
    OfferStatus,
    Opening,
    OpeningStatus,
    RecoveryOffer,
    RecoveryPolicy,
)
from jirani.rules.recovery.eligible import Candidate, eligible
from jirani.rules.recovery.late_yes import may_revive
from jirani.rules.recovery.life import lanes, life, may_send, waking
from jirani.rules.recovery.opening import may_go_on, opens, pay_by
from jirani.rules.recovery.order import UNSCORED, place, waited
from jirani.rules.recovery.score import Score, Tier
from jirani.rules.recovery.settings import SETTINGS, policy_of, problem_with

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)  # 09:00 in Nairobi
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NAIROBI = ZoneInfo("Africa/Nairobi")
POLICY, CONTACT = RecoveryPolicy(on=True), ContactPolicy()
STARTS = NOW + 8 * HOUR
SLOT: dict[str, Any] = {
    **{"service_id": "manicure", "staff_id": "amina", "starts_at": STARTS},
    **{"ends_at": STARTS + HOUR, "busy_until": STARTS + HOUR, "price": 100, "currency": "KES"},
}
GIVEN_UP = Appointment("a", "t", "c", status=AppointmentStatus.CANCELLED, **SLOT)
OPENING = Opening(
    *("o", "o", "a", "c"), status=OpeningStatus.OPEN, opened_at=NOW, looks_at=NOW, **SLOT
)
ENDED: dict[str, Any] = {"status": OfferStatus.EXPIRED, "reason": "silence"}
OFFER = RecoveryOffer("f", "o", 0, "t", "d", offered_seq=0, expires_at=NOW, **ENDED, **SLOT)


@pytest.mark.parametrize(
    ("change", "policy", "settled", "reason"),
    [
        ({}, {}, True, Reason.CLEAR),
        ({"status": AppointmentStatus.MOVED}, {}, True, Reason.CLEAR),
        ({"status": AppointmentStatus.CONFIRMED}, {}, True, Reason.STILL_BOOKED),
        ({"status": AppointmentStatus.RELEASED}, {}, True, Reason.STILL_BOOKED),
        ({"starts_at": NOW + 30 * MINUTE}, {}, True, Reason.CLEAR),
        ({"starts_at": NOW + 29 * MINUTE}, {}, True, Reason.TOO_LATE),
        ({"starts_at": NOW - DAY}, {}, True, Reason.TOO_LATE),
        ({}, {}, False, Reason.NOT_SETTLED),
        ({}, {"unpaid_opens": True}, False, Reason.CLEAR),
        ({}, {"on": False}, True, Reason.RECOVERY_OFF),
    ],
)
def test_a_slot_opens_that_was_given_up_in_time_and_paid_for_r1(
    change: dict[str, Any], policy: dict[str, Any], settled: bool, reason: Reason
) -> None:
    given_up = replace(GIVEN_UP, **change)
    assert opens(given_up, replace(POLICY, **policy), NOW, settled=settled).reason is reason


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        ({}, Reason.CLEAR),
        ({"gave_it_up": True}, Reason.GAVE_IT_UP),
        ({"opted_in": False}, Reason.NOT_OPTED_IN),
        ({"opted_out": True}, Reason.OPTED_OUT),
        ({"reachable": False}, Reason.NOT_REACHABLE),
        ({"person_handling": True}, Reason.PERSON_HANDLING),
        ({"asked_before": True}, Reason.ASKED_BEFORE),
        ({"busy": True}, Reason.CUSTOMER_BUSY),
        ({"took_at": NOW - 23 * HOUR}, Reason.COOL_DOWN),
        ({"took_at": NOW - DAY}, Reason.CLEAR),
        ({"history": (Contact(NOW - DAY, True, "x"),)}, Reason.SPACING),
        ({"history": (Contact(NOW - HOUR, False, "x"),)}, Reason.CLEAR),
        ({"history": (Contact(NOW - 3 * DAY, False, "x"),) * 3}, Reason.WEEKLY_CAP),
        ({"declines": (NOW - 3 * HOUR, NOW - HOUR)}, Reason.DECLINE_PAUSE),
        ({"tier": Tier.RISK}, Reason.CLEAR),
    ],
)
def test_each_thing_that_forbids_an_offer_is_its_reason_r2(
    fact: dict[str, Any], reason: Reason
) -> None:
    assert eligible(Candidate("d", **fact), POLICY, CONTACT, NOW).reason is reason


def test_of_several_things_that_forbid_an_offer_the_first_is_told_r2_o9() -> None:
    all_at_once: dict[str, Any] = {
        "gave_it_up": True,
        "opted_in": False,
        "opted_out": True,
        "reachable": False,
        "person_handling": True,
        "asked_before": True,
        "busy": True,
        "took_at": NOW,
    }
    told = []
    while all_at_once:
        told.append(eligible(Candidate("d", **all_at_once), POLICY, CONTACT, NOW).reason)
        del all_at_once[next(iter(all_at_once))]
    assert told == [
        Reason.GAVE_IT_UP,
        Reason.NOT_OPTED_IN,
        Reason.OPTED_OUT,
        Reason.NOT_REACHABLE,
        Reason.PERSON_HANDLING,
        Reason.ASKED_BEFORE,
        Reason.CUSTOMER_BUSY,
        Reason.COOL_DOWN,
    ]


def test_who_does_not_pay_is_left_out_where_the_business_says_so_r3() -> None:
    policy = replace(POLICY, exclude_risk=True)
    risky = eligible(Candidate("d", Tier.RISK), policy, CONTACT, NOW)
    assert risky.reason is Reason.RISK_EXCLUDED
    assert eligible(Candidate("d"), policy, CONTACT, NOW).allowed


def test_the_order_is_tier_then_score_then_how_recently_it_was_computed_r3() -> None:
    ordered = [
        place(Score(80, Tier.TOP), NOW - DAY),
        place(Score(100, Tier.NEUTRAL), NOW - DAY),
        place(Score(51, Tier.NEUTRAL), NOW - DAY),
        place(Score(50, Tier.NEUTRAL), NOW),
        place(Score(50, Tier.NEUTRAL), NOW - DAY),
        UNSCORED,
        place(Score(49, Tier.NEUTRAL), NOW),
        place(Score(90, Tier.RISK), NOW),
        place(Score(0, Tier.RISK), NOW),
    ]
    assert ordered == sorted(ordered)


@given(st.integers(0, 100), st.sampled_from(Tier), st.integers(1, 50))
def test_whoever_waits_long_enough_comes_before_anyone_who_does_not(
    points: int, tier: Tier, aging: int
) -> None:
    best = place(Score(100, Tier.TOP), NOW)
    days = 250 // aging + 1
    assert place(Score(points, tier), None, waited(NOW - days * DAY, NOW, aging)) < best
    assert waited(NOW - days * DAY, NOW, 0) == waited(None, NOW, aging) == 0
    assert waited(NOW + DAY, NOW, aging) == 0


def test_who_has_waited_long_enough_moves_up_by_a_tier_and_a_moment_later_counts_first_r3() -> None:
    risky = Score(30, Tier.RISK)
    assert [place(risky, None, points).by_tier for points in (49, 50, 99, 100)] == [2, 1, 1, 0]
    assert place(risky, NOW + timedelta(microseconds=1)) < place(risky, NOW)


def test_one_is_asked_at_a_time_unless_the_business_lets_more_be_asked_near_the_start_r4() -> None:
    times = [24 * HOUR, 3 * HOUR, HOUR]
    assert [lanes(left, POLICY) for left in times] == [1, 1, 1]
    hasty = replace(POLICY, by_time_left=True)
    assert [lanes(left, hasty) for left in times] == [1, 2, 3]
    assert lanes(24 * HOUR, replace(POLICY, parallel=4)) == 4
    assert [life(left, POLICY) for left in (*times, 5 * MINUTE)] == [15 * MINUTE] * 3 + [5 * MINUTE]
    assert [life(left, hasty) for left in times] == [15 * MINUTE, 15 * MINUTE, 5 * MINUTE]


@pytest.mark.parametrize(
    ("wall", "starts", "reason", "again"),
    [
        ("09:00", "17:00", Reason.CLEAR, None),
        ("19:45", "23:00", Reason.CLEAR, None),  # ends on the dot
        ("19:46", "23:00", Reason.QUIET_HOURS, None),  # no allowed minute is in time
        ("19:46", "32:30", Reason.QUIET_HOURS, "32:00"),
        ("21:00", "34:00", Reason.QUIET_HOURS, "32:00"),
        ("07:59", "08:29", Reason.QUIET_HOURS, None),
        ("07:00", "08:30", Reason.QUIET_HOURS, "08:00"),
        ("09:00", "09:29", Reason.TOO_LATE, None),
    ],
)
def test_an_offer_ends_before_quiet_hours_begin_or_waits_for_their_end_o7(
    wall: str, starts: str, reason: Reason, again: str | None
) -> None:
    def at(clock: str) -> datetime:
        hours, minutes = map(int, clock.split(":"))
        midnight = datetime(2026, 11, 23, tzinfo=NAIROBI).astimezone(UTC)
        return midnight + timedelta(hours=hours, minutes=minutes)

    now = at(wall)
    sending = may_send(at(starts), now, waking(NAIROBI, now), POLICY)
    assert sending.decision.reason is reason
    assert sending.look_again == (at(again) if again else None)
    assert (sending.expires_at == now + POLICY.life) is sending.decision.allowed


def test_the_loop_goes_on_while_the_slot_is_open_and_nobody_is_being_asked_r4() -> None:
    def judged(opening: Opening = OPENING, live: int = 0) -> Reason:
        return may_go_on(opening, POLICY, NOW, live=live, lanes=1).reason

    assert judged() is Reason.CLEAR
    assert judged(live=1) is Reason.OPEN_OFFER
    off = may_go_on(OPENING, replace(POLICY, on=False), NOW, live=0, lanes=1)
    assert off.reason is Reason.RECOVERY_OFF
    assert judged(replace(OPENING, status=OpeningStatus.FILLED)) is Reason.NOT_OPEN
    assert judged(replace(OPENING, starts_at=NOW + 29 * MINUTE)) is Reason.TOO_LATE


@pytest.mark.parametrize(
    ("opening", "offer", "others", "reason"),
    [
        ({}, {}, 0, Reason.CLEAR),
        ({"status": OpeningStatus.FILLED}, {}, 0, Reason.SLOT_FILLED),
        ({"status": OpeningStatus.EXPIRED}, {}, 0, Reason.NOT_OPEN),
        ({}, {}, 1, Reason.SLOT_HELD),
        ({}, {"status": OfferStatus.DECLINED}, 0, Reason.NOT_OPEN),
        ({}, {"reason": "slot_taken"}, 0, Reason.NOT_OPEN),
        ({"starts_at": NOW + 29 * MINUTE}, {}, 0, Reason.TOO_LATE),
    ],
)
def test_a_late_yes_counts_while_nobody_else_has_or_may_have_the_slot_r5(
    opening: dict[str, Any], offer: dict[str, Any], others: int, reason: Reason
) -> None:
    late = replace(OFFER, **offer)
    opened = replace(OPENING, **opening)
    assert may_revive(late, opened, POLICY, NOW, others_live=others).reason is reason


def test_payment_is_due_in_two_hours_or_half_an_hour_before_the_start_r6() -> None:
    assert pay_by(OPENING, POLICY, NOW) == NOW + 2 * HOUR
    soon = replace(OPENING, starts_at=NOW + 2 * HOUR)
    assert pay_by(soon, POLICY, NOW) == NOW + 90 * MINUTE
    assert pay_by(replace(OPENING, starts_at=NOW + 20 * MINUTE), POLICY, NOW) == NOW + 20 * MINUTE


def test_settings_are_read_from_text_and_what_is_no_value_is_as_if_unset() -> None:
    assert policy_of({}) == RecoveryPolicy()
    assert not policy_of({}).on, "a business switches it on, or nobody is written to"
    assert policy_of({"recovery": "on"}) == POLICY
    own = {
        "recovery": "off",
        "risk": "exclude",
        "life": "10",
        "aging": "2",
        "lanes": "by_time_left",
    }
    assert policy_of(own) == replace(
        POLICY, on=False, exclude_risk=True, life=10 * MINUTE, aging=2, by_time_left=True
    )
    assert policy_of({"life": "soon", "nothing": "1"}) == RecoveryPolicy()
    assert problem_with("life", "soon") == "life cannot be 'soon'; it is minutes from 5 to 55."
    assert problem_with("parallel", "0") == "parallel cannot be '0'; it is a number from 1 to 5."
    assert "There is no recovery setting 'nothing'" in (problem_with("nothing", "1") or "")
    assert all(hasattr(POLICY, each.field) for each in SETTINGS.values())


def test_a_setting_lies_within_its_bounds() -> None:
    assert problem_with("parallel", "5") is None
    assert "from 1 to 5" in (problem_with("parallel", "6") or "")
    assert "from 1 to 5" in (problem_with("parallel", "0") or "")
