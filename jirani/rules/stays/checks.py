"""What the PMS's calendar and tasks say against an offer, when it is sent and taken (§4, U10)."""

from datetime import date, datetime, time, timedelta

from jirani.rules.decision import ALLOWED, Decision, Reason, refuse
from jirani.rules.facts import (
    Around,
    KindSettings,
    Listing,
    Night,
    NightState,
    OfferKind,
    Reservation,
    Stay,
    Task,
    TaskKind,
    Terms,
)
from jirani.rules.stays.kinds import NIGHTS, OFFER_KINDS, Product
from jirani.rules.stays.moments import DAY, check_in, check_out, wall
from jirani.rules.stays.runs import free_run

FRESH = timedelta(minutes=10)


def readable(kind: OfferKind, around: Around | None, now: datetime | None) -> Decision:
    """Judge whether what a kind is checked against is known, and fresh (O12, U10).

    Exactly ten minutes old is fresh. Without `now` the age is not asked for.
    """
    if around is None:
        return refuse(Reason.CALENDAR_UNREADABLE, "The calendar was not read.")
    if now is not None and now - around.read_at > FRESH:
        return refuse(Reason.CALENDAR_STALE, "The calendar was read too long ago.")
    product = OFFER_KINDS[kind].product
    if product is not Product.CLEANING and around.nights is None:
        return refuse(Reason.CALENDAR_UNREADABLE, "The calendar could not be read.")
    if product not in NIGHTS and around.tasks is None:
        return refuse(Reason.CALENDAR_UNREADABLE, "The tasks could not be read.")
    return ALLOWED


def check(
    kind: OfferKind, terms: Terms, stay: Stay, settings: KindSettings, now: datetime | None
) -> Decision:
    """Judge terms against the listing's calendar and tasks as they were read (domain §4, U8)."""
    decision = readable(kind, stay.around, now)
    if not decision.allowed or stay.around is None:
        return decision
    product = OFFER_KINDS[kind].product
    if product in NIGHTS:
        for night in terms.nights:
            if not (decision := free(stay.around, stay.reservation, night)).allowed:
                return decision
        return ALLOWED
    if product is Product.CLEANING:
        return _undisturbed(stay.reservation, stay.around)
    return _extra_hours(product, terms, stay, stay.around, settings.turnover)


def free(around: Around, reservation: Reservation, day: date) -> Decision:
    """Judge a night: free in the calendar, and in no other stay that we know of (O12)."""
    state = around.night(day).state
    if state is NightState.UNKNOWN:
        return refuse(Reason.CALENDAR_UNREADABLE, f"Nothing is known of the night of {day}.")
    lodged = any(
        other.arrival <= day < other.departure
        for other in around.neighbours
        if other.ref != reservation.ref
    )
    if state is not NightState.FREE or lodged:
        return refuse(Reason.NIGHT_NOT_FREE, f"The night of {day} is not free.")
    return ALLOWED


def free_nights(
    product: Product, reservation: Reservation, around: Around, most: int
) -> tuple[date, ...] | Decision:
    """Return the free run that touches the stay, at most so many nights, by date (domain §4).

    The refusal is that of the night right beside the stay.
    """
    step = -DAY if product is Product.NIGHTS_BEFORE else DAY
    night = reservation.arrival - DAY if product is Product.NIGHTS_BEFORE else reservation.departure
    beside = free(around, reservation, night)
    if not beside.allowed:
        return beside
    run = free_run(night, step, lambda each: free(around, reservation, each).allowed, most)
    return tuple(sorted(run))


def _undisturbed(reservation: Reservation, around: Around) -> Decision:
    """Judge a cleaning: none planned in the stay, and the guest lets people in (domain §4).

    What is cleaned on the days of arrival and departure belongs to the turnovers.
    """
    if reservation.do_not_disturb:
        return refuse(Reason.DO_NOT_DISTURB, "The guest does not want to be disturbed.")
    for task in around.tasks or ():
        inside = reservation.arrival < task.day < reservation.departure
        if task.kind is TaskKind.CLEANING and inside and not task.cancelled:
            return refuse(Reason.CLEANING_PLANNED, f"A cleaning is planned for {task.day}.")
    return ALLOWED


def _extra_hours(
    product: Product, terms: Terms, stay: Stay, around: Around, turnover: timedelta
) -> Decision:
    """Judge the hours before a check-in or after a check-out (domain §4, U8).

    Nobody leaves later than the offered time less the turnover; nobody arrives before the
    offered time plus the turnover, and no work stands in between.
    """
    if terms.wall is None:
        return refuse(Reason.NO_OFFERED_TIME, "It is not said which time is offered.")
    listing, day = stay.listing, terms.day
    offered = wall(listing, day, terms.wall)
    if product is Product.EARLIER:
        beside, tight = day - DAY, offered - turnover < check_out(listing, day)
        begins, ends = offered, check_in(listing, day)
    else:
        beside, tight = day, offered + turnover > check_in(listing, day)
        begins, ends = check_out(listing, day), offered + turnover
    night = around.night(beside)
    if night.state is NightState.UNKNOWN:
        return refuse(Reason.CALENDAR_UNREADABLE, f"Nothing is known of the night of {beside}.")
    if tight and (reason := _somebody(product, day, night, stay.reservation, around)):
        return refuse(reason, _SAID[reason])
    for task in around.tasks or ():
        starts, until = _span(task, listing)
        if not task.done and not task.cancelled and starts < ends and begins < until:
            return refuse(Reason.TASK_IN_THE_WAY, f"There is work to be done there on {task.day}.")
    return ALLOWED


_SAID = {
    Reason.SOMEBODY_LEAVES: "Somebody leaves too late that day.",
    Reason.SOMEBODY_ARRIVES: "Somebody arrives too early that day.",
    Reason.BLOCKED: "The listing is blocked then.",
}


def _somebody(
    product: Product, day: date, night: Night, reservation: Reservation, around: Around
) -> Reason | None:
    """Say who leaves or arrives that day; a night that is booked or blocked is somebody's (U8)."""
    leaving = product is Product.EARLIER
    others = [each for each in around.neighbours if each.ref != reservation.ref]
    days = {each.departure if leaving else each.arrival for each in others}
    if night.state is NightState.BLOCKED:
        return Reason.BLOCKED
    booked = night.state is NightState.BOOKED and night.reservation_ref != reservation.ref
    if booked or day in days:
        return Reason.SOMEBODY_LEAVES if leaving else Reason.SOMEBODY_ARRIVES
    return None


def _span(task: Task, listing: Listing) -> tuple[datetime, datetime]:
    """Return when a task lasts; what is not said of its hours may be any of its day's (O12)."""
    starts = task.starts_at or wall(listing, task.day, time())
    ends = task.ends_at or max(wall(listing, task.day + DAY, time()), starts)
    return starts, max(ends, starts + timedelta(minutes=1))
