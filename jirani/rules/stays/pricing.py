"""On what terms a kind is offered to a stay: the day, the hour or the nights, the price (§4)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from jirani.rules.decision import Decision, Reason, refuse
from jirani.rules.facts import KindSettings, Night, OfferKind, Stay, Terms
from jirani.rules.stays.checks import free_nights
from jirani.rules.stays.kinds import NIGHTS, OFFER_KINDS, TIMED, Product, day_n
from jirani.rules.stays.moments import DAY, check_in, today


@dataclass(frozen=True, slots=True)
class Wish:
    """What a guest named by themselves: a time, a day, how many nights (U6, U11)."""

    wall: time | None = None
    day: date | None = None
    nights: int | None = None


NO_WISH = Wish()


def terms_of(
    kind: OfferKind,
    stay: Stay,
    settings: KindSettings,
    now: datetime,
    *,
    lead: timedelta | None = None,
    wish: Wish = NO_WISH,
) -> Terms | Decision:
    """Return the terms on which a kind is offered now, or why there are none (domain §4).

    That the kind is for sale, and the calendar readable, has been judged. Nights before the stay
    that begin within `lead` are left out; it is the kind's own where none is given (O8). A wish
    is taken as it is: whether it lies in what is offered is judged elsewhere.
    """
    product = OFFER_KINDS[kind].product
    if product in NIGHTS:
        wait = OFFER_KINDS[kind].lead if lead is None else lead
        return _of_nights(product, stay, settings, now, wait, wish.nights)
    if settings.price is None or stay.listing.currency is None:
        return refuse(Reason.NO_PRICE, "There is no price for it.")
    fixed = Terms(stay.reservation.arrival, settings.price, stay.listing.currency)
    if product in TIMED:
        at = settings.wall if wish.wall is None else wish.wall
        if product is Product.EARLIER:
            return replace(fixed, wall=at, standard=stay.listing.check_in)
        standard = stay.listing.check_out
        return replace(fixed, day=stay.reservation.departure, wall=at, standard=standard)
    return replace(fixed, day=wish.day or service_day(stay, now))


def service_day(stay: Stay, now: datetime) -> date:
    """Return the day of a cleaning: the day after it is offered (domain §4).

    To a guest who asks before the stay: the day on which it would have been done.
    """
    reservation = stay.reservation
    tomorrow = today(stay.listing, now) + DAY
    if tomorrow > reservation.arrival:
        return tomorrow
    return min(
        reservation.arrival + day_n(reservation.nights) * DAY + DAY, reservation.departure - DAY
    )


def renewed(kind: OfferKind, terms: Terms, stay: Stay, now: datetime) -> Terms:
    """Return the terms of an offer that is asked once more: its own (O3, O10).

    Only a cleaning's day goes with the day on which it is asked.
    """
    if OFFER_KINDS[kind].product is Product.CLEANING:
        return replace(terms, day=service_day(stay, now))
    return terms


def night_price(rate: int, discount: int) -> int:
    """Return a night's rate less a discount in percent, halves up, in minor units (domain §4)."""
    return (rate * (100 - discount) + 50) // 100


def _of_nights(
    product: Product,
    stay: Stay,
    settings: KindSettings,
    now: datetime,
    lead: timedelta,
    wanted: int | None,
) -> Terms | Decision:
    currency = stay.listing.currency
    if stay.around is None:
        return refuse(Reason.CALENDAR_UNREADABLE, "The calendar was not read.")
    most = settings.max_nights if wanted is None else wanted
    found = free_nights(product, stay.reservation, stay.around, most)
    if isinstance(found, Decision):
        return found
    if product is Product.NIGHTS_BEFORE:
        found = tuple(day for day in found if now <= check_in(stay.listing, day) - lead)
        if not found:
            return refuse(Reason.TOO_LATE, "The night before the stay begins too soon.")
    if wanted is not None and len(found) < wanted:
        return refuse(Reason.NIGHT_NOT_FREE, f"Only {len(found)} of the nights can be had.")
    price = _sum((stay.around.night(day) for day in found), settings.discount, currency)
    if isinstance(price, Decision):
        return price
    if currency is None:
        return refuse(Reason.OTHER_CURRENCY, f"{stay.listing.name} has no currency.")
    return Terms(found[0], price, currency, nights=found)


def _sum(nights: Iterable[Night], discount: int, currency: str | None) -> int | Decision:
    """Add up the nights, each rounded by itself (domain §4); a night without a rate has none."""
    total = 0
    for night in nights:
        if not night.price or night.price < 0:
            return _no_rate(night.day)
        if night.currency not in (None, currency):
            return refuse(
                Reason.OTHER_CURRENCY, f"The night of {night.day} is in {night.currency}."
            )
        total += night_price(night.price, discount)
    return total if total else refuse(Reason.NO_PRICE, "It would cost nothing.")


def _no_rate(day: date) -> Decision:
    return refuse(Reason.NO_PRICE, f"The calendar has no rate for the night of {day}.")
