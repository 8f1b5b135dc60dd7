"""What one guest message may touch: identity, time and ids come from here, never from the model."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jirani.rules.decision import Decision, Reason, refuse
from jirani.rules.dossier import Dossier
from jirani.rules.facts import Catalogue, Thread
from jirani.rules.reading import Reading
from jirani.services import Case


class Handles:
    """Short names of one turn (`s1`, `o1`) for ids a model must never see (O2)."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, Any], str] = {}
        self._things: dict[str, tuple[str, Any]] = {}

    def give(self, kind: str, thing: Any) -> str:
        """Name a thing; the same thing keeps its name for the turn."""
        if (kind, thing) not in self._names:
            number = 1 + sum(known == kind for known, _ in self._names)
            name = f"{kind}{number}"
            self._names[kind, thing] = name
            self._things[name] = (kind, thing)
        return self._names[kind, thing]

    def resolve(self, kind: str, name: str) -> Any | None:
        """Return what a name of this kind stands for; None if nothing was called so."""
        known, thing = self._things.get(name, ("", None))
        return thing if known == kind else None


@dataclass(frozen=True, slots=True)
class Called:
    """One tool call as it went, for traces and evals."""

    name: str
    arguments: dict[str, Any]
    allowed: bool
    reason: str
    milliseconds: float


@dataclass(slots=True)
class Turn:
    """Everything one guest message may touch."""

    case: Case
    catalogue: Catalogue
    thread: Thread  # as it stood when the turn began: judged before any I/O (X1, X2)
    offered_before: bool
    text: str
    language: str
    wish: Any  # what the guest's message wants, as the agent's parser understood it
    reading: Reading | None = None
    handles: Handles = field(default_factory=Handles)
    trace: list[Called] = field(default_factory=list)
    dossier: Dossier | None = None  # None: something may have been written since it was read
    looked: tuple[Dossier, Any] | None = None  # the situation, and the dossier it was seen in
    unhurried: bool = False  # its model thinks for seconds, while others write

    async def known(self) -> Dossier:
        """Return what rows say, read again if a tool may have written since; never to decide.

        A tool asks for it after it has acted, never before.
        """
        if self.dossier is None:
            async with self.case.services.store.read(self.case.business.id) as work:
                self.dossier = await work.dossiers.of(self.case.thread_id, self.now)
        return self.dossier

    @property
    def now(self) -> datetime:
        """Return the domain's present moment."""
        return self.case.services.clock.now()

    @staticmethod
    def instant(stored: str) -> datetime:
        """Restore a moment kept as text."""
        return datetime.fromisoformat(stored)

    def sells(self, service_id: str, staff_id: str) -> bool:
        """Tell whether this staff member still does this service here."""
        return any(each.id == staff_id for each in self.catalogue.qualified(service_id))


@dataclass(frozen=True, slots=True)
class Answer:
    """What every tool answers with: a guard's decision, and what the model may talk about.

    If `allowed` is false nothing was done: `reason` and `detail` say why.
    """

    allowed: bool
    reason: str
    detail: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, decision: Decision, **facts: Any) -> "Answer":
        """Answer with a decision."""
        return cls(decision.allowed, str(decision.reason), decision.detail, facts)


def unknown(name: str, what: str) -> Answer:
    """Answer a call that named something this turn has no such name for."""
    decision = refuse(Reason.UNKNOWN_HANDLE, f"{name!r} is no {what} of this situation.")
    return Answer.of(decision)
