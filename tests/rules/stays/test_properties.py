"""What holds whatever the stay, the hour and the calendar (U1, U2, U8, O3, O5, O6, O7, O8, O14)."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from jirani.rules.contact import Prevention, may_contact
from jirani.rules.facts import (
    Contact,
    ContactPolicy,
    NightState,
    OfferKind,
    OfferStatus,
    Stay,
    StayOffer,
    StayPayment,
    StayStatus,
    Terms,
)
from jirani.rules.stays.accepting import may_apply
from jirani.rules.stays.kinds import NIGHTS, OFFER_KINDS, Product, day_n
from jirani.rules.stays.moments import anchor_of, last_sending
from jirani.rules.stays.planning import Change, Planned, plan
from jirani.rules.stays.pricing import night_price
from jirani.rules.stays.quiet import first_allowed, is_quiet, windows_for, zone_of, zones_of
from jirani.rules.stays.sending import Step, may_offer
from jirani.rules.stays.turnover import Claim, claim_of, free_of_claims
from tests.support.stay_facts import DAY, FLAT, SETTINGS, booked, calendar, local, scheduled

POLICY = ContactPolicy()
EPOCH = local(2, 20, 0)  # before one change of the clocks, and far before the other

arrivals = st.dates(date(2026, 3, 1), date(2026, 11, 10))
lengths = st.integers(1, 60)
kinds = st.sampled_from(sorted(OFFER_KINDS))
zones = st.sampled_from([None, "America/New_York", "Asia/Tokyo", "Europe/Lisbon", "Pacific/Apia"])
hours = st.integers(-24 * 20, 24 * 20).map(lambda each: timedelta(minutes=each * 30))


@st.composite
def stays(draw: st.DrawFn) -> Stay:
    arrival = draw(arrivals)
    status = draw(st.sampled_from([StayStatus.CONFIRMED] * 5 + list(StayStatus)))
    payment = draw(st.sampled_from([StayPayment.PAID] * 5 + list(StayPayment)))
    reservation = booked(
        arrival,
        arrival + draw(lengths) * DAY,
        status=status,
        payment=payment,
        guest_zone=draw(zones),
    )
    return Stay(reservation, FLAT)


@st.composite
def moments(draw: st.DrawFn, stay: Stay) -> datetime:
    day = draw(st.sampled_from([stay.reservation.arrival, stay.reservation.departure]))
    return FLAT.at(day, time(9)).astimezone(ZoneInfo("UTC")) + draw(hours)


def applied(found: Planned) -> StayOffer | None:
    """Do to a kind's row what its plan asks."""
    if found.change is Change.NEW:
        assert found.due_at
        return scheduled(found.kind, found.due_at)
    if found.change is Change.MOVE:
        assert found.offer
        return replace(found.offer, due_at=found.due_at, planned_for=found.due_at)
    if found.change is Change.WITHDRAW:
        assert found.offer
        reason = str(found.decision.reason)
        return replace(found.offer, status=OfferStatus.WITHDRAWN, reason=reason)
    return found.offer


@given(st.data())
def test_a_plan_never_schedules_in_the_past_and_done_again_changes_nothing(
    data: st.DataObject,
) -> None:
    stay = data.draw(stays())
    rows: list[StayOffer] = []
    for _ in range(2):
        now = data.draw(moments(stay))
        found = plan(stay, SETTINGS, rows, now)
        assert all(
            each.due_at is not None and each.due_at > now
            for each in found
            if each.change in (Change.NEW, Change.MOVE)
        )
        rows = [row for each in found if (row := applied(each))]
        again = plan(stay, SETTINGS, rows, now)
        assert {each.change for each in again} <= {Change.KEEP, Change.NONE}
        moved = data.draw(arrivals)
        nights = data.draw(lengths)
        stay = replace(
            stay,
            reservation=replace(stay.reservation, arrival=moved, departure=moved + nights * DAY),
        )


@settings(max_examples=200)
@given(st.data())
def test_what_is_sent_holds_every_rule_of_sending(data: st.DataObject) -> None:
    stay, kind = data.draw(stays()), data.draw(kinds)
    now = data.draw(moments(stay))
    free = data.draw(
        st.sets(st.sampled_from([stay.reservation.arrival - DAY, stay.reservation.departure]))
    )
    around = calendar(stay.reservation, now, taken=free)
    stay = replace(stay, around=around)
    sent = data.draw(st.lists(hours.map(lambda each: now - abs(each)), max_size=3))
    facts = Prevention(history=tuple(Contact(at, True, "x") for at in sent))
    found = may_offer(stay, scheduled(kind, now), SETTINGS[kind], facts, (), now, policy=POLICY)
    last = last_sending(kind, stay.reservation, FLAT)
    if found.step is Step.POSTPONE:
        assert found.postponed_to
        assert now < found.postponed_to <= last
        assert not is_quiet(found.postponed_to, windows_for(zones_of(stay.reservation, FLAT)))
        then = may_contact(
            sent_as(sent), (), found.postponed_to, POLICY, proactive=True, opted_out=False
        )
        assert then.allowed
    if found.step is not Step.SEND:
        return
    assert found.terms
    assert found.expires_at
    assert found.claim
    assert stay.reservation.status in OFFER_KINDS[kind].statuses
    assert stay.reservation.payment is StayPayment.PAID
    assert now <= last_sending(kind, stay.reservation, FLAT, found.terms)
    assert now < found.expires_at <= anchor_of(kind, stay.reservation, FLAT, found.terms)
    assert now < found.claim[0] < found.claim[1]
    wall = now.astimezone(zone_of(stay.reservation, FLAT, now)).time()
    assert time(8) <= wall < time(20)
    assert may_contact(sent_as(sent), (), now, POLICY, proactive=True, opted_out=False).allowed
    assert found.terms.price > 0
    touches(kind, stay, found.terms)


def sent_as(times: list[datetime]) -> list[Contact]:
    return [Contact(at, True, "x") for at in times]


def touches(kind: OfferKind, stay: Stay, terms: Terms) -> None:
    """Gap nights are free, in a row, and touch the stay."""
    if OFFER_KINDS[kind].product not in NIGHTS:
        return
    assert stay.around
    days = [*terms.nights]
    assert days == [days[0] + index * DAY for index in range(len(days))]
    assert {stay.around.night(day).state for day in days} == {NightState.FREE}
    if OFFER_KINDS[kind].product is Product.NIGHTS_BEFORE:
        assert days[-1] + DAY == stay.reservation.arrival
    else:
        assert days[0] == stay.reservation.departure


@given(st.data())
def test_of_many_claims_accepted_one_after_the_other_no_two_overlap(data: st.DataObject) -> None:
    taken: list[Claim] = []
    now = local(5, 1, 9)
    for index in range(data.draw(st.integers(2, 8))):
        kind = data.draw(kinds)
        day = date(2026, 6, 10) + data.draw(st.integers(0, 3)) * DAY
        terms = Terms(day, 1, "USD")
        if OFFER_KINDS[kind].product in NIGHTS:
            terms = replace(terms, nights=(day,))
        elif OFFER_KINDS[kind].product is Product.EARLIER:
            wall = time(data.draw(st.integers(6, 15)))
            terms = replace(terms, wall=wall, standard=time(16))
        elif OFFER_KINDS[kind].product is Product.LATER:
            terms = replace(terms, wall=time(data.draw(st.integers(12, 23))), standard=time(11))
        span = claim_of(kind, terms, FLAT, timedelta(hours=4))
        if free_of_claims(span, "flat", taken, now, offer_id=str(index)).allowed:
            taken.append(Claim(str(index), "flat", f"r{index}", *span))
    spans = sorted((each.starts_at, each.busy_until) for each in taken)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@given(st.data())
def test_a_yes_is_sold_only_on_a_live_paid_stay(data: st.DataObject) -> None:
    stay, kind = data.draw(stays()), data.draw(kinds)
    live = replace(stay.reservation, status=StayStatus.CONFIRMED, payment=StayPayment.PAID)
    now = data.draw(moments(stay))
    around = calendar(stay.reservation, now)
    row = scheduled(kind, now)
    good = replace(stay, reservation=live, around=around)
    sent = may_offer(good, row, SETTINGS[kind], Prevention(), (), now, policy=POLICY)
    if sent.step is not Step.SEND:
        return
    there = replace(
        row,
        status=OfferStatus.OFFERED,
        terms=sent.terms,
        offered_at=now,
        expires_at=sent.expires_at,
    )
    assert may_apply(good, there, SETTINGS[kind], (), now).allowed
    found = may_apply(replace(stay, around=around), there, SETTINGS[kind], (), now)
    standing = stay.reservation.status in OFFER_KINDS[kind].statuses
    assert found.allowed is (standing and stay.reservation.payment is StayPayment.PAID)


@given(st.integers(0, 10**9), st.integers(0, 99), st.integers(0, 99))
def test_a_price_is_never_negative_and_falls_with_the_discount(
    rate: int, one: int, other: int
) -> None:
    less, more = sorted((one, other))
    assert 0 <= night_price(rate, more) <= night_price(rate, less) <= rate
    exact = rate * (100 - more)
    assert -50 < night_price(rate, more) * 100 - exact <= 50


@given(st.integers(1, 10_000))
def test_the_day_of_a_cleaning_never_falls_as_stays_grow(nights: int) -> None:
    assert 2 <= day_n(nights) <= day_n(nights + 1) <= 7


@given(arrivals, lengths, zones, st.integers(0, 300 * 24 * 4))
def test_the_first_allowed_moment_is_the_first(
    arrival: date, nights: int, zone: str | None, quarters: int
) -> None:
    reservation = booked(arrival, arrival + nights * DAY, guest_zone=zone)
    windows = windows_for(zones_of(reservation, FLAT))
    now = EPOCH + quarters * timedelta(minutes=15)
    found = first_allowed(now, windows, now + 3 * DAY)
    step, at = timedelta(minutes=15), now
    while is_quiet(at, windows):
        at += step
    # Every zone and every standard time here lies on the quarter of an hour.
    assert found == at
