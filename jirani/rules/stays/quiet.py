"""When a guest may be written to unasked, in the zone they are in (O7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jirani.rules.facts import Listing, Reservation
from jirani.rules.stays.eligible import known
from jirani.rules.stays.moments import check_in, check_out

DAY = timedelta(days=1)
OPENS, CLOSES = time(8), time(20)
KENYA, NAIROBI, SMS_CLOSES = "+254", ZoneInfo("Africa/Nairobi"), time(18)


@dataclass(frozen=True, slots=True)
class Zones:
    """Where a guest's clock is: at the listing's during the stay, else at their own (O7)."""

    own: ZoneInfo
    listing: ZoneInfo
    begins: datetime  # standard check-in
    ends: datetime  # standard check-out

    def at(self, now: datetime) -> ZoneInfo:
        """Return the zone at a moment."""
        return self.listing if self.begins <= now < self.ends else self.own

    def turn(self, after: datetime, until: datetime) -> datetime | None:
        """Return the first moment in (after, until) at which the zone may change."""
        turns = (turn for turn in (self.begins, self.ends) if after < turn < until)
        return min(turns, default=None)


def zone_of(
    reservation: Reservation, listing: Listing, now: datetime, phone_zone: str | None = None
) -> ZoneInfo:
    """Return the zone whose clock counts for a guest at a moment (O7)."""
    return zones_of(reservation, listing, phone_zone).at(now)


def zones_of(reservation: Reservation, listing: Listing, phone_zone: str | None = None) -> Zones:
    """Return a guest's zones: the stated one, else a one-zone phone country's, else the listing's.

    A name that is no zone says nothing (O7). LookupError where the listing has no zone or times.
    """
    own = next((name for name in (reservation.guest_zone, phone_zone) if name and known(name)), "")
    return Zones(
        own=ZoneInfo(own) if own else listing.tz,
        listing=listing.tz,
        begins=check_in(listing, reservation.arrival),
        ends=check_out(listing, reservation.departure),
    )


@dataclass(frozen=True, slots=True)
class Window:
    """The hours of every day in which one may write: opens <= t < closes (O7)."""

    zones: Zones
    opens: time = OPENS
    closes: time = CLOSES

    def open_at(self, now: datetime) -> bool:
        """Tell whether one may write at a moment."""
        return self.opens <= now.astimezone(self.zones.at(now)).time() < self.closes

    def opens_after(self, now: datetime) -> datetime:
        """Return when it opens next, or the zone changes before that: then ask again."""
        zone = self.zones.at(now)
        local = now.astimezone(zone)
        day = local.date() if local.time() < self.opens else local.date() + DAY
        opening = _instant(day, self.opens, zone)
        return self.zones.turn(now, opening) or opening

    def closes_after(self, now: datetime) -> datetime:
        """Return when it closes, at a moment when it is open."""
        zone = self.zones.at(now)
        closing = _instant(now.astimezone(zone).date(), self.closes, zone)
        turn = self.zones.turn(now, closing)
        if turn is None:
            return closing
        return self.closes_after(turn) if self.open_at(turn) else turn


def windows_for(zones: Zones, *, sms_to: str | None = None) -> tuple[Window, ...]:
    """Return every window that must be open: a promotional SMS to Kenya has its own too (O7)."""
    waking = Window(zones)
    if sms_to is None or not sms_to.startswith(KENYA):
        return (waking,)
    kenyan = Zones(NAIROBI, NAIROBI, zones.begins, zones.ends)
    return waking, Window(kenyan, OPENS, SMS_CLOSES)


def is_quiet(now: datetime, windows: Sequence[Window]) -> bool:
    """Tell whether nothing proactive may be sent at a moment (O7)."""
    return not all(window.open_at(now) for window in windows)


def first_allowed(now: datetime, windows: Sequence[Window], until: datetime) -> datetime | None:
    """Return the first moment from now on that is not quiet; None: there is none until then (O7).

    `until` itself may be it.
    """
    while now <= until:
        closed = [window for window in windows if not window.open_at(now)]
        if not closed:
            return now
        now = max(window.opens_after(now) for window in closed)
    return None


def outlives(expires_at: datetime, now: datetime, windows: Sequence[Window]) -> bool:
    """Tell whether an offer that lives under an hour would end in quiet hours (O7)."""
    if expires_at - now >= timedelta(hours=1) or is_quiet(now, windows):
        return False
    return any(window.closes_after(now) < expires_at for window in windows)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
