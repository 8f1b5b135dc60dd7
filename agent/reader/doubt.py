"""A reply that the phrases leave unclear: what a model may be asked about."""

from dataclasses import dataclass

from jirani.rules.reading import Reading
from jirani.services.reading import Live


@dataclass(frozen=True, slots=True)
class Doubt:
    """An unclear reply, and what it was read against."""

    text: str
    first: Reading
    live: tuple[Live, ...] = ()
    last_said: str = ""
    has_appointment: bool = False
