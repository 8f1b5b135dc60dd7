"""What happens to stays and guests: answers, changes of mind and of dates, cancellations."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from jirani.connectors.memory_pms_faults import HookFault, PmsFault
from jirani.connectors.pms import PmsReservation, PmsTask
from jirani.rules.facts import StayPayment, StayStatus, TaskKind
from tests.support.year.bookings import ZONES, Booking
from tests.support.year.contacts import instant
from tests.support.year.guests import Voice, Words
from tests.support.year.playing import Played
from tests.support.year.record import Chore, Place, Put
from tests.support.year.texts import asks_again, put_in
from tests.support.year.watched import SINGLE

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
HOOKS = (
    *(HookFault.LOST, HookFault.LATE, HookFault.LATE, HookFault.DUPLICATE),
    *(HookFault.DUPLICATE, HookFault.OUT_OF_ORDER, HookFault.GARBLED),
)
CALLS = (
    *("reservation", "listing", "calendar", "tasks", "messages", "post", "post", "post"),
    *("fees", "add_fee", "remove_fee", "extend", "shorten", "add_task", "remove_task"),
)


@dataclass(frozen=True)
class Meant:
    """What somebody had in mind, by the PMS's id of their message."""

    words: Words
    told: bool


class Lives:
    """Everything the guests, the host and bad luck do in a house."""

    def __init__(self, played: Played, places: list[Place], seed: int) -> None:
        self.played, self.pms, self.tally = played, played.pms, played.tally
        self.places = {place.ref: place for place in places}
        self.chance = Random(seed)
        self.bookings: dict[str, Booking] = {}
        self.voices: dict[str, Voice] = {}
        self.meant: dict[str, Meant] = {}
        self.last: dict[str, Words] = {}  # what each guest said last, by stay
        self.chores: list[Chore] = []
        played.heard = self.heard

    def begins(self, bookings: list[Booking]) -> None:
        """Let every booking be made at its moment."""
        for booking in bookings:
            self.played.at(booking.at, lambda each=booking: self._books(each))  # type: ignore[misc]

    def troubles(self, first: datetime, last: datetime) -> None:
        """Let the PMS fail now and then: for hours, in part, or in a single call."""
        at = first + self.chance.randrange(24, 96) * HOUR
        while at < last:
            self._fails(at)
            at += self.chance.randrange(60, 12 * 24) * HOUR
        at = first
        while at < last:
            at += self.chance.randrange(1, 10) * HOUR
            self.played.at(at, self._slips)

    def _fails(self, at: datetime) -> None:
        call, fault = self.chance.choice(
            (
                *((("*", PmsFault.DOWN)),) * 4,
                ("calendar", PmsFault.STALE),
                ("messages", PmsFault.DOWN),
                ("post", PmsFault.TIMEOUT_AFTER),
                ("post", PmsFault.TIMEOUT_BEFORE),
                ("*", PmsFault.RATE_LIMITED),
                ("reservation", PmsFault.STATUS_UNKNOWN),
            )
        )
        lasts = self.chance.choice((1, 2, 3, 5, 9)) * HOUR
        self.tally[f"outage {call} {fault}"] += 1
        self.played.at(at, lambda: self.pms.faults.always(call, fault))
        self.played.at(at + lasts, lambda: self.pms.faults.over(call))

    def _slips(self) -> None:
        call, fault = self.chance.choice(CALLS), self.chance.choice(SINGLE)
        self.pms.faults.next(call, fault)

    def _hook(self) -> bool:
        """Let bad luck befall the next webhook, or not; tell whether it will be heard."""
        if self.pms.rate:
            self.pms.hooks.late = self.chance.choice((10, 60, 240)) * MINUTE
            return self.pms.hook_by_chance()
        if self.chance.random() < 0.07:
            self.pms.hooks.late = self.chance.choice((10, 60, 240)) * MINUTE
            return self.pms.hook_befalls(self.chance.choice(HOOKS))
        return True

    # --- stays

    def _books(self, booking: Booking) -> None:
        place, arrival, nights = booking.place, booking.arrival, booking.departure - booking.arrival
        if not self._free(booking.ref, place.ref, arrival, arrival + nights):
            self.tally["not booked: taken"] += 1
            return
        self.bookings[booking.ref] = booking
        self.voices[booking.ref] = Voice(self.chance, booking.language)
        self._hook()
        told = (booking.ref, place.ref, StayStatus.CONFIRMED, StayPayment(booking.payment))
        self.pms.book(
            PmsReservation(
                *(*told, arrival, booking.departure),
                channel=booking.channel,
                guest_ref=booking.person.ref,
                guest_name="Sarah",
                guest_zone=booking.stated,
                guest_phone=booking.phone,
                guest_locale=booking.language,
                code=booking.code,
                currency=ZONES[place.zone],
            )
        )
        self.tally["stays"] += 1
        self._plans(booking)

    def _plans(self, booking: Booking) -> None:
        """Draw what will happen by itself around a stay."""
        ref, chance, now = booking.ref, self.chance, self.played.clock.at
        ends = instant(booking.departure, booking.place.check_out, booking.place.zone)
        begins = instant(booking.arrival, booking.place.check_in, booking.place.zone)

        def some_time() -> datetime:
            return now + max(ends - now, HOUR) * chance.random()

        def lately() -> datetime:
            return max(now + HOUR, begins - 4 * DAY) + (ends - begins + 4 * DAY) * chance.random()

        if booking.payment != "paid" and chance.random() < 0.8:
            self.played.at(some_time(), lambda: self._changes(ref, payment=StayPayment.PAID))
        if chance.random() < 0.08:
            self.played.at(chance.choice((some_time, lately))(), lambda: self._cancels(ref))
        if chance.random() < 0.05:
            self.played.at(chance.choice((some_time, lately))(), lambda: self._redates(ref))
        if chance.random() < 0.02:
            self.played.at(some_time(), lambda: self._moves(ref))
        if chance.random() < 0.20:
            self.played.at(lately(), lambda: self._says(ref, self.voices[ref].asks()))
        if chance.random() < 0.10:
            self.played.at(lately(), lambda: self._says(ref, self.voices[ref].says("question")))
        if chance.random() < 0.01:
            say = self.voices[ref].says("hard question")
            self.played.at(lately(), lambda: self._says(ref, say))
        if chance.random() < 0.03:
            self.played.at(some_time(), lambda: self._works(booking))
        if chance.random() < 0.5:
            self.played.at(begins, lambda: self._status(ref, StayStatus.CHECKED_IN))
            self.played.at(ends, lambda: self._status(ref, StayStatus.CHECKED_OUT))

    def _moment(self, stay: PmsReservation, status: StayStatus) -> datetime:
        place = self.places[stay.listing_ref]
        if status is StayStatus.CHECKED_IN:
            return instant(stay.arrival, place.check_in, place.zone)
        return instant(stay.departure, place.check_out, place.zone)

    def _live(self, ref: str) -> PmsReservation | None:
        stay = self.pms.world.reservations[ref]
        return stay if stay.status in (StayStatus.CONFIRMED, StayStatus.CHECKED_IN) else None

    def _free(self, ref: str, place: str, arrival: date, departure: date) -> bool:
        nights = self.pms.world.nights(place, arrival, departure - DAY)
        return all(set(night.reservation_refs) <= {ref} for night in nights)

    def _changes(self, ref: str, **fields: object) -> None:
        if self._live(ref):
            self._hook()
            self.pms.change(ref, **fields)
            self.tally[f"changed {', '.join(fields)}"] += 1

    def _status(self, ref: str, status: StayStatus) -> None:
        stay = self._live(ref)
        if stay is None:
            return
        if (moment := self._moment(stay, status)) > self.played.clock.at:
            self.played.at(moment, lambda: self._status(ref, status))  # its dates have changed
        else:
            self._changes(ref, status=status)

    def _cancels(self, ref: str, *, lost: bool = False) -> None:
        if not self._live(ref):
            return
        if lost:
            self.pms.hook_befalls(HookFault.LOST)
        else:
            self._hook()
        status = self.chance.choice(
            (StayStatus.CANCELLED, StayStatus.CANCELLED, StayStatus.REFUNDED)
        )
        self.pms.cancel(ref, status)
        self.tally[str(status)] += 1

    def _redates(self, ref: str) -> None:
        stay = self._live(ref)
        if stay is None:
            return
        shift = self.chance.choice((-2, -1, 1, 2)) * DAY
        longer = self.chance.choice((0, 0, -1, 1)) * DAY
        arrival, departure = stay.arrival + shift, stay.departure + shift + longer
        today = self.played.clock.at.date()
        if arrival <= today or departure <= arrival:
            arrival, departure = stay.arrival, max(stay.departure + longer, today + DAY)
        free = departure > arrival and self._free(ref, stay.listing_ref, arrival, departure)
        if free and (arrival, departure) != (stay.arrival, stay.departure):
            self._changes(ref, arrival=arrival, departure=departure)

    def _moves(self, ref: str) -> None:
        stay = self._live(ref)
        if stay is None:
            return
        zone = self.places[stay.listing_ref].zone
        others = [each for each in self.places.values() if each.zone == zone]
        self.chance.shuffle(others)
        for other in others:
            if other.ref != stay.listing_ref and self._free(
                ref, other.ref, stay.arrival, stay.departure
            ):
                self._changes(ref, listing_ref=other.ref)
                return

    def _works(self, booking: Booking) -> None:
        """Let the host plan a cleaning, or some work on a day of arrival or departure."""
        place, now = booking.place, self.played.clock.at
        cleaning = self.chance.random() < 0.5
        day = booking.arrival + self.chance.randrange(1, 4) * DAY
        if not cleaning:
            day = self.chance.choice((booking.arrival, booking.departure))
        kind = TaskKind.CLEANING if cleaning else TaskKind.MAINTENANCE
        begins = instant(day, time(12 if cleaning else 13), place.zone)
        ends = begins + 2 * HOUR
        ref = f"host-{len(self.chores)}"
        self.pms.world.put_task(PmsTask(ref, place.ref, kind, day, begins, ends))
        self.chores.append(Chore(place.ref, str(kind), day, now, starts_at=begins, ends_at=ends))
        self.tally["work planned by the host"] += 1

    # --- words

    def heard(self, ref: str, text: str) -> None:
        """Let a guest answer what they have just got, some time later or never."""
        put, chance, now = put_in(text), self.chance, self.played.clock.at
        if put is None and self.pms.rate and asks_again(text) and ref in self.last:
            words = self.last[ref]
            self.played.at(now + chance.randrange(5, 40) * MINUTE, lambda: self._says(ref, words))
            return
        if put is None or ref not in self.voices:
            return
        self.tally[f"offered {put.kind}{', asked for' if put.asked else ''}"] += 1
        wait = chance.choice((10 * MINUTE, HOUR, 3 * HOUR, 8 * HOUR, 26 * HOUR, 40 * HOUR))
        if put.asked:
            wait = chance.choice((10 * MINUTE, 30 * MINUTE, 3 * HOUR))
        wait *= 0.5 + chance.random()
        voice = self.voices[ref]
        self.played.at(now + wait, lambda: self._answers(ref, put, voice))

    def _answers(self, ref: str, put: Put, voice: Voice) -> None:
        chance, now = self.chance, self.played.clock.at
        zone = self.bookings[ref].place.zone
        said = voice.answers(put, _local_day(now, zone))
        if any(words.meant == "yes" for words in said) and chance.random() < 0.05:
            self.tally["cancelled just before a yes"] += bool(self._live(ref))
            self._cancels(ref, lost=chance.random() < 0.6)
        for words in said:
            self._says(ref, words)
        if not said:
            return
        if said[-1].meant == "yes" and chance.random() < 0.15:
            wait = chance.choice((10, 35, 50, 90)) * MINUTE
            self.played.at(now + wait, lambda: self._says(ref, voice.takes_back(put.kind)))
        if said[-1].meant == "stop" and chance.random() < 0.4:
            wait = chance.randrange(2, 60) * HOUR
            self.played.at(now + wait, lambda: self._says(ref, voice.says("start")))
        if said[-1].meant == "change":
            follow = voice.says(chance.choice(("yes", "no")), put.kind)
            self.played.at(now + HOUR, lambda: self._says(ref, follow))

    def _says(self, ref: str, words: Words) -> None:
        told = self._hook()
        message = self.pms.guest_says(ref, words.text)
        self.meant[message.ref] = Meant(words, told)
        self.last[ref] = words
        self.tally["messages"] += 1
        self.tally[f"said {words.meant}"] += 1
        if self.chance.random() < 0.01:
            self.pms.host_says(ref, "Let me look into that for you.")
            self.tally["host answered first"] += 1


def _local_day(now: datetime, zone: str) -> date:
    return now.astimezone(ZoneInfo(zone)).date()
