"""A simulated guest: its sheet, its manner, and what it has seen, said and agreed to until now."""

from dataclasses import dataclass, field
from datetime import date, time
from random import Random

from evals.simulating.acts import Say
from evals.simulating.checking import Checker
from evals.simulating.facts import Facts, Visit
from evals.simulating.grammar import Grammar
from evals.simulating.hearing import Menu, Question
from evals.simulating.line import Line, Means
from evals.simulating.persona import Manner


@dataclass(slots=True)
class Guest:
    """Somebody who talks to the business. What it decides is in deciding.py."""

    facts: Facts
    manner: Manner
    menu: Menu
    today: date
    random: Random
    grammar: Grammar = field(init=False)
    checker: Checker = field(init=False)
    news: set[str] = field(default_factory=set)  # all that was told until now
    done: set[str] = field(default_factory=set)  # intents said, and what was decided
    agreed: list[Question] = field(default_factory=list)  # questions it said yes to
    asked: dict[str, Question] = field(default_factory=dict)  # by their buttons' own id
    offered: Question | None = None  # the second service
    changed: bool = False
    corrections: int = 0
    waited: int = 0
    repeated: int = 0
    last: tuple[Means, ...] = ()  # what it said last
    tried: int = 0  # starts of `instead` asked for

    def __post_init__(self) -> None:
        self.grammar = Grammar(self.random, self.facts, self.manner, self.today)
        self.checker = Checker(self.facts, self.menu, self.today)

    @property
    def wanted(self) -> Visit:
        """What it wants at this point of the conversation."""
        if "move" in self.done:
            return self.facts.moved
        return self.facts.visit if self.changed or not self.facts.changes_mind else self.facts.first

    @property
    def instead(self) -> tuple[tuple[date, time], ...]:
        """Other starts that are good enough now."""
        return () if "move" in self.done else self.facts.instead

    @property
    def is_choosing(self) -> bool:
        """Tell whether a time is still to be found."""
        return "booked" not in self.news or ("move" in self.done and "moved" not in self.news)

    def chance(self, share: float) -> bool:
        """Decide by the seed."""
        return self.random.random() < share

    def say(self, *means: Means, answers: Question | None = None) -> Say:
        """Put something into words."""
        self.done |= {each.intent for each in means}
        self.last = means
        return Say(self.grammar.line(*means), answers)

    def settle(self, intent: str, question: Question, *, yes: bool) -> Say:
        """Answer yes or no, in words or by the button."""
        if yes:
            self.agreed.append(question)
        self.done.add(intent)
        if self.chance(self.manner.buttons):
            label = question.labels[0 if yes else 1]
            return Say(Line((label,), (Means(intent),), button=label), question)
        return self.say(Means(intent), answers=question)

    def means(self, intent: str, visit: Visit) -> Means:
        """State a whole visit."""
        return Means(intent, visit.service, visit.day, visit.hours, visit.staff)

    def change(self) -> Means:
        """Change its mind: state what is now otherwise."""
        self.changed = True
        before, now = self.facts.first, self.facts.visit
        return Means(
            "change",
            day=now.day if now.day != before.day else None,
            hours=now.hours if now.hours != before.hours else None,
            staff=now.staff if now.staff != before.staff else None,
        )

    def contact(self, intent: str) -> Means:
        """State `name`, `phone`, or both (`contact`)."""
        return Means(
            intent,
            name=self.facts.name if intent != "phone" else None,
            phone=self.facts.phone if intent != "name" else None,
        )
