"""What guests write, in English and Swahili, and how they take what they are offered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tests.support.year.record import CLEANING, EARLY, LATE, NIGHTS, Put

LINES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "yes": {
        "en": (
            *("Yes please!", "yes", "Sure, let's do it", "Yes, that would be great, thanks"),
            *("ok yes", "Yes, we'd love that"),
        ),
        "sw": ("Ndiyo", "Ndiyo tafadhali", "Sawa, ndiyo", "ndio asante"),
    },
    "no": {
        "en": ("No thanks", "no", "No thank you, we're fine", "nope", "not for us, thanks"),
        "sw": ("Hapana asante", "Hapana", "La, asante"),
    },
    "general": {
        "en": (
            *("No extras please", "Already declined extras, thanks"),
            *("We don't want any extras", "no more extras for this stay please"),
        ),
        "sw": ("Hatutaki huduma za ziada", "sitaki nyongeza yoyote"),
    },
    "later": {
        "en": ("maybe later", "Not sure yet, let me think about it", "I'll let you know later"),
        "sw": ("labda baadaye", "Nitafikiria kwanza"),
    },
    "stop": {
        "en": ("STOP", "stop offering me things", "Please stop sending me offers"),
        "sw": ("STOP", "acha kunitumia ofa"),
    },
    "start": {"en": ("START",), "sw": ("START",)},
    "question": {
        "en": ("what's the wifi?", "Is there parking?", "What time is check-in?", "Thanks!"),
        "sw": ("wifi ni gani?", "kuna parking?", "Asante"),
    },
    "hard question": {
        "en": ("Is there a cot for the baby?", "I want to talk to a person"),
        "sw": ("nataka kuongea na mtu",),
    },
}
ASKING = {
    EARLY: {"en": ("Is an early check-in possible?", "Can we check in at 3?"), "sw": ()},
    LATE: {
        "en": ("Can we check out at 12:30?", "Is a late check-out possible?", "check out at 2?"),
        "sw": ("Tunaweza kutoka saa sita mchana?", "naomba kuchelewa kutoka"),
    },
    CLEANING: {"en": ("Could we get the place cleaned during our stay?",), "sw": ()},
    NIGHTS: {"en": ("Could we stay one more night?", "Can we arrive a day early?"), "sw": ()},
}
UNDOING = {
    EARLY: ("Actually, forget the early check-in", "please cancel the early check-in"),
    LATE: ("Actually, forget the late check-out", "cancel the late check-out please"),
    CLEANING: ("Actually, forget the cleaning",),
    NIGHTS: ("Actually, forget the extra night", "cancel the extra night please"),
}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SIKU = ("Jumatatu", "Jumanne", "Jumatano", "Alhamisi", "Ijumaa", "Jumamosi", "Jumapili")
# How often, of a thousand, a guest takes an offer in which way.
WAYS = {
    "yes": 330,
    "no": 200,
    "general": 50,
    "later": 60,
    "on a day": 60,
    "in range": 30,
    "out of range": 30,
    "standard": 20,
    "question, yes": 20,
    "yes, yes": 20,
    "yes, no": 10,
    "no, asks": 20,
    "stop": 25,
    "question": 25,
    "silence": 100,
}


@dataclass(frozen=True)
class Words:
    """One message, as it is meant."""

    text: str
    meant: str
    about: str = ""
    until: date | None = None


class Voice:
    """A guest's words, in their language."""

    def __init__(self, chance: Random, language: str) -> None:
        self.chance = chance
        self.language = language

    def says(self, meant: str, about: str = "") -> Words:
        """Say something that is meant so."""
        return Words(self.chance.choice(LINES[meant][self.language]), meant, about)

    def asks(self) -> Words:
        """Ask for an extra."""
        about = self.chance.choice((EARLY, LATE, LATE, CLEANING, NIGHTS))
        lines = ASKING[about][self.language] or ASKING[about]["en"]
        return Words(self.chance.choice(lines), "asks", about)

    def takes_back(self, about: str) -> Words:
        """Take back what was bought."""
        known = about if about in UNDOING else NIGHTS
        return Words(self.chance.choice(UNDOING[known]), "undo", about)

    def answers(self, put: Put, today: date) -> list[Words]:
        """Answer an offer, in one message or two."""
        way = self.chance.choices([*WAYS], [*WAYS.values()])[0]
        if put.asked and way in ("general", "stop", "silence") and self.chance.random() < 0.6:
            way = "yes"
        match way:
            case "silence":
                return []
            case "on a day":
                return [self._on_a_day(put, today)]
            case "in range" | "out of range" | "standard":
                return [self._picks(way, put)]
            case "question, yes":
                return [self.says("question"), self.says("yes", put.kind)]
            case "yes, yes":
                return [self.says("yes", put.kind), self.says("yes", put.kind)]
            case "yes, no":
                return [self.says("yes", put.kind), Words("no wait, sorry, no", "no", put.kind)]
            case "no, asks":
                return [self.says("no", put.kind), self.asks()]
        return [self.says(way, put.kind)]

    def _on_a_day(self, put: Put, today: date) -> Words:
        until = today + timedelta(days=self.chance.choice((1, 1, 2, 3)))
        if self.language == "sw":
            return Words(f"niulize {SIKU[until.weekday()]}", "later", put.kind, until)
        text = f"Not sure yet, ask me on {DAYS[until.weekday()]}"
        return Words(text, "later", put.kind, until)

    def _picks(self, way: str, put: Put) -> Words:
        """Name a time: half-way to the standard one, far beyond what is offered, the standard."""
        if put.wall is None:
            return self.says("yes", put.kind)
        late = put.kind == LATE
        if way == "in range":
            hour, minute = (put.wall.hour, 30) if not late else (put.wall.hour - 1, 30)
            return Words(f"Yes, {hour:02}:{minute:02} is perfect", "yes", put.kind)
        if way == "out of range":
            text = "Yes but at 11 pm please" if late else "Yes but at 5 am please"
            return Words(text, "change", put.kind)
        standard = "11:00" if late else "16:00"
        return Words(f"No thanks, {standard} works fine", "no", put.kind)
