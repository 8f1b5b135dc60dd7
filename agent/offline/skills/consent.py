"""A yes or a no to what is live: exactly one addressee, or we ask which (O1, O10, X11)."""

from typing import Any

from agent.offline.moment import Moment, Step, call, say
from jirani.rules.reading import Meaning

NO = (Meaning.DECLINE, Meaning.LATER)


def old_button(moment: Moment) -> Step | None:
    """Say honestly that an old button, still on the guest's screen, asks nothing any more."""
    pressed = moment.situation.message["pressed"]
    return say("settled_already") if pressed == "settled" and not moment.done else None


def consent(moment: Moment) -> Step | None:
    """Carry a yes or a no to what it is meant for."""
    if moment.meaning is Meaning.ACCEPT:
        # What this very turn has asked cannot be what the guest said yes to.
        return None if moment.done else carried_yes(moment)
    if moment.meaning in NO:
        return _no(moment)
    if moment.meaning is Meaning.CHANGE:
        return _otherwise(moment)
    return None


def carried_yes(moment: Moment) -> Step | None:
    """Carry a yes to its one addressee, or ask which; a late one to what it came too late for."""
    waiting = [*moment.proposals, *moment.offers]
    named = [each for each in waiting if each["named"]]
    if len(named) == 1:
        return _accept(named[0])
    if len(moment.proposals) == 1 and waiting == [*moment.proposals, *moment.freed]:
        return _accept(moment.proposals[0])  # a booking takes the yes before a freed slot (R5)
    if len(waiting) > 1:
        choices = [_called(moment, each) for each in waiting]
        return say("ask_which_yes", choices=", ".join(choices))
    if waiting:
        return _accept(waiting[0])
    if moment.late_offers:
        return _accept(moment.late_offers[-1])
    return None


def _called(moment: Moment, each: dict[str, Any]) -> str:
    """Name what waits, with its moment; around a stay the name tells that already."""
    service = str(each["service"])
    return service if moment.situation.stay else f"{service} ({each['when']})"


def _accept(each: dict[str, Any]) -> Step:
    if "offer" in each:
        return call("apply_upsell", offer=each["offer"])
    return call("confirm_proposal", proposal=each["proposal"])


def _no(moment: Moment) -> Step | None:
    """A no closes what is open: nothing is sold by it, so no addressee need be asked for."""
    for offer in moment.offers:
        if not _declined(moment, str(offer["offer"])):
            return call("decline_upsell", offer=offer["offer"])
    for proposal in moment.proposals:
        if not moment.did("drop_proposal"):
            return call("drop_proposal", proposal=proposal["proposal"])
    return None


def _declined(moment: Moment, offer: str) -> bool:
    return any(
        each.tool == "decline_upsell" and each.arguments.get("offer", offer) == offer
        for each in moment.done
    )


def _otherwise(moment: Moment) -> Step | None:
    """No, but something else: the offer is declined, a proposal makes way for the new wish."""
    if moment.offers and not moment.did("decline_upsell"):
        return call("decline_upsell", offer=moment.offers[0]["offer"])
    says_what = moment.wish.when or moment.wish.service_ids or moment.wish.staff_id
    if moment.proposals and not says_what and not moment.did("drop_proposal"):
        return call("drop_proposal", proposal=moment.proposals[0]["proposal"])
    return None


def nothing_open(moment: Moment) -> Step | None:
    """Say honestly that a yes or a no has nothing to go to (O1)."""
    if moment.done:
        return None
    if moment.meaning is Meaning.ACCEPT:
        return say("nothing_to_accept")
    if moment.meaning in NO:
        times = moment.situation.shown and moment.draft.wanted
        return say("times_declined" if times else "declined_noted")
    return None
