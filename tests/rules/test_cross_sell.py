"""The neighbouring slot: whether, which, and in which order (X1-X7, X14)."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jirani.rules.availability import check_start
from jirani.rules.cross_sell import (
    Candidate,
    Partner,
    adjacent,
    candidates,
    gate,
    may_follow,
    may_suggest,
    partners,
    suggestion,
)
from jirani.rules.decision import ALLOWED, Reason
from jirani.rules.dials import Dials
from jirani.rules.facts import (
    Appointment,
    AppointmentStatus,
    Calendar,
    Catalogue,
    Direction,
    Edge,
    Hours,
    HoursException,
    Relation,
    Service,
    Slot,
    Staff,
)

NAIROBI = ZoneInfo("Africa/Nairobi")
START = datetime(2026, 11, 23, 7, tzinfo=UTC)  # a Monday, ten o'clock in Nairobi
END = START + timedelta(hours=1)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
MINUTE, WINDOW = timedelta(minutes=1), timedelta(minutes=15)
COMPLEMENTARY = Relation.COMPLEMENTARY
ONE_WAY, BOTH_WAYS = Direction.UNIDIRECTIONAL, Direction.BIDIRECTIONAL
DURING = Dials(upsell="suggest-during-slot-collection")

PRIMARY = Appointment(
    id="a1",
    thread_id="t1",
    customer_id="c1",
    service_id="cut",
    staff_id="m1",
    starts_at=START,
    ends_at=END,
    busy_until=END + 10 * MINUTE,
    price=100000,
    currency="KES",
    status=AppointmentStatus.CONFIRMED,
)
SERVICES = tuple(Service(id, id.title(), 30, 5, 50000) for id in ("cut", "gloss", "mask", "nails"))
ALL = frozenset(service.id for service in SERVICES)
CATALOGUE = Catalogue(SERVICES, (Staff("m1", "Amina", ALL), Staff("m2", "Baraka", ALL)))
OPEN = Calendar(tuple(Hours(member, 0, time(9), time(18)) for member in ("m1", "m2")))
EDGE = Edge("cut", "gloss", COMPLEMENTARY, 0.8, ONE_WAY)


def find(
    related: dict[str, Partner],
    calendar: Calendar = OPEN,
    primary: Appointment = PRIMARY,
    now: datetime = NOW,
    catalogue: Catalogue = CATALOGUE,
    own: tuple[tuple[datetime, datetime], ...] = (),
) -> list[Candidate]:
    return candidates(primary, related, catalogue, calendar, NAIROBI, now, WINDOW, own)


def brief(found: list[Candidate]) -> list[tuple[str, str, int]]:
    return [(each.service_id, each.staff_id, each.gap_minutes) for each in found]


GLOSS = {"gloss": Partner(0.8, "cut")}


@pytest.mark.parametrize("dials", [Dials(cross_sell="never"), Dials(upsell="never")])
def test_a_dial_at_never_ends_it_before_anything_else(dials: Dials) -> None:
    assert gate(dials, declined=True, offered_before=True).reason is Reason.DIAL_NEVER


def test_one_offer_a_thread_and_none_after_a_no() -> None:
    both = gate(Dials(), declined=True, offered_before=True)
    assert both.reason is Reason.CROSS_SELL_DECLINED
    before = gate(Dials(), declined=False, offered_before=True)
    assert before.reason is Reason.ALREADY_OFFERED
    assert gate(Dials(), declined=False, offered_before=False) == ALLOWED


def test_full_suggest_behaves_as_related_only() -> None:
    assert gate(Dials(cross_sell="full-suggest"), declined=False, offered_before=False) == ALLOWED


@pytest.mark.parametrize("status", AppointmentStatus)
def test_only_a_confirmed_booking_has_a_neighbour(status: AppointmentStatus) -> None:
    decision = may_follow(replace(PRIMARY, status=status), NOW, offered_until=NOW)
    assert decision.allowed is (status is AppointmentStatus.CONFIRMED)
    assert decision.allowed or decision.reason is Reason.PRIMARY_NOT_CONFIRMED


def test_a_booking_that_has_begun_has_no_neighbour() -> None:
    assert may_follow(PRIMARY, START - MINUTE, offered_until=START) == ALLOWED
    assert may_follow(PRIMARY, START, offered_until=START).reason is Reason.STARTED


def test_a_booking_that_lapses_before_the_offer_ends_has_no_neighbour() -> None:
    until = NOW + MINUTE
    assert may_follow(PRIMARY, NOW, offered_until=until, lapses_at=until) == ALLOWED
    decision = may_follow(PRIMARY, NOW, offered_until=until, lapses_at=until - MINUTE / 60)
    assert decision.reason is Reason.PRIMARY_NOT_CONFIRMED


def test_a_one_way_edge_is_walked_from_its_first_end_only() -> None:
    assert partners("cut", [EDGE]) == {"gloss": (0.8, "cut")}
    assert partners("gloss", [EDGE]) == {}


def test_a_two_way_edge_is_walked_from_either_end() -> None:
    edge = replace(EDGE, direction=BOTH_WAYS)
    assert partners("cut", [edge]) == {"gloss": (0.8, "cut")}
    assert partners("gloss", [edge]) == {"cut": (0.8, "cut")}


@pytest.mark.parametrize("relation", [Relation.ALTERNATIVE, Relation.SEQUENTIAL])
def test_only_complementary_services_go_together(relation: Relation) -> None:
    assert partners("cut", [replace(EDGE, relation=relation, direction=BOTH_WAYS)]) == {}


@pytest.mark.parametrize(
    ("confidence", "expected"), [(0.9, (0.9, "gloss")), (0.8, (0.8, "cut")), (0.7, (0.8, "cut"))]
)
def test_of_two_edges_the_more_confident_counts_then_the_lower_id(
    confidence: float, expected: tuple[float, str]
) -> None:
    back = Edge("gloss", "cut", COMPLEMENTARY, confidence, BOTH_WAYS)
    assert partners("cut", [EDGE, back]) == partners("cut", [back, EDGE]) == {"gloss": expected}


@pytest.mark.parametrize(
    ("gap", "allowed"), [(-5, False), (-1, False), (0, True), (15, True), (16, False), (20, False)]
)
def test_adjacent_is_from_the_end_to_a_quarter_of_an_hour_later(gap: int, allowed: bool) -> None:
    decision = adjacent(PRIMARY, END + gap * MINUTE, WINDOW)
    assert decision.allowed is allowed
    assert decision.reason is (Reason.CLEAR if allowed else Reason.NOT_ADJACENT)


def test_another_member_may_start_at_once_and_the_same_only_after_the_buffer() -> None:
    assert brief(find(GLOSS)) == [
        ("gloss", "m2", 0),
        ("gloss", "m2", 5),
        ("gloss", "m1", 10),
        ("gloss", "m2", 10),
        ("gloss", "m1", 15),
        ("gloss", "m2", 15),
    ]


def test_a_gap_of_fifteen_minutes_is_eligible_and_scores_nothing() -> None:
    busy = Calendar(OPEN.hours, busy=(Slot("m2", START, END + WINDOW),))
    only_m2 = replace(CATALOGUE, staff=CATALOGUE.staff[1:])
    found = find(GLOSS, busy, catalogue=only_m2)
    assert [(each.gap_minutes, each.score) for each in found] == [(15, Fraction(0))]


def test_the_score_is_confidence_faded_by_the_gap() -> None:
    scores = {each.gap_minutes: each.score for each in find(GLOSS)}
    assert scores == {0: Fraction(4, 5), 5: Fraction(8, 15), 10: Fraction(4, 15), 15: 0}


def test_equal_scores_are_ties_although_floats_would_differ() -> None:
    related = {"mask": Partner(0.3, "cut"), "gloss": Partner(0.9, "cut")}
    tied = [each for each in find(related) if each.score == Fraction(3, 10)]
    assert brief(tied) == [("gloss", "m1", 10), ("gloss", "m2", 10), ("mask", "m2", 0)]


def test_ties_go_by_the_first_end_of_the_edge_before_the_service() -> None:
    related = {"mask": Partner(0.8, "cut"), "gloss": Partner(0.8, "gloss")}
    assert [each.service_id for each in find(related)][:2] == ["mask", "gloss"]


def test_a_member_who_is_off_or_not_qualified_does_nothing() -> None:
    off = replace(OPEN, exceptions=(HoursException("m2", START.date()),))
    assert {each.staff_id for each in find(GLOSS, off)} == {"m1"}
    amina = Staff("m1", "Amina", frozenset({"cut"}))
    assert find(GLOSS, off, catalogue=replace(CATALOGUE, staff=(amina,))) == []


def test_the_work_ends_by_closing_time() -> None:
    closing = Calendar((Hours("m2", 0, time(9), time(11, 30)),))
    assert brief(find(GLOSS, closing)) == [("gloss", "m2", 0)]


def test_the_customer_is_not_needed_elsewhere_meanwhile() -> None:
    own = ((START, END), (END + 35 * MINUTE, END + 60 * MINUTE))
    assert brief(find(GLOSS, own=own)) == [("gloss", "m2", 0), ("gloss", "m2", 5)]


def test_a_primary_that_ends_off_the_grid_is_followed_on_it() -> None:
    odd = replace(PRIMARY, staff_id="m9", ends_at=END + 3 * MINUTE)
    assert sorted({each.starts_at - END for each in find(GLOSS, primary=odd)}) == [
        5 * MINUTE,
        10 * MINUTE,
        15 * MINUTE,
    ]


def test_what_has_passed_is_no_candidate() -> None:
    gaps = {each.gap_minutes for each in find(GLOSS, now=END + 5 * MINUTE)}
    assert gaps == {10, 15}


def test_a_partner_that_is_no_longer_sold_is_no_candidate() -> None:
    assert find({"perm": Partner(1.0, "cut")}) == []


def test_naming_a_service_early_is_a_dial_of_its_own() -> None:
    assert may_suggest(DURING, declined=False, offered_before=False) == ALLOWED
    after = may_suggest(Dials(), declined=False, offered_before=False)
    assert after.reason is Reason.DIAL_NEVER
    never = may_suggest(replace(DURING, cross_sell="never"), declined=False, offered_before=False)
    assert never.reason is Reason.DIAL_NEVER


def test_the_service_named_early_is_the_most_confident_then_the_lowest_id() -> None:
    edges = [
        Edge("cut", "nails", COMPLEMENTARY, 0.9, ONE_WAY),
        Edge("mask", "cut", COMPLEMENTARY, 0.9, BOTH_WAYS),
        Edge("cut", "perm", COMPLEMENTARY, 1.0, ONE_WAY),
        EDGE,
    ]

    def named(dials: Dials = DURING, *, declined: bool = False, before: bool = False) -> str | None:
        return suggestion("cut", edges, CATALOGUE, dials, declined=declined, offered_before=before)

    assert named() == "mask"
    assert named(Dials()) is None
    assert named(declined=True) is None
    assert named(before=True) is None
    nobody = replace(CATALOGUE, staff=())
    assert suggestion("cut", edges, nobody, DURING, declined=False, offered_before=False) is None


ids = st.sampled_from(["cut", "gloss", "mask", "nails"])
confidences = st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 0.9, 1.0])
edges = st.builds(
    Edge, ids, ids, st.sampled_from(Relation), confidences, st.sampled_from(Direction)
).filter(lambda edge: edge.service_a != edge.service_b)
offsets = st.tuples(st.integers(-60, 90), st.integers(1, 60))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Catalogue, Calendar, tuple[tuple[datetime, datetime], ...]]:
    services = tuple(
        Service(id, id, draw(st.integers(5, 90)), draw(st.integers(0, 20)), 1) for id in sorted(ALL)
    )
    members = tuple(Staff(id, id, draw(st.frozensets(ids))) for id in ("m1", "m2", "m3"))
    hours = tuple(
        Hours(member.id, 0, time(9), time(draw(st.integers(11, 14)))) for member in members
    )

    def around(most: int) -> list[tuple[datetime, datetime]]:
        pairs = draw(st.lists(offsets, max_size=most))
        return [(END + at * MINUTE, END + (at + length) * MINUTE) for at, length in pairs]

    busy = tuple(Slot(member.id, *each) for member in members for each in around(2))
    return Catalogue(services, members), Calendar(hours, busy=busy), tuple(around(1))


@settings(max_examples=150, deadline=None)
@given(worlds(), st.lists(edges, max_size=8))
def test_candidates_are_every_free_start_right_behind_the_primary_best_first(
    world: tuple[Catalogue, Calendar, tuple[tuple[datetime, datetime], ...]], known: list[Edge]
) -> None:
    catalogue, calendar, own = world
    related = partners("cut", known)
    found = candidates(PRIMARY, related, catalogue, calendar, NAIROBI, NOW, WINDOW, own)
    with_primary = replace(calendar, busy=(*calendar.busy, PRIMARY.slot))
    free = {
        (service.id, member.id, END + gap * MINUTE)
        for service in catalogue.services
        if service.id in related
        for member in catalogue.staff
        for gap in range(-30, 31)
        if adjacent(PRIMARY, END + gap * MINUTE, WINDOW).allowed
        if check_start(
            service,
            member,
            with_primary,
            END + gap * MINUTE,
            NAIROBI,
            NOW,
            customer_busy=own,
            horizon=timedelta(days=9),
        ).allowed
    }
    assert {(each.service_id, each.staff_id, each.starts_at) for each in found} == free
    assert len(found) == len(free)

    def rank(one: Candidate) -> tuple[Decimal, str, str, int, str]:
        points = Decimal(str(one.confidence)) * (15 - one.gap_minutes)
        return (-points, one.service_a, one.service_id, one.gap_minutes, one.staff_id)

    assert found == sorted(found, key=rank)


@given(st.lists(edges, max_size=10))
def test_partners_are_reached_by_an_edge_that_may_be_walked_from_here(known: list[Edge]) -> None:
    for other, (confidence, first_end) in partners("cut", known).items():
        walkable = [
            edge
            for edge in known
            if edge.relation is COMPLEMENTARY
            if (edge.service_a, edge.service_b) == ("cut", other)
            or ((edge.service_b, edge.service_a) == ("cut", other) and edge.direction is BOTH_WAYS)
        ]
        assert confidence == max(edge.confidence for edge in walkable)
        assert first_end in {e.service_a for e in walkable if e.confidence == confidence}
