"""Whether guests were left in peace: O5 to O10, by arithmetic of its own on what arrived."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from tests.support.year.record import (
    AHEAD,
    BEFORE,
    CLEANING,
    EARLY,
    LATE,
    ON_THE_DAY,
    Breach,
    Facts,
    Place,
    Put,
    Record,
    Said,
    StayRecord,
    same,
)

WEEK, TWO_DAYS, DAY = timedelta(days=7), timedelta(hours=48), timedelta(days=1)
# An answer to an offer that is so young is certainly one to it: nothing lives shorter but a
# cleaning, which ends the same evening, and a night on the day of departure.
YOUNG = timedelta(hours=3)
Sent = tuple[StayRecord, Said, Put]


def instant(day: date, at: time, zone: str) -> datetime:
    """Return when clocks of a zone show a time on a day."""
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def unasked(stays: list[StayRecord]) -> list[Sent]:
    """Return what was offered unasked, in order of time."""
    every = [(stay, said, put) for stay in stays for said, put in stay.puts if not put.asked]
    return sorted(every, key=lambda each: each[1].at)


def anew(stay: StayRecord) -> Iterator[datetime]:
    """Return when something was offered that was not open already: an answer may name it again."""
    before: list[tuple[Said, Put]] = []
    for said, put in stay.puts:
        alike = [
            one
            for one, each in before
            if (each.price, each.wall) == (put.price, put.wall) and same(each.kind, put.kind)
        ]
        if not (put.asked and any(said.at - one.at < TWO_DAYS for one in alike)):
            yield said.at
        before.append((said, put))


def later_word(stay: StayRecord, kind: str, since: datetime, until: datetime) -> Said | None:
    """Return the guest's "later" to an offer, said between two moments."""
    for said in stay.said:
        if said.meant == "later" and since < said.at <= until and said.about in ("", kind):
            return said
    return None


def certain_noes(stay: StayRecord) -> Iterator[tuple[Said, tuple[str, ...]]]:
    """Return every no that has certainly declined something, and the kinds it has.

    It came within hours of the one offer that could be open, and nothing else happened between.
    """
    for said in stay.said:
        if said.who != "guest" or said.meant not in ("no", "general"):
            continue
        lately = [put for put in stay.puts if said.at - TWO_DAYS < put[0].at < said.at]
        changed = any(said.at - TWO_DAYS < each.at <= said.at for each in stay.facts[1:])
        talk = [each for each in stay.said if said.at - TWO_DAYS < each.at < said.at]
        alone = len(lately) == 1 and not any(each.who == "guest" for each in talk)
        if alone and not changed and said.at - lately[0][0].at <= YOUNG:
            yield said, (lately[0][1].kind,)


def spacing(record: Record) -> Iterator[Breach]:
    """O5: 48 h between two, but for one that is asked again when its guest said."""
    for stays in record.of_person().values():
        sent = unasked(stays)
        for (_, before, _), (stay, said, put) in pairwise(sent):
            if said.at - before.at >= TWO_DAYS or _at_their_word(stay, said, put):
                continue
            yield Breach("O5", stay.ref, f"{put.kind} {said.at - before.at} after another")


def _at_their_word(stay: StayRecord, said: Said, put: Put) -> bool:
    first = next(one for one, each in stay.puts if same(each.kind, put.kind))
    word = later_word(stay, put.kind, first.at, said.at)
    return word is not None and word.until is not None


def weekly(record: Record) -> Iterator[Breach]:
    """O5: at most three offers in any seven days when one more goes out unasked."""
    for stays in record.of_person().values():
        times = sorted(at for stay in stays for at in anew(stay))
        for stay, said, put in unasked(stays):
            lately = [at for at in times if said.at - WEEK < at <= said.at]
            if len(lately) > 3:
                yield Breach("O5", stay.ref, f"{put.kind} is number {len(lately)} within a week")


def pause(record: Record) -> Iterator[Breach]:
    """O5: after a second no within 48 h, nothing unasked for 48 h."""
    for stays in record.of_person().values():
        noes = sorted(said.at for stay in stays for said, _ in certain_noes(stay))
        seconds = [b for a, b in pairwise(noes) if b - a < TWO_DAYS]
        for stay, said, put in unasked(stays):
            if any(no < said.at < no + TWO_DAYS for no in seconds):
                yield Breach("O5", stay.ref, f"{put.kind} in the pause after a second no")


def waking(record: Record) -> Iterator[Breach]:
    """O7: from 08:00 to 20:00 where the guest is; at the listing between arrival and departure."""
    for stay, said, put, facts, place in _with_facts(record):
        begins = instant(facts.arrival, place.check_in, place.zone)
        ends = instant(facts.departure, place.check_out, place.zone)
        inside = begins <= said.at < ends
        zone = place.zone if inside or stay.person.zone is None else stay.person.zone
        local = said.at.astimezone(ZoneInfo(zone))
        if not 8 <= local.hour < 20:
            yield Breach("O7", stay.ref, f"{put.kind} at {local:%H:%M} in {zone}")


def in_time(record: Record) -> Iterator[Breach]:
    """O8: never later than so long before what it is about."""
    for stay, said, put, facts, place in _with_facts(record):
        last = _last(stay, put, facts, place, said)
        if said.at > last:
            yield Breach("O8", stay.ref, f"{put.kind} at {said.at}, the last moment was {last}")


def _last(stay: StayRecord, put: Put, facts: Facts, place: Place, said: Said) -> datetime:
    arrives = instant(facts.arrival, place.check_in, place.zone)
    leaves = instant(facts.departure, place.check_out, place.zone)
    eve = instant(facts.departure - 2 * DAY, time(20), place.zone)
    first_night = instant(facts.arrival - DAY, place.check_in, place.zone)
    return {
        EARLY: arrives - DAY,
        BEFORE: first_night - DAY,
        LATE: leaves - DAY,
        AHEAD: leaves - DAY,
        CLEANING: eve,
        ON_THE_DAY: leaves - timedelta(hours=2),
    }[put.kind]


def live(record: Record) -> Iterator[Breach]:
    """U1, U3: nothing is offered for a stay that is not confirmed, or not paid."""
    for stay, _, put, facts, _ in _with_facts(record):
        if facts.status not in ("confirmed", "checked_in") or facts.payment != "paid":
            state = f"{facts.status}, {facts.payment}"
            yield Breach("U1", stay.ref, f"{put.kind} is offered to a stay that is {state}")


def _with_facts(record: Record) -> Iterator[tuple[StayRecord, Said, Put, Facts, Place]]:
    for stay, said, put in unasked([*record.stays.values()]):
        facts = stay.at(said.at)
        if facts is None:
            raise LookupError(f"{stay.ref} was written to before it was booked")
        yield stay, said, put, facts, record.places[facts.place]


def opted_out(record: Record) -> Iterator[Breach]:
    """O9: nothing unasked after a stop, until a start; in every stay of theirs."""
    for stays in record.of_person().values():
        for stay, said, put in unasked(stays):
            words = [
                (word.at, word.meant)
                for each in stays
                for word in each.said
                # What nobody was told of is read where it stands, before that stay is offered.
                if word.meant in ("stop", "start") and (word.told or each is stay)
            ]
            before = [meant for at, meant in sorted(words) if at < said.at]
            if before and before[-1] == "stop":
                yield Breach("O9", stay.ref, f"{put.kind} after a stop")


def refused(record: Record) -> Iterator[Breach]:
    """O10: nothing after a general no; not the same again after a no to it."""
    for stay, said, put in unasked([*record.stays.values()]):
        if any(word.meant == "general" and word.at < said.at for word in stay.said):
            yield Breach("O10", stay.ref, f"{put.kind} after a general no")
        if _taken_back(stay, said, put):
            yield Breach("O10", stay.ref, f"{put.kind} is asked again after a no")
        for word, kinds in certain_noes(stay):
            if word.at < said.at and any(same(kind, put.kind) for kind in kinds):
                yield Breach("O10", stay.ref, f"{put.kind} after a no to it")


def _taken_back(stay: StayRecord, said: Said, put: Put) -> bool:
    """Tell whether the guest's last word on what they were asked before was a no."""
    words = [
        word.meant
        for word in stay.said
        if word.about == put.kind and word.at < said.at and word.meant in ("yes", "no", "later")
    ]
    return words[-1:] == ["no"]


def again(record: Record) -> Iterator[Breach]:
    """U2, O10: each kind once in a stay; once more, and no sooner, if the guest said later."""
    for stay in record.stays.values():
        first: dict[str, list[Said]] = {}
        for _, said, put in unasked([stay]):
            before = first.setdefault(put.kind, [])
            word = before and later_word(stay, put.kind, before[-1].at, said.at)
            if len(before) > 1:
                yield Breach("O10", stay.ref, f"{put.kind} for the third time")
            elif before and not word:
                yield Breach("U5", stay.ref, f"{put.kind} was sent twice")
            elif word and word.until and said.at < _morning(stay, word, record):
                yield Breach("O10", stay.ref, f"{put.kind} before the day the guest named")
            before.append(said)


def _morning(stay: StayRecord, word: Said, record: Record) -> datetime:
    facts = stay.at(word.at)
    zones = [stay.person.zone, record.places[facts.place].zone if facts else None]
    until = word.until or date.min
    return min(instant(until, time(), zone) for zone in zones if zone)


CHECKS: tuple[Callable[[Record], Iterator[Breach]], ...] = (
    *(spacing, weekly, pause, waking, in_time, live, opted_out, refused, again),
)
