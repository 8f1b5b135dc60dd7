"""The world behind a property-management system in memory: places, stays, calendars, talk."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from jirani.connectors.pms import (
    NewTask,
    PmsFee,
    PmsListing,
    PmsMessage,
    PmsNight,
    PmsReservation,
    PmsTask,
)
from jirani.rules.facts import NightState, StayPayment, StayStatus

# Nobody else may have the nights of any other: in doubt they are taken.
_EMPTY = frozenset({StayStatus.INQUIRY, StayStatus.CANCELLED, StayStatus.REFUNDED})
_DAY = timedelta(days=1)


@dataclass
class _Place:
    listing: PmsListing
    rate: int | None
    nights: dict[date, PmsNight] = field(default_factory=dict)  # what somebody set
    stays: dict[str, None] = field(default_factory=dict)
    tasks: dict[str, None] = field(default_factory=dict)


class PmsWorld:
    """What is so, whatever a fault lets anybody see of it.

    `unreadable` are stays whose data no connector could make sense of.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.reservations: dict[str, PmsReservation] = {}
        self.messages: dict[str, list[PmsMessage]] = {}
        self.tasks: dict[str, PmsTask] = {}
        self.fees: dict[str, list[PmsFee]] = {}
        self.charges: dict[str, PmsFee] = {}  # by our key: on record, but not on the bill
        self.unreadable: set[str] = set()
        self._clock = clock
        self._places: dict[str, _Place] = {}
        self._told_of: dict[str, str] = {}  # conversation → stay
        self._planned: dict[str, str] = {}  # our key → task
        self._made = 0

    def mark(self, what: str) -> str:
        """Return an id of its own, also beside those of another process, earlier or later."""
        self._made += 1
        seed = f"{self._clock().isoformat()}/{self._made}/{what}".encode("utf-8", "replace")
        return hashlib.blake2s(seed, digest_size=6).hexdigest()

    def place(self, listing: PmsListing, rate: int | None = None) -> None:
        """Put a place there, or change it; `rate` is its price of a night in minor units."""
        known = self._places.get(listing.ref)
        if known is None:
            self._places[listing.ref] = _Place(listing, rate)
        else:
            known.listing = listing
            known.rate = known.rate if rate is None else rate

    def put(self, stay: PmsReservation) -> None:
        """Put a stay there, or change it."""
        known = self.reservations.get(stay.ref)
        if known is not None and known.listing_ref != stay.listing_ref:
            self._at(known.listing_ref).stays.pop(stay.ref, None)
        self.reservations[stay.ref] = stay
        self._at(stay.listing_ref).stays[stay.ref] = None
        if (conversation := self.conversation(stay.ref)) is not None:
            self._told_of[conversation] = stay.ref

    def put_task(self, task: PmsTask) -> None:
        """Put a task there, or change it."""
        self.tasks[task.ref] = task
        self._at(task.listing_ref).tasks[task.ref] = None

    def plan_task(self, new: NewTask, undone: bool) -> str | None:
        """Put a task there once, and return its id; None if it was not to be done."""
        known = self._planned.get(new.key)
        if known in self.tasks or undone:
            return known
        ref = f"task-{self.mark(new.key)}"
        task = PmsTask(
            *(ref, new.listing_ref, new.kind, new.day, new.starts_at, new.ends_at),
            reservation_ref=new.reservation_ref,
            title=new.title,
        )
        self.put_task(task)
        self._planned[new.key] = ref
        return ref

    def forget(self, listing_ref: str) -> None:
        """Let a place go, with all that ever happened there: long replays stay small."""
        place = self._places.pop(listing_ref, None)
        for ref in place.stays if place else ():
            conversation = self.conversation(ref)
            self.reservations.pop(ref, None)
            self.fees.pop(ref, None)
            if conversation is not None:
                self._told_of.pop(conversation, None)
                self.messages.pop(conversation, None)
        gone = {ref for ref in place.tasks if self.tasks.pop(ref, None)} if place else set()
        if gone:
            self._planned = {key: ref for key, ref in self._planned.items() if ref not in gone}

    def listing(self, ref: str) -> PmsListing | None:
        """Return a place."""
        place = self._places.get(ref)
        return place.listing if place else None

    def listings(self) -> list[PmsListing]:
        """Return every place."""
        return [place.listing for place in self._places.values()]

    def conversation(self, reservation_ref: str) -> str | None:
        """Return where a stay's guest is written to; `""` in its data means nowhere."""
        stay = self.reservations.get(reservation_ref)
        if stay is None or stay.conversation == "":
            return None
        return stay.conversation or f"conversation-{reservation_ref}"

    def stay_of(self, conversation: str) -> str | None:
        """Return the stay a conversation is about."""
        return self._told_of.get(conversation)

    def texts(self, conversation: str) -> list[str]:
        """Return what was said there, in order."""
        return [message.text for message in self.messages.get(conversation, ())]

    def set_night(
        self,
        listing_ref: str,
        day: date,
        state: NightState | str = NightState.FREE,
        price: int | None = None,
    ) -> None:
        """Block, close or price a night; one that somebody has booked stays booked."""
        place = self._at(listing_ref)
        currency = place.listing.currency
        place.nights[day] = PmsNight(
            day, NightState(state), place.rate if price is None else price, currency
        )

    def nights(self, listing_ref: str, first: date, last: date) -> list[PmsNight]:
        """Return what is so of each night; KeyError for a place that is not there."""
        place = self._places[listing_ref]
        booked: dict[date, list[str]] = {}
        for ref in place.stays:
            stay = self.reservations[ref]
            if stay.status not in _EMPTY and stay.arrival <= last and stay.departure > first:
                for day in _days(max(first, stay.arrival), min(last, stay.departure - _DAY)):
                    booked.setdefault(day, []).append(ref)
        return [self._night(place, day, booked.get(day)) for day in _days(first, last)]

    def tasks_at(self, listing_ref: str, first: date, last: date) -> list[PmsTask]:
        """Return what is to be done at a place, by day."""
        tasks = (self.tasks[ref] for ref in self._at(listing_ref).tasks if ref in self.tasks)
        return sorted((one for one in tasks if first <= one.day <= last), key=lambda one: one.day)

    def _night(self, place: _Place, day: date, refs: list[str] | None) -> PmsNight:
        night = place.nights.get(day)
        if night is None:
            night = PmsNight(day, NightState.FREE, place.rate, place.listing.currency)
        if refs:
            night = replace(night, state=NightState.BOOKED, reservation_refs=tuple(refs))
        return night

    def _at(self, listing_ref: str) -> _Place:
        """Return a place; one nobody described yet has nothing but its id."""
        if listing_ref not in self._places:
            bare = PmsListing(listing_ref, listing_ref, None, None, None, None)
            self._places[listing_ref] = _Place(bare, None)
        return self._places[listing_ref]


def _days(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + timedelta(days=n)


def small_world(world: PmsWorld, today: date) -> None:
    """Fill a world with a flat by the sea, a cabin, and a few guests around a day."""
    flat = PmsListing("flat", "Sea flat", "Europe/Lisbon", "EUR", time(15), time(11))
    cabin = PmsListing("cabin", "Lake cabin", "America/New_York", "USD", time(16), time(11))
    world.place(flat, 12000)
    world.place(cabin, 18000)
    stays = (
        ("R1", "flat", "direct", "Ana Lopes", 3, 8, "EUR"),
        ("R2", "flat", "booking", "Sam Otieno", 10, 14, "EUR"),
        ("R3", "cabin", "airbnb", "Mia Chen", -2, 5, "USD"),
    )
    for ref, place, channel, name, start, end, currency in stays:
        stay = PmsReservation(
            *(ref, place, StayStatus.CONFIRMED, StayPayment.PAID),
            *(today + timedelta(days=start), today + timedelta(days=end)),
            channel=channel,
            code=f"HMTEST{ref}",
            guest_ref=f"guest-{ref}",
            guest_name=name,
            currency=currency,
            payment_basis="flag",
        )
        world.put(stay)
