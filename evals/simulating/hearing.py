"""What a guest makes of a reply and the buttons under it: a plain reading, in both languages."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, time, tzinfo
from enum import StrEnum

from evals.simulating.spelled import Days, Times, days_in, times_in
from jirani.services.choices import Answered, ChoiceKind, NoSuchChoice, Picked, parse


class Asked(StrEnum):
    """What a yes or a no would answer."""

    BOOK = "book"
    MOVE = "move"
    CANCEL = "cancel"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True)
class Menu:
    """The services and the staff of a business, as anybody can know them."""

    services: tuple[str, ...]
    staff: tuple[str, ...]
    aliases: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """Something to say yes or no to, as the guest read it; `about` is its buttons' own id."""

    asked: Asked
    text: str
    about: str
    services: tuple[str, ...]
    staff: tuple[str, ...]
    days: tuple[Days, ...]
    times: tuple[Times, ...]
    labels: tuple[str, str]  # of its buttons: yes and no

    def says(self, day: date, start: time) -> bool:
        """Tell whether it is about this moment, and names it in full."""
        named = bool(self.days) and all(day in each for each in self.days)
        return named and bool(self.times) and all(start in each for each in self.times)


@dataclass(frozen=True, slots=True)
class Slot:
    """A button that picks a free time."""

    label: str
    day: date
    start: time
    staff_id: str


_NEWS = {
    "booked": r"\bis booked\b|in the book|appointment is confirmed|imewekwa|kwenye kitabu"
    r"|imethibitishwa|you'?re (?:all set|booked)",
    "moved": r"is now on|has been moved|\bsasa ni\b|imehamishwa",
    "cancelled": r"is cancelled|been cancelled|consider it cancelled|off the list|imefutwa",
    "pay": r"sent (?:a|a new|an?other) request|ombi (?:jipya )?la malipo|request for .* still open"
    r"|ombi jipya",
    "pay_failed": r"did not go through|hayakufanikiwa",
    "paid": r"we have received|has arrived|tumepokea|tumepata|already paid|umeshalipa",
    "venue": r"due when you come|utalipa .* ukifika|utakapofika|pay .* when you come"
    r"|lipa .* ukifika",
    "released": r"let your booking go|niachilie nafasi",
    "wait": r"can send a new request in|naweza kutuma ombi jipya baada",
    "no_retry": r"can't send another payment|siwezi kutuma ombi lingine",
    "person": r"person will answer|somebody will answer|mtu atakujibu",
    "stopped": r"no more offers|hutapokea tena ofa",
    "unclear": r"didn't quite get|don't understand|sijaelewa",
    "contact": r"your name|jina lako|phone number may i|nambari yako ya simu|number.* again"
    r"|uitume tena|which phone number",
    "service": r"which service|what would you like to book|huduma gani|what shall it be"
    r"|tuanze na nini|what would you like\?|how may i help|what are we treating|nikusaidie nini",
    "day": r"which day|what day|siku gani|another day|siku nyingine",
    "time": r"what time|which time|saa ngapi|iwe lini|when would you like|do you mean|unamaanisha",
    "none": r"not free|nothing free|not available|hakuna nafasi|haina nafasi|before you confirmed"
    r"|kabla hujathibitisha|outside our hours|tumefunga|closed|has gone|imeshachukuliwa|overlap",
}
_KINDS = {
    Asked.CANCEL: r"\bcancel|\bnifute\b|\bkufuta\b|\bghairi",
    Asked.MOVE: r"\bmove\b|nihamishe|kuhamisha|hamisha",
}


@dataclass(frozen=True, slots=True)
class Heard:
    """All that reached a guest since it wrote last; `news` are the names of what is told."""

    texts: tuple[str, ...]
    news: frozenset[str]
    question: Question | None = None
    extra: Question | None = None
    slots: tuple[Slot, ...] = ()
    listed: tuple[time, ...] = ()  # starts to choose from, where there are no buttons for them

    @property
    def text(self) -> str:
        """Everything as one text."""
        return "\n".join(self.texts)


def hear(
    texts: Sequence[str], buttons: Sequence[tuple[str, str]], menu: Menu, today: date, zone: tzinfo
) -> Heard:
    """Make out what was said and what can be answered."""
    said = "\n".join(texts)
    plain = said.casefold().replace("\u2019", "'")
    news = frozenset(name for name, words in _NEWS.items() if re.search(words, plain))
    yes: dict[str, list[str]] = {}
    kinds: dict[str, ChoiceKind] = {}
    slots = []
    for label, id in buttons:
        named = _parsed(id)
        if isinstance(named, Picked):
            start = named.start.astimezone(zone)
            slots.append(Slot(label, start.date(), start.time(), named.staff_id))
        elif named:
            yes.setdefault(named.about, []).append(label)
            kinds[named.about] = named.kind
    questions = [
        _question(kinds[about], about, (labels[0], labels[-1]), said, menu, today)
        for about, labels in yes.items()
    ]
    extra = next((each for each in questions if each.asked is Asked.EXTRA), None)
    asked = next((each for each in questions if each.asked is not Asked.EXTRA), None)
    listed = () if slots else _listed(said)
    if listed and asked and asked.text in said and len(asked.times) > 1:
        asked = None  # the buttons are about something that was asked before
    return Heard(tuple(texts), news, asked, extra, tuple(slots), listed)


def _listed(said: str) -> tuple[time, ...]:
    """Return the starts a reply names one after another, as in `08:00, 09:45 or 11:45`."""
    found = re.findall(r"\d\d?:\d\d(?:(?:, | or | au )\d\d?:\d\d)+", said)
    starts = re.findall(r"\d\d?:\d\d", found[-1]) if found else []
    return tuple(time.fromisoformat(each.zfill(5)) for each in starts)


def _parsed(id: str) -> Answered | Picked | None:
    try:
        return parse(id)
    except NoSuchChoice:
        return None


def _question(
    kind: ChoiceKind, about: str, labels: tuple[str, str], said: str, menu: Menu, today: date
) -> Question:
    sentences = [each for each in re.split(r"\n|(?<=[?!])\s+", said) if each.strip()]
    asking = [each for each in sentences if "?" in each and times_in(each)]
    asking = asking or [each for each in sentences if times_in(each)] or sentences[-1:] or [""]
    text = asking[-1]
    if kind is ChoiceKind.OFFER:
        asked = Asked.EXTRA
    else:
        plain = labels[0].casefold()
        asked = next((k for k, words in _KINDS.items() if re.search(words, plain)), Asked.BOOK)
    about_when = re.split(r" to (?=[A-Z])| hadi ", text)[-1] if asked is Asked.MOVE else text
    return Question(
        asked,
        text,
        about,
        services=tuple(names_in(text, menu.services)),
        staff=tuple(names_in(text, menu.staff)),
        days=tuple(days_in(about_when, today)),
        times=tuple(times_in(about_when)),
        labels=labels,
    )


def names_in(text: str, names: Iterable[str]) -> list[str]:
    """Return those of some names that a text has; of `Gel manicure` and `Manicure` the longer."""
    rest, found = text.casefold(), []
    for name in sorted(names, key=len, reverse=True):
        if re.search(rf"\b{re.escape(name.casefold())}\b", rest):
            found.append(name)
            rest = re.sub(rf"\b{re.escape(name.casefold())}\b", " ", rest)
    return found
