"""The moments of a stay: when it begins and ends, when offers go out, and until when.

Everything is UTC. Hours before an anchor are hours that pass, whatever the clocks do meanwhile;
days before a date are dates (O8, O14).
"""

from datetime import UTC, date, datetime, time, timedelta

from jirani.rules.facts import KindSettings, Listing, OfferKind, Reservation, Terms
from jirani.rules.stays.kinds import EVE, OFFER_KINDS, Anchor, Due, day_n

DAY = timedelta(days=1)


def wall(listing: Listing, day: date, at: time) -> datetime:
    """Return the instant at which clocks at a listing show a time; LookupError without a zone.

    The first of a doubled hour; in the gap of spring, as if the clocks had not changed yet.
    """
    return listing.at(day, at.replace(fold=0)).astimezone(UTC)


def today(listing: Listing, now: datetime) -> date:
    """Return the date at a listing."""
    return now.astimezone(listing.tz).date()


def check_in(listing: Listing, day: date) -> datetime:
    """Return the standard check-in of a day; LookupError where the listing has none."""
    if listing.check_in is None:
        raise LookupError(f"listing {listing.id} has no standard check-in time")
    return wall(listing, day, listing.check_in)


def check_out(listing: Listing, day: date) -> datetime:
    """Return the standard check-out of a day; LookupError where the listing has none."""
    if listing.check_out is None:
        raise LookupError(f"listing {listing.id} has no standard check-out time")
    return wall(listing, day, listing.check_out)


def between(reservation: Reservation, listing: Listing, now: datetime) -> bool:
    """Tell whether a stay lasts: standard check-in <= now < standard check-out (U1, O7)."""
    begins, ends = check_in(listing, reservation.arrival), check_out(listing, reservation.departure)
    return begins <= now < ends


def schedule_of(
    kind: OfferKind, reservation: Reservation, listing: Listing, settings: KindSettings
) -> datetime | None:
    """Return when an offer of a kind goes out; None where no window is configured (U1)."""
    due = OFFER_KINDS[kind].due
    if due is Due.DAY_OF_THE_STAY:
        day = reservation.arrival + day_n(reservation.nights) * DAY
    elif due is Due.DAY_OF_DEPARTURE:
        day = reservation.departure
    elif settings.window is None:
        return None
    elif due is Due.WINDOW_BEFORE_ARRIVAL:
        day = reservation.arrival - settings.window
    else:
        day = reservation.departure - settings.window
    return wall(listing, day, settings.send_at)


def anchor_of(
    kind: OfferKind, reservation: Reservation, listing: Listing, terms: Terms | None = None
) -> datetime:
    """Return the moment an offer is measured back from (O8).

    Without terms: of the last that could still be offered, the night right before the arrival,
    the cleaning on the day before the departure.
    """
    anchor = OFFER_KINDS[kind].anchor
    if anchor is Anchor.CHECK_IN:
        return check_in(listing, reservation.arrival)
    if anchor is Anchor.CHECK_IN_OF_FIRST_NIGHT:
        first = min(terms.nights) if terms and terms.nights else reservation.arrival - DAY
        return check_in(listing, first)
    if anchor is Anchor.CHECK_OUT:
        return check_out(listing, reservation.departure)
    service = terms.day if terms else reservation.departure - DAY
    return wall(listing, service - DAY, EVE)


def last_sending(
    kind: OfferKind, reservation: Reservation, listing: Listing, terms: Terms | None = None
) -> datetime:
    """Return the last moment, included, at which an offer may still be sent (O8)."""
    return anchor_of(kind, reservation, listing, terms) - OFFER_KINDS[kind].lead


def life_end(kind: OfferKind, anchor: datetime, sent_at: datetime) -> datetime:
    """Return until when an offer sent at a moment can be taken (O14)."""
    about = OFFER_KINDS[kind]
    latest = anchor - about.ends
    return latest if about.life is None else min(sent_at + about.life, latest)
