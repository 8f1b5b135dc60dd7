"""Our own phrase sets: text files of what people write, in what context, and what it means."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jirani.rules.reading import Meaning, Reading
from jirani.services.reading import Live, Reader

FOLDER = Path(__file__).parents[1] / "agent" / "phrases"


@dataclass(frozen=True, slots=True)
class Context:
    """What a line answers."""

    said: str = ""
    live: tuple[Live, ...] = ()
    booked: bool = False


PEDICURE = Live("o1", "cross_sell", ("Pedicure", "pedi"))
STAY = Live("o2", "late_check_out", ("late check-out", "13:00"))
OFFER = (
    "Your manicure is booked. A pedicure right after with Grace, 14:45, KES 1,500: shall I add it?"
)
LATE = "You could check out at 13:00 instead of 11:00 for USD 50. Shall I arrange that?"
MENU = "A pedicure right after, KES 1,500?\n1. Yes, add it\n2. No thanks\n3. Maybe later"
BOOK = "A manicure with Amina on Sunday 22 November at 14:00, KES 1,200: shall I book it?"
MOVE = "Shall I move your manicure to Sunday 22 November at 16:00?"
STOPPED = "Understood, no more offers from us. Reply YES if you ever want to get them again."

CONTEXTS = {
    "nothing": Context(),
    "asked": Context("Is there anything else I can do for you?"),
    "stopped": Context(STOPPED),
    "booked": Context("See you on Sunday 22 November at 14:00.", booked=True),
    "offer": Context(OFFER, (PEDICURE,), booked=True),
    "menu": Context(MENU, (PEDICURE,), booked=True),
    "stay": Context(LATE, (STAY,), booked=True),
    "towels": Context(f"Fresh towels come every second day. {LATE}", (STAY,), booked=True),
    "book": Context(BOOK, (Live("p1", "book", ("Manicure", "14:00")),)),
    "move": Context(MOVE, (Live("p2", "move", ("Manicure", "16:00")),), booked=True),
    "cancel": Context(
        "Shall I cancel your manicure?", (Live("p3", "cancel", ("Manicure",)),), booked=True
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a set: what was written where, and what is (or is not) to be read in it."""

    where: str
    context: Context
    text: str
    meanings: frozenset[Meaning]
    negated: bool
    until: str | None
    picked: str | None

    def read(self, reader: Reader) -> Reading:
        """Read the line in its context."""
        of = self.context
        return reader.read(self.text, live=of.live, last_said=of.said, has_appointment=of.booked)

    def wrong(self, reading: Reading) -> str | None:
        """Say what is wrong with a reading of this line; None if it is right."""
        if (reading.meaning in self.meanings) is self.negated:
            return f"{self.where}: {self.text!r} was read as {reading.meaning}"
        for name in ("until", "picked"):
            wanted, found = getattr(self, name), getattr(reading, name)
            if wanted and (found or "").casefold() != wanted:
                return f"{self.where}: {self.text!r} has {name}={found}"
        return None


def lines_of(name: str) -> Iterator[Line]:
    """Return the lines of one set; ValueError for one that is not well-formed."""
    rows = (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()
    for number, row in enumerate(rows, start=1):
        if not row or row.startswith("#"):
            continue
        place, text, meaning, *more = (each.strip(" ") for each in row.split(" | "))
        context = CONTEXTS[place]
        waits = context.live[0].id if context.live else ""
        text = text.replace("\\n", "\n").replace("{said}", context.said).replace("{id}", waits)
        times = dict(each.split("=", 1) for each in _fields(" ".join(more)))
        yield Line(
            where=f"{name}.txt:{number} ({place})",
            context=context,
            text=text,
            meanings=frozenset(map(Meaning, meaning.removeprefix("!").split("/"))),
            negated=meaning.startswith("!"),
            until=times.get("until"),
            picked=times.get("picked"),
        )


def _fields(text: str) -> list[str]:
    """Split "until=next week picked=14:00" before each name."""
    return [each.strip() for each in text.replace("picked=", "\npicked=").split("\n") if each]
