"""A conversation as it was played: plain data, which can be kept in a file and judged later."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tools.turn import Called

Row = dict[str, Any]
BOOKED = ("appointments", "offers", "sales", "payments", "holds", "decisions")
STAYED = ("stays", "stay_offers", "stay_sales", "fees", "tasks", "host_mail", "texts", "parked")
TABLES = (*BOOKED, *STAYED)


@dataclass(slots=True)
class Seen:
    """The world at one moment, in the words scenarios use; `at` is the business's local time.

    `rows` has the rows of every guest for each of TABLES; `contact` and `conversation` are by
    guest. Amounts are in major units.
    """

    at: str = ""
    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in TABLES})
    contact: dict[str, Row] = field(default_factory=dict)
    conversation: dict[str, Row] = field(default_factory=dict)
    charges: int = 0
    money_taken: Decimal = Decimal(0)


@dataclass(slots=True)
class PlayedStep:
    """A step as it went: what was done, read, called and logged, and the world after it.

    `kind`, `who`, `value` and `key` are the step's own, as the scenario has it.
    """

    kind: str
    who: str
    value: Any
    key: str | None
    done: str
    heard: list[str]
    calls: list[Called]
    events: list[str]
    seen: Seen


@dataclass(slots=True)
class Played:
    """One run: the world `before`, what happened, and if something broke, how."""

    seed: int
    before: Seen
    steps: list[PlayedStep] = field(default_factory=list)
    broke: str = ""
    seconds: float = 0.0

    @property
    def events(self) -> list[str]:
        """Everything that was logged, by name."""
        return [event for step in self.steps for event in step.events]

    @property
    def end(self) -> Seen:
        """The world as it was left."""
        return self.steps[-1].seen if self.steps else self.before
