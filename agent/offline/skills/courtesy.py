"""What comes first: nothing sayable, too much, orders in disguise, a person, no more offers."""

from agent.offline.moment import End, Line, Moment, Step, call, say
from agent.offline.skills.paying import asked_again, carrying_on
from agent.wish import Intent
from jirani.rules.dials import DEFAULT_GREETING
from jirani.rules.reading import Meaning

PATIENCE = 2  # messages in a row that were not understood; after them a person is called
LONGEST = 1500  # characters; more is not a message but a document


def nothing_said(moment: Moment) -> Step | None:
    """Answer what has no words, or far too many."""
    if len(moment.situation.message["text"]) > LONGEST:
        return say("too_long")
    lone = moment.meaning in (Meaning.ACCEPT, Meaning.DECLINE)
    if moment.wish.empty and not lone and not moment.done:
        return say("only_text")
    return None


def no_orders(moment: Moment) -> Step | None:
    """Refuse what only rewrites the rules; a price is not for talking about."""
    if moment.done:
        return None
    if moment.wish.injection:
        return say("stay_cannot_do" if moment.situation.stay else "cannot_do")
    if moment.has(Intent.DISCOUNT) and not moment.wish.service_ids and not moment.draft.wanted:
        refused, offered = Line("cannot_change_price", {}), asked_again(moment)
        return End((refused, offered) if offered and moment.freed else (refused,))
    return None


def foreign(moment: Moment) -> Step | None:
    """Say which languages are spoken here to a message in another alphabet."""
    letters = [char for char in moment.situation.message["text"] if char.isalpha()]
    latin = any(char.isascii() for char in letters)
    return say("other_language") if letters and not latin and not moment.done else None


def person(moment: Moment) -> Step | None:
    """Hand over to a person who is asked for, or for a complaint."""
    if moment.did("hand_over"):
        return End()
    if moment.meaning in (Meaning.HUMAN, Meaning.COMPLAINT):
        return call("hand_over")
    return None


def preference(moment: Moment) -> Step | None:
    """Stop or resume offers; a general no closes what is live (O9, O10)."""
    changes = (Meaning.OPT_OUT, Meaning.OPT_IN, Meaning.DECLINE_ALL)
    if moment.meaning in changes and not moment.did("set_offer_preference"):
        return call("set_offer_preference")
    open_ = moment.proposals if moment.meaning is Meaning.OPT_OUT else []
    if open_ and open_[0]["kind"] == "cancel" and not moment.did("drop_proposal"):
        # It was the messages that were to stop, not the appointment.
        return call("drop_proposal", proposal=open_[0]["proposal"])
    return None


def small_talk(moment: Moment) -> Step | None:
    """Greet, thank, say goodbye, say what can be done here."""
    if moment.done:
        return None
    if moment.has(Intent.BYE):
        return say("goodbye")
    if moment.has(Intent.THANKS):
        return say("thanks")
    if moment.has(Intent.HELP):
        return say("help", services=menu(moment))
    if moment.has(Intent.GREETING):
        own = moment.business["greeting"]
        line = Line("greeting", {"business": moment.business["name"]})
        if own != DEFAULT_GREETING:
            line = Line("answer", {"text": own})
        follow = carrying_on(moment)
        return End((line, *(follow.lines if follow else ())))
    return None


def unclear(moment: Moment) -> Step:
    """Ask once more in plain words, then also offer a person, then let one come (§7).

    What waits for an answer is asked about again, never a general question in its place.
    """
    if moment.did("hand_over"):
        return End()
    if moment.done:
        return carrying_on(moment) or End()
    times = moment.situation.thread["misunderstood"]
    if times >= PATIENCE:
        return call("hand_over")
    open_ = asked_again(moment)
    if open_ is None:
        return say("unclear_person" if times else "unclear")
    if times:
        return End((open_, Line("unclear_open_person", {})))
    return End((Line("unclear_open", {}), open_))


def menu(moment: Moment, most: int = 12) -> str:
    """Return the services with their prices, as a list."""
    return ", ".join(
        f"{each['name']} ({each['price']})" for each in moment.situation.services[:most]
    )
