"""Which starts are free, whether one is, and which few to put before a guest (X6, domain §3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jirani.rules.decision import ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import Calendar, Service, Slot, Staff
from jirani.rules.grid import local_starts, on_grid, span
from jirani.rules.schedule import Schedule, Span


@dataclass(frozen=True, slots=True)
class Free:
    """A free slot; `ends_at` excludes the buffer."""

    slot: Slot
    ends_at: datetime


def free_starts(
    service: Service,
    members: Iterable[Staff],
    calendar: Calendar,
    day: date,
    zone: ZoneInfo,
    now: datetime,
    *,
    step: timedelta = timedelta(minutes=15),
    after: time | None = None,
    before: time | None = None,
    customer_busy: Iterable[Span] = (),
) -> list[Free]:
    """Return the free starts of a local day, by start and then by staff id.

    Starts lie ahead of `now` and, where given, at `after` <= local time < `before`. `step` thins
    them to its multiples on the local clock; every start on the grid can be booked.
    """
    schedule = Schedule(calendar, zone, customer_busy)
    qualified = sorted(member.id for member in members if service.id in member.service_ids)
    frees = []
    for start in local_starts(day, zone, step):
        wall = start.astimezone(zone).time()
        if start <= now or (after and wall < after) or (before and wall >= before):
            continue
        ends_at, busy_until = span(service, start)
        slots = (Slot(staff_id, start, busy_until) for staff_id in qualified)
        frees += [Free(slot, ends_at) for slot in slots if not schedule.obstacle(slot, ends_at)]
    return frees


_SAID = {
    Reason.CLOSED: "{name} does not work then, or not long enough.",
    Reason.SLOT_TAKEN: "{name} is busy then.",
    Reason.CUSTOMER_BUSY: "The customer has another appointment then.",
}


def check_start(
    service: Service,
    member: Staff,
    calendar: Calendar,
    start: datetime,
    zone: ZoneInfo,
    now: datetime,
    *,
    customer_busy: Iterable[Span] = (),
    horizon: timedelta,
) -> Decision:
    """Judge one start: when it is proposed, and again when it is confirmed (O3, X6)."""
    if not on_grid(start, zone):
        return refuse(Reason.OFF_GRID, "Starts lie on every fifth minute of the clock.")
    start = start.astimezone(UTC)
    if start <= now:
        return refuse(Reason.PAST, "That time has passed.")
    if start > now + horizon:
        return refuse(Reason.TOO_FAR, f"One can book {horizon.days} days ahead.")
    if service.id not in member.service_ids:
        return refuse(Reason.NOT_QUALIFIED, f"{member.name} does not do {service.name}.")
    ends_at, busy_until = span(service, start)
    schedule = Schedule(calendar, zone, customer_busy)
    obstacle = schedule.obstacle(Slot(member.id, start, busy_until), ends_at)
    return refuse(obstacle, _SAID[obstacle].format(name=member.name)) if obstacle else ALLOWED


def first_of_each_start(frees: Iterable[Free]) -> list[Free]:
    """Keep one free slot for each start, the first given, by start."""
    first: dict[datetime, Free] = {}
    for free in frees:
        first.setdefault(free.slot.start, free)
    return [first[start] for start in sorted(first)]


def nearest(frees: Iterable[Free], wanted: datetime, n: int) -> list[Free]:
    """Return the `n` distinct starts nearest to a wanted instant, by start; earlier wins a tie."""
    wanted = wanted.astimezone(UTC)
    by_distance = sorted(first_of_each_start(frees), key=lambda free: abs(free.slot.start - wanted))
    return sorted(by_distance[:n], key=lambda free: free.slot.start)


def spread(frees: Iterable[Free], n: int) -> list[Free]:
    """Return `n` distinct starts, evenly from the first to the last, by start; all if fewer."""
    starts: Sequence[Free] = first_of_each_start(frees)
    if len(starts) <= n:
        return list(starts)
    if n < 2:
        return list(starts[:n])
    return [starts[index * (len(starts) - 1) // (n - 1)] for index in range(n)]
