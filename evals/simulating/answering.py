"""A guest before a question: yes to what its sheet has, a correction to everything else."""

from evals.simulating.acts import Act, Leave, Wait
from evals.simulating.guest import Guest
from evals.simulating.hearing import Asked, Heard, Question
from evals.simulating.line import Means
from evals.simulating.words import questions

CORRECTIONS = 2  # an agent that proposes the wrong thing once more has failed


def answer_the_extra(guest: Guest, heard: Heard) -> Act | None:
    """Answer the second service that is offered, as the sheet says."""
    if "waited for extra" in guest.done and "late_yes" not in guest.done:
        return guest.say(Means("late_yes"))
    extra = heard.extra
    if extra is None or not (guest.offered is None or _is_asked_again(extra)):
        return None
    guest.offered = guest.offered or extra
    match guest.facts.extra:
        case "accept":
            return guest.settle("yes_extra", extra, yes=True)
        case "ignore":
            return Wait("45s")
        case "late-yes":
            guest.done.add("waited for extra")
            return Wait("1m")
        case "later":
            return guest.say(Means("later_extra"), answers=extra)
        case _:
            return guest.settle("no_extra", extra, yes=False)


def _is_asked_again(extra: Question) -> bool:
    return "?" in extra.text and bool(extra.times)


def answer(guest: Guest, heard: Heard) -> Act | None:
    """Answer a booking, a move or a cancellation that waits for a yes."""
    if heard.question is None:
        return None
    question = _in_full(guest, heard.question)
    if guest.facts.wants == "person":
        return guest.say(Means("person"))
    if question.asked is Asked.BOOK and "booked" in guest.news:
        return _nothing_more(guest, question)
    if not is_wanted(guest, question):
        return _correct(guest, question)
    if question.asked is Asked.BOOK and guest.facts.changes_mind and not guest.changed:
        return guest.say(guest.change())
    if "ask" not in guest.done and guest.chance(guest.manner.questions):
        guest.done.add("ask")
        named = guest.facts.afterwards.question or guest.random.choice(questions())
        return guest.say(Means(f"ask.{named}"))
    return guest.settle(f"yes_{question.asked}", question, yes=True)


def _nothing_more(guest: Guest, question: Question) -> Act:
    """A second booking is proposed, which nobody asked for."""
    guest.corrections += 1
    if guest.corrections > CORRECTIONS:
        return Leave(f"it asked “{question.text}” again; the guest had said no twice")
    return guest.settle("nothing_more", question, yes=False)


def _in_full(guest: Guest, question: Question) -> Question:
    """A question may still wait further up, where its words are."""
    if not (question.times and question.services):
        question = guest.asked.get(question.about, question)
    guest.asked[question.about] = question
    return question


def is_wanted(guest: Guest, question: Question) -> bool:
    """Tell whether a yes to it is what the guest wants."""
    if question.asked is Asked.CANCEL:
        return "cancel" in guest.done
    if question.asked is Asked.MOVE and "move" not in guest.done:
        return False
    visit = guest.wanted
    staff = not visit.staff or not question.staff or visit.staff in question.staff
    named = {each for times in question.times for each in times if visit.hours.allows(each)}
    starts = {(visit.day, each) for each in named} | set(guest.instead)
    suits = any(question.says(day, start) for day, start in starts)
    return visit.service in question.services and staff and suits


def _correct(guest: Guest, question: Question) -> Act:
    guest.corrections += 1
    if guest.corrections > CORRECTIONS:
        return Leave(f"it asked “{question.text}”; the guest had said twice: {guest.wanted}")
    visit = guest.wanted
    day = bool(question.days) and all(visit.day in each for each in question.days)
    hours = any(visit.hours.allows(at) for each in question.times for at in each)
    staff = visit.staff is None or visit.staff in question.staff
    said = Means(
        "correct",
        service=None if visit.service in question.services else visit.service,
        day=None if day else visit.day,
        hours=None if hours else visit.hours,
        staff=None if staff else visit.staff,
    )
    return guest.say(said if said.stated() else guest.means("correct", visit), answers=question)
