"""What a simulated guest is about to say, and what it means by it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from evals.simulating.facts import Hours


@dataclass(frozen=True, slots=True)
class Means:
    """What is meant: an intent of phrases.yaml, and the facts that are stated."""

    intent: str
    service: str | None = None
    day: date | None = None
    hours: Hours | None = None
    staff: str | None = None
    name: str | None = None
    phone: str | None = None

    def stated(self) -> dict[str, Any]:
        """Return the facts that are stated, by name."""
        names = ("service", "day", "hours", "staff", "name", "phone")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


@dataclass(frozen=True, slots=True)
class Line:
    """One message or several at once. `button` is a label that is pressed instead of typing."""

    texts: tuple[str, ...]
    means: tuple[Means, ...]
    button: str | None = field(default=None)

    @property
    def intents(self) -> list[str]:
        """Return what is meant, by intent."""
        return [each.intent for each in self.means]
