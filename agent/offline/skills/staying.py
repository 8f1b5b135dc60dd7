"""Around a stay: a yes, a no, later, taken back, asked for, and questions (O1, O10, U6, U11)."""

from collections.abc import Iterator
from typing import Any

from agent.extras import named
from agent.offline.moment import Call, Done, End, Line, Moment, Step, call, say
from agent.offline.skills.consent import carried_yes
from agent.offline.skills.courtesy import PATIENCE
from agent.offline.stay_narration import is_for_the_host
from agent.wish import Intent
from agent.words import unquoted
from jirani.rules.facts import OfferKind
from jirani.rules.reading import Meaning
from jirani.rules.stays.preferring import loves

NO = (Meaning.DECLINE, Meaning.LATER)
ANSWERS = ("apply_upsell", "decline_upsell", "defer_upsell", "undo_upsell", "set_offer_preference")


NOTING = "note_preferences"


def wishing(moment: Moment) -> Step | None:
    """Note what the guest wishes of offers from now on (U4)."""
    return None if moment.did(NOTING) or not moment.wish.prefers else call(NOTING)


def taking_back(moment: Moment) -> Step | None:
    """Take back what the guest names, or leave it to the host when the hour has passed."""
    done = moment.did("undo_upsell")
    if done and not done.allowed and done.reason == "too_late":
        return End() if moment.did("hand_over") else call("hand_over")
    if done or moment.meaning is not Meaning.CANCEL:
        return None
    sold = [each for each in (moment.situation.stay or {})["sold"] if each["named"]]
    return call("undo_upsell", offer=sold[-1]["offer"]) if sold else None


def answering(moment: Moment) -> Step | None:
    """Carry a yes, a no or a later to what it is meant for."""
    if moment.meaning is Meaning.ACCEPT:
        return None if moment.done else carried_yes(moment)
    if moment.meaning in NO and not any(moment.did(tool) for tool in ANSWERS) and moment.offers:
        tool = "decline_upsell" if moment.meaning is Meaning.DECLINE else "defer_upsell"
        return call(tool, offer=_meant(moment)["offer"])
    return None


def _meant(moment: Moment) -> dict[str, Any]:
    """Return the offer that is named, else the one that was put last."""
    by_name = [each for each in moment.offers if each["named"]]
    return (by_name or moment.offers)[-1]


def requesting(moment: Moment) -> Step | None:
    """Look whether what the guest asks for can be had; if not so much, the most that can."""
    done = moment.did("request_extra")
    if done:
        return _after(moment, done)
    extra = moment.wish.extra or _changed(moment)
    sold = moment.did("apply_upsell")
    if sold and sold.allowed and extra == named(OfferKind(sold.facts["kind"])):
        return None  # "yes to the early check-in" asks for nothing more than it takes
    if extra is None or moment.meaning in (*NO, Meaning.CANCEL):
        return None
    if moment.meaning is Meaning.ACCEPT and moment.offers and not _something_else(moment, extra):
        return None
    return _request(moment, extra)


def _request(moment: Moment, extra: str) -> Call:
    when = moment.wish.when
    at = when.time or when.before or when.after
    timed, nights = extra in ("early_check_in", "late_check_out"), moment.wish.nights
    return call(
        "request_extra",
        extra=extra,
        at=at.isoformat("minutes") if at and timed else None,
        day=when.date.isoformat() if when.date and extra == "cleaning" else None,
        nights=nights if extra.startswith("nights") else None,
    )


def _after(moment: Moment, done: Done) -> Step | None:
    wished = {name for name in ("at", "nights", "day") if done.arguments.get(name)}
    if done.reason == "out_of_range" and wished and "offer" not in done.facts:
        return call("request_extra", extra=done.arguments["extra"])
    if is_for_the_host(done) and not moment.did("hand_over"):
        return call("hand_over")
    return None


def _changed(moment: Moment) -> str | None:
    """Return what the one open offer sells, where the guest wants it otherwise (U6)."""
    if moment.meaning is not Meaning.CHANGE or len(moment.offers) != 1:
        return None
    if moment.has(Intent.GREETING) and moment.wish.when.time is None:
        return None  # "habari za asubuhi" wishes a good morning, and no other hour
    return named(OfferKind(moment.offers[0]["kind"]))


def _something_else(moment: Moment, extra: str) -> bool:
    return all(named(OfferKind(each["kind"])) != extra for each in moment.offers)


def stay_questions(moment: Moment) -> Step | None:
    """Answer from what is known of the listing, else leave it to the host (domain §7)."""
    if moment.did("hand_over"):
        return End()
    looked = moment.did("search_knowledge")
    if looked:
        return End() if looked.allowed else call("hand_over")
    if moment.done:
        return None
    if moment.meaning is Meaning.CANCEL or moment.has(Intent.CANCEL, Intent.MOVE):
        return call("hand_over")  # a stay is changed where it was booked
    asks = moment.has(Intent.QUESTION, Intent.HOURS, Intent.PRICE, Intent.SERVICES)
    if not asks and moment.meaning is not Meaning.QUESTION:
        return None
    if moment.meaning is Meaning.QUESTION and moment.offers and moment.has(Intent.PRICE):
        return End((stay_reminder(moment),))
    if _about_times(moment):
        return say("stay_times", **_times(moment))
    text = unquoted(str(moment.situation.message["text"]))
    return call("search_knowledge", question=text[:300])


def _about_times(moment: Moment) -> bool:
    words = str(moment.situation.message["text"]).casefold().replace("-", " ")
    speaks = any(
        each in words
        for each in ("check in", "checkin", "check out", "checkout", "kuingia", "kutoka")
    )
    asks = any(each in words for each in ("what time", "when", "saa ngapi", "lini", "which day"))
    return speaks and asks and all(_times(moment).values())


def _times(moment: Moment) -> dict[str, str]:
    stay = moment.situation.stay or {}
    names = ("listing", "arrival", "departure", "check_in", "check_out")
    return {name: str(stay[name] or "") for name in names}


def nothing_waits(moment: Moment) -> Step | None:
    """Say honestly that a yes has nothing to go to (O1); a no then needs no answer."""
    if moment.done:
        return None
    if moment.meaning is Meaning.ACCEPT:
        return say("stay_nothing_open")
    return say("stay_declined") if moment.meaning in NO else None


def courtesies(moment: Moment) -> Step | None:
    """Greet, thank, say goodbye."""
    if moment.done:
        return None
    if moment.has(Intent.BYE):
        return say("goodbye")
    if moment.has(Intent.THANKS):
        return say("thanks")
    if moment.has(Intent.GREETING, Intent.HELP):
        return say("stay_greeting", listing=str((moment.situation.stay or {})["listing"]))
    return None


def not_understood(moment: Moment) -> Step:
    """Ask once more in plain words, then let the host answer (§7)."""
    if moment.done or moment.wish.prefers:
        return End(tuple(_loved(moment)))
    if moment.situation.thread["misunderstood"] >= PATIENCE:
        return call("hand_over")
    if moment.offers:
        return End((Line("unclear_open", {}), stay_reminder(moment)))
    return say("stay_unclear")


def _loved(moment: Moment) -> Iterator[Line]:
    """Put what is on offer once more to who loves such things: that was no yes yet (O1)."""
    for offer in moment.offers:
        if loves(OfferKind(offer["kind"])) in moment.wish.prefers:
            yield _reminder(offer)


def stay_reminder(moment: Moment) -> Line:
    """Put the open offer once more."""
    return _reminder(moment.offers[-1])


def _reminder(offer: dict[str, Any]) -> Line:
    return Line("stay_reminder", {name: str(offer[name]) for name in ("service", "price")})
