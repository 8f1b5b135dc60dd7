"""What is free: hours, exceptions and busy times read together, for the pure rules to judge."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from jirani.rules.availability import Free, check_start, free_starts
from jirani.rules.decision import Decision, Reason, refuse
from jirani.rules.facts import (
    LIVE,
    Appointment,
    AppointmentStatus,
    Calendar,
    Catalogue,
    PaymentPolicy,
    Service,
    Staff,
)
from jirani.rules.schedule import Schedule
from jirani.services import Case
from jirani.store.work import Work

Span = tuple[datetime, datetime]


async def calendar(
    case: Case,
    work: Work,
    staff: Iterable[Staff],
    first: date,
    last: date,
    *,
    moving: str = "",
    freed: str | None = None,
) -> Calendar:
    """Read hours, exceptions and busy times from first to last day, both included.

    `moving`: the appointment a move would give up does not stand in its own way; `freed`: nor do
    the offers of one freed slot stand in each other's.
    """
    ids = [member.id for member in staff]
    start = datetime.combine(first, time(), case.zone)
    end = datetime.combine(last + timedelta(days=1), time(), case.zone)
    return Calendar(
        await work.catalogue.hours(ids),
        await work.catalogue.exceptions(ids, first, last),
        await work.appointments.busy(
            ids,
            start,
            end,
            case.services.clock.now(),
            except_thread=case.thread_id,
            except_appointment=moving,
            except_opening=freed,
            lapsed_is_free=case.business.payment_policy is PaymentPolicy.PAY_FIRST,
        ),
    )


async def release_lapsed(case: Case, work: Work, staff_id: str) -> None:
    """Release unpaid rows whose hold has run out: this staff member's, and the customer's (X9)."""
    if case.business.payment_policy is PaymentPolicy.PAY_FIRST:
        now = case.services.clock.now()
        await work.appointments.lapsed(now, [staff_id], [case.customer_id])


async def own_times(case: Case, work: Work, *, moving: str = "") -> list[Span]:
    """Return when the customer is elsewhere in this house: their own live appointments (X6)."""
    now = case.services.clock.now()
    return [
        (each.starts_at, each.ends_at)
        for each in await work.appointments.of_customer(case.customer_id, now)
        if each.id != moving
    ]


@dataclass(frozen=True, slots=True)
class Diary:
    """Some days of some staff, and when the customer is elsewhere; it answers without reading."""

    case: Case
    calendar: Calendar
    customer_busy: list[Span]

    def free_on(
        self,
        service: Service,
        staff: Sequence[Staff],
        day: date,
        *,
        after: time | None = None,
        before: time | None = None,
    ) -> list[Free]:
        """Return the free starts of one local day, by time and then by staff."""
        return free_starts(
            service,
            staff,
            self.calendar,
            day,
            self.case.zone,
            self.case.services.clock.now(),
            after=after,
            before=before,
            customer_busy=self.customer_busy,
        )

    def may_start(self, service: Service, member: Staff, start: datetime) -> Decision:
        """Judge one very start (X6)."""
        return check_start(
            service,
            member,
            self.calendar,
            start,
            self.case.zone,
            self.case.services.clock.now(),
            customer_busy=self.customer_busy,
            horizon=self.case.services.timing.horizon,
        )

    def opening(self, staff: Iterable[Staff], day: date) -> Span | None:
        """Return when these staff open and close on a local day; None when nobody works."""
        return Schedule(self.calendar, self.case.zone).opening([each.id for each in staff], day)


async def open_diary(
    case: Case,
    work: Work,
    staff: Sequence[Staff],
    first: date,
    last: date,
    *,
    moving: str = "",
    freed: str | None = None,
) -> Diary:
    """Read the diary from first to last local day, both included."""
    return Diary(
        case,
        await calendar(case, work, staff, first, last, moving=moving, freed=freed),
        await own_times(case, work, moving=moving),
    )


async def may_start(
    case: Case,
    work: Work,
    catalogue: Catalogue,
    appointment: Appointment,
    *,
    moving: str = "",
    freed: str | None = None,
) -> Decision:
    """Judge an appointment's time against the diary as it stands now (X6, X9)."""
    try:
        service = catalogue.service(appointment.service_id)
        member = catalogue.member(appointment.staff_id)
    except LookupError:
        return refuse(Reason.NOT_QUALIFIED, "That service or staff member is no longer offered.")
    day = appointment.starts_at.astimezone(case.zone).date()
    diary = await open_diary(case, work, [member], day, day, moving=moving, freed=freed)
    return diary.may_start(service, member, appointment.starts_at)


def lapsed_of(case: Case, appointments: Iterable[Appointment]) -> list[Appointment]:
    """Return unpaid ones whose hold has run out and which nobody has swept yet (X12)."""
    now = case.services.clock.now()
    if case.business.payment_policy is not PaymentPolicy.PAY_FIRST:
        return []
    return [a for a in appointments if a.status in LIVE and a.hold_until and a.hold_until <= now]


async def staff_of_lapsed(case: Case) -> set[str]:
    """Return whose time the thread's lapsed holds would take: to be locked before they are kept."""
    async with case.services.store.read(case.business.id) as work:
        appointments = await work.appointments.of_thread(case.thread_id)
    return {each.staff_id for each in lapsed_of(case, appointments)}


async def keep_or_release(
    case: Case, work: Work, appointments: Iterable[Appointment], *, broken: bool = False
) -> bool:
    """Tell whether what has lapsed may be held on: only if the time of each is still free (X8, X9).

    Else all of them are released, since they are one charge (X10); `broken` says that something
    charged with them is gone already. `hold_until` stays: the sweeper tells whose they were.
    """
    lapsed = lapsed_of(case, appointments)
    if not lapsed:
        return True
    catalogue = await work.catalogue.load()
    judged = [await may_start(case, work, catalogue, each, moving=each.id) for each in lapsed]
    if all(each.allowed for each in judged) and not broken:
        return True
    for each in lapsed:
        await work.appointments.change(each.id, status=AppointmentStatus.RELEASED)
    return False


async def successor(work: Work, appointment_id: str) -> Appointment:
    """Follow an appointment to where it was moved, whatever became of it there."""
    current = await work.appointments.get(appointment_id)
    while current.status is AppointmentStatus.MOVED:
        following = await work.appointments.moved_to(current.id, current.customer_id)
        if following is None:
            break
        current = following
    return current
