"""Turns what a guest means into what they type: a seeded choice of phrases, and noise."""

from dataclasses import dataclass
from datetime import date, time
from random import Random

from evals.simulating import moments
from evals.simulating.facts import Facts
from evals.simulating.line import Line, Means
from evals.simulating.noise import careless
from evals.simulating.persona import Manner
from evals.simulating.words import phrases, ways

COURTEOUS = ("book", "service", "day", "time", "change", "correct", "move", "cancel", "retry")
BARE = ("time", "pick")  # intents that a mere number can answer
REFUSING = ("no_extra", "nothing_more", "none_suits")  # "yeah" before them says something else


@dataclass(slots=True)
class Grammar:
    """How one guest talks; `today` is the business's day. The same seed says the same."""

    random: Random
    facts: Facts
    manner: Manner
    today: date

    def line(self, *means: Means) -> Line:
        """Say something: several meanings one after another, at once."""
        language = self._language()
        texts = [self._sentence(each, language) for each in means]
        if self._chance(self.manner.bursts):
            texts = [part for text in texts for part in self._split(text)]
        else:
            texts = [" ".join(texts) if len(texts) == 1 else _joined(texts)]
        kept = self._kept()
        typed = [careless(self.random, each, self.manner.typos, kept) for each in texts]
        return Line(tuple(each for each in typed if each.strip()), means)

    def _language(self) -> str:
        return "sw" if self._chance(self.manner.swahili) else "en"

    def _chance(self, share: float) -> bool:
        return self.random.random() < share

    def _sentence(self, means: Means, language: str) -> str:
        if self.manner.bare_numbers and means.intent in BARE and (bare := _bare(means)):
            return bare
        templates = ways(means.intent, language)
        if self._chance(self.manner.terse):
            templates = sorted(templates, key=len)[: max(2, len(templates) // 3)]
        text = self.random.choice(templates).format(**self._slots(means, language))
        text = " ".join(text.split()).replace(" ,", ",").strip(" ,")
        if means.intent in COURTEOUS and "please" not in text and "tafadhali" not in text:
            text = text.rstrip("?") + self._please(language) + ("?" if text.endswith("?") else "")
        if self._chance(0.08) and means.intent not in (*BARE, *REFUSING):
            text = self.random.choice(phrases()["fillers"][language]) + text
        if self._chance(0.4):
            text = text[0].upper() + text[1:]
        return self._switched(text) if language == "en" else text

    def _please(self, language: str) -> str:
        if not self._chance(self.manner.polite / 2):
            return ""
        courtesy: str = self.random.choice(phrases()["please"][language])
        return courtesy

    def _slots(self, means: Means, language: str) -> dict[str, str]:
        mixed = self._mixed(language)
        service = self.random.choice(self.facts.calls_it) if means.service else ""
        day = moments.day(self.random, means.day, self.today, mixed) if means.day else ""
        hours = (
            moments.hours(self.random, means.hours, self._mixed(language)) if means.hours else ""
        )
        with_ = ""
        if means.staff:
            with_ = f" {'with' if language == 'en' else 'na'} {means.staff}"
        return {
            "service": service,
            "day": day,
            "time": hours.removeprefix("at ") if means.intent == "pick" else hours,
            "with": with_,
            "name": moments.name(self.random, means.name) if means.name else "",
            "phone": moments.phone(self.random, means.phone) if means.phone else "",
            "what": " ".join(f"{service} {day} {hours}{with_}".split()),
        }

    def _mixed(self, language: str) -> str:
        """Who mixes languages does so within a sentence too."""
        switch = self.manner.swahili if language == "en" else 1 - self.manner.swahili
        other = "sw" if language == "en" else "en"
        return other if self._chance(switch / 3) else language

    def _switched(self, text: str) -> str:
        words = text.split(" ")
        for number, word in enumerate(words):
            bare = word.strip(",.!?").lower()
            if words[number - 1].lower() == "after":
                continue  # "the day after kesho" is no way to say kesho kutwa
            if bare in phrases()["switched"] and self._chance(self.manner.swahili / 3):
                words[number] = word.lower().replace(bare, phrases()["switched"][bare])
        return " ".join(words)

    def _split(self, text: str) -> list[str]:
        """Break one message into two where people do: behind a comma or between words."""
        words = text.split()
        if len(words) < 4:
            return [text]
        commas = [n for n, word in enumerate(words[:-1], 1) if word.endswith(",") and n > 1]
        at = self.random.choice(commas or [_before_a_preposition(words)])
        return [" ".join(words[:at]), " ".join(words[at:])] if at else [text]

    def _kept(self) -> list[str]:
        facts = self.facts
        staff = [v.staff for v in (facts.visit, facts.first) if v.staff]
        return [facts.name, facts.visit.service, *facts.calls_it, *staff, *_TELLING]


def _bare(means: Means) -> str:
    at: time | None = means.hours.exact if means.hours else None
    if at is None or at.minute:
        return ""
    return str(at.hour if means.intent == "pick" else at.hour % 12 or 12)


def _before_a_preposition(words: list[str]) -> int:
    found = [
        n for n, word in enumerate(words) if n > 1 and word.lower() in ("on", "at", "with", "saa")
    ]
    return found[0] if found else 0


# Words that tell one day, one hour or an answer from another: a slip there says something else.
_TELLING = [
    *moments.ENGLISH_NUMBERS,
    *moments.SWAHILI_NUMBERS,
    "before",
    "after",
    "baada",
    "kabla",
    "kesho",
    "kutwa",
]


def _joined(texts: list[str]) -> str:
    said = texts[0]
    for text in texts[1:]:
        said += f" {text}" if said[-1] in ".?!" else f". {text}"
    return said
