"""Reading a PMS about one stay, outside of any unit of work (O4, O12, U10)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from jirani.connectors.pms import (
    Pms,
    PmsCalendar,
    PmsListing,
    PmsReservation,
    PmsUnavailable,
)
from jirani.rules.facts import Around, Task
from jirani.services.watch import outside

# As far beside a stay as extra nights may reach, and the night beyond (settings: at most 14).
BESIDE = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a PMS said of a stay just now; `read_at` is from before the first question."""

    read_at: datetime
    reservation: PmsReservation
    listing: PmsListing
    conversation: str | None
    around: Around | None = None


class NotThere(Exception):
    """The PMS knows no such stay, or no such listing; says which."""


async def look(pms: Pms, ref: str, now: datetime, *, conversation: str | None = None) -> Seen:
    """Read a stay and its listing; `conversation` is what we know already.

    Raises PmsUnavailable, or NotThere.
    """
    with outside(pms.name, "reservation"):
        reservation = await pms.reservation(ref)
        if reservation is None:
            raise NotThere(f"The PMS knows no reservation {ref}.")
        listing = await pms.listing(reservation.listing_ref)
        if listing is None:
            raise NotThere(f"The PMS knows no listing {reservation.listing_ref}.")
        talk = reservation.conversation or conversation or await pms.conversation(ref)
    return Seen(now, reservation, listing, talk)


async def look_around(
    pms: Pms, ref: str, now: datetime, *, conversation: str | None = None
) -> Seen:
    """Read a stay, its listing, and what surrounds it. Raises PmsUnavailable, or NotThere."""
    seen = await look(pms, ref, now, conversation=conversation)
    return replace(seen, around=await around(pms, seen.reservation, now))


async def around(pms: Pms, stay: PmsReservation, now: datetime) -> Around:
    """Read a listing's nights and tasks around a stay; None for what could not be read (O12).

    A PMS that has no tasks has none that could be in the way.
    """
    first, last = stay.arrival - BESIDE, stay.departure + BESIDE
    with outside(pms.name, "calendar"):
        calendar = await _calendar(pms, stay, first, last)
        tasks = await _tasks(pms, stay, first, last)
    if calendar is None:
        return Around(now, None, tasks)
    nights = tuple(night.fact for night in calendar.nights)
    return Around(min(calendar.as_of, now), nights, tasks, calendar.neighbours)


async def _calendar(pms: Pms, stay: PmsReservation, first: date, last: date) -> PmsCalendar | None:
    try:
        return await pms.calendar(stay.listing_ref, first, last)
    except PmsUnavailable:
        return None


async def _tasks(
    pms: Pms, stay: PmsReservation, first: date, last: date
) -> tuple[Task, ...] | None:
    if not pms.capabilities.tasks:
        return ()
    try:
        tasks = await pms.tasks(stay.listing_ref, first, last)
    except PmsUnavailable:
        return None
    return tuple(task.fact for task in tasks)
