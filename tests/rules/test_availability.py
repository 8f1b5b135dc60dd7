"""Which times are free: worked, qualified, without overlap (X6, §3)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jirani.rules.availability import (
    Free,
    check_start,
    first_of_each_start,
    free_starts,
    nearest,
    spread,
)
from jirani.rules.decision import ALLOWED, Decision, Reason
from jirani.rules.facts import Calendar, Hours, HoursException, Service, Slot, Staff

NAIROBI = ZoneInfo("Africa/Nairobi")
DAY = date(2026, 11, 23)  # a Monday
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CUT = Service("cut", "Haircut", 45, 10, 100000)
AMINA = Staff("m1", "Amina", frozenset({"cut"}))
BARAKA = Staff("m2", "Baraka", frozenset({"cut"}))
ZAWADI = Staff("m3", "Zawadi", frozenset({"nails"}))
HOURS = tuple(Hours(member, 0, time(9), time(12)) for member in ("m1", "m2", "m3"))
OPEN = Calendar(HOURS)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, tzinfo=NAIROBI).astimezone(UTC)


def walls(frees: list[Free]) -> list[str]:
    return [f"{free.slot.start.astimezone(NAIROBI):%H:%M} {free.slot.staff_id}" for free in frees]


def free(calendar: Calendar = OPEN, now: datetime = NOW, **more: Any) -> list[str]:
    return walls(free_starts(CUT, [BARAKA, AMINA, ZAWADI], calendar, DAY, NAIROBI, now, **more))


def check(
    start: datetime,
    calendar: Calendar = OPEN,
    member: Staff = AMINA,
    now: datetime = NOW,
    **more: Any,
) -> Decision:
    horizon = timedelta(days=180)
    return check_start(CUT, member, calendar, start, NAIROBI, now, horizon=horizon, **more)


def test_free_starts_come_by_time_and_then_by_staff() -> None:
    found = free(step=HOUR)
    assert found == ["09:00 m1", "09:00 m2", "10:00 m1", "10:00 m2", "11:00 m1", "11:00 m2"]


def test_the_buffer_may_run_past_closing_but_the_work_may_not() -> None:
    assert free()[-1] == "11:15 m2"
    assert check(at(11, 15)) == ALLOWED
    assert check(at(11, 20)).reason is Reason.CLOSED


def test_an_exception_replaces_the_hours_of_its_weekday() -> None:
    late = HoursException("m1", DAY, time(14), time(15))
    off = HoursException("m2", DAY)
    assert free(Calendar(HOURS, (late, off))) == ["14:00 m1", "14:15 m1"]


def test_an_exception_of_another_day_changes_nothing() -> None:
    other = HoursException("m1", DAY + timedelta(days=1))
    assert free(Calendar(HOURS, (other,))) == free()


def test_shifts_that_touch_are_one_and_those_apart_are_two() -> None:
    touching = Calendar((Hours("m1", 0, time(9), time(10)), Hours("m1", 0, time(10), time(11))))
    apart = Calendar((Hours("m1", 0, time(9), time(10)), Hours("m1", 0, time(10, 5), time(11))))
    assert check(at(9, 30), touching) == ALLOWED
    assert check(at(9, 30), apart).reason is Reason.CLOSED


def test_work_and_buffer_keep_clear_of_what_is_busy() -> None:
    busy = Calendar(HOURS, busy=(Slot("m1", at(10), at(10, 30)),))
    assert [start for start in free(busy) if start.endswith("m1")] == [
        "09:00 m1",
        "10:30 m1",
        "10:45 m1",
        "11:00 m1",
        "11:15 m1",
    ]
    assert check(at(9, 5), busy) == ALLOWED
    assert check(at(9, 10), busy).reason is Reason.SLOT_TAKEN


def test_a_customer_is_in_one_place_at_a_time_but_has_no_buffer() -> None:
    own = [(at(10), at(11))]
    assert free(customer_busy=own, step=HOUR) == ["09:00 m1", "09:00 m2", "11:00 m1", "11:00 m2"]
    assert check(at(9, 15), customer_busy=own) == ALLOWED
    assert check(at(9, 20), customer_busy=own).reason is Reason.CUSTOMER_BUSY


def test_starts_lie_strictly_ahead() -> None:
    assert free(now=at(10), step=HOUR) == ["11:00 m1", "11:00 m2"]
    assert check(at(10), now=at(10)).reason is Reason.PAST


def test_after_is_included_and_before_is_not() -> None:
    found = free(after=time(10), before=time(10, 30))
    assert found == ["10:00 m1", "10:00 m2", "10:15 m1", "10:15 m2"]


def test_a_step_thins_the_menu_only() -> None:
    assert "09:05 m1" not in free()
    assert "09:05 m1" in free(step=5 * MINUTE)
    assert check(at(9, 5)) == ALLOWED


def test_a_start_between_two_fifth_minutes_is_refused() -> None:
    assert check(at(9, 3)).reason is Reason.OFF_GRID


def test_who_cannot_do_it_is_refused_and_never_listed() -> None:
    assert check(at(9), member=ZAWADI).reason is Reason.NOT_QUALIFIED
    assert not [start for start in free() if start.endswith("m3")]


def test_one_can_book_as_far_as_the_horizon() -> None:
    assert check(at(9), now=at(9) - timedelta(days=180)) == ALLOWED
    assert check(at(9), now=at(9) - timedelta(days=180, seconds=1)).reason is Reason.TOO_FAR


def test_a_time_the_clocks_skip_cannot_be_booked() -> None:
    zone, sunday = ZoneInfo("America/New_York"), date(2026, 3, 8)
    calendar = Calendar((Hours("m1", 6, time(0), time(6)),))
    skipped = datetime(2026, 3, 8, 2, 30, tzinfo=zone)
    early, horizon = NOW - timedelta(days=360), timedelta(days=180)
    decision = check_start(CUT, AMINA, calendar, skipped, zone, early, horizon=horizon)
    assert decision.reason is Reason.OFF_GRID
    found = free_starts(CUT, [AMINA], calendar, sunday, zone, early, step=HOUR)
    shown = [f"{each.slot.start.astimezone(zone):%H:%M}" for each in found]
    assert shown == ["00:00", "01:00", "03:00", "04:00", "05:00"]


def slots(*minutes: int, staff_id: str = "m1") -> list[Free]:
    starts = [at(9) + each * MINUTE for each in minutes]
    return [Free(Slot(staff_id, each, each + HOUR), each + HOUR) for each in starts]


def test_each_start_is_shown_once_with_the_first_member() -> None:
    frees = [*slots(0, 15), *slots(0, 15, 30, staff_id="m2")]
    assert walls(first_of_each_start(frees)) == ["09:00 m1", "09:15 m1", "09:30 m2"]


def test_the_nearest_starts_come_by_time_and_an_earlier_one_wins_a_tie() -> None:
    frees = slots(0, 15, 30, 45, 60)
    assert walls(nearest(frees, at(9, 40), 2)) == ["09:30 m1", "09:45 m1"]
    assert walls(nearest(frees, at(9, 30), 2)) == ["09:15 m1", "09:30 m1"]
    assert nearest(frees, at(9), 0) == []


def test_a_spread_goes_from_the_first_start_to_the_last() -> None:
    frees = slots(*range(0, 180, 15))
    assert walls(spread(frees, 3)) == ["09:00 m1", "10:15 m1", "11:45 m1"]
    assert walls(spread(frees, 1)) == ["09:00 m1"]
    assert spread(frees, 0) == []
    assert spread(frees[:2], 3) == frees[:2]


@given(st.lists(st.integers(0, 100), max_size=20), st.integers(0, 25))
def test_a_menu_never_repeats_a_start_and_is_as_long_as_it_can_be(
    minutes: list[int], n: int
) -> None:
    frees = slots(*minutes)
    for menu in (spread(frees, n), nearest(frees, at(9, 50), n)):
        starts = [each.slot.start for each in menu]
        assert starts == sorted(set(starts))
        assert len(starts) == min(n, len(set(minutes)))


@dataclass
class Book:
    """A day with everything that could stand in the way, and the minutes it leaves."""

    zone: ZoneInfo
    day: date
    service: Service
    calendar: Calendar
    own: list[tuple[datetime, datetime]]
    now: datetime

    def minutes(self) -> list[datetime]:
        """Every minute that passes from local midnight to well into the next day."""
        midnight = datetime.combine(self.day, time(), self.zone).astimezone(UTC)
        return [midnight + minute * MINUTE for minute in range(36 * 60)]

    def working(self, staff_id: str) -> set[datetime]:
        """The minutes from the first that shows opening time to the first that shows closing."""
        special = [e for e in self.calendar.exceptions if e.staff_id == staff_id]
        weekly = [h for h in self.calendar.hours if h.staff_id == staff_id]
        worked: set[datetime] = set()
        minutes = self.minutes()
        shown = [minute.astimezone(self.zone).replace(tzinfo=None) for minute in minutes]
        for shift in special or weekly:
            if shift.opens is None or shift.closes is None:
                continue
            opens, closes = (
                next(i for i, wall in enumerate(shown) if wall >= datetime.combine(self.day, bound))
                for bound in (shift.opens, shift.closes)
            )
            worked.update(minutes[opens:closes])
        return worked

    def free(self, staff_id: str) -> set[datetime]:
        """The starts that a patient clerk with a minute hand would find."""
        worked = self.working(staff_id)
        taken = {
            minute
            for slot in self.calendar.busy
            if slot.staff_id == staff_id
            for minute in passing(slot.start, slot.busy_until)
        }
        elsewhere = {minute for start, end in self.own for minute in passing(start, end)}
        work, buffer = (-(-each // 5) * 5 for each in (self.service.minutes, self.service.buffer))
        found, said = set(), set()
        for start in self.minutes():
            wall = start.astimezone(self.zone).replace(tzinfo=None)
            if wall in said or wall.date() != self.day or wall.minute % 5:
                continue
            said.add(wall)
            ends_at = start + work * MINUTE
            if (
                start > self.now
                and worked.issuperset(passing(start, ends_at))
                and elsewhere.isdisjoint(passing(start, ends_at))
                and taken.isdisjoint(passing(start, ends_at + buffer * MINUTE))
            ):
                found.add(start)
        return found


def passing(start: datetime, end: datetime) -> list[datetime]:
    return [start + minute * MINUTE for minute in range((end - start) // MINUTE)]


PLACES = [
    (ZoneInfo("Africa/Nairobi"), date(2026, 11, 23)),
    (ZoneInfo("Europe/Lisbon"), date(2026, 3, 29)),
    (ZoneInfo("Europe/Lisbon"), date(2026, 10, 25)),
    (ZoneInfo("America/New_York"), date(2026, 3, 8)),
    (ZoneInfo("America/New_York"), date(2026, 11, 1)),
]
GAPS = {time(hour, minute) for hour in (1, 2) for minute in (15, 30, 45)}
clocks = st.sampled_from(
    [clock for m in range(0, 1440, 15) if (clock := time(m // 60, m % 60)) not in GAPS]
)
shifts = st.tuples(clocks, clocks).filter(lambda shift: shift[0] < shift[1])


@st.composite
def books(draw: st.DrawFn) -> Book:
    zone, day = draw(st.sampled_from(PLACES))
    midnight = datetime.combine(day, time(), zone).astimezone(UTC)

    def times(most: int) -> list[tuple[datetime, datetime]]:
        pairs = st.tuples(st.integers(0, 1500), st.integers(1, 240))
        return [
            (midnight + start * MINUTE, midnight + (start + length) * MINUTE)
            for start, length in draw(st.lists(pairs, max_size=most))
        ]

    hours = [
        Hours(staff_id, day.weekday(), *shift)
        for staff_id in ("m1", "m2")
        for shift in draw(st.lists(shifts, max_size=2))
    ]
    special = draw(st.none() | st.just((None, None)) | shifts)
    busy = [Slot(draw(st.sampled_from(["m1", "m2"])), *each) for each in times(4)]
    return Book(
        zone=zone,
        day=day,
        service=Service("cut", "Cut", draw(st.integers(1, 130)), draw(st.integers(0, 30)), 1),
        calendar=Calendar(
            tuple(hours), (HoursException("m1", day, *special),) if special else (), tuple(busy)
        ),
        own=times(2),
        now=midnight + draw(st.integers(-600, 600)) * MINUTE,
    )


@settings(max_examples=60, deadline=None)
@given(books())
def test_free_starts_are_those_a_patient_clerk_would_find(book: Book) -> None:
    found = free_starts(
        book.service,
        [AMINA, BARAKA],
        book.calendar,
        book.day,
        book.zone,
        book.now,
        step=5 * MINUTE,
        customer_busy=book.own,
    )
    expected = {(start, who) for who in ("m1", "m2") for start in book.free(who)}
    assert [(each.slot.start, each.slot.staff_id) for each in found] == sorted(expected)


@settings(max_examples=40, deadline=None)
@given(books(), st.integers(0, 60))
def test_the_guard_of_one_start_agrees_with_the_list_of_all(book: Book, offset: int) -> None:
    found = free_starts(
        book.service,
        [AMINA],
        book.calendar,
        book.day,
        book.zone,
        book.now,
        step=5 * MINUTE,
        customer_busy=book.own,
    )
    listed = {each.slot.start for each in found}
    for start in book.minutes()[offset % 5 : 25 * 60 : 5]:
        if start.astimezone(book.zone).date() == book.day:
            decision = check_start(
                book.service,
                AMINA,
                book.calendar,
                start,
                book.zone,
                book.now,
                customer_busy=book.own,
                horizon=timedelta(days=2),
            )
            assert decision.allowed is (start in listed), decision


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_day_without_hours_has_no_free_start(place: tuple[ZoneInfo, date]) -> None:
    zone, day = place
    assert free_starts(CUT, [AMINA], Calendar(), day, zone, NOW - timedelta(days=365)) == []
