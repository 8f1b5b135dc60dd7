"""When staff members work and are busy: a calendar indexed for many questions (X6)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from jirani.rules.decision import Reason
from jirani.rules.facts import Calendar, Slot
from jirani.rules.grid import local_day

Span = tuple[datetime, datetime]
Shift = tuple[time, time]


class Schedule:
    """A calendar in one zone, and when one customer is elsewhere in the house."""

    def __init__(
        self, calendar: Calendar, zone: ZoneInfo, customer_busy: Iterable[Span] = ()
    ) -> None:
        self._zone = zone
        self._customer_busy = tuple(customer_busy)
        self._busy: dict[str, list[Span]] = defaultdict(list)
        self._weekly: dict[tuple[str, int], list[Shift]] = defaultdict(list)
        self._special: dict[tuple[str, date], list[Shift]] = defaultdict(list)
        self._shifts: dict[tuple[str, date], list[Span]] = {}
        for slot in calendar.busy:
            self._busy[slot.staff_id].append((slot.start, slot.busy_until))
        for hours in calendar.hours:
            self._weekly[hours.staff_id, hours.weekday].append((hours.opens, hours.closes))
        for special in calendar.exceptions:
            shifts = self._special[special.staff_id, special.day]  # without times: a day off
            if special.opens is not None and special.closes is not None:
                shifts.append((special.opens, special.closes))

    def obstacle(self, slot: Slot, ends_at: datetime) -> Reason | None:
        """Say what stands in the way of working [start, ends_at), or None.

        The buffer behind the work may run past closing, but not into anything busy.
        """
        if not any(
            opens <= slot.start and ends_at <= closes
            for opens, closes in self._working(slot.staff_id, local_day(slot.start, self._zone))
        ):
            return Reason.CLOSED
        if _meets(self._busy.get(slot.staff_id, ()), slot.start, slot.busy_until):
            return Reason.SLOT_TAKEN
        if _meets(self._customer_busy, slot.start, ends_at):
            return Reason.CUSTOMER_BUSY
        return None

    def opening(self, staff_ids: Iterable[str], day: date) -> Span | None:
        """Return when the first of these starts work on a day and the last ends; None: closed."""
        spans = [span for staff_id in staff_ids for span in self._working(staff_id, day)]
        if not spans:
            return None
        return min(opens for opens, _ in spans), max(closes for _, closes in spans)

    def _working(self, staff_id: str, day: date) -> list[Span]:
        if (staff_id, day) not in self._shifts:
            weekly = self._weekly.get((staff_id, day.weekday()), [])
            shifts = self._special.get((staff_id, day), weekly)
            self._shifts[staff_id, day] = _joined(
                (self._instant(day, opens), self._instant(day, closes)) for opens, closes in shifts
            )
        return self._shifts[staff_id, day]

    def _instant(self, day: date, wall: time) -> datetime:
        """Read opening and closing as calendars do (RFC 5545 §3.3.5).

        The first of a doubled hour; in a gap, as if the clocks had not changed yet.
        """
        return datetime.combine(day, wall, self._zone).astimezone(UTC)


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for opens, closes in sorted(spans):
        if joined and opens <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(closes, joined[-1][1]))
        else:
            joined.append((opens, closes))
    return joined


def _meets(busy: Iterable[Span], start: datetime, end: datetime) -> bool:
    return any(since < end and start < until for since, until in busy)
