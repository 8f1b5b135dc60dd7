"""What is predicted for a row: a reading, and the coarse label it counts as."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from agent.reader.deferring import deferral
from agent.words import plain_words
from evals.replies.rows import Deferral, Label, Row
from jirani.rules.reading import DECLINES, Meaning, Reading
from jirani.services.reading import Reader

Second = Callable[[Row, Reading], Reading]
"""A model behind the reader: reads what the reader left unclear."""


@dataclass(frozen=True, slots=True)
class Predicted:
    """One row's prediction, as it is written to a file."""

    id: str
    label: Label
    reading: str
    deferral: Deferral | None
    opt_out: bool

    def as_json(self) -> dict[str, object]:
        """Return it as a JSON object."""
        return asdict(self)


def predict(reader: Reader, row: Row, second: Second | None = None) -> Predicted:
    """Read one reply as the answer to what was said before it, with nothing live."""
    reading = reader.read(row.user, last_said=row.system)
    if reading.meaning is Meaning.UNCLEAR and second is not None:
        reading = second(row, reading)
    label = _label(reading.meaning)
    off = deferral(plain_words(row.user, row.system)) if label == "decline" else None
    return Predicted(
        id=row.id,
        label=label,
        reading=reading.meaning.value,
        deferral=off.value if off else None,
        opt_out=reading.meaning is Meaning.OPT_OUT,
    )


def _label(meaning: Meaning) -> Label:
    if meaning in DECLINES:
        return "decline"
    return "accept" if meaning is Meaning.ACCEPT else "other"
