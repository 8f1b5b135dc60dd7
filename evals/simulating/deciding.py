"""What a guest does next, by what it sees and by its fact sheet alone: decisions in their order."""

from collections.abc import Callable

from evals.simulating.acts import Act, Leave, Say, Wait
from evals.simulating.answering import answer, answer_the_extra
from evals.simulating.guest import Guest
from evals.simulating.hearing import Heard
from evals.simulating.line import Line, Means
from evals.simulating.picking import look_elsewhere, pick

PATIENT_REPEATS = 2


def decide(guest: Guest, heard: Heard) -> Act:
    """Decide what to do about what was heard."""
    guest.news |= heard.news
    if "opened" not in guest.done:
        return _open(guest)
    for decision in _DECISIONS:
        if (act := decision(guest, heard)) is not None:
            return act
    return guest.say(guest.means("book", guest.wanted))  # nothing helped: everything once more


def _open(guest: Guest) -> Act:
    facts, manner = guest.facts, guest.manner
    if manner.opens_with and "greet" not in guest.done:
        guest.done.add("greet")
        return Say(Line((guest.random.choice(manner.opens_with),), (Means("greet"),)))
    guest.done.add("opened")
    corrects = facts.changes_mind and facts.changes == "at-once"
    means = [guest.means("book", facts.first) if corrects else _beginning(guest)]
    if corrects:
        means.append(guest.change())
    if facts.contact == "at-once":
        means.append(guest.contact("contact"))
    return guest.say(*means)


def _beginning(guest: Guest) -> Means:
    """Who is terse tells a part first, and the rest when asked."""
    told, terse, visit = guest.random.random(), guest.manner.terse, guest.wanted
    if told < terse * 0.4:
        return Means("book_service", service=visit.service, staff=visit.staff)
    if told < terse * 0.8:
        return Means("book_service_day", visit.service, visit.day, staff=visit.staff)
    return guest.means("book", visit)


def _ended(guest: Guest, heard: Heard) -> Act | None:
    called = "person" in guest.done and "person" in heard.news
    if called or "no_retry" in heard.news:
        return Leave()
    over = {"cancel": "cancelled", "move": "moved", "stop-offers": "stopped"}
    told = over.get(guest.facts.afterwards.kind)
    return Leave() if told and told in heard.news and heard.question is None else None


def _repeat(guest: Guest, heard: Heard) -> Act | None:
    """Say it again, in other words, where it was not understood."""
    if "unclear" not in heard.news or not guest.last or guest.repeated == PATIENT_REPEATS:
        return None
    guest.repeated += 1
    return guest.say(*guest.last)


def _pay(guest: Guest, heard: Heard) -> Act | None:
    if {"paid", "venue"} & heard.news:
        return None
    if "pay_failed" in heard.news and guest.facts.payment_fails == "gives-up":
        return Wait("10m")
    if {"pay_failed", "wait"} & heard.news and "asked to wait" not in guest.done:
        guest.done.add("asked to wait")
        return Wait("2m 10s")
    if "asked to wait" in guest.done and "retry" not in guest.done:
        return guest.say(Means("retry"))
    return Wait("15s") if "pay" in heard.news else None


def _introduce(guest: Guest, heard: Heard) -> Act | None:
    if "contact" not in heard.news:
        return None
    habit = guest.facts.contact
    if habit == "after-asking-why" and "why_phone" not in guest.done:
        return guest.say(Means("why_phone"))
    if habit == "name-first":
        for intent in ("name", "phone"):
            if intent not in guest.done:
                return guest.say(guest.contact(intent))
    return guest.say(guest.contact("contact"))


def _fill_in(guest: Guest, heard: Heard) -> Act | None:
    """Answer what the booking still lacks."""
    if "booked" in guest.news:
        return None
    visit, lacks = guest.wanted, heard.news & {"service", "day", "time"}
    if lacks == {"day"} and guest.chance(0.4):
        return guest.say(Means("day_time", day=visit.day, hours=visit.hours, staff=visit.staff))
    if lacks == {"day"}:
        return guest.say(Means("day", day=visit.day))
    if lacks == {"time"}:
        return guest.say(Means("time", hours=visit.hours))
    if lacks == {"service"}:
        return guest.say(Means("service", service=visit.service, staff=visit.staff))
    return None


def _go_on(guest: Guest, heard: Heard) -> Act | None:
    """Once it is booked and paid: what was to come afterwards, or leave."""
    if {"none_suits", "released"} & (guest.done | guest.news):
        return Leave()
    if "booked" not in guest.news:
        return None
    if not {"paid", "venue"} & guest.news and guest.waited < 2:
        guest.waited += 1
        return Wait("3m")
    after = guest.facts.afterwards
    if after.kind == "move" and "moved" not in guest.news:
        return guest.say(Means("move", day=after.day, hours=after.hours))
    if after.kind == "cancel" and "cancelled" not in guest.news:
        return guest.say(Means("cancel"))
    if after.kind == "stop-offers" and "stopped" not in guest.news:
        return guest.say(Means("stop_offers"))
    if after.kind == "ask" and "asked" not in guest.done:
        guest.done.add("asked")
        return guest.say(Means(f"ask.{after.question}"))
    if "thanks" not in guest.done and guest.chance(guest.manner.polite / 2):
        return guest.say(Means("thanks"))
    return Leave()


_DECISIONS: tuple[Callable[[Guest, Heard], Act | None], ...] = (
    _ended,
    answer_the_extra,
    answer,
    pick,
    look_elsewhere,
    _repeat,
    _pay,
    _introduce,
    _fill_in,
    _go_on,
)
