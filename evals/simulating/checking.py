"""Holds each line of a simulated guest against its fact sheet, before it is sent.

It reads the words that stand there, with a reading of its own: neither the product's, nor what
the grammar says it meant. What it finds wrong is the simulator's fault and voids the run.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, time

from evals.simulating.facts import Facts, Visit
from evals.simulating.hearing import Asked, Menu, Question, Slot, names_in
from evals.simulating.line import Line, Means
from evals.simulating.spelled import days_in, numbers_in, times_in

_YES = re.compile(r"\b(?:yes+|yeah|yep|sure|ndi[yo]+o?|go ahead)\b")
_NO = re.compile(r"\b(?:no|nope|nah|hapana|never mind)\b")
_MAY = {
    "move": "move it",
    "cancel": "cancel",
    "stop_offers": "stop offers",
    "person": "talk to a person",
}


@dataclass(slots=True)
class Checker:
    """Knows the sheet, the menu and the day, and remembers what has been said."""

    facts: Facts
    menu: Menu
    today: date
    changed: bool = False
    moving: bool = False
    looking: bool = field(default=False)  # for another start, since the first was not to be had

    def faults(self, line: Line, question: Question | None) -> list[str]:
        """Return what is wrong with a line that answers `question`; nothing if it is right."""
        for means in line.means:
            self.changed |= means.intent == "change"
            self.moving |= means.intent == "move"
            self.looking |= means.intent in ("pick", "other_time")
        text = " \n ".join(line.texts)
        found = [
            fault
            for means in line.means
            for fault in (*self._meant(means), *self._answered(means, question))
        ]
        return [*found, *self._written(text), *self._says_yes_and_no(line, text)]

    def slot_faults(self, slot: Slot) -> list[str]:
        """Return what is wrong with picking a free time by its button."""
        if self._may_start(slot.day, slot.start):
            return []
        return [f"picked {slot.day} {slot.start:%H:%M}; its sheet says {self.visit}"]

    @property
    def visit(self) -> Visit:
        """The visit as it is wanted at this point of the conversation."""
        if self.moving:
            return self.facts.moved
        return self.facts.visit if self.changed or not self.facts.changes_mind else self.facts.first

    def _visits(self) -> list[Visit]:
        first = self.facts.changes_mind and self.facts.changes == "at-once"
        return [self.visit, self.facts.first] if first else [self.visit]

    def _may_start(self, day: date, start: time) -> bool:
        return self.visit.suits(day, start) or (day, start) in self.facts.instead

    def _days(self) -> set[date]:
        other = {day for day, _ in self.facts.instead} if self.looking else set()
        return {each.day for each in self._visits()} | other

    def _suits(self, start: time) -> bool:
        other = self.looking and any(start == at for _, at in self.facts.instead)
        return other or any(
            each.hours.allows(start) or start in (each.hours.earliest, each.hours.latest)
            for each in self._visits()
        )

    def _meant(self, means: Means) -> Iterator[str]:
        """What it says it meant."""
        facts = self.facts
        if means.service and means.service != self.visit.service:
            yield f"meant {means.service}; its sheet says {self.visit.service}"
        if means.day and means.day not in self._days():
            yield f"meant {means.day}; its sheet says {self.visit}"
        if means.hours and means.hours.exact and not self._suits(means.hours.exact):
            yield f"meant {means.hours.words}; its sheet says {self.visit}"
        if means.staff and means.staff not in {each.staff for each in self._visits()}:
            yield f"meant {means.staff}; its sheet says {self.visit}"
        if means.name and means.name != facts.name:
            yield f"meant the name {means.name}; its sheet says {facts.name}"
        if means.phone and means.phone != facts.phone:
            yield f"meant the number {means.phone}; its sheet says {facts.phone}"
        may = {"person": facts.wants == "person"}
        for intent, kind in (
            ("move", "move"),
            ("cancel", "cancel"),
            ("stop_offers", "stop-offers"),
        ):
            may[intent] = facts.afterwards.kind == kind
        if not may.get(means.intent, True):
            yield f"wants to {_MAY[means.intent]}; its sheet does not"

    def _answered(self, means: Means, question: Question | None) -> Iterator[str]:
        """What a yes or a no settles."""
        extra = self.facts.extra
        allowed = {
            "yes_extra": extra == "accept",
            "late_yes": extra == "late-yes",
            "no_extra": extra not in ("accept", "late-yes"),
            "later_extra": extra == "later",
        }
        if not allowed.get(means.intent, True):
            yield f"answered the extra with {means.intent}; its sheet says {extra}"
        if not means.intent.startswith("yes_") or means.intent == "yes_extra":
            return
        if question is None:
            yield "said yes to nothing"
        elif question.asked != means.intent.removeprefix("yes_"):
            yield f"said {means.intent} to a question about {question.asked}: “{question.text}”"
        elif question.asked is not Asked.CANCEL and not self._wanted(question):
            yield f"said yes to “{question.text}”; its sheet says {self.visit}"
        elif question.asked is Asked.CANCEL and self.facts.afterwards.kind != "cancel":
            yield "said yes to a cancellation its sheet does not have"

    def _wanted(self, question: Question) -> bool:
        """Hold a question against the sheet by the very words it has."""
        visit = self.visit
        if visit.service not in question.services:
            return False
        if visit.staff and question.staff and visit.staff not in question.staff:
            return False
        return any(
            self._may_start(day, time(hour, minute))
            for day in {visit.day, *(day for day, _ in self.facts.instead)}
            for hour in range(24)
            for minute in range(0, 60, 5)
            if question.says(day, time(hour, minute))
        )

    def _written(self, text: str) -> Iterator[str]:
        """What stands there, whatever was meant."""
        for days in days_in(text, self.today):
            if not days & self._days():
                said = min(days) if days else "a day that does not exist"
                yield f"said {said}; its sheet says {self.visit}"
        for times in times_in(text):
            if not any(self._suits(each) for each in times):
                yield f"said {min(times):%H:%M}; its sheet says {self.visit}"
        for number in numbers_in(text):
            if number.lstrip("0") not in (self.facts.e164[1:], self.facts.e164[4:]):
                yield f"gave the number {number}; its sheet says {self.facts.phone}"
        yield from self._named(text)

    def _named(self, text: str) -> Iterator[str]:
        rest = text.casefold()
        for own in sorted((*self.facts.calls_it, self.facts.visit.service), key=len, reverse=True):
            rest = rest.replace(own.casefold(), " ")
        for other in names_in(rest, self.menu.aliases):
            service = self.menu.aliases[other]
            if service != self.facts.visit.service:
                yield f"named {service}; its sheet says {self.facts.visit.service}"
        known = {each.staff for each in (*self._visits(), self.facts.visit, self.facts.first)}
        rest = rest.replace(self.facts.name.casefold(), " ")
        for other in names_in(rest, self.menu.staff):
            if other not in known:
                yield f"named {other}, whom its sheet does not know"

    def _says_yes_and_no(self, line: Line, text: str) -> Iterator[str]:
        plain = text.casefold()
        if any(i.startswith("yes_") or i == "late_yes" for i in line.intents) and _NO.search(plain):
            yield f"meant yes and wrote “{text}”"
        if {"no_extra", "none_suits", "nothing_more"} & set(line.intents) and _YES.search(plain):
            yield f"meant no and wrote “{text}”"
