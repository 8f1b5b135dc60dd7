"""From "a manicure tomorrow at 2?" to one confirming question."""

from datetime import date, time
from typing import Any

from agent.offline.moment import Done, End, Line, Moment, Step, call, say
from agent.offline.recovery_narration import missed
from agent.offline.skills.courtesy import menu
from agent.offline.skills.pointing import picked
from agent.when import Problem
from agent.wish import Intent
from jirani.rules.facts import OfferKind
from jirani.rules.reading import Meaning
from prompts import formats

NOT_NOW = ("decline_upsell", "drop_proposal", "confirm_proposal", "start_payment", "pay_at_venue")
NO_YES = ("no_acceptance", "which_one", "not_later_message")  # the guest meant something else
ANSWERED = (Meaning.DECLINE, Meaning.LATER)


def booking(moment: Moment) -> Step | None:
    """Find out service, day and time; propose the one time, or show what is free."""
    found = moment.did("find_slots")
    if moment.did("propose_booking"):
        return _proposed(moment)
    if found and not moment.draft.moving:
        return _with_slots(moment, found)
    lost = moment.did("apply_upsell")
    if lost and not lost.allowed and lost.facts.get("kind") == OfferKind.SLOT_RECOVERY:
        return _instead(moment, lost) if missed(lost) else End()
    if lost and not lost.allowed and lost.reason not in NO_YES:
        return _instead(moment, lost)
    if not _wanted(moment):
        return None
    return _problem(moment) or _next(moment)


def _wanted(moment: Moment) -> bool:
    if moment.draft.moving or not moment.draft.wanted:
        return False
    if _promised(moment):
        return True
    sold = moment.did("apply_upsell")
    if sold and sold.allowed:
        # "Yes to the pedicure" is done; "yes, and a facial too" is another booking.
        return bool(set(moment.wish.service_ids) - {sold.facts["service_handle"]})
    if any((done := moment.did(tool)) and done.allowed for tool in NOT_NOW):
        # "No, Friday" declines and wishes in one breath; a plain no does not.
        return moment.meaning is Meaning.CHANGE
    if moment.meaning in ANSWERED:
        return False
    wish = moment.wish
    named = wish.service_ids or wish.near_service or wish.unknown_service
    asks = moment.has(Intent.BOOK, Intent.SLOTS)
    says = wish.when or wish.staff_id or wish.staff_any or wish.unknown_staff or wish.pick
    yes = moment.meaning is Meaning.ACCEPT and not moment.done
    if moment.has(Intent.PRICE, Intent.QUESTION, Intent.HOURS) and not (asks or wish.when):
        return False
    return bool(named or asks or says or yes)


def _promised(moment: Moment) -> bool:
    """Tell whether "cancel this and book that" has had its first half done just now."""
    done = moment.did("confirm_proposal")
    if not (done and done.allowed and done.facts.get("kind") == "cancel"):
        return False
    return any(
        {"cancel", "book"} <= set(each["wish"]["intents"])
        for each in moment.situation.thread["history"]
        if each["wish"]
    )


def _problem(moment: Moment) -> Step | None:
    """Ask about what cannot be: a service, a person, a date."""
    wish = moment.wish
    others = formats.listing(
        [str(each["name"]) for each in moment.situation.staff], moment.situation.language
    )
    if wish.near_service and not wish.service_ids:
        return say("did_you_mean", service=moment.service_name(wish.near_service))
    if wish.unknown_service and not wish.service_ids:
        return say("unknown_service", asked=wish.unknown_service, services=menu(moment))
    if wish.unknown_staff:
        return say("staff_unknown", asked=wish.unknown_staff, others=others)
    return time_problem(moment)


def time_problem(moment: Moment) -> Step | None:
    """Ask about a time that is past, does not exist, or can be read in two ways."""
    when, language = moment.wish.when, moment.situation.language
    choices = [
        formats.day(each, language, moment.today) if isinstance(each, date) else formats.clock(each)
        for each in when.choices
    ]
    listed = formats.listing(choices, language, last="or")
    match when.problem:
        case Problem.NO_SUCH_DATE:
            return say("no_such_date")
        case Problem.PAST:
            return say("past_time", when=_said(moment))
        case Problem.WEEKDAY_MISMATCH:
            day = formats.day(when.date, language, moment.today) if when.date else listed
            return say("weekday_mismatch", asked=day, choices=listed or day)
        case Problem.AMBIGUOUS if choices:
            days = all(isinstance(each, date) for each in when.choices)
            return say("ask_which_day" if days else "ask_which_time", choices=listed)
    return None


def _said(moment: Moment) -> str:
    when, language = moment.wish.when, moment.situation.language
    day = formats.day(when.date or moment.today, language, moment.today)
    return _at(day, when.time, language) if when.time else day


def _at(day: str, start: time, language: str) -> str:
    return f"{day} {'saa' if language == 'sw' else 'at'} {formats.clock(start)}"


def _next(moment: Moment) -> Step:
    draft = moment.draft
    if slot := picked(moment):
        return call("propose_booking", slot=slot)
    if draft.service is None:
        return say("ask_service", services=menu(moment))
    if draft.day is None and not draft.earliest and not draft.any_time:
        ahead = draft.time and draft.time > moment.now.time() and not draft.which_day
        if not ahead:
            return say("ask_day", service=moment.service_name(draft.service))
    return call(
        "find_slots",
        service=draft.service,
        staff=draft.staff,
        day=_day(moment),
        at=draft.time and draft.time.isoformat(),
        after=draft.after and draft.after.isoformat(),
        before=draft.before and draft.before.isoformat(),
    )


def _day(moment: Moment) -> str | None:
    draft = moment.draft
    if draft.day:
        return max(draft.day, moment.today).isoformat() if draft.day_to else draft.day.isoformat()
    return moment.today.isoformat() if draft.time else None


def _with_slots(moment: Moment, found: Done) -> Step:
    slots: list[dict[str, Any]] = found.facts.get("slots", [])
    exact = found.facts.get("exact") or moment.draft.earliest
    late_yes = moment.did("apply_upsell")
    if slots and (exact or late_yes):
        return call("propose_booking", slot=slots[0]["slot"])
    if late_yes and missed(late_yes):
        return End()  # nothing else is free: that it has gone is all there is to say
    return slots_lines(moment, found)


def slots_lines(moment: Moment, found: Done) -> End:
    """Say what is free, and why the time asked for is not."""
    facts, language = found.facts, moment.situation.language
    slots = facts.get("slots", [])
    if found.reason == "not_qualified":
        others = formats.listing(facts["others"], language)
        names = {"service": facts["service"], "staff": str(facts["staff"]), "others": others}
        return End((Line("staff_not_qualified", names),))
    if found.reason == "past":
        return say("past_time", when=_said(moment))
    if found.reason == "too_far":
        return say("too_far", months=formats.months(6, language))
    if found.reason == "customer_busy":
        return say("customer_busy", when=_said(moment))
    if not slots:
        lost = moment.did("apply_upsell")
        if lost:
            return say("late_yes_gone_none", service=str(facts.get("service", "")))
        name = moment.service_name(moment.draft.service or "")
        day = facts.get("day") or formats.day(moment.today, language)
        return say("no_slots", service=facts.get("service", name), day=day)
    times = formats.listing([str(each["time"]) for each in slots], language, last="or")
    if facts.get("asked_day") and not facts["open"]:
        return say("closed_day", day=facts["asked_day"], next=facts["day"])
    if facts.get("asked_day"):
        names = {"service": facts["service"], "day": facts["asked_day"]}
        return say("no_slots_next", **names, next=slots[0]["when"])
    if facts.get("exact") is False and moment.draft.time:
        wanted = formats.clock(moment.draft.time)
        if found.reason == "closed" and facts["open"] and not facts.get("staff"):
            hours = facts["open"]["hours"]
            return say("outside_hours", wanted=wanted, day=facts["day"], hours=hours)
        if facts.get("staff"):
            asked = _at(facts["day"], moment.draft.time, language)
            return say("staff_other_times", staff=facts["staff"], wanted=asked, slots=times)
        return say("slot_taken_offer", wanted=wanted, day=facts["day"], slots=times)
    return say("offer_slots", service=facts["service"], day=facts["day"], slots=times)


def _proposed(moment: Moment) -> Step | None:
    done = moment.did("propose_booking")
    if done is None or done.allowed or done.reason == "too_many":
        return End()
    tried = sum(each.tool == "propose_booking" for each in moment.done)
    draft = moment.draft
    if tried < 2 and draft.service:
        return call(
            "find_slots",
            service=draft.service,
            staff=draft.staff,
            day=_day(moment),
            after=draft.after and draft.after.isoformat(),
        )
    return End()


def _instead(moment: Moment, lost: Done) -> Step | None:
    """The late yes came too late: name the nearest free start as an ordinary booking (X11)."""
    if not lost.facts.get("starts_at"):
        return None
    return call(
        "find_slots",
        service=lost.facts["service_handle"],
        day=lost.facts["starts_at"][:10],
        at=lost.facts["starts_at"][11:16],
    )
