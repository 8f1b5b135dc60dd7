"""What a guest says again, names otherwise, or has taken back (O10, U6, U11), and what is too late.

Each of these was once read wrongly; a review against the rules found it.
"""

from dataclasses import replace
from datetime import date, time

import pytest

from jirani.rules.contact import Prevention
from jirani.rules.decision import Reason
from jirani.rules.facts import Contact, ContactPolicy, OfferKind, OfferStatus, Terms
from jirani.rules.stays.accepting import may_apply
from jirani.rules.stays.asked_first import may_ask
from jirani.rules.stays.picking import Pick, pick
from jirani.rules.stays.planning import Change, plan
from jirani.rules.stays.postponing import Deferral, defer
from jirani.rules.stays.pricing import Wish
from jirani.rules.stays.quiet import windows_for, zones_of
from tests.support.stay_facts import (
    AFTER,
    BEFORE,
    CLEANING,
    DAY,
    EARLY,
    FLAT,
    LATE,
    ON_THE_DAY,
    SETTINGS,
    local,
    offered,
    read,
    staying,
)

FIRST, LAST = date(2026, 6, 10), date(2026, 6, 20)
STAY = staying(FIRST, LAST)
TERMS = {
    EARLY: Terms(FIRST, 2500, "USD", time(9), time(16)),
    LATE: Terms(LAST, 5000, "USD", time(18), time(11)),
    CLEANING: Terms(date(2026, 6, 15), 7500, "USD"),
}
NIGHT = Terms(LAST, 9000, "USD", nights=(LAST,))


def test_later_said_twice_is_one_asking_which_only_a_named_time_moves() -> None:
    row = offered(LATE, TERMS[LATE], local(6, 15, 9), local(6, 17, 9))
    waiting = replace(row, status=OfferStatus.DEFERRED, due_at=local(6, 17, 9))
    facts = Prevention(history=(Contact(local(6, 15, 9), True, "stay"),))
    windows, now = windows_for(zones_of(STAY.reservation, FLAT)), local(6, 15, 13)
    same = defer(waiting, STAY, None, facts, windows, now, ContactPolicy())
    assert same == Deferral(waiting.due_at, waiting.expires_at)
    named = defer(waiting, STAY, local(6, 16, 9), facts, windows, now, ContactPolicy())
    assert named.due_at == local(6, 16, 9)


@pytest.mark.parametrize("kind", TERMS)
def test_a_yes_for_another_day_is_another_wish(kind: OfferKind) -> None:
    terms = TERMS[kind]
    assert pick(kind, terms, Wish(day=terms.day)) is Pick.SAME
    assert pick(kind, terms, Wish(day=terms.day + DAY)) is Pick.CHANGE


def test_a_yes_for_another_night_is_another_wish() -> None:
    terms = Terms(FIRST - DAY, 18000, "USD", nights=(FIRST - DAY,))
    assert pick(BEFORE, terms, Wish(day=FIRST - DAY)) is Pick.SAME
    assert pick(BEFORE, terms, Wish(day=FIRST)) is Pick.CHANGE


@pytest.mark.parametrize(
    ("kind", "day", "reason"),
    [
        (LATE, LAST, Reason.CLEAR),
        (LATE, LAST - DAY, Reason.OUT_OF_RANGE),
        (CLEANING, LAST, Reason.OUT_OF_RANGE),
        (CLEANING, FIRST, Reason.OUT_OF_RANGE),
        (AFTER, LAST, Reason.CLEAR),
        (AFTER, LAST - DAY, Reason.OUT_OF_RANGE),
    ],
)
def test_a_guest_who_asks_may_name_the_day_on_which_it_is_had(
    kind: OfferKind, day: date, reason: Reason
) -> None:
    now = local(6, 18, 12)
    asked = may_ask(read(STAY, now), kind, SETTINGS[kind], (), now, wish=Wish(day=day))
    assert asked.decision.reason is reason


@pytest.mark.parametrize(("kind", "other"), [(AFTER, ON_THE_DAY), (ON_THE_DAY, AFTER)])
def test_the_same_nights_are_sold_once_unless_the_sale_was_taken_back(
    kind: OfferKind, other: OfferKind
) -> None:
    now, ends = local(6, 18, 10), local(6, 19, 9)
    row = offered(kind, NIGHT, local(6, 18, 9), ends)
    sold = replace(offered(other, NIGHT, now, ends), status=OfferStatus.ACCEPTED)
    stay = read(replace(STAY, offers=(sold, row)), now)
    assert may_apply(stay, row, SETTINGS[kind], (), now).reason is Reason.SAME_PRODUCT
    assert may_apply(stay, row, SETTINGS[kind], (), now, undone=frozenset({sold.id})).allowed


def test_a_time_that_could_never_be_sent_is_refused_when_it_is_planned() -> None:
    now = local(6, 1, 12)
    at_eleven = replace(SETTINGS[LATE], window=DAY, send_at=time(11))
    for how, change in ((at_eleven, Change.NEW), (None, Change.NONE)):
        settings = {**SETTINGS, LATE: how or replace(at_eleven, send_at=time(11, 1))}
        found = next(each for each in plan(STAY, settings, (), now) if each.kind is LATE)
        assert found.change is change
    assert found.decision.reason is Reason.TOO_LATE
