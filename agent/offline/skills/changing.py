"""Moving and cancelling, at any time."""

from typing import Any

from agent.offline.moment import Done, End, Moment, Step, call, say
from agent.offline.skills.booking import slots_lines, time_problem
from agent.wish import Intent
from jirani.rules.reading import Meaning


def cancelling(moment: Moment) -> Step | None:
    """Ask to confirm a cancellation."""
    done = moment.did("propose_cancellation")
    if done:
        return End()
    asked = moment.has(Intent.CANCEL) or moment.meaning is Meaning.CANCEL or _says_which(moment)
    if not asked or moment.did("confirm_proposal"):
        return None
    if moment.proposals and not moment.booked:
        # Nothing is booked yet: "cancel" lets the question go, unless it only asked about it.
        if moment.did("drop_proposal"):
            return None
        return call("drop_proposal", proposal=moment.proposals[0]["proposal"])
    target = _which(moment)
    if isinstance(target, End):
        return target
    return call("propose_cancellation", appointment=target["appointment"])


def _says_which(moment: Moment) -> bool:
    """Tell whether this answers "which booking shall I cancel?"."""
    history = moment.situation.thread["history"]
    before = history[-1]["wish"] if history else None
    if not before or "cancel" not in before["intents"] or len(moment.booked) < 2:
        return False
    return bool(moment.wish.service_ids or moment.wish.pick) and not moment.has(Intent.BOOK)


def moving(moment: Moment) -> Step | None:
    """Ask to confirm a move to another time."""
    if not moment.draft.moving or moment.did("confirm_proposal"):
        return None
    if moment.did("propose_move"):
        return End()
    if moment.meaning in (Meaning.DECLINE, Meaning.LATER) or moment.did("drop_proposal"):
        return None
    found = moment.did("find_slots")
    wish = moment.wish
    says = moment.has(Intent.MOVE) or wish.when or wish.pick or wish.service_ids
    if found is None and not says:
        return None
    target = _which(moment)
    if isinstance(target, End):
        return target
    if found:
        return _with_slots(moment, target, found)
    return time_problem(moment) or _search(moment, target)


def _search(moment: Moment, target: dict[str, Any]) -> Step:
    draft = moment.draft
    if draft.day is None and (draft.which_day or not draft.has_time):
        return say("ask_move_to", service=target["service"], old=target["when"])
    # "Move it to 4" keeps the day, "move it to Friday" keeps the time.
    same_time = None if draft.has_time else target["starts_at"][11:16]
    return call(
        "find_slots",
        service=target["service_handle"],
        staff=draft.staff,
        day=draft.day.isoformat() if draft.day else target["starts_at"][:10],
        at=draft.time.isoformat() if draft.time else same_time,
        after=draft.after and draft.after.isoformat(),
        before=draft.before and draft.before.isoformat(),
        moving=target["appointment"],
    )


def _with_slots(moment: Moment, target: dict[str, Any], found: Done) -> Step:
    slots = found.facts.get("slots", [])
    if slots and (found.facts.get("exact") or moment.draft.earliest):
        return call("propose_move", appointment=target["appointment"], slot=slots[0]["slot"])
    return slots_lines(moment, found)


def _which(moment: Moment) -> dict[str, Any] | End:
    """Return the booking that is meant, or ask which."""
    booked = moment.booked
    if not booked:
        gone = [e for e in moment.situation.appointments if e["status"] == "cancelled"]
        if gone and moment.has(Intent.CANCEL):
            return say("already_cancelled", service=gone[-1]["service"], when=gone[-1]["when"])
        return say("no_booking")
    named = [each for each in booked if each["service_handle"] in moment.wish.service_ids]
    if len(named) == 1:
        return named[0]
    pick = moment.wish.pick
    if pick and not named and -len(booked) <= pick <= len(booked):
        return booked[pick - 1 if pick > 0 else pick]
    if len(booked) == 1:
        return booked[0]
    listed = "; ".join(f"{each['service']}, {each['when']}" for each in named or booked)
    return say("which_booking", bookings=listed)
