"""The world behind the stand-in, and what befalls the calls that come over the wire."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from app.standin.ids import Ids
from jirani.connectors.memory_pms import MemoryPms
from jirani.connectors.memory_pms_faults import UNDONE, PmsFault

# No answer at all: a caller in this process is told so by this header, others get a 504.
CUT = "x-stand-in-cut"


class Befallen(Exception):
    """A call that is answered by its fault; how, is its PMS's own affair."""

    def __init__(self, fault: PmsFault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook on its way: bytes, with what proves them."""

    url: str
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass
class Subscription:
    """Somebody who wants to hear of what happens: of all of it, or of some events."""

    id: str
    url: str
    events: tuple[str, ...] = ()
    secret: str = field(default="", repr=False)
    login: str = ""


class StandIn:
    """One world for every face; `memory` is what is so, and where tests and people change it.

    A face reads and writes the world by the same calls as the port has, so that the faults of
    `memory.faults` befall it over the wire too.
    """

    def __init__(self, memory: MemoryPms) -> None:
        self.memory = memory
        self.world = memory.world
        self.ids = Ids()
        self.kept: dict[str, dict[str, Any]] = {}  # what a face keeps beside the world, by face
        self.subscriptions: dict[str, list[Subscription]] = {}

    def reading(self, call: str) -> PmsFault | None:
        """Let befall a read what is to; raises Befallen, returns what only changes the answer."""
        fault = self.memory.faults.befalling(call)
        if fault in _UNANSWERED:
            raise Befallen(fault)
        return fault

    @contextmanager
    def writing(self, call: str) -> Iterator["Writing"]:
        """Let befall a write what is to: nothing was done, or the answer gets lost.

        The block asks `done` whether to do it; a fault that says yes and does nothing is
        `IGNORED`, for the block to answer well all the same. Raises Befallen at its end.
        """
        fault = self.memory.faults.befalling(call)
        if fault in _UNANSWERED and fault in UNDONE:
            raise Befallen(fault)
        yield Writing(fault)
        if fault in _UNANSWERED:
            raise Befallen(fault)


@dataclass(frozen=True, slots=True)
class Writing:
    """What befalls a write."""

    fault: PmsFault | None

    @property
    def done(self) -> bool:
        """Whether the world is to change."""
        return self.fault not in UNDONE


_UNANSWERED = frozenset(
    (
        *(PmsFault.DOWN, PmsFault.TIMEOUT_BEFORE, PmsFault.TIMEOUT_AFTER),
        *(PmsFault.RATE_LIMITED, PmsFault.MALFORMED, PmsFault.REFUSED),
    )
)
