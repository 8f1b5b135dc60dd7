"""A flat in New York, a stay in it, and its calendar, to judge offers by (domain §4)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from jirani.rules.facts import (
    Around,
    KindSettings,
    Listing,
    Neighbour,
    Night,
    NightState,
    OfferKind,
    OfferStatus,
    Reservation,
    Stay,
    StayOffer,
    StayPayment,
    StayStatus,
    Task,
    Terms,
)
from jirani.rules.stays.kinds import OFFER_KINDS, defaults
from jirani.rules.stays.turnover import Claim, claim_of

NEW_YORK = ZoneInfo("America/New_York")
DAY = timedelta(days=1)
EARLY, LATE, CLEANING = (
    OfferKind.EARLY_CHECK_IN,
    OfferKind.LATE_CHECK_OUT,
    OfferKind.MID_STAY_CLEANING,
)
BEFORE, AFTER, ON_THE_DAY = (
    OfferKind.PRE_STAY_NIGHT,
    OfferKind.POST_STAY_NIGHT_AHEAD,
    OfferKind.POST_STAY_NIGHT_ON_THE_DAY,
)
FLAT = Listing("flat", "memory", "L1", "The flat", "America/New_York", "USD", time(16), time(11))


def local(month: int, day: int, hour: int, minute: int = 0, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)


SETTINGS: Mapping[OfferKind, KindSettings] = {
    EARLY: replace(defaults(EARLY), price=2500, wall=time(9)),
    LATE: replace(defaults(LATE), price=5000, wall=time(18)),
    CLEANING: replace(defaults(CLEANING), price=7500),
    BEFORE: defaults(BEFORE),
    AFTER: defaults(AFTER),
    ON_THE_DAY: defaults(ON_THE_DAY),
}


def booked(arrival: date, departure: date, **more: Any) -> Reservation:
    facts: dict[str, Any] = {
        "status": StayStatus.CONFIRMED,
        "payment": StayPayment.PAID,
        "channel": "direct",
        "conversation": "C1",
        "currency": "USD",
    }
    names = ("r", "memory", "R1", "flat", "guest", "thread")
    return Reservation(*names, arrival=arrival, departure=departure, **{**facts, **more})


def calendar(
    reservation: Reservation,
    read_at: datetime,
    *,
    taken: Iterable[date] = (),
    blocked: Iterable[date] = (),
    tasks: tuple[Task, ...] = (),
    neighbours: tuple[Neighbour, ...] = (),
    rate: int | None = 10000,
) -> Around:
    taken, blocked = set(taken), set(blocked)
    nights = []
    day = reservation.arrival - 10 * DAY
    while day < reservation.departure + 10 * DAY:
        if reservation.arrival <= day < reservation.departure:
            night = Night(day, NightState.BOOKED, rate, "USD", reservation.ref)
        elif day in taken:
            night = Night(day, NightState.BOOKED, rate, "USD", "other")
        else:
            state = NightState.BLOCKED if day in blocked else NightState.FREE
            night = Night(day, state, rate, "USD")
        nights.append(night)
        day += DAY
    return Around(read_at, tuple(nights), tasks, neighbours)


def staying(arrival: date, departure: date, read_at: datetime | None = None, **more: Any) -> Stay:
    reservation = booked(arrival, departure, **more)
    around = calendar(reservation, read_at) if read_at else None
    return Stay(reservation, FLAT, around)


def read(stay: Stay, at: datetime, **how: Any) -> Stay:
    return replace(stay, around=calendar(stay.reservation, at, **how))


def scheduled(kind: OfferKind, due_at: datetime, **more: Any) -> StayOffer:
    names = ("r", "flat", "guest", "thread")
    row = StayOffer(f"o-{kind}", kind, *names, OfferStatus.SCHEDULED, due_at, planned_for=due_at)
    return replace(row, **more)


def offered(
    kind: OfferKind, terms: Terms, sent_at: datetime, expires_at: datetime, **more: Any
) -> StayOffer:
    row = scheduled(kind, sent_at, terms=terms, offered_at=sent_at, expires_at=expires_at)
    return replace(row, **{"status": OfferStatus.OFFERED, "offered_seq": 1, **more})


def claimed(row: StayOffer, *, reservation_id: str = "r", sold: bool = False) -> Claim:
    assert row.terms
    starts, until = claim_of(row.kind, row.terms, FLAT, timedelta(hours=4))
    return Claim(row.id, "flat", reservation_id, starts, until, None if sold else row.expires_at)


def everything() -> tuple[OfferKind, ...]:
    return tuple(OFFER_KINDS)
