"""A year's places and stays: back to back more often than not, booked up to 90 days ahead."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from random import Random

from tests.support.year.record import Person, Place

DAY = timedelta(days=1)
ZONES = {"America/New_York": "USD", "Europe/Lisbon": "EUR", "Africa/Nairobi": "KES"}
TIMES = ((16, 11), (16, 11), (16, 10), (15, 11), (17, 10))
# A zone that is stated, or a phone: of a country with one zone, of one with several, of none.
ORIGINS: tuple[tuple[str | None, str | None, str | None], ...] = (
    *((None, None, None),) * 5,
    *((None, "+254712345678", "Africa/Nairobi"),) * 2,
    (None, "+12125550123", None),
    ("America/Los_Angeles", None, "America/Los_Angeles"),
    ("Europe/London", "+254712345678", "Europe/London"),
    ("Asia/Tokyo", None, "Asia/Tokyo"),
    ("Nowhere/Land", None, None),
)


@dataclass(frozen=True)
class Booking:
    """A stay that will be booked at a moment, if its nights are free then."""

    ref: str
    at: datetime
    place: Place
    person: Person
    stated: str | None
    phone: str | None
    language: str
    arrival: date
    departure: date
    channel: str
    payment: str
    code: str | None = None


def places(chance: Random, number: int) -> list[Place]:
    """Return places in three zones."""
    found = []
    for n in range(number):
        check_in, check_out = chance.choice(TIMES)
        zone = [*ZONES][n % len(ZONES)]
        found.append(Place(f"place-{n}", zone, time(check_in), time(check_out)))
    return found


def bookings(
    chance: Random, where: list[Place], guests: int, first: date, days: int, ahead: int = 90
) -> list[Booking]:
    """Return stays, booked at most so many days ahead, by that moment; some guests come twice."""
    stays = [stay for place in where for stay in _in_a_row(chance, place, first, days)]
    chance.shuffle(stays)
    lately: list[tuple[date, int]] = []
    found, numbers = [], count()
    people: dict[int, tuple[Person, str | None, str | None, str]] = {}
    for place, arrival, departure in sorted(stays[:guests], key=lambda stay: stay[1]):
        number = next(numbers)
        known = [who for day, who in lately[-40:] if arrival - day < 9 * DAY]
        if known and chance.random() < 0.06:
            who = chance.choice(known)
        else:
            who = number
            stated, phone, zone = chance.choice(ORIGINS)
            language = "sw" if chance.random() < 0.25 else "en"
            people[who] = (Person(f"guest-{who}", zone), stated, phone, language)
        lately.append((arrival, who))
        person, stated, phone, language = people[who]
        found.append(
            Booking(
                f"R{number}",
                _booked_at(chance, arrival, ahead),
                *(place, person, stated, phone, language, arrival, departure),
                chance.choices(("direct", "booking", "airbnb"), (6, 3, 2))[0],
                chance.choices(("paid", "unpaid", "partial"), (90, 6, 4))[0],
            )
        )
    return sorted(found, key=lambda each: each.at)


def _in_a_row(
    chance: Random, place: Place, first: date, days: int
) -> Iterator[tuple[Place, date, date]]:
    day = first + chance.randrange(4) * DAY
    while day < first + days * DAY:
        nights = chance.choice((1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 10, 14))
        if chance.random() < 0.02:
            nights = chance.randrange(20, 40)
        yield place, day, day + nights * DAY
        day += (nights + chance.choice((0, 0, 0, 0, 0, 1, 1, 2, 3, 5))) * DAY


def _booked_at(chance: Random, arrival: date, most: int) -> datetime:
    if chance.random() < 0.05:
        days = 0
    else:
        days = chance.choice((chance.randrange(1, 8), *(chance.randrange(4, most + 1),) * 4))
    at = datetime.combine(arrival - days * DAY, time(chance.randrange(5, 20)), UTC)
    return at + timedelta(minutes=30 * chance.randrange(2))


def as_told(booking: Booking) -> Booking:
    """Return a booking as a PMS can tell of it: whose guest is who is not known from stay to stay.

    None tells a guest's zone, so it is that of their phone's country, if it has one. Airbnb is paid
    before it confirms.
    """
    phone = f"+2547{booking.ref.removeprefix('R'):0>8}" if booking.phone else None
    who = Person(f"guest of {booking.ref}", "Africa/Nairobi" if phone else None)
    paid = "paid" if booking.channel == "airbnb" else booking.payment
    code = f"HM{booking.ref}"
    return replace(booking, person=who, stated=None, phone=phone, payment=paid, code=code)
