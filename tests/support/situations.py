"""Situations made by hand: a Tuesday at a salon with three services and two people."""

from typing import Any

from agent.offline.moment import Done, Moment
from agent.wish import Wish
from agent.wish.json_form import to_json
from jirani.rules.reading import Meaning
from tools import TOOLS
from tools.situation import Situation

LISTS = ("services", "staff", "appointments", "proposals", "offers", "shown", "payments")
SERVICES = [
    {"service": "v1", "name": "Manicure", "minutes": 45, "price": "KES 1,200"},
    {"service": "v2", "name": "Pedicure", "minutes": 45, "price": "KES 1,500"},
    {"service": "v3", "name": "Massage", "minutes": 60, "price": "KES 3,000"},
]
STAFF = [
    {"staff": "t1", "name": "Amina", "services": ["v1", "v2"]},
    {"staff": "t2", "name": "Brian", "services": ["v3"]},
]
_AT_TWO = {
    "service": "Manicure",
    "service_handle": "v1",
    "staff": "Amina",
    "starts_at": "2026-11-25T14:00:00+03:00",
    "when": "Wednesday 25 November at 14:00",
    "time": "14:00",
    "minutes": "45 min",
    "price": "KES 1,200",
}
BOOKED = {"appointment": "a1", **_AT_TWO, "status": "confirmed"}
SECOND = {
    "appointment": "a2",
    **_AT_TWO,
    "service": "Massage",
    "service_handle": "v3",
    "starts_at": "2026-11-27T10:00:00+03:00",
    "when": "Friday 27 November at 10:00",
    "status": "confirmed",
}
PROPOSAL = {
    "proposal": "p1",
    "kind": "book",
    "lapsed": False,
    "named": False,
    "old": None,
    **_AT_TWO,
}
OFFER = {
    "offer": "o1",
    "kind": "cross_sell",
    "late": False,
    "named": False,
    **_AT_TWO,
    "service": "Pedicure",
    "service_handle": "v2",
    "starts_at": "2026-11-25T14:45:00+03:00",
    "when": "Wednesday 25 November at 14:45",
    "time": "14:45",
    "price": "KES 1,500",
}


def situation(**facts: Any) -> Situation:
    """Describe a moment in which nothing is booked, asked or offered, but for these facts."""
    nothing: dict[str, Any] = {name: [] for name in LISTS}
    business = {
        "name": "Neema's Salon",
        "tone": "warm",
        "greeting": "default-bilingual",
        "cancellation_tone": "neutral",
        "payment": "pay-first",
    }
    plain = {
        "now": "2026-11-24T09:00+03:00",
        "today": "Tuesday 24 November at 09:00",
        "business": business,
        "language": "en",
        "guest": {"name": None, "phone": None, "missing": ["name", "phone"]},
        "services": SERVICES,
        "staff": STAFF,
        "unpaid": None,
        "message": {"text": "hm", "pressed": None, "meaning": "unclear", "wish": None},
        "thread": {"misunderstood": 0, "history": []},
    }
    return Situation(**nothing | plain | facts)


def moment(
    meaning: Meaning = Meaning.UNCLEAR,
    wish: Wish | None = None,
    *done: Done,
    text: str = "hm",
    earlier: tuple[Wish, ...] = (),
    misunderstood: int = 0,
    **facts: Any,
) -> Moment:
    """Describe one step of a turn: what was read, what was wished, what has been done in it."""
    message = {
        "text": text,
        "pressed": None,
        "meaning": str(meaning),
        "wish": to_json(wish or Wish()),
    }
    thread = {
        "misunderstood": misunderstood,
        "history": [{"wish": to_json(each), "meaning": "unclear"} for each in earlier],
    }
    now = situation(message=message, thread=thread, **facts)
    offered = frozenset(each.name for each in TOOLS if each.when(now))
    return Moment(now, done, offered)


def did(tool: str, *, allowed: bool = True, reason: str = "clear", **facts: Any) -> Done:
    """Describe a tool call of this turn and its answer."""
    return Done(tool, {}, allowed, reason, facts)
