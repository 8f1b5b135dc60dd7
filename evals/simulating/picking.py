"""A guest before free times: one that suits, one that is good enough, or none."""

from dataclasses import replace

from evals.simulating.acts import Act, Leave, Pick
from evals.simulating.facts import Hours
from evals.simulating.guest import Guest
from evals.simulating.hearing import Heard, Slot
from evals.simulating.line import Means


def pick(guest: Guest, heard: Heard) -> Act | None:
    """Take one of the times shown, by its button or in words."""
    if not guest.is_choosing:
        return None
    if heard.listed:
        return _pick_in_words(guest, heard)
    if not heard.slots:
        return None
    suiting = [slot for slot in heard.slots if _suits(guest, slot)]
    if not suiting:
        return _name_a_time(guest, heard)
    exact = [slot for slot in suiting if guest.wanted.suits(slot.day, slot.start)]
    slot = guest.random.choice(exact or suiting)
    if guest.chance(guest.manner.buttons):
        return Pick(slot)
    hours = Hours.of(f"{slot.start:%H:%M}")
    if len({each.day for each in heard.slots}) == 1:
        return guest.say(Means("pick", hours=hours))
    return guest.say(Means("day_time", day=slot.day, hours=hours))


def _suits(guest: Guest, slot: Slot) -> bool:
    named = [each for each in guest.menu.staff if each in slot.label]
    staff = not guest.wanted.staff or not named or guest.wanted.staff in named
    good = (slot.day, slot.start) in guest.instead
    return staff and (guest.wanted.suits(slot.day, slot.start) or good)


def _pick_in_words(guest: Guest, heard: Heard) -> Act:
    day, hours = guest.wanted.day, guest.wanted.hours
    suiting = [at for at in heard.listed if hours.allows(at)]
    suiting = suiting or [at for at in heard.listed if (day, at) in guest.instead]
    if not suiting:
        return _name_a_time(guest, heard)
    return guest.say(Means("pick", hours=Hours.of(f"{guest.random.choice(suiting):%H:%M}")))


def _name_a_time(guest: Guest, heard: Heard) -> Act:
    """Nothing that was named suits: say what would, unless that is known to be taken."""
    visit = guest.wanted
    if "none" in heard.news or "other_time" in guest.done:
        taken = replace(heard, news=heard.news | {"none"})
        return look_elsewhere(guest, taken) or guest.say(guest.means("book", visit))
    return guest.say(Means("other_time", day=visit.day, hours=visit.hours))


def look_elsewhere(guest: Guest, heard: Heard) -> Act | None:
    """The start it wants is not to be had: try those that are good enough."""
    if "none" not in heard.news or not guest.is_choosing:
        return None
    if guest.tried < len(guest.instead):
        day, start = guest.instead[guest.tried]
        guest.tried += 1
        return guest.say(Means("other_time", day=day, hours=Hours.of(f"{start:%H:%M}")))
    return Leave() if "none_suits" in guest.done else guest.say(Means("none_suits"))
