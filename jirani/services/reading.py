"""How a guest's message is understood: a port, so that tools and jobs need not know the agent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from jirani.rules.reading import Reading


@dataclass(frozen=True, slots=True)
class Live:
    """Something a yes could be meant for: an open offer or proposal, and the words for it."""

    id: str
    kind: str
    words: tuple[str, ...] = ()


class Reader(Protocol):
    """Reads what a message means for whatever is live."""

    def read(
        self,
        text: str,
        *,
        live: Sequence[Live] = (),
        last_said: str = "",
        has_appointment: bool = False,
    ) -> Reading:
        """Return one meaning; `unclear` rather than a guess."""
        ...
