"""Questions: prices, services, bookings, and whatever the business has written down."""

from agent.offline.moment import End, Moment, Step, call, say
from agent.offline.narration import price_lines
from agent.offline.skills.courtesy import menu
from agent.offline.skills.paying import carrying_on
from agent.offline.skills.recovery import HOW_LONG, WHO, about_freed
from agent.wish import Intent
from agent.wondering import wonders
from agent.words import plain_words, unquoted
from jirani.rules.reading import Meaning

_CANCELLATION = {"en": "cancellation policy", "sw": "sera ya kughairi"}


def _text(moment: Moment) -> str:
    return unquoted(str(moment.situation.message["text"]))


def asking(moment: Moment) -> Step | None:
    """Answer a question, then come back to what is open."""
    looked_up = moment.did("search_knowledge")
    if looked_up:
        return carrying_on(moment) or End()
    if moment.done:
        return None
    answer = _answer(moment)
    if not isinstance(answer, End):
        return answer
    follow = carrying_on(moment)
    return End(answer.lines + (follow.lines if follow else ()))


def _answer(moment: Moment) -> Step | None:
    wish = moment.wish
    if about_freed(moment):
        return End()  # what it is, how long, with whom: the offer says it all once more
    if moment.has(Intent.BOOKINGS):
        return _bookings(moment)
    if wish.near_service and not wish.service_ids:
        return say("did_you_mean", service=moment.service_name(wish.near_service))
    if wish.unknown_service:
        return say("unknown_service", asked=wish.unknown_service, services=menu(moment))
    if moment.has(Intent.DISCOUNT):
        return say("cannot_change_price")
    if moment.has(Intent.PRICE, Intent.SERVICES) or HOW_LONG.search(_text(moment)):
        return _prices(moment)
    if moment.booked and WHO.search(_text(moment)):
        return _bookings(moment)
    if moment.has(Intent.HOURS, Intent.QUESTION) or moment.meaning is Meaning.QUESTION:
        return call("search_knowledge", question=_question(moment)[:300])
    return None


def _question(moment: Moment) -> str:
    """Return the guest's question; "can I cancel later?" also by its topic's name in the notes."""
    text = _text(moment)
    if not wonders(plain_words(text)):
        return text
    return f"{_CANCELLATION.get(moment.situation.language, _CANCELLATION['en'])}: {text}"


def _prices(moment: Moment) -> Step:
    named = moment.wish.service_ids or _talked_about(moment)
    lines = price_lines(moment, named)
    return End(tuple(lines)) if lines else say("answer_services", services=menu(moment, 40))


def _talked_about(moment: Moment) -> tuple[str, ...]:
    """Return the service "it" stands for: the one offered, asked about, or just booked."""
    if moment.has(Intent.SERVICES):
        return ()
    open_ = [*moment.offers, *moment.proposals, *reversed(moment.booked)]
    if open_:
        return (str(open_[0]["service_handle"]),)
    return (moment.draft.service,) if moment.draft.service else ()


def _bookings(moment: Moment) -> Step:
    if not moment.booked:
        return say("no_booking")
    listed = "; ".join(
        f"{each['service']}, {each['when']} ({each['staff']})" for each in moment.booked
    )
    return say("bookings", bookings=listed)
